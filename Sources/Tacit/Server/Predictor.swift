import CKKS
import Inference
import Paillier
import Secrets

/// Runs a compiled model on encrypted rows for one client.
///
/// It has no way to be given a secret key.
public struct Predictor: Sendable {
    /// The card of the model that runs.
    public let card: Card
    private let engine: Engine
    private let prepared: PreparedModel
    private let keys: EvaluationKeySet

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
    ///   - cache: where expanded keys and encoded weights are looked for and kept; nil for nowhere.
    /// - Throws: `WireError` when the keys are damaged or made for other parameters.
    public init(
        model: Model, evaluationKeys: [UInt8], threadCount: Int = 1, cache: MappedCache? = nil
    ) throws {
        let keys = try EvaluationKeySet(evaluationKeys, card: model.card, cache: cache)
        try self.init(PreparedModel(model, threadCount: threadCount, cache: cache), keys: keys)
    }

    /// Joins a prepared model with one client's keys; cheap, but for Paillier.
    ///
    /// - Throws: `WireError` when the keys are made for other parameters, `TacitError` when they lack some that
    ///   the model asks for.
    public init(_ prepared: PreparedModel, keys: EvaluationKeySet) throws {
        card = prepared.card
        self.prepared = prepared
        self.keys = keys
        guard keys.ringDigest == card.ringDigest else {
            throw WireError(
                .mismatch(
                    identity: .ring, expected: card.ringDigest.shortDescription,
                    found: keys.ringDigest.shortDescription), source: nil)
        }
        switch (prepared.form, keys.form) {
        case (.ckks(let lattice), .ckks(let keys)):
            engine = .ckks(try CKKSPredictor(card: card, prepared: lattice, keys: keys))
        case (.paillier(let program), .paillier(let key)):
            engine = .paillier(try PaillierPredictor(card: card, program: program, key: key))
        default:
            throw TacitError(
                .wrongScheme,
                "the evaluation keys belong to another scheme than \(card.contents.scheme.name)"
            )
        }
    }

    /// Threads that share the work of one prediction.
    var threadCount: Int { prepared.threadCount }

    /// The encrypted results of every step for the first group of a request's rows; for verification.
    func trace(_ request: [UInt8]) throws -> [[Ciphertext]] {
        guard case .ckks(let predictor) = engine else { return [] }
        return try predictor.trace(request)
    }

    /// Computes the encrypted scores of encrypted rows; every answer is re-randomized.
    ///
    /// - Parameters:
    ///   - request: a request file of the same client and card.
    ///   - arithmetic: which engine computes; Paillier has one only.
    ///   - progress: told how many groups of the request's ciphertexts are done.
    /// - Returns: a response file.
    /// - Throws: `WireError` for damaged or foreign requests, `TacitError` when the evaluation stops.
    public func predict(
        _ request: [UInt8], arithmetic: Arithmetic = .residues,
        progress: ProgressObserver = { _, _ in }
    ) throws -> [UInt8] {
        try withoutActuallyEscaping(progress) { progress in
            try predict(
                request, arithmetic: arithmetic, observer: PredictionObserver(progress: progress))
        }
    }

    /// The same, watched step by step; the observer can stop it.
    ///
    /// - Throws: as above; `TacitError` of code `stopped` when the observer asked for it.
    public func predict(
        _ request: [UInt8], arithmetic: Arithmetic = .residues, observer: PredictionObserver
    ) throws -> [UInt8] {
        try compute(.memory(request), to: .memory, arithmetic, observer).bytes
    }

    /// The same from a file to a file: neither is ever in memory as a whole.
    ///
    /// - Parameters:
    ///   - requestPath: a request file.
    ///   - responsePath: where the response appears once it is complete; `-` is standard output.
    ///   - arithmetic: which engine computes.
    ///   - observer: watches, and can stop it.
    /// - Returns: the size of the response in bytes.
    /// - Throws: as above; `WireError` also where a file cannot be read or written.
    @discardableResult
    public func predict(
        path requestPath: String, to responsePath: String, arithmetic: Arithmetic = .residues,
        observer: PredictionObserver = PredictionObserver()
    ) throws -> Int {
        try compute(.file(path: requestPath), to: .file(path: responsePath), arithmetic, observer)
            .byteCount
    }

    /// Makes ahead what the next answer takes and no request decides: the encryptions of zero that re-randomize it.
    ///
    /// For whoever has a moment before the next request comes, as a server has. Answers do not depend on it. As many are
    /// made as the requests before took, four ciphertexts at most; they stay in memory, and each is used once. Nothing is
    /// made for Paillier, for the exact engine, or for a single affine layer on coefficients, which draws what it needs
    /// with its product.
    ///
    /// - Parameter shouldStop: asked now and then; true ends it.
    /// - Throws: where the system has no memory for secrets.
    public func prepareAnswer(shouldStop: () -> Bool = { false }) throws {
        if case .ckks(let predictor) = engine { try predictor.prepareAnswer(shouldStop) }
    }

    /// Encryptions of zero that wait for answers.
    package var preparedCount: Int {
        if case .ckks(let predictor) = engine { predictor.preparedCount } else { 0 }
    }

    private func compute(
        _ request: FrameOrigin, to destination: FrameDestination, _ arithmetic: Arithmetic,
        _ observer: PredictionObserver
    ) throws -> WrittenFrame {
        switch engine {
        case .ckks(let predictor):
            return try predictor.predict(
                request, to: destination, arithmetic: arithmetic, observer: observer
            ) {
                // What was computed with damaged files is nobody's answer, and its failures nobody's fault.
                guard keys.check?.isIntact ?? true, prepared.check?.isIntact ?? true else {
                    return try Predictor(prepared.verified(), keys: keys.verified()).lattice
                }
                return nil
            }
        case .paillier(let predictor):
            return try predictor.predict(request, to: destination, observer: observer)
        }
    }

    private var lattice: CKKSPredictor? {
        if case .ckks(let predictor) = engine { predictor } else { nil }
    }
}
