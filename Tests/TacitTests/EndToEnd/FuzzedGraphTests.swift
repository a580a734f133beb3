import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// Graphs of `Tests/InferenceTests/Vectors/fuzz_graphs.py` through the whole product, against the answers of ONNX's reference evaluator
/// and onnxruntime; run by `make graphs`, on the folder that TACIT_FUZZ names.
///
/// Prints how many were compiled, encrypted and refused.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TACIT_FUZZ"] != nil))
struct FuzzedGraphTests {
    private struct File: Decodable {
        struct Case: Decodable {
            struct Output: Decodable {
                let numbers: [[Double]]
            }
            let name: String
            let rows: [[Double]]
            let outputs: [Output]
            let tolerance: Double
        }
        let cases: [Case]
    }

    /// What became of the graphs.
    private struct Counts {
        var verified = 0
        var answersCompared = 0
        var withFunctions = 0
        var layouts: [String: Int] = [:]
        var refusals: [String: Int] = [:]
    }

    private static let shares = 4

    @Test(arguments: 0..<shares)
    func encryptedGraphsKeepTheirBound(share: Int) throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["TACIT_FUZZ"] ?? "")
        let file = try JSONDecoder().decode(
            File.self, from: Data(contentsOf: folder.appending(path: "graphs.json")))
        var counts = Counts()
        for (index, graph) in file.cases.enumerated() where index % Self.shares == share {
            let path = folder.appending(path: "graphs/\(graph.name).onnx")
            do { try check(path, graph, index / Self.shares, &counts) } catch {
                Issue.record("\(graph.name): \(error)")
            }
        }
        print("every \(Self.shares)th of \(file.cases.count) graphs: \(counts)")
        #expect(counts.verified > file.cases.count / Self.shares / 2)
    }

    private func check(
        _ path: URL, _ graph: File.Case, _ index: Int, _ counts: inout Counts
    ) throws {
        let rows = graph.rows
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
        try expectAnswers(of: graph, model, approximation: report.approximationError)
        counts.verified += 1
        if model.card.contents.output.tail.isTrivial { counts.answersCompared += 1 }
        if report.hasApproximations { counts.withFunctions += 1 }
        counts.layouts[RandomGraphTests.layout(of: model), default: 0] += 1
    }

    /// The decrypted answer is what ONNX's evaluators give, where nothing is left to the client.
    private func expectAnswers(
        of graph: File.Case, _ model: Model, approximation: Double
    ) throws {
        let output = model.card.contents.output
        guard output.tail.isTrivial else { return }
        let answer = try Conversation(model).answer(graph.rows)
        for (row, wanted) in graph.outputs[0].numbers.enumerated() {
            let scale = max(1, wanted.map(abs).max() ?? 1)
            let bound =
                output.errorBound + 1.01 * approximation + graph.tolerance * scale
            let error =
                zip(answer.scores[row], wanted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(
                answer.scores[row].count == wanted.count && error <= bound,
                "\(graph.name) row \(row): \(error)")
        }
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
