import Inference
import Tacit
import TestSupport
import Testing

/// Random ONNX graphs through the whole product: compiled, encrypted, evaluated, decrypted.
struct RandomGraphTests {
    private static let batches: UInt64 = 5
    private static let wanted = 10

    @Test("encrypted graphs keep the bound of their card", arguments: 0..<batches)
    func encryptedGraphsKeepTheirBound(batch: UInt64) throws {
        var done = 0
        for seed in 5000 + 100 * batch..<5100 + 100 * batch where done < Self.wanted {
            let graph = RandomGraph(seed: seed, steps: 3, functions: false)
            let degree = try ONNXImporter().read(graph.model).network.degree
            guard (1...3).contains(degree), graph.expected.values.count <= 80 else { continue }
            var options = CompileOptions()
            options.scheme = .ckks
            options.inputRange = -1...1
            options.precisionBits = 10
            let model = try Model(onnx: graph.model, options: options)
            let rows = (0..<RandomGraph.rows).map(graph.row)
            let answer = try Conversation(model).answer(rows)
            // That the clear scores are the graph's is tested where graphs are imported.
            let error = try largestError(answer, model.clearPrediction(rows))
            #expect(
                error <= model.card.contents.output.errorBound,
                "seed \(seed), \(graph.operators.sorted())")
            done += 1
        }
        #expect(done == Self.wanted)
    }
}
