import Foundation

/// Models and expected outputs that `Vectors/make_vectors.py` made.
struct VectorFile: Decodable {
    struct Case: Decodable {
        let name: String
        let rows: [[Double]]
        let outputs: [Output]
        let tolerance: Double
        let degree: Int?
    }

    struct Output: Decodable {
        let name: String
        let numbers: [[Double]]?
        let text: [[String]]?
    }

    struct Bad: Decodable {
        let name: String
        let error: String
        let words: [String]
    }

    let cases: [Case]
    let bad: [Bad]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors")

    static func load() throws -> VectorFile {
        try JSONDecoder().decode(
            VectorFile.self, from: Data(contentsOf: folder.appendingPathComponent("vectors.json")))
    }

    static func model(_ name: String) -> URL {
        folder.appendingPathComponent("models/\(name).onnx")
    }
}
