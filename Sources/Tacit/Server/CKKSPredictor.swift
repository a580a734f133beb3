import CKKS
import Inference
import Ring
import Secrets

/// The server's side of the lattice scheme.
struct CKKSPredictor: Sendable {
    private let model: Model
    private let prepared: PreparedProgram
    private let keys: EvaluationKeys
    private let evaluator: Evaluator

    init(model: Model, program: SlotProgram, evaluationKeys bytes: [UInt8]) throws {
        let (lattice, parameters) = try model.card.lattice()
        let context = try CKKSContext(parameters)
        self.model = model
        keys = try EvaluationKeysCodec.read(bytes, card: model.card, context: context)
        try Self.check(keys, cover: lattice.keys, degree: parameters.degree)
        evaluator = try Evaluator(context: context, keys: keys)
        prepared = try PreparedProgram(program, context: context)
    }

    /// Refuses a bundle that lacks keys the program will ask for, before anything is computed.
    private static func check(
        _ keys: EvaluationKeys, cover needed: KeyRequirements, degree: Int
    ) throws(TacitError) {
        func missing(_ what: String) -> TacitError {
            TacitError(
                .mismatch,
                "the evaluation keys lack \(what); make them again with: tacit keygen --card CARD with "
                    + "this model's card (an existing key is kept)")
        }
        if let level = needed.relinearizationLevel, keys.relinearization?.level ?? -1 < level {
            throw missing("a relinearization key at level \(level)")
        }
        for rotation in needed.rotations {
            let element = GaloisElement.rotation(by: rotation.amount, degree: degree)
            if keys.galois[element]?.level ?? -1 < rotation.level {
                throw missing("the key for rotation \(rotation.amount) at level \(rotation.level)")
            }
        }
        if keys.publicKey.level < needed.responseLevel {
            throw missing("a public key at level \(needed.responseLevel)")
        }
    }

    func predict(
        _ bytes: [UInt8], arithmetic: Arithmetic, progress: (Int, Int) -> Void
    ) throws -> [UInt8] {
        let request = try CKKSBatch.read(
            bytes, kind: .request, card: model.card, keyID: keys.keyID, context: prepared.context)
        var answers: [Ciphertext] = []
        for (index, ciphertext) in request.ciphertexts.enumerated() {
            progress(index, request.ciphertexts.count)
            answers.append(try answer(ciphertext, arithmetic))
        }
        progress(answers.count, answers.count)
        return try CKKSBatch.bytes(
            answers, kind: .response, rowCount: request.rowCount, card: model.card,
            keyID: keys.keyID)
    }

    private func answer(_ ciphertext: Ciphertext, _ arithmetic: Arithmetic) throws -> Ciphertext {
        do {
            switch arithmetic {
            case .residues:
                let scores = try prepared.run(ciphertext, engine: evaluator)
                return try evaluator.rerandomize(scores)
            case .gmp:
                let exact = try ExactEvaluator(context: prepared.context, keys: keys)
                let scores = try prepared.run(exact.importing(ciphertext), engine: exact)
                return try exact.exporting(exact.rerandomize(scores))
            }
        } catch let error as RunError {
            throw TacitError(.evaluationFailed, "\(model.card.contents.name), \(error)")
        }
    }
}
