import Inference
import Tacit
import TestSupport
import Testing

/// Random ONNX graphs through the whole product: compiled, simulated, encrypted, evaluated, decrypted.
struct RandomGraphTests {
    /// Graphs of one test; 2,000 of all.
    private static let wanted = 50
    private static let batches: UInt64 = 40

    @Test("graphs keep the bound of their card, encrypted and simulated", arguments: 0..<batches)
    func graphsKeepTheirBound(batch: UInt64) throws {
        var done = 0
        var layouts: Set<String> = []
        for seed in 10_000 + 1000 * batch..<11_000 + 1000 * batch where done < Self.wanted {
            let graph = RandomGraph(seed: seed, steps: 4, functions: seed % 8 == 0)
            let imported = try ONNXImporter().read(graph.model)
            guard Self.isWanted(imported.network, seed) else { continue }
            let rows = (0..<RandomGraph.rows).map(graph.row)
            do {
                let model = try Self.compiled(imported, Self.options(seed, imported, rows))
                try check(graph, model, rows, seed)
                layouts.insert(Self.layout(of: model))
                done += 1
            } catch let error as CompileError {
                #expect(Self.isFair(error), "seed \(seed), \(graph.operators.sorted()): \(error)")
            } catch {
                Issue.record("seed \(seed), \(graph.operators.sorted()): \(error)")
            }
        }
        #expect(done == Self.wanted)
        #expect(layouts == ["slots", "coefficients", "columns", "paillier"])
    }

    /// Deep or wide graphs take long and show nothing more; half of the graphs are no affine maps.
    private static func isWanted(_ network: Network, _ seed: UInt64) -> Bool {
        let functions = network.nodes.count {
            if case .activation(_, .function) = $0.operation { true } else { false }
        }
        guard network.outputCount <= 60 else { return false }
        let degrees = seed % 2 == 0 ? 1...3 : 2...3
        return functions == 0 ? degrees.contains(network.degree) : functions == 1
    }

    /// Compiles; in the layout that is best, where the asked one does not fit.
    private static func compiled(
        _ imported: ImportedModel, _ options: CompileOptions
    ) throws -> Model {
        do {
            return try Model(compiling: imported, options: options)
        } catch let error as CompileError {
            guard case .schemeUnsuitable = error else { throw error }
            var options = options
            options.layout = .auto
            return try Model(compiling: imported, options: options)
        }
    }

    private static func options(
        _ seed: UInt64, _ imported: ImportedModel, _ rows: [[Double]]
    ) -> CompileOptions {
        var options = CompileOptions()
        let isAffine = imported.network.degree == 1
        options.scheme = isAffine && seed % 20 == 2 ? .paillier : .ckks
        options.paillierBits = 2048
        options.layout = [.auto, .slots, .columns, .auto][Int(seed / 2 % 4)]
        options.precisionBits = [6, 8, 10, 8, 12][Int(seed % 5)]
        options.rows = [1, 2, 64, 1][Int(seed / 3 % 4)]
        options.calibrationRows = seed % 3 == 0 ? [] : rows
        options.inputRange = seed % 3 == 1 ? nil : -1...1
        options.activationTolerance = 0.1
        if seed % 13 == 0, options.scheme == .ckks {
            options.flooding = HidingGoal(bits: 10, uses: 1)
        }
        return options
    }

    /// Refusals that a random graph may run into.
    private static func isFair(_ error: CompileError) -> Bool {
        switch error {
        case .constantOutput, .tooDeep, .precisionOutOfReach: true
        default: false
        }
    }

    static func layout(of model: Model) -> String {
        guard case .ckks(let lattice) = model.card.contents.scheme else { return "paillier" }
        switch lattice.layout {
        case .slots: return "slots"
        case .coefficients: return "coefficients"
        case .columns: return "columns"
        }
    }

    private func check(
        _ graph: RandomGraph, _ model: Model, _ rows: [[Double]], _ seed: UInt64
    ) throws {
        let encryption: EncryptionMode = seed % 4 == 0 ? .publicKey : .secretKey
        let report = try Verification.run(model: model, rows: rows, encryption: encryption)
        let place: Comment = "seed \(seed), \(graph.operators.sorted())"
        #expect(report.isWithinBound, place)
        // Without fitted functions the bound holds for each part too.
        let parts = try #require(report.parts)
        #expect(parts.rounding.largest <= report.errorBound, place)
        #expect(parts.noise.largest <= 2 * report.errorBound, place)
        // The clear model is the graph.
        let clear = try model.clearPrediction(rows)
        for index in rows.indices {
            guard case .numbers(let numbers) = clear.outputs[index][0] else {
                Issue.record(place)
                continue
            }
            let expected = graph.expected.row(index)
            let scale = max(1, expected.map(abs).max() ?? 1)
            let error = zip(numbers, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(numbers.count == expected.count && error <= 1e-9 * scale, place)
        }
    }
}
