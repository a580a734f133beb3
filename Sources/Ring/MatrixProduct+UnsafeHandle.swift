import RingKernels

/// A matrix of small integers in the order that the kernels read.
public struct PackedMatrix: Sendable {
    /// Rows: results of a product.
    public let rowCount: Int
    /// Columns: operands of a product.
    public let columnCount: Int
    private let packed: [Int64]

    /// Largest magnitude of an entry.
    public static let largestEntry = (1 << Int(RK_MATRIX_WEIGHT_BITS)) - 1
    /// Most columns.
    public static let mostColumns = Int(RK_MATRIX_COLUMNS)

    /// Packs entries, row after row; nil unless there are `rowCount` times `columnCount` of them, none too large.
    public init?(rowCount: Int, columnCount: Int, entries: [Int32]) {
        guard rowCount > 0, (1...Self.mostColumns).contains(columnCount),
            entries.count == rowCount * columnCount,
            entries.allSatisfy({ abs(Int($0)) <= Self.largestEntry })
        else { return nil }
        self.rowCount = rowCount
        self.columnCount = columnCount
        var packed = [Int64](
            repeating: 0, count: rk_matrix_packed_count(rowCount, columnCount))
        rk_matrix_pack(&packed, entries, rowCount, columnCount)
        self.packed = packed
    }

    /// The products with polynomials of one basis, limb by limb: result r is the sum of entry (r, c) times column c.
    public func multiply(_ columns: [Polynomial<Evaluation>]) -> [Polynomial<Evaluation>] {
        precondition(columns.count == columnCount, "one polynomial per column")
        let (context, basis) = (columns[0].context, columns[0].basis)
        precondition(
            columns.allSatisfy { $0.context === context && $0.basis == basis },
            "polynomials of several rings or bases")
        let results = (0..<rowCount).map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: basis)
        }
        for position in 0..<basis.count {
            let from = columns.map { Optional($0.limb(position)) }
            let to = results.map { Optional($0.storage.limb(position)) }
            withExtendedLifetime(columns) {
                rk_matrix_product(
                    to, from, packed, rowCount, columnCount, context.degree,
                    context.tables[basis.indices[position]].modulus, context.kernels.isa)
            }
        }
        return results
    }
}
