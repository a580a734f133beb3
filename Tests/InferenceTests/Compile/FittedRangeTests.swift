import Inference
import TestSupport
import Testing

/// Models with fitted functions: what they accept stays where their polynomials hold.
struct FittedRangeTests {
    private static let width = 6

    /// `depth` layers of random weights with a function after each, and three scores.
    private func model(_ function: ActivationFunction, depth: Int) throws -> ImportedModel {
        var random = TestGenerator(seed: 20_261_121)
        var builder = NetworkBuilder(inputShape: [Self.width])
        func weights(_ rows: Int) -> SparseMatrix {
            .dense(
                rowCount: rows, columnCount: Self.width,
                values: (0..<rows * Self.width).map { _ in random.real(in: -1...1) / 2 })
        }
        var value = builder.input
        for layer in 0..<depth {
            value = builder.affine(
                [(value, weights(Self.width))], shape: [Self.width],
                origin: .init(["dense \(layer)"]))
            value = builder.activation(
                value, .function(function), origin: .init(["function \(layer)"]))
        }
        value = builder.affine([(value, weights(3))], shape: [3], origin: .init(["scores"]))
        let network = try builder.finish(output: value)
        let output = ClientTail.Output(name: "y", value: 0, shape: [3])
        return ImportedModel(
            network: network, tail: ClientTail(scoreCount: 3, steps: [], outputs: [output]),
            inputs: [.init(name: "x", offset: 0, shape: [Self.width])], opset: 17, producer: "")
    }

    /// A hundred rows in [-2, 2].
    private func calibration() -> [[Double]] {
        var random = TestGenerator(seed: 7)
        return (0..<100).map { _ in (0..<Self.width).map { _ in random.real(in: -2...2) } }
    }

    private func compile(_ model: ImportedModel, _ rows: [[Double]]) throws -> CompiledModel {
        var options = CompileOptions()
        options.layout = .slots
        options.calibrationRows = rows
        return try Compiler.compile(model, options: options)
    }

    /// Largest difference between the program in the clear and the exact network, and the largest score.
    private func difference(
        _ compiled: CompiledModel, _ rows: [[Double]]
    ) throws -> (error: Double, magnitude: Double) {
        guard case .ckks(let program) = compiled.program,
            case .ckks(let card) = compiled.card.scheme
        else { throw CompileError.constantOutput }
        let exact = try ClearExecutor(compiled.network).run(rows)
        var (error, magnitude) = (0.0, 0.0)
        for (row, scores) in zip(rows, exact) {
            let found = program.clearScores(card.normalization?.apply(to: row) ?? row)
            error = max(error, zip(found, scores).map { abs($0 - $1) }.max() ?? 0)
            magnitude = max(magnitude, scores.map(abs).max() ?? 0)
        }
        return (error, magnitude)
    }

    @Test(
        "rows like the calibration rows, as large as the card accepts, keep to the approximation",
        arguments: [.tanh, .sigmoid, .relu, .softplus, .silu] as [ActivationFunction])
    func acceptedRows(function: ActivationFunction) throws {
        let rows = calibration()
        let compiled = try compile(model(function, depth: 1), rows)
        let accepted = try #require(compiled.card.input.ranges.first)
        #expect(compiled.card.input.ranges.count == 1)
        // A fitted polynomial must not be asked for more than it was fitted for.
        #expect(accepted.lower > -4 && accepted.upper < 4 && accepted.contains(2.5))
        let stretched = rows.map { row in
            row.map { accepted.lower + ($0 + 2) / 4 * (accepted.upper - accepted.lower) }
        }
        let (error, magnitude) = try difference(compiled, stretched)
        #expect(error < 0.1 * magnitude, "\(function): \(error) of \(magnitude)")
    }

    @Test("scores far beyond those of the calibration rows are refused by the card")
    func headroom() throws {
        let rows = calibration()
        let compiled = try compile(model(.tanh, depth: 1), rows)
        let magnitude = try difference(compiled, rows).magnitude
        #expect(compiled.card.output.bound >= 1.5 * magnitude)
        #expect(compiled.card.output.bound < 8 * magnitude)
    }

    @Test("bounds of polynomials that are beyond doubles do not keep deep networks from compiling")
    func deepFunctions() throws {
        let rows = calibration()
        let compiled = try compile(model(.relu, depth: 3), rows)
        let (error, magnitude) = try difference(compiled, rows)
        #expect(error < 0.2 * magnitude, "\(error) of \(magnitude)")
    }
}
