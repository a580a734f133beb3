import Foundation

/// Models and expected outputs that the scripts in `Vectors` made.
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
    /// Logits of the networks in `models/` for their samples.
    let trained: [String: [[Double]]]?

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors")

    /// The files of `make_vectors.py`, `make_operator_vectors.py` and `make_exported_vectors.py`, with the least number
    /// of models and of bad files in each.
    static let sets = ["models", "operators", "exported"]
    static let least = [
        "models": (150, 50), "operators": (100, 40), "exported": (4, 1),
    ]

    static func load(_ set: String = "models", in folder: URL = folder) throws -> VectorFile {
        let name = set == "models" ? "vectors" : set
        return try JSONDecoder().decode(
            VectorFile.self,
            from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
    }

    static func model(_ name: String, of set: String = "models", in folder: URL = folder) -> URL {
        folder.appendingPathComponent("\(set)/\(name).onnx")
    }
}
