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
    package func multiply(
        _ columns: [Polynomial<Evaluation>], team: ThreadTeam
    ) -> [Polynomial<Evaluation>] {
        precondition(columns.count == columnCount, "one polynomial per column")
        let (context, basis) = (columns[0].context, columns[0].basis)
        precondition(
            columns.allSatisfy { $0.context === context && $0.basis == basis },
            "polynomials of several rings or bases")
        let results = (0..<rowCount).map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: basis)
        }
        withExtendedLifetime((columns, results)) {
            let limbs = (0..<basis.count).map { position in
                LimbOperands(
                    from: columns.map { Optional($0.limb(position)) },
                    to: results.map { Optional($0.storage.limb(position)) })
            }
            multiply(limbs, context, basis, team)
        }
        return results
    }

    /// One limb of all operands and of all results.
    private struct LimbOperands: @unchecked Sendable {
        let from: [UnsafePointer<UInt64>?]
        let to: [UnsafeMutablePointer<UInt64>?]
    }

    /// Items are ranges of one limb, so that few limbs keep many threads busy.
    private func multiply(
        _ limbs: [LimbOperands], _ context: RingContext, _ basis: Basis, _ team: ThreadTeam
    ) {
        let range = min(context.degree, Self.placesOfItem)
        let ranges = context.degree / range
        let scratch = WorkerScratch(
            pool: context.pool, workers: min(team.threadCount, limbs.count * ranges),
            wordCount: rk_matrix_scratch_count(columnCount))
        defer { scratch.release() }
        team.forEach(limbs.count * ranges) { item, worker in
            let position = item / ranges
            rk_matrix_product(
                limbs[position].to, limbs[position].from, packed, rowCount, columnCount,
                item % ranges * range, range,
                context.tables[basis.indices[position]].modulus, scratch[worker],
                context.kernels.isa)
        }
    }

    /// Coefficients of one limb that are multiplied by one thread in one go.
    private static let placesOfItem = 1024
}
