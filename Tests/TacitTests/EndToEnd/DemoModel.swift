import Foundation
import Inference
import Tacit
import Testing

/// One of the models in `models/`, with its rows.
struct DemoModel {
    let name: String

    static let digits = DemoModel(name: "digits")
    static let breastCancer = DemoModel(name: "breast_cancer")

    private func file(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "models/\(self.name)/\(name)")
    }

    private func rows(_ file: URL) throws -> [[Double]] {
        let table = try RowTable.read(path: file.path)
        return (0..<table.rowCount).map { Array(table.row($0)) }
    }

    func testRows() throws -> [[Double]] { try rows(file("test.csv")) }

    /// Class labels of the test rows.
    func labels() throws -> [Int] { try rows(file("test_labels.csv")).map { Int($0[0]) } }

    func compiled(rows: Int, scheme: CompileOptions.Scheme = .ckks) throws -> Model {
        var options = CompileOptions()
        options.rows = rows
        options.scheme = scheme
        options.calibrationRows = try self.rows(file("calibration.csv"))
        return try Model(onnx: file("\(name).onnx"), options: options)
    }
}

/// A model with a client's keys, its request, and the server.
struct Conversation {
    let model: Model
    let client: Client
    let predictor: Predictor

    init(_ model: Model) throws {
        self.model = model
        client = try Client(card: model.card)
        predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
    }

    func answer(_ rows: [[Double]]) throws -> Prediction {
        try client.decrypt(predictor.predict(client.encrypt(rows)))
    }
}

/// Largest difference of two lists of scores; infinite where their shapes differ.
func largestError(_ left: Prediction, _ right: Prediction) -> Double {
    guard left.scores.map(\.count) == right.scores.map(\.count) else { return .infinity }
    return zip(left.scores.joined(), right.scores.joined()).map { abs($0 - $1) }.max() ?? .infinity
}

extension Prediction {
    /// Position of the largest score of each row.
    var largest: [Int] {
        scores.map { list in list.indices.max { list[$0] < list[$1] } ?? -1 }
    }
}
