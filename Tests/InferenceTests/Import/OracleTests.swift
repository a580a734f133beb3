import Foundation
import Inference
import Testing

/// Import and clear execution against ONNX's reference evaluator.
struct OracleTests {
    @Test(arguments: VectorFile.sets)
    func everyVectorMatchesTheReference(set: String) throws {
        let file = try VectorFile.load(set)
        #expect(file.cases.count > VectorFile.least[set]?.0 ?? .max)
        for vector in file.cases {
            do {
                try check(vector, VectorFile.model(vector.name, of: set))
            } catch {
                Issue.record("\(vector.name): \(error)")
            }
        }
    }

    /// Graphs that `Vectors/fuzz_graphs.py` wrote into the folder that TACIT_FUZZ names; run by hand.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TACIT_FUZZ"] != nil))
    func fuzzedGraphs() throws {
        let path = ProcessInfo.processInfo.environment["TACIT_FUZZ"] ?? ""
        let folder = URL(fileURLWithPath: path)
        let file = try VectorFile.load("graphs", in: folder)
        for vector in file.cases {
            do {
                try check(vector, VectorFile.model(vector.name, of: "graphs", in: folder))
            } catch {
                Issue.record("\(vector.name): \(error)")
            }
        }
    }

    private func check(_ vector: VectorFile.Case, _ file: URL) throws {
        let model = try ONNXImporter().read(contentsOf: file)
        let scores = try ClearExecutor(model.network).run(vector.rows)
        if let degree = vector.degree {
            #expect(model.network.degree == degree, "\(vector.name)")
        }
        #expect(model.tail.outputs.map(\.name) == vector.outputs.map(\.name), "\(vector.name)")
        for (row, score) in scores.enumerated() {
            let results = try model.tail.run(score, rowIndex: row)
            for (result, expected) in zip(results, vector.outputs) {
                switch result {
                case .labels(let labels):
                    let wanted =
                        expected.text?[row]
                        ?? expected.numbers?[row].map { String(Int64($0)) } ?? []
                    #expect(labels == wanted, "\(vector.name) \(expected.name) row \(row)")
                case .numbers(let numbers):
                    let wanted = try #require(expected.numbers)[row]
                    let scale = max(1, wanted.map(abs).max() ?? 1)
                    let error = zip(numbers, wanted).map { abs($0 - $1) }.max() ?? .infinity
                    #expect(
                        numbers.count == wanted.count && error <= vector.tolerance * scale,
                        "\(vector.name) \(expected.name) row \(row): \(numbers) for \(wanted)")
                }
            }
        }
    }

    @Test(arguments: VectorFile.sets)
    func everyBadFileIsRefusedByName(set: String) throws {
        let file = try VectorFile.load(set)
        #expect(file.bad.count > VectorFile.least[set]?.1 ?? .max)
        for bad in file.bad {
            do {
                _ = try ONNXImporter().read(contentsOf: VectorFile.model(bad.name, of: set))
                Issue.record("\(bad.name) was accepted")
            } catch {
                let kind = "\(Mirror(reflecting: error).children.first?.label ?? "")"
                #expect(kind == bad.error, "\(bad.name): \(error)")
                for word in bad.words {
                    #expect(error.description.contains(word), "\(bad.name): \(error)")
                }
                #expect(!error.description.contains("\n"), "\(bad.name)")
            }
        }
    }

    @Test func missingAndEmptyFilesAreRefused() {
        #expect(throws: InferenceError.self) {
            try ONNXImporter().read(contentsOf: VectorFile.model("no such model"))
        }
        #expect(throws: InferenceError.self) { try ONNXImporter().read(Data()) }
        #expect(throws: InferenceError.self) {
            try ONNXImporter().read(contentsOf: VectorFile.folder)
        }
    }

    @Test func linkedExternalDataOutsideTheFolderIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tacit-external-\(ProcessInfo.processInfo.processIdentifier)")
        let inside = folder.appendingPathComponent("model")
        try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = inside.appendingPathComponent("m.onnx")
        try FileManager.default.copyItem(at: VectorFile.model("External"), to: model)
        let bytes = VectorFile.folder.appendingPathComponent("models/weights.bin")
        let outside = folder.appendingPathComponent("weights.bin")
        try FileManager.default.copyItem(at: bytes, to: outside)
        let link = inside.appendingPathComponent("weights.bin")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside)
        #expect {
            try ONNXImporter().read(contentsOf: model)
        } throws: { error in
            "\(error)".contains("outside")
        }
        try FileManager.default.removeItem(at: link)
        try FileManager.default.copyItem(at: bytes, to: link)
        #expect(try ONNXImporter().read(contentsOf: model).network.inputCount == 4)
        #expect(throws: InferenceError.self) {
            try ONNXImporter().read(Data(contentsOf: model))
        }
    }
}
