import Circuits

/// The matrices of an affine step as an operation on slots: diagonals for each source, then common folds.
///
/// With `x` a source in its layout and `u[t]` the sum over sources and amounts of
/// `diagonal[amount][t] * x[(t + amount) mod slotCount]`, the result is `u` after
/// `u += rotate(u, fold)` for every fold in order. It stands in the plain layout of the result.
///
/// Method: generalized diagonals of Halevi and Shoup ("Algorithms in HElib", CRYPTO 2014, section 4.3), with
/// the diagonals shared out over copies of the source where its layout has copies.
package struct SlotMatrix {
    private let terms: [(matrix: SparseMatrix, placement: DiagonalPlacement)]
    private let result: SlotLayout
    /// Positions after which `u` repeats.
    private let period: Int

    /// Places the matrices of a step.
    ///
    /// Every source is plain, or expanded for a block of as many positions as the result's period.
    package init(_ terms: [(matrix: SparseMatrix, source: SlotLayout)], result: SlotLayout) {
        self.result = result
        let period = terms.reduce(result.period) { max($0, $1.source.period) }
        self.period = period
        self.terms = terms.map { term in
            (term.matrix, DiagonalPlacement(source: term.source, resultPeriod: result.period))
        }
    }

    /// Rotation amounts of the folds in slots: they sum the blocks of one period.
    package var folds: [Int] {
        var folds: [Int] = []
        var amount = result.period
        while amount < period {
            folds.append(amount * result.rowCapacity)
            amount *= 2
        }
        return folds
    }

    /// Rotation amounts of the diagonals in slots, for each source.
    package var amounts: [[Int]] {
        terms.map { term in
            var used = [Bool](repeating: false, count: term.placement.distinct)
            for row in 0..<term.matrix.rowCount {
                for (column, _) in term.matrix.row(row) {
                    used[term.placement.place(row: row, column: column).diagonal] = true
                }
            }
            return used.indices.filter { used[$0] }.map { $0 * result.rowCapacity }
        }
    }

    /// The diagonals of each source by rotation amount.
    package var diagonals: [[Int: [Double]]] {
        terms.map { term in
            var diagonals: [Int: [Double]] = [:]
            for row in 0..<term.matrix.rowCount {
                for (column, value) in term.matrix.row(row) {
                    let place = term.placement.place(row: row, column: column)
                    fill(&diagonals[place.diagonal * result.rowCapacity], place.position, value)
                }
            }
            return diagonals
        }
    }

    private func fill(_ factors: inout [Double]?, _ position: Int, _ value: Double) {
        var slots = factors.take() ?? [Double](repeating: 0, count: result.slotCount)
        let rows = result.rowCapacity
        for start in stride(from: position, to: result.slotCount / rows, by: period) {
            for slot in (start * rows)..<((start + 1) * rows) { slots[slot] = value }
        }
        factors = slots
    }
}
/// Which diagonal and position an entry of a matrix falls on.
///
/// Every (row, column) has exactly one diagonal in `0..<distinct` and one position in `0..<period`, such that
/// the source holds the column at position + diagonal, and folding brings the position to the row.
private struct DiagonalPlacement {
    let source: SlotLayout
    let resultPeriod: Int
    /// Number of possible diagonals.
    let distinct: Int
    /// Positions after which this source's contribution repeats.
    private let period: Int

    init(source: SlotLayout, resultPeriod: Int) {
        precondition(source.isPlain || source.block == resultPeriod)
        self.source = source
        self.resultPeriod = resultPeriod
        distinct = source.isPlain ? min(source.period, resultPeriod) : source.distinct
        period = max(source.period, resultPeriod)
    }

    func place(row: Int, column: Int) -> (diagonal: Int, position: Int) {
        let diagonal = (column - row) & (distinct - 1)
        if source.isPlain {
            // position + diagonal = column modulo the source's period; position = row modulo the result's.
            let position =
                source.period > resultPeriod
                ? (column - diagonal) & (source.period - 1) : row
            return (diagonal, position)
        }
        // The blocks hold consecutive stretches of `distinct` elements; running over a block's end
        // leads into the next stretch.
        let blocks = period / resultPeriod
        let carry = (row + diagonal) / resultPeriod
        let block = (column / distinct - carry) & (blocks - 1)
        return (diagonal, block * resultPeriod + row)
    }
}
