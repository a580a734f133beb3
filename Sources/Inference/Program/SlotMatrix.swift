package import Circuits
import ComplexModule

/// How an affine step adds up the partial sums of a result, which stand at several positions.
public enum Gathering: Sendable, Hashable, Codable {
    /// Partial sums repeat after `period` positions; those a multiple of the result's period apart belong together.
    /// Every position of the result is then whole.
    case cyclic(period: Int)
    /// Blocks of consecutive positions belong together; only the first position of each is whole, the others hold sums
    /// across blocks that nothing may read.
    case blocks(Int)
}

/// The matrices of an affine step as an operation on slots: diagonals for each source, then common folds.
///
/// With `x` a source in its layout and `u[t]` the sum over sources and amounts of
/// `diagonal[amount][t] * x[(t + amount) mod slotCount]`, the result is `u` after
/// `u += rotate(u, fold)` for every fold in order.
///
/// Method: generalized diagonals of Halevi and Shoup ("Algorithms in HElib", CRYPTO 2014, section 4.3), with
/// the diagonals shared out over the positions that fold into one result. Where a source uses imaginary parts, the
/// result is the real part, which the step takes by adding the conjugate.
package struct SlotMatrix {
    /// One matrix and where its operand stands.
    package struct Term {
        /// Rows: elements of the result; columns: elements of the source.
        package let matrix: SparseMatrix
        /// Where the source stands.
        package let source: SlotLayout
        /// Amounts that may be used, in positions; each below the source's period.
        package let amounts: [Int]

        /// Describes a term.
        package init(_ matrix: SparseMatrix, source: SlotLayout, amounts: [Int]) {
            self.matrix = matrix
            self.source = source
            self.amounts = amounts
        }
    }

    private let terms: [Term]
    private let result: SlotLayout
    private let gathering: Gathering

    /// Describes the matrices of a step.
    package init(_ terms: [Term], result: SlotLayout, gathering: Gathering) {
        self.terms = terms
        self.result = result
        self.gathering = gathering
    }

    /// Positions after which partial sums repeat.
    private var period: Int {
        switch gathering {
        case .cyclic(let period): period
        case .blocks: result.period
        }
    }

    /// Rotation amounts of the folds in slots.
    package var folds: [Int] {
        let range =
            switch gathering {
            case .cyclic(let period): (result.period, period)
            case .blocks(let count): (1, count)
            }
        var folds: [Int] = []
        var amount = range.0
        while amount < range.1 {
            folds.append(amount * result.rowCapacity)
            amount *= 2
        }
        return folds
    }

    /// Whether the step takes the real part of its sums.
    package var takesRealPart: Bool { terms.contains { $0.source.imaginary != nil } }

    /// Elements and the positions whose partial sums make them.
    private var groups: [(row: Int, positions: [Int])] {
        var groups: [(row: Int, positions: [Int])] = []
        for (position, row) in result.cells.enumerated() where row >= 0 {
            let positions: [Int] =
                switch gathering {
                case .cyclic(let period):
                    Array(stride(from: position, to: period, by: result.period))
                case .blocks(let count): Array(position..<(position + count))
                }
            groups.append((Int(row), positions))
        }
        return groups
    }

    /// The amounts that a term really uses, in positions; nil when some entry cannot be placed.
    package func usedAmounts(ofTerm index: Int) -> [Int]? {
        var used = [Bool](repeating: false, count: terms[index].source.period)
        let isWhole = place(terms[index]) { amount, _, _, _ in used[amount] = true }
        return isWhole ? used.indices.filter { used[$0] } : nil
    }

    /// The diagonals of each source by rotation amount in slots; nil when some entry cannot be placed.
    package var diagonals: [[Int: SlotVector]]? {
        var list: [[Int: SlotVector]] = []
        let factor = takesRealPart ? 0.5 : 1
        for term in terms {
            var real: [Int: [Double]] = [:]
            var imaginary: [Int: [Double]] = [:]
            let isWhole = place(term) { amount, position, isImaginary, value in
                if isImaginary {
                    imaginary[amount, default: empty][position] -= factor * value
                } else {
                    real[amount, default: empty][position] += factor * value
                }
            }
            guard isWhole else { return nil }
            list.append(slots(real, imaginary))
        }
        return list
    }

    private var empty: [Double] { [Double](repeating: 0, count: period) }

    private func slots(_ real: [Int: [Double]], _ imaginary: [Int: [Double]]) -> [Int: SlotVector] {
        var diagonals: [Int: SlotVector] = [:]
        for amount in Set(real.keys).union(imaginary.keys) {
            let realPart = spread(real[amount] ?? empty)
            diagonals[amount * result.rowCapacity] =
                imaginary[amount].map { part in
                    .complex(zip(realPart, spread(part)).map { Complex($0, $1) })
                } ?? .real(realPart)
        }
        return diagonals
    }

    /// Factors of one period, for every row and every period.
    private func spread(_ factors: [Double]) -> [Double] {
        let rows = result.rowCapacity
        return (0..<result.slotCount).map { factors[($0 / rows) & (period - 1)] }
    }

    /// Calls `body` with amount, position, whether the imaginary part holds the operand, and value, for every entry
    /// and every group that it belongs to.
    ///
    /// - Returns: whether every entry found a place.
    private func place(_ term: Term, _ body: (Int, Int, Bool, Double) -> Void) -> Bool {
        let mask = term.source.period - 1
        var allowed = [Bool](repeating: false, count: term.source.period)
        for amount in term.amounts { allowed[amount & mask] = true }
        let parts = [term.source.positions, term.source.imaginaryPositions]
        for group in groups {
            for (column, value) in term.matrix.row(group.row) {
                guard
                    let (amount, position, part) = Self.find(
                        parts, column, group.positions, mask, allowed)
                else { return false }
                body(amount, position, part == 1, value)
            }
        }
        return true
    }

    private static func find(
        _ parts: [[[Int]]], _ column: Int, _ positions: [Int], _ mask: Int, _ allowed: [Bool]
    ) -> (amount: Int, position: Int, part: Int)? {
        for part in parts.indices {
            for operand in parts[part][column] {
                for position in positions where allowed[(operand - position) & mask] {
                    return ((operand - position) & mask, position, part)
                }
            }
        }
        return nil
    }
}
