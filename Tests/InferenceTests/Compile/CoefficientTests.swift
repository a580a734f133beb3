import CKKS
import Inference
import Ring
import TestSupport
import Testing

/// A single affine map on coefficients.
struct CoefficientTests {
    private struct Setting {
        let compiled: CompiledModel
        let card: CKKSCard
        let program: CoefficientProgram
        let context: CKKSContext

        init(_ rows: Int, _ columns: Int, _ random: inout TestGenerator) throws {
            var builder = NetworkBuilder(inputShape: [columns])
            let matrix = SparseMatrix.dense(
                rowCount: rows, columnCount: columns,
                values: (0..<(rows * columns)).map { _ in random.real(in: -1...1) })
            let bias = (0..<rows).map { _ in random.real(in: -1...1) }
            let output = builder.affine(
                [(builder.input, matrix)], bias: bias, shape: [rows], origin: .init(["map"]))
            let tail = ClientTail(
                scoreCount: rows, steps: [],
                outputs: [ClientTail.Output(name: "y", value: 0, shape: [rows])])
            let model = ImportedModel(
                network: try builder.finish(output: output), tail: tail,
                inputs: [.init(name: "x", offset: 0, shape: [columns])], opset: 17, producer: "")
            var options = CompileOptions()
            options.inputRange = -2...2
            compiled = try Compiler.compile(model, options: options)
            guard case .ckks(let card) = compiled.card.scheme,
                case .coefficients(let program) = compiled.program
            else { throw CompileError.constantOutput }
            self.card = card
            self.program = program
            let parameters = try #require(try compiled.card.validate())
            try compiled.validate(parameters: parameters)
            context = try CKKSContext(parameters)
        }
    }

    @Test("scores keep the card's bounds, whoever encrypts; all else is masked", arguments: 0..<8)
    func encrypted(seed: Int) throws {
        var random = TestGenerator(seed: UInt64(seed))
        let setting = try Setting(
            random.integer(in: 1...12), random.integer(in: 1...80), &random)
        let (context, card, layout) = (setting.context, setting.card, setting.program.layout)
        #expect(card.keys.keySwitchingKeyCount == 0)
        let source = SeededRandomSource(seed: UInt64(seed))
        let generator = KeyGenerator(context: context, source: source)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(for: secret, publicKeyLevel: 0)
        let rows = (0..<min(5, layout.rowCapacity)).map { _ in
            (0..<layout.inputCount).map { _ in random.real(in: -2...2) }
        }
        let expected = try ClearExecutor(setting.compiled.network).run(rows)
        let encoder = CoefficientEncoder(context: context)
        let plaintext = try encoder.encode(
            layout.coefficients(ofRows: rows.map { card.normalization?.apply(to: $0) ?? $0 }),
            factor: context.parameters.scale(atLevel: 0), level: 0)
        let evaluator = try Evaluator(context: context, keys: keys, source: source)
        let prepared = try PreparedCoefficients(setting.program, context: context, source: source)
        let encryptor = Encryptor(context: context, source: source)
        let output = setting.compiled.card.output
        for (input, bound) in [
            (try encryptor.encrypt(plaintext, secretKey: secret), output.errorBound),
            (
                try encryptor.encrypt(plaintext, publicKey: keys.publicKey),
                output.publicKeyErrorBound
            ),
        ] {
            let first = try evaluator.rerandomize(prepared.run(input, engine: evaluator))
            let found = try read(first, secret, context)
            let capacity = layout.rowCapacity
            let answers = try (0..<2).map { _ in
                try prepared.answer(
                    input, evaluator: evaluator, rowCount: rows.count, placeRowCount: capacity,
                    flood: nil)
            }
            let sent = try read(
                answers[0].ciphertext(places: layout.places, context: context), secret, context)
            for (row, scores) in expected.enumerated() {
                for values in [found, sent] {
                    for (a, b) in zip(layout.scores(ofRow: row, coefficients: values), scores) {
                        #expect(abs(a - b) <= bound)
                    }
                }
            }
            // Rows that are not there have places and nothing else; two answers have nothing in common.
            let there = layout.places(ofRows: rows.count).count
            for (a, b) in zip(answers[0].coefficients, answers[1].coefficients) {
                #expect(a.count == layout.places.count && a[there...].allSatisfy { $0 == 0 })
                #expect(zip(a[..<there], b[..<there]).allSatisfy { $0 != $1 })
            }
            let limbs = answers.map { $0.uniform.residues()[0] }
            #expect(zip(limbs[0], limbs[1]).count { $0 == $1 } < 3)
            try checkMask(
                found, read(prepared.run(input, engine: evaluator), secret, context), setting)
        }
    }

    private func read(
        _ ciphertext: Ciphertext, _ secret: borrowing SecretKey, _ context: CKKSContext
    ) throws -> [Double] {
        try CoefficientEncoder(context: context).decode(
            Decryptor(context: context).phase(ciphertext, secretKey: secret),
            factor: ciphertext.scale)
    }

    /// Coefficients without a score are uniform modulo q, and others every time.
    private func checkMask(_ first: [Double], _ second: [Double], _ setting: Setting) throws {
        let places = Set(setting.program.layout.places)
        let others = first.indices.filter { !places.contains($0) }
        guard others.count > 400 else { return }
        let parameters = setting.context.parameters
        let half = Double(parameters.moduli[0]) / 2 / parameters.scale(atLevel: 0)
        let mean =
            others.reduce(0) { $0 + (first[$1] / half) * (first[$1] / half) }
            / Double(others.count)
        // The mean square of a uniform number of [-1, 1] is a third.
        #expect(abs(mean - 1.0 / 3) < 0.08)
        let equal = others.count { abs(first[$0] - second[$0]) < half * 1e-6 }
        #expect(equal < 3)
    }

    @Test("no place of a score is reached by another row or score")
    func placesDoNotCollide() {
        for (inputs, outputs) in [(1, 1), (30, 1), (7, 5), (64, 32), (1, 64)] {
            let layout = CoefficientLayout(
                degree: 2048, inputCount: inputs, outputCount: outputs, weightFactor: 1)
            #expect(Set(layout.places).count == layout.places.count)
            #expect(layout.places.allSatisfy { $0 < 2048 })
        }
    }
}
