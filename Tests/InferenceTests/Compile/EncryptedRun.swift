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

    init(_ compiled: CompiledModel, seed: UInt64) throws {
        guard case .ckks(let card) = compiled.card.scheme,
            case .ckks(let program) = compiled.program,
            let parameters = try compiled.card.validate()
        else { throw CompileError.constantOutput }
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
        let encoder = SlotEncoder(context: context)
        guard case .slots(let inputLayouts, let outputLayout) = card.layout else {
            throw CompileError.constantOutput
        }
        let inputs = try inputLayouts.map { layout in
            let (real, imaginary) = layout.slots(
                ofRows: rows.map { (card.normalization?.apply(to: $0) ?? $0)[...] })
            let plaintext = try encoder.encode(
                real.indices.map { Complex(real[$0], imaginary?[$0] ?? 0) }, level: card.inputLevel)
            return try Encryptor(context: context, source: source)
                .encrypt(plaintext, secretKey: secret)
        }
        let evaluator = try Evaluator(context: context, keys: keys, source: source)
        let output = try evaluator.rerandomize(prepared.run(inputs, engine: evaluator))
        let slots = try Decryptor(context: context).decryptReal(output, secretKey: secret)
        return rows.indices.map { outputLayout.elements(ofRow: $0, slots: slots) }
    }
}
