import CKKS
import Inference
import TestSupport
import Testing

/// Many rows through affine maps and squares: one ciphertext per feature.
struct ColumnTests {
    private func model(_ random: inout TestGenerator, squares: Int) throws -> ImportedModel {
        var width = random.integer(in: 2...5)
        var builder = NetworkBuilder(inputShape: [width])
        var value = builder.input
        for layer in 0...squares {
            let rows = random.integer(in: 1...4)
            let matrix = SparseMatrix.dense(
                rowCount: rows, columnCount: width,
                values: (0..<(rows * width)).map { _ in random.real(in: -1...1) / Double(width) })
            value = builder.affine(
                [(value, matrix)], bias: (0..<rows).map { _ in random.real(in: -0.5...0.5) },
                shape: [rows], origin: .init(["map \(layer)"]))
            width = rows
            if layer < squares {
                value = builder.activation(
                    value, .polynomial(.power(2)), origin: .init(["square \(layer)"]))
            }
        }
        let network = try builder.finish(output: value)
        let tail = ClientTail(
            scoreCount: width, steps: [],
            outputs: [ClientTail.Output(name: "y", value: 0, shape: [width])])
        return ImportedModel(
            network: network, tail: tail,
            inputs: [.init(name: "x", offset: 0, shape: [network.inputCount])], opset: 17,
            producer: "")
    }

    @Test("encrypted scores keep the card's bound", arguments: [(0, 0), (1, 1), (2, 2), (3, 1)])
    func encrypted(seed: Int, squares: Int) throws {
        var random = TestGenerator(seed: UInt64(seed))
        let model = try model(&random, squares: squares)
        var options = CompileOptions()
        options.inputRange = -1...1
        options.rows = 3000
        options.layout = .columns
        let compiled = try Compiler.compile(model, options: options)
        guard case .ckks(let card) = compiled.card.scheme,
            case .columns(let program) = compiled.program
        else { throw CompileError.constantOutput }
        let parameters = try #require(try compiled.card.validate())
        try compiled.validate(parameters: parameters)
        #expect(card.keys.rotations.isEmpty)
        let context = try CKKSContext(parameters)
        let source = SeededRandomSource(seed: UInt64(seed))
        let generator = KeyGenerator(context: context, source: source)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: 0,
            relinearizationLevel: card.keys.relinearizationLevel)
        let rows = (0..<40).map { _ in
            (0..<model.network.inputCount).map { _ in random.real(in: -1...1) }
        }
        let expected = try ClearExecutor(model.network).run(rows)
        let normalized = rows.map { card.normalization?.apply(to: $0) ?? $0 }
        let encoder = SlotEncoder(context: context)
        let inputs = try (0..<program.layout.inputCount).map {
            try Encryptor(context: context, source: source).encrypt(
                encoder.encode(
                    program.layout.slots(ofFeature: $0, rows: normalized), level: card.inputLevel),
                secretKey: secret)
        }
        let evaluator = try Evaluator(context: context, keys: keys, source: source)
        let outputs = try PreparedColumns(program).run(inputs, engine: evaluator)
        #expect(outputs.count == program.layout.outputCount)
        for (score, output) in outputs.enumerated() {
            let slots = try Decryptor(context: context).decryptReal(
                evaluator.rerandomize(output), secretKey: secret)
            for (row, values) in expected.enumerated() {
                let error = abs(slots[row] / program.layout.outputFactor - values[score])
                #expect(error <= compiled.card.output.errorBound)
            }
        }
    }

    @Test("networks of other kinds are refused with a way out")
    func refusals() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let cube = builder.activation(
            builder.input, .polynomial(.power(3)), origin: .init(["cube"]))
        let network = try builder.finish(output: cube)
        let model = ImportedModel(
            network: network,
            tail: ClientTail(
                scoreCount: 2, steps: [],
                outputs: [ClientTail.Output(name: "y", value: 0, shape: [2])]),
            inputs: [.init(name: "x", offset: 0, shape: [2])], opset: 17, producer: "")
        for layout in [CompileOptions.Layout.columns, .coefficients] {
            var options = CompileOptions()
            options.inputRange = -1...1
            options.layout = layout
            #expect(throws: CompileError.self) { try Compiler.compile(model, options: options) }
        }
    }
}
