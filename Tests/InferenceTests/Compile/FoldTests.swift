import CKKS
import Inference
import TestSupport
import Testing

/// Sums of equally weighted elements, made by rotations of layouts that suit them.
struct FoldTests {
    /// A convolution's shape in small: a map, a square, `4^k` elements averaged, and so on.
    private func network(
        _ random: inout TestGenerator, input: Int, sums: [Int], group: Int
    ) throws -> ImportedModel {
        var builder = NetworkBuilder(inputShape: [input])
        var value = builder.input
        var width = input
        func dense(_ rows: Int, _ columns: Int) -> SparseMatrix {
            .dense(
                rowCount: rows, columnCount: columns,
                values: (0..<(rows * columns)).map { _ in
                    random.real(in: -1...1) / Double(columns).squareRoot()
                })
        }
        for (number, count) in sums.enumerated() {
            value = builder.affine(
                [(value, dense(count * group, width))],
                bias: (0..<(count * group)).map { _ in random.real(in: -0.5...0.5) },
                shape: [count * group], origin: .init(["map \(number)"]))
            value = builder.activation(
                value, .polynomial(.power(2)), origin: .init(["square \(number)"]))
            // Members of a sum are spread over the value in no order.
            var members = Array(0..<(count * group))
            for index in members.indices.reversed() {
                members.swapAt(index, random.integer(in: 0...index))
            }
            var weights = [Double](repeating: 0, count: count * count * group)
            for (place, member) in members.enumerated() {
                weights[place % count * count * group + member] = 1 / Double(group)
            }
            value = builder.affine(
                [(value, .dense(rowCount: count, columnCount: count * group, values: weights))],
                shape: [count], origin: .init(["pool \(number)"]))
            width = count
        }
        value = builder.affine(
            [(value, dense(5, width))], shape: [5], origin: .init(["scores"]))
        let tail = ClientTail(
            scoreCount: 5, steps: [], outputs: [.init(name: "y", value: 0, shape: [5])])
        return ImportedModel(
            network: try builder.finish(output: value).simplified(), tail: tail,
            inputs: [.init(name: "x", offset: 0, shape: [input])], opset: 17, producer: "")
    }

    @Test("averages before a map become rotations where that is cheaper, and the scores stay")
    func pools() throws {
        let cases = [(2, [24, 32], 8, 20), (1, [100, 50], 4, 14), (4, [50], 8, 20)]
        let folded = try cases.count {
            try folds(rows: $0.0, sums: $0.1, group: $0.2, precision: $0.3)
        }
        #expect(folded >= 2)
    }

    /// Checks the scores of one network; whether its averages are rotations.
    private func folds(rows: Int, sums: [Int], group: Int, precision: Int) throws -> Bool {
        var random = TestGenerator(seed: UInt64(100 * rows + sums[0]))
        let model = try network(&random, input: 30, sums: sums, group: group)
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.inputRange = -1...1
        options.precisionBits = precision
        options.rows = rows
        let inputs = (0..<rows).map { _ in (0..<30).map { _ in random.real(in: -1...1) } }
        options.calibrationRows = inputs
        let compiled = try Compiler.compile(model, options: options)
        guard case .ckks(let program) = compiled.program,
            case .ckks(let card) = compiled.card.scheme
        else { throw CompileError.constantOutput }
        let folded = program.steps.filter {
            if case .fold = $0.operation { true } else { false }
        }
        let expected = try ClearExecutor(model.network).run(inputs)
        let used = min(rows, card.rowCapacity)
        let found = try EncryptedRun(compiled, seed: 7).scores(of: Array(inputs.prefix(used)))
        for (row, scores) in expected.prefix(used).enumerated() {
            let clear = program.clearScores(
                card.normalization?.apply(to: inputs[row]) ?? inputs[row])
            for (index, score) in scores.enumerated() {
                #expect(abs(clear[index] - score) < 1e-9)
                #expect(abs(found[row][index] - score) <= compiled.card.output.errorBound)
            }
        }
        return !folded.isEmpty
    }

    @Test("a layout unfolds only by a matrix of ones that puts every element into one sum")
    func unfolding() throws {
        let layout = SlotLayout.plain(elementCount: 3, slotCount: 32, rowCapacity: 2)
        func matrix(_ values: [Double], columns: Int) -> SparseMatrix {
            .dense(rowCount: values.count / columns, columnCount: columns, values: values)
        }
        let good = matrix([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], columns: 6)
        let unfolded = try #require(layout.unfolded(good))
        #expect(unfolded.cells == [0, 1, 2, -1, 3, 4, 5, -1])
        #expect(layout.folds(of: unfolded) == [8])
        // A weight that is no one, an element in two sums, sums of different sizes, a sum too few, too many members.
        let bad = [
            matrix([1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], columns: 6),
            matrix([1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1], columns: 6),
            matrix([1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], columns: 6),
            matrix([1, 0, 1, 0, 0, 1, 0, 1], columns: 4),
            matrix((0..<(3 * 24)).map { $0 / 24 == $0 % 3 ? 1 : 0 }, columns: 24),
        ]
        for matrix in bad { #expect(layout.unfolded(matrix) == nil) }
    }
}
