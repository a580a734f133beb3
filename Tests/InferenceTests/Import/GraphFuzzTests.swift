import Foundation
import Inference
import TestSupport
import Testing

/// Random graphs through import, simplification and clear execution, against operators written coordinate by coordinate.
struct GraphFuzzTests {
    private static let count: UInt64 = 2400
    private static let batches: UInt64 = 8

    @Test("imported graphs compute what ONNX defines", arguments: 0..<batches)
    func graphsMatchPlainOperators(batch: UInt64) throws {
        var operators: Set<String> = []
        let share = Self.count / Self.batches
        for seed in batch * share..<(batch + 1) * share {
            let graph = RandomGraph(seed: seed)
            operators.formUnion(graph.operators)
            do {
                let model = try ONNXImporter().read(graph.model)
                let again = try model.network.simplified()
                for index in 0..<RandomGraph.rows {
                    let row = graph.row(index)
                    let scores = try ClearExecutor(model.network).run([row])[0]
                    try expect(model.tail.run(scores)[0], graph.expected.row(index), seed)
                    let second = try ClearExecutor(again).run([row])[0]
                    try expect(model.tail.run(second)[0], graph.expected.row(index), seed)
                }
            } catch {
                Issue.record("seed \(seed), \(graph.operators.sorted()): \(error)")
            }
        }
        #expect(operators.count > 40, "\(operators.sorted())")
    }

    private func expect(_ found: ClientTail.Result, _ expected: [Double], _ seed: UInt64) {
        guard case .numbers(let numbers) = found else {
            Issue.record("seed \(seed): labels")
            return
        }
        let scale = max(1, expected.map(abs).max() ?? 1)
        let error = zip(numbers, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(
            numbers.count == expected.count && error <= 1e-9 * scale,
            "seed \(seed): \(numbers) for \(expected)")
    }
}
