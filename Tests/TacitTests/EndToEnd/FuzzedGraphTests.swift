import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// Graphs of `Tests/InferenceTests/Vectors/fuzz_graphs.py` through the whole product; run by hand, on the folder that TACIT_FUZZ names.
///
/// Prints how many were compiled, encrypted and refused. That the clear scores are onnxruntime's is tested by `OracleTests`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TACIT_FUZZ"] != nil))
struct FuzzedGraphTests {
    private struct File: Decodable {
        struct Case: Decodable {
            let name: String
            let rows: [[Double]]
        }
        let cases: [Case]
    }

    /// What became of the graphs.
    private struct Counts {
        var verified = 0
        var withFunctions = 0
        var layouts: [String: Int] = [:]
        var refusals: [String: Int] = [:]
    }

    @Test func encryptedGraphsKeepTheirBound() throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["TACIT_FUZZ"] ?? "")
        let file = try JSONDecoder().decode(
            File.self, from: Data(contentsOf: folder.appending(path: "graphs.json")))
        var counts = Counts()
        for (index, graph) in file.cases.enumerated() {
            let path = folder.appending(path: "graphs/\(graph.name).onnx")
            try check(path, graph.rows, index, &counts)
        }
        print("\(file.cases.count) graphs: \(counts)")
        #expect(counts.verified > file.cases.count / 2)
    }

    private func check(
        _ path: URL, _ rows: [[Double]], _ index: Int, _ counts: inout Counts
    ) throws {
        let model: Model
        do {
            let imported = try ONNXImporter().read(contentsOf: path)
            // Deep ones take long and show nothing more.
            guard imported.network.degree <= 4 || functionCount(imported.network) == 1 else {
                counts.refusals["skipped for their degree", default: 0] += 1
                return
            }
            model = try Model(compiling: imported, options: options(index, rows))
        } catch {
            let kind = "\(Mirror(reflecting: error).children.first?.label ?? "\(error)")"
            counts.refusals[kind, default: 0] += 1
            #expect(
                error as? CompileError == .constantOutput
                    || ["tooDeep", "precisionOutOfReach", "schemeUnsuitable"]
                        .contains(kind),
                "\(path.lastPathComponent): \(error)")
            return
        }
        let report = try Verification.run(
            model: model, rows: rows, encryption: index % 3 == 0 ? .publicKey : .secretKey)
        #expect(report.isWithinBound, "\(path.lastPathComponent): \(report.largestError)")
        let simulated = try model.simulatedPrediction(rows)
        let clear = try model.clearPrediction(rows)
        let error = largestError(simulated, clear)
        #expect(
            error <= report.errorBound + 1.01 * report.approximationError,
            "\(path.lastPathComponent): simulation \(error)")
        counts.verified += 1
        if report.hasApproximations { counts.withFunctions += 1 }
        counts.layouts[model.card.contents.scheme.name, default: 0] += 1
    }

    private func functionCount(_ network: Network) -> Int {
        network.nodes.count {
            if case .activation(_, .function) = $0.operation { true } else { false }
        }
    }

    private func options(_ index: Int, _ rows: [[Double]]) -> CompileOptions {
        var options = CompileOptions()
        options.scheme = .ckks
        options.calibrationRows = index % 4 == 3 ? [] : rows
        options.inputRange = index % 4 == 3 ? -1...1 : nil
        options.precisionBits = [8, 10, 14][index % 3]
        options.rows = [1, 2, 64][index % 3]
        options.activationTolerance = 0.05
        if index % 11 == 0 { options.flooding = HidingGoal(bits: 20, uses: 1) }
        return options
    }
}
