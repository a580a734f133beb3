import CKKS
import Inference
import Ring
import Secrets

/// The server's side of the lattice scheme.
struct CKKSPredictor: Sendable {
    private let model: Model
    private let prepared: Prepared
    private let context: CKKSContext
    private let keys: EvaluationKeys
    private let evaluator: Evaluator

    /// A program with its weights encoded.
    private enum Prepared: Sendable {
        case slots(PreparedProgram)
        case coefficients(PreparedCoefficients)
        case columns(PreparedColumns)

        func run<Engine: SlotArithmetic>(
            _ inputs: [Engine.Ciphertext], engine: Engine
        ) throws(RunError) -> [Engine.Ciphertext] {
            switch self {
            case .slots(let program): [try program.run(inputs, engine: engine)]
            case .coefficients(let program): [try program.run(inputs[0], engine: engine)]
            case .columns(let program): try program.run(inputs, engine: engine)
            }
        }
    }

    init(
        model: Model, program: CompiledModel.Program, evaluationKeys bytes: [UInt8],
        threadCount: Int
    ) throws {
        let (lattice, parameters) = try model.card.lattice()
        context =
            threadCount == 1
            ? try model.card.context(parameters)
            : try CKKSContext(parameters, threadCount: threadCount)
        self.model = model
        keys = try EvaluationKeysCodec.read(bytes, card: model.card, context: context)
        try Self.check(keys, cover: lattice.keys, degree: parameters.degree)
        evaluator = try Evaluator(context: context, keys: keys)
        switch program {
        case .ckks(let program):
            prepared = .slots(try PreparedProgram(program, context: context))
        case .coefficients(let program):
            prepared = .coefficients(try PreparedCoefficients(program, context: context))
        case .columns(let program):
            prepared = .columns(try PreparedColumns(program))
        case .paillier:
            throw TacitError(.wrongScheme, "the program runs under paillier, its card says ckks")
        }
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
        _ bytes: [UInt8], arithmetic: Arithmetic, progress: (Int, Int) -> Void
    ) throws -> [UInt8] {
        let request = try CKKSBatch.read(
            bytes, kind: .request, card: model.card, keyID: keys.keyID, context: context)
        var answers: [Ciphertext] = []
        let perGroup = try model.card.lattice().card.layout.inputCiphertextCount
        let groups = stride(from: 0, to: request.ciphertexts.count, by: perGroup)
        for start in groups {
            progress(answers.count, request.ciphertexts.count / perGroup)
            answers += try answer(
                Array(request.ciphertexts[start..<(start + perGroup)]), arithmetic)
        }
        progress(answers.count, answers.count)
        return try CKKSBatch.bytes(
            answers, kind: .response, rowCount: request.rowCount, card: model.card,
            keyID: keys.keyID)
    }

    private func answer(_ inputs: [Ciphertext], _ arithmetic: Arithmetic) throws -> [Ciphertext] {
        do {
            switch arithmetic {
            case .residues:
                let scores = try prepared.run(inputs, engine: evaluator)
                return try scores.map { try evaluator.rerandomize($0) }
            case .gmp:
                let exact = try ExactEvaluator(context: context, keys: keys)
                let scores = try prepared.run(
                    inputs.map { try exact.importing($0) }, engine: exact)
                return try scores.map { try exact.exporting(exact.rerandomize($0)) }
            }
        } catch let error as RunError {
            throw TacitError(.evaluationFailed, "\(model.card.contents.name), \(error)")
        }
    }
}
