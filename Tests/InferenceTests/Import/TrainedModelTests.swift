import Foundation
import Inference
import Testing

/// The networks in `models/` give what onnxruntime gives, and read the drawn digits rightly.
struct TrainedModelTests {
    private static let models = VectorFile.folder.deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("models")

    private func lines(_ path: String) throws -> [Substring] {
        try String(contentsOf: Self.models.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0 }
    }

    @Test(arguments: [
        ("mnist_mlp", 1, 4), ("mnist_cnn", 2, 6), ("mnist_cryptonets", 2, 6),
        ("mnist_lenet", 4, 10),
    ])
    func trainedNetworksMatchTheRuntime(name: String, squares: Int, nodes: Int) throws {
        let model = try ONNXImporter().read(
            contentsOf: Self.models.appendingPathComponent("\(name)/\(name).onnx"))
        let rows = try lines("\(name)/samples.csv").map { line in
            try line.split(separator: ",").map { try #require(Double($0)) }
        }
        let labels = try lines("\(name)/samples_labels.csv").map { try #require(Int($0)) }
        let expected = try #require(VectorFile.load("operators").trained?[name])
        let logits = try ClearExecutor(model.network).run(rows)
        #expect(logits.count == expected.count && logits.count == labels.count)
        for (index, found) in logits.enumerated() {
            #expect(found.indices.max { found[$0] < found[$1] } == labels[index])
            for (a, b) in zip(found, expected[index]) { #expect(abs(a - b) < 1e-4) }
        }
        // Quadratics are recognized, pools and reshapes join the layers around them.
        #expect(model.network.degree == 1 << squares)
        #expect(model.network.nodes.count == nodes)
    }
}
