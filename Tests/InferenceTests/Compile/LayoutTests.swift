import Circuits
import ComplexModule
import Foundation
import Inference
import TestSupport
import Testing

/// Slot layouts and the diagonals between them, against dense products.
struct LayoutTests {
    /// What the circuit does with the diagonals: rotate, multiply, sum, fold, take the real part.
    private func evaluate(
        _ matrix: SlotMatrix, _ sources: [(layout: SlotLayout, rows: [[Double]])], slotCount: Int,
        _ label: String
    ) throws -> [Double] {
        var sum = [Complex<Double>](repeating: .zero, count: slotCount)
        let all = try #require(matrix.diagonals, "\(label)")
        for (source, diagonals) in zip(sources, all) {
            let (real, imaginary) = source.layout.slots(ofRows: source.rows.map { $0[...] })
            let slots = real.indices.map { Complex(real[$0], imaginary?[$0] ?? 0) }
            for (amount, factors) in diagonals {
                let factors = factors.complexValues
                for slot in 0..<slotCount {
                    sum[slot] += factors[slot] * slots[(slot + amount) % slotCount]
                }
            }
        }
        for fold in matrix.folds {
            sum = (0..<slotCount).map { sum[$0] + sum[($0 + fold) % slotCount] }
        }
        return sum.map { matrix.takesRealPart ? 2 * $0.real : $0.real }
    }

    /// Fails unless the diagonals compute `sum of matrix * rows` wherever the layout says that elements stand, and
    /// nothing elsewhere when the gathering is cyclic.
    private func check(
        _ terms: [(matrix: SparseMatrix, layout: SlotLayout)], rows: [[[Double]]],
        _ placement: AffinePlacement, _ label: String
    ) throws {
        let result = placement.layout
        let matrix = SlotMatrix(
            zip(terms, placement.amounts).map {
                SlotMatrix.Term($0.matrix, source: $0.layout, amounts: $1)
            }, result: result, gathering: placement.gathering)
        let slots = try evaluate(
            matrix, zip(terms, rows).map { (layout: $0.layout, rows: $1) },
            slotCount: result.slotCount, label)
        var expected = rows[0].map { _ in [Double](repeating: 0, count: result.elementCount) }
        for (term, values) in zip(terms, rows) {
            for (row, vector) in values.enumerated() {
                term.matrix.accumulate(vector, into: &expected[row])
            }
        }
        // Products of small whole numbers are exact, in whatever order they are summed.
        let capacity = result.rowCapacity
        for slot in 0..<result.slotCount {
            let element = result.cells[(slot / capacity) % result.period]
            if element >= 0 {
                #expect(slots[slot] == expected[slot % capacity][Int(element)], "\(label)")
            } else if case .cyclic = placement.gathering {
                #expect(slots[slot] == 0, "\(label)")
            }
        }
        for (row, values) in expected.enumerated() {
            #expect(result.elements(ofRow: row, slots: slots) == values, "\(label), row \(row)")
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

    private func vectors(
        _ count: Int, of width: Int, _ random: inout TestGenerator
    ) -> [[Double]] {
        (0..<count).map { _ in (0..<width).map { _ in Double(random.integer(in: -9...9)) } }
    }

    private func powerOfTwo(_ count: Int) -> Int {
        var power = 1
        while power < count { power *= 2 }
        return power
    }

    private func map(_ matrices: [SparseMatrix]) throws -> (map: Network.AffineMap, ids: [ValueID])
    {
        var builder = NetworkBuilder(inputShape: [matrices[0].columnCount])
        let ids = matrices.map { matrix in
            builder.affine(
                [
                    (
                        builder.input,
                        .selection(
                            [Int?](repeating: 0, count: matrix.columnCount),
                            columnCount: matrices[0].columnCount)
                    )
                ], shape: [matrix.columnCount],
                origin: .init(["value"]))
        }
        let sum = builder.affine(
            zip(ids, matrices).map { (source: $0, matrix: $1) }, shape: [matrices[0].rowCount],
            origin: .init(["map"]))
        let network = try builder.finish(output: sum)
        guard case .affine(let map) = network[network.output].operation else { throw Missing() }
        return (map, map.terms.map(\.source))
    }

    private struct Missing: Error {}

    @Test("all placements of a map compute the dense product")
    func placements() throws {
        var random = TestGenerator(seed: 41)
        var blocks = 0
        for number in 0..<160 {
            let rows = random.integer(in: 1...40)
            let sourceCount = number % 5 == 0 ? 2 : 1
            let capacity = 1 << random.integer(in: 0...2)
            let weights = (0..<sourceCount).map { _ in
                matrix(
                    rows, random.integer(in: 1...40), density: number % 3 == 0 ? 0.2 : 1, &random)
            }
            let (map, ids) = try map(weights)
            guard map.terms.count == sourceCount else { continue }
            var placement = Placement(slotCount: 256 * capacity, rowCapacity: capacity)
            for (id, term) in zip(ids, map.terms) {
                placement.layouts[id] = .plain(
                    elementCount: term.matrix.columnCount, slotCount: 256 * capacity,
                    rowCapacity: capacity, stride: number % 7 == 0 ? 4 : 1)
            }
            let values = map.terms.map { vectors(capacity, of: $0.matrix.columnCount, &random) }
            let list = placement.candidates(
                map, count: rows, isFree: true, allowsPartialSums: true)
            #expect(!list.isEmpty)
            for candidate in list {
                if case .blocks = candidate.gathering { blocks += 1 }
                try check(
                    map.terms.compactMap { term in
                        placement.layouts[term.source].map { (term.matrix, $0) }
                    }, rows: values, candidate,
                    "\(rows) rows, capacity \(capacity), \(candidate.gathering)")
            }
        }
        #expect(blocks > 100)
    }

    @Test("maps from one grid to the next compute the dense product")
    func grids() throws {
        var random = TestGenerator(seed: 43)
        var found = 0
        for number in 0..<60 {
            let capacity = 1 << random.integer(in: 0...1)
            let shape = [1] + (0..<3).map { _ in random.integer(in: 2...5) }
            var placement = Placement(slotCount: 1024 * capacity, rowCapacity: capacity)
            for first in TensorGrid.plain(shape) {
                let grid =
                    number % 2 == 0
                    ? first : try #require(first.shrunk(to: shape.map { ($0 + 1) / 2 }))
                let count = grid.shape.reduce(1, *)
                let smaller = grid.shape.map { ($0 + 1) / 2 }
                let rows = smaller.reduce(1, *)
                let (map, ids) = try map([matrix(rows, count, density: 0.5, &random)])
                guard map.terms.count == 1 else { continue }
                let source = SlotLayout(
                    slotCount: 1024 * capacity, rowCapacity: capacity, elementCount: count,
                    cells: try #require(grid.cells))
                placement.layouts[ids[0]] = source
                let values = vectors(capacity, of: count, &random)
                let list = placement.candidates(
                    map, count: rows, isFree: true, allowsPartialSums: false,
                    grids: [grid.shrunk(to: smaller)].compactMap(\.self))
                for candidate in list {
                    found += candidate.grid == nil ? 0 : 1
                    try check(
                        [(map.terms[0].matrix, source)], rows: [values], candidate,
                        "\(grid.shape) to \(smaller), \(candidate.gathering)")
                }
            }
        }
        #expect(found > 60)
    }

    @Test("all expansions of the input compute the dense product")
    func expansions() throws {
        var random = TestGenerator(seed: 42)
        var (complex, parts) = (0, 0)
        for number in 0..<160 {
            let rows = random.integer(in: 1...40)
            let columns = random.integer(in: 1...40)
            let capacity = 1 << random.integer(in: 0...1)
            let weights = matrix(
                rows, columns, density: number % 2 == 0 ? 0.2 : 1, &random)
            let placement = Placement(slotCount: 256 * capacity, rowCapacity: capacity)
            let values = vectors(capacity, of: columns, &random)
            for expansion in InputExpansions(matrix: weights, placement: placement).all() {
                complex += expansion.layouts[0].imaginary == nil ? 0 : 1
                parts += expansion.layouts.count > 1 ? 1 : 0
                try check(
                    Array(zip(expansion.matrices, expansion.layouts)),
                    rows: expansion.layouts.map { _ in values }, expansion.placement,
                    "\(rows) x \(columns), capacity \(capacity)")
            }
        }
        #expect(complex > 50 && parts > 20)
    }

    @Test(
        "rows come back from their slots, vectors stand before every row, and tables survive coding"
    )
    func roundTrip() throws {
        var random = TestGenerator(seed: 44)
        for count in 1...70 {
            for (capacity, stride) in [(1, 1), (2, 4), (8, 2)] {
                let layout = SlotLayout.plain(
                    elementCount: count, slotCount: 4096, rowCapacity: capacity, stride: stride)
                let used = random.integer(in: 1...capacity)
                let rows = vectors(used, of: count, &random)
                let slots = layout.slots(ofRows: rows.map { $0[...] }).real
                let everywhere = layout.slots(ofVector: rows[0])
                for row in 0..<capacity {
                    let expected = row < used ? rows[row] : Array(repeating: 0, count: count)
                    #expect(layout.elements(ofRow: row, slots: slots) == expected)
                    #expect(layout.elements(ofRow: row, slots: everywhere) == rows[0])
                }
                let bytes = try JSONEncoder().encode(layout)
                #expect(try JSONDecoder().decode(SlotLayout.self, from: bytes) == layout)
            }
        }
    }

    @Test(
        "malformed tables are refused",
        arguments: [
            "[1,2]", "[0,1,0]", "[0,1,-1]", "[0,1,1000000]", "[0,9223372036854775807,2]",
            "[131072,131072,131072]", "[-2,0,1]",
        ])
    func malformed(cells: String) {
        let json =
            "{\"slotCount\":8,\"rowCapacity\":1,\"elementCount\":4,\"cells\":\(cells)}"
        let layout = try? JSONDecoder().decode(SlotLayout.self, from: Data(json.utf8))
        #expect(layout.map(\.isWellFormed) != true)
    }
}
