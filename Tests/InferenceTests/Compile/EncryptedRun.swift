import CKKS
import ComplexModule
import Inference
import TestSupport

/// A compiled model on slots with keys of its own: rows in, decrypted scores out.
struct EncryptedRun {
    private let compiled: CompiledModel
    private let card: CKKSCard
    private let prepared: PreparedProgram
    private let context: CKKSContext
    private let source: SeededRandomSource

    /// A model with its card's parameters, or with others of the same shape.
    init(_ compiled: CompiledModel, parameters other: CKKSParameters? = nil, seed: UInt64) throws {
        guard case .ckks(let card) = compiled.card.scheme,
            case .ckks(let program) = compiled.program,
            let own = try compiled.card.validate()
        else { throw CompileError.constantOutput }
        let parameters = other ?? own
        try compiled.validate(parameters: parameters)
        self.compiled = compiled
        self.card = card
        context = try CKKSContext(parameters)
        prepared = try PreparedProgram(program, context: context)
        source = SeededRandomSource(seed: seed)
    }

    /// The scores of up to as many rows as one ciphertext holds, re-randomized.
    func scores(of rows: [[Double]]) throws -> [[Double]] {
        let generator = KeyGenerator(context: context, source: source)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: card.keys.responseLevel,
            relinearizationLevel: card.keys.relinearizationLevel,
            rotations: Dictionary(
                uniqueKeysWithValues: card.keys.rotations.map { ($0.amount, $0.level) }),
            conjugationLevel: card.keys.conjugationLevel)
        let encryptor = Encryptor(context: context, source: source)
        let inputs = try plaintexts(of: rows).map { try encryptor.encrypt($0, secretKey: secret) }
        let evaluator = try Evaluator(context: context, keys: keys, source: source)
        let output = try evaluator.rerandomize(prepared.run(inputs, engine: evaluator))
        return try scores(
            rows.count, slots: Decryptor(context: context).decryptReal(output, secretKey: secret))
    }

    /// What the same program gives in the clear, on rounded inputs and weights.
    func simulatedScores(of rows: [[Double]]) throws -> [[Double]] {
        let encoder = SlotEncoder(context: context)
        let inputs = try plaintexts(of: rows).map {
            SimulatedArithmetic.Ciphertext(
                groups: [try encoder.decode($0)], level: $0.level, scale: $0.scale)
        }
        let output = try prepared.run(inputs, engine: SimulatedArithmetic(context: context))
        return try scores(rows.count, slots: output.groups[0].map(\.real))
    }

    private func layouts() throws -> (inputs: [SlotLayout], output: SlotLayout) {
        guard case .slots(let inputs, let output) = card.layout else {
            throw CompileError.constantOutput
        }
        return (inputs, output)
    }

    private func plaintexts(of rows: [[Double]]) throws -> [Plaintext] {
        let encoder = SlotEncoder(context: context)
        return try layouts().inputs.map { layout in
            let (real, imaginary) = layout.slots(
                ofRows: rows.map { (card.normalization?.apply(to: $0) ?? $0)[...] })
            return try encoder.encode(
                real.indices.map { Complex(real[$0], imaginary?[$0] ?? 0) }, level: card.inputLevel)
        }
    }

    private func scores(_ count: Int, slots: [Double]) throws -> [[Double]] {
        let layout = try layouts().output
        return (0..<count).map { layout.elements(ofRow: $0, slots: slots) }
    }
}
