import CKKS
import Inference
import Ring
import Secrets

/// The server's side of the lattice scheme.
struct CKKSPredictor: Sendable {
    private let model: Model
    private let prepared: PreparedLattice
    private let keys: EvaluationKeys
    private let evaluator: Evaluator
    private var context: CKKSContext { prepared.context }

    init(model: Model, prepared: PreparedLattice, keys: EvaluationKeys) throws {
        let (lattice, parameters) = try model.card.lattice()
        try Self.check(keys, cover: lattice.keys, degree: parameters.degree)
        self.model = model
        self.prepared = prepared
        self.keys = keys
        evaluator = try Evaluator(context: prepared.context, keys: keys)
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
        if let level = needed.conjugationLevel,
            keys.galois[.conjugation(degree: degree)]?.level ?? -1 < level
        {
            throw missing("the key for conjugation at level \(level)")
        }
        if keys.publicKey.level < needed.responseLevel {
            throw missing("a public key at level \(needed.responseLevel)")
        }
    }

    func predict(
        _ bytes: [UInt8], arithmetic: Arithmetic, observer: PredictionObserver
    ) throws -> [UInt8] {
        let request = try observer.timing("read request") {
            try CKKSBatch.read(
                bytes, kind: .request, card: model.card, keyID: keys.keyID, context: context)
        }
        var answers: [Ciphertext] = []
        let perGroup = try model.card.lattice().card.layout.inputCiphertextCount
        let groups = stride(from: 0, to: request.ciphertexts.count, by: perGroup)
        for start in groups {
            try observer.checkStop()
            observer.progress(answers.count, request.ciphertexts.count / perGroup)
            answers += try answer(
                Array(request.ciphertexts[start..<(start + perGroup)]), arithmetic, observer)
        }
        observer.progress(answers.count, answers.count)
        return try observer.timing("write response") {
            try CKKSBatch.bytes(
                answers, kind: .response, rowCount: request.rowCount, card: model.card,
                keyID: keys.keyID)
        }
    }

    private func answer(
        _ inputs: [Ciphertext], _ arithmetic: Arithmetic, _ observer: PredictionObserver
    ) throws -> [Ciphertext] {
        do {
            switch arithmetic {
            case .residues:
                let scores = try prepared.run(inputs, engine: evaluator, observer: observer)
                return try observer.timing("rerandomize") {
                    try scores.map { try evaluator.rerandomize($0) }
                }
            case .gmp:
                let exact = try ExactEvaluator(context: context, keys: keys)
                let scores = try prepared.run(
                    inputs.map { try exact.importing($0) }, engine: exact, observer: observer)
                return try scores.map { try exact.exporting(exact.rerandomize($0)) }
            }
        } catch let error as RunError {
            try observer.checkStop()
            throw TacitError(.evaluationFailed, "\(model.card.contents.name), \(error)")
        }
    }
}
