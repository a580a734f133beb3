import Inference
import TestSupport
import Testing

/// Slot layouts and the diagonals between them, against dense products.
struct LayoutTests {
    /// A source of an affine step: its matrix, layout, and the values of every row.
    private struct Source {
        let matrix: SparseMatrix
        let layout: SlotLayout
        let rows: [[Double]]
    }

    /// What the circuit does with the diagonals: rotate, multiply, sum, fold.
    private func evaluate(_ matrix: SlotMatrix, _ sources: [Source], slotCount: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: slotCount)
        for (source, diagonals) in zip(sources, matrix.diagonals) {
            let slots = source.layout.slots(ofRows: source.rows.map { $0[...] })
            for (amount, factors) in diagonals {
                for slot in 0..<slotCount {
                    sum[slot] += factors[slot] * slots[(slot + amount) % slotCount]
                }
            }
        }
        for fold in matrix.folds {
            sum = (0..<slotCount).map { sum[$0] + sum[($0 + fold) % slotCount] }
        }
        return sum
    }

    /// Fails unless the diagonals compute `sum of matrix * rows` and leave it in the plain layout.
    private func check(_ sources: [Source], _ result: SlotLayout, _ label: String) {
        let matrix = SlotMatrix(sources.map { ($0.matrix, $0.layout) }, result: result)
        let slots = evaluate(matrix, sources, slotCount: result.slotCount)
        var expected = sources[0].rows.map { _ in
            [Double](repeating: 0, count: result.elementCount)
        }
        for source in sources {
            for (row, values) in source.rows.enumerated() {
                source.matrix.accumulate(values, into: &expected[row])
            }
        }
        // Products of small whole numbers are exact, in whatever order they are summed.
        let whole = result.slots(ofRows: expected.map { $0[...] })
        #expect(slots == whole, "\(label)")
        for (row, values) in expected.enumerated() {
            #expect(result.elements(ofRow: row, slots: slots) == values, "\(label), row \(row)")
        }
        for (amounts, diagonals) in zip(matrix.amounts, matrix.diagonals) {
            #expect(amounts == diagonals.keys.sorted(), "\(label)")
        }
    }

    private func matrix(
        _ rows: Int, _ columns: Int, density: Double, _ random: inout TestGenerator
    ) -> SparseMatrix {
        let values = (0..<(rows * columns)).map { _ in
            random.real(in: 0...1) < density ? Double(random.integer(in: -9...9)) : 0
        }
        return .dense(rowCount: rows, columnCount: columns, values: values)
    }

    private func source(
        _ matrix: SparseMatrix, _ layout: SlotLayout, _ random: inout TestGenerator
    ) -> Source {
        let rows = (0..<layout.rowCapacity).map { _ in
            (0..<matrix.columnCount).map { _ in Double(random.integer(in: -9...9)) }
        }
        return Source(matrix: matrix, layout: layout, rows: rows)
    }

    private func powerOfTwo(_ count: Int) -> Int {
        var power = 1
        while power < count { power *= 2 }
        return power
    }

    /// The layouts a source may have before a result of period `block`: plain, then every expansion.
    private func layouts(_ count: Int, block: Int, slotCount: Int, capacity: Int) -> [SlotLayout] {
        var list = [
            SlotLayout.plain(elementCount: count, slotCount: slotCount, rowCapacity: capacity)
        ]
        var distinct = min(block, powerOfTwo(count))
        while distinct >= 1 {
            if block * (powerOfTwo(count) / distinct) <= slotCount / capacity {
                list.append(
                    .expanded(
                        elementCount: count, block: block, distinct: distinct,
                        slotCount: slotCount, rowCapacity: capacity))
            }
            distinct /= 2
        }
        return list
    }

    @Test("diagonals are the dense product, for all shapes, layouts and row capacities")
    func products() {
        var random = TestGenerator(seed: 41)
        var expansions = 0
        for number in 0..<220 {
            let rows = random.integer(in: 1...70)
            let columns = random.integer(in: 1...70)
            let capacity = 1 << random.integer(in: 0...2)
            let slotCount =
                max(powerOfTwo(rows), powerOfTwo(columns)) * capacity
                << random.integer(in: 0...2)
            let result = SlotLayout.plain(
                elementCount: rows, slotCount: slotCount, rowCapacity: capacity)
            let weights = matrix(
                rows, columns, density: number % 3 == 0 ? 0.2 : 1, &random)
            let choices = layouts(
                columns, block: powerOfTwo(rows), slotCount: slotCount, capacity: capacity)
            let layout = choices[random.integer(in: 0...(choices.count - 1))]
            expansions += layout == choices[0] ? 0 : 1
            check(
                [source(weights, layout, &random)], result,
                "\(rows) x \(columns), capacity \(capacity), slots \(slotCount), \(layout)")
        }
        #expect(expansions > 60)
    }

    @Test("every small shape in every layout")
    func smallShapes() {
        var random = TestGenerator(seed: 42)
        for rows in 1...9 {
            for columns in 1...9 {
                let capacity = 1 + (rows + columns) % 2
                let result = SlotLayout.plain(
                    elementCount: rows, slotCount: 64, rowCapacity: capacity)
                for layout in layouts(
                    columns, block: powerOfTwo(rows), slotCount: 64, capacity: capacity)
                {
                    let weights = matrix(rows, columns, density: 1, &random)
                    check(
                        [source(weights, layout, &random)], result,
                        "\(rows) x \(columns), \(layout)")
                }
            }
        }
    }

    @Test("several sources of different widths and layouts are summed")
    func severalSources() {
        var random = TestGenerator(seed: 43)
        for _ in 0..<80 {
            let rows = random.integer(in: 1...40)
            let capacity = 1 << random.integer(in: 0...1)
            let slotCount = 256
            let result = SlotLayout.plain(
                elementCount: rows, slotCount: slotCount, rowCapacity: capacity)
            let sources = (0..<random.integer(in: 2...4)).map { _ in
                let columns = random.integer(in: 1...70)
                let weights = matrix(rows, columns, density: 0.5, &random)
                let choices = layouts(
                    columns, block: powerOfTwo(rows), slotCount: slotCount, capacity: capacity)
                return source(
                    weights, choices[random.integer(in: 0...(choices.count - 1))], &random)
            }
            let shapes = sources.map { "\($0.layout)" }.joined(separator: ", ")
            check(sources, result, "\(rows) rows from \(shapes)")
        }
    }

    @Test("rows come back from their slots, and vectors stand before every row")
    func roundTrip() {
        var random = TestGenerator(seed: 44)
        for count in 1...70 {
            for capacity in [1, 2, 8] {
                for layout in layouts(count, block: 16, slotCount: 2048, capacity: capacity) {
                    let used = random.integer(in: 1...capacity)
                    let rows = (0..<used).map { _ in
                        (0..<count).map { _ in random.real(in: -1...1) }
                    }
                    let slots = layout.slots(ofRows: rows.map { $0[...] })
                    let vector = rows[0]
                    let everywhere = layout.slots(ofVector: vector)
                    for row in 0..<capacity {
                        let expected = row < used ? rows[row] : Array(repeating: 0, count: count)
                        #expect(layout.elements(ofRow: row, slots: slots) == expected)
                        #expect(layout.elements(ofRow: row, slots: everywhere) == vector)
                    }
                }
            }
        }
    }
}
