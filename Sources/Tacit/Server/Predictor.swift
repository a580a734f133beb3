import CKKS
import Inference
import Paillier
import Secrets

/// Runs a compiled model on encrypted rows for one client.
///
/// It has no way to be given a secret key.
public struct Predictor: Sendable {
    /// The model that runs.
    public let model: Model
    private let engine: Engine

    private enum Engine: Sendable {
        case ckks(CKKSPredictor)
        case paillier(PaillierPredictor)
    }

    /// Prepares a model for one client's keys.
    ///
    /// - Parameters:
    ///   - model: the compiled model.
    ///   - evaluationKeys: the client's file of evaluation keys.
    ///   - threadCount: threads that share the work of one prediction, 1 to 1024; answers do not depend on it.
    /// - Throws: `WireError` when the keys are damaged or made for other parameters.
    public init(model: Model, evaluationKeys: [UInt8], threadCount: Int = 1) throws {
        self.model = model
        switch model.compiled.program {
        case .ckks, .coefficients, .columns:
            engine = .ckks(
                try CKKSPredictor(
                    model: model, program: model.compiled.program,
                    evaluationKeys: evaluationKeys, threadCount: threadCount))
        case .paillier(let program):
            engine = .paillier(
                try PaillierPredictor(
                    model: model, program: program, evaluationKeys: evaluationKeys))
        }
    }

    /// Computes the encrypted scores of encrypted rows; every answer is re-randomized.
    ///
    /// - Parameters:
    ///   - request: a request file of the same client and card.
    ///   - arithmetic: which engine computes; Paillier has one only.
    ///   - progress: told how many of the request's ciphertexts are done.
    /// - Returns: a response file.
    /// - Throws: `WireError` for damaged or foreign requests, `TacitError` when the evaluation stops.
    public func predict(
        _ request: [UInt8], arithmetic: Arithmetic = .residues,
        progress: ProgressObserver = { _, _ in }
    ) throws -> [UInt8] {
        switch engine {
        case .ckks(let predictor):
            return try predictor.predict(request, arithmetic: arithmetic, progress: progress)
        case .paillier(let predictor):
            return try predictor.predict(request, progress: progress)
        }
    }
}
