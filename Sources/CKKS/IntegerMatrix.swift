package import Ring

/// A matrix of small integers that ciphertexts are multiplied by: the values grow, the scale stays.
public struct IntegerMatrix: Sendable {
    /// The entries, row after row.
    public let entries: [Int32]
    /// The same for the kernels.
    package let packed: PackedMatrix

    /// Results of a product.
    public var rowCount: Int { packed.rowCount }
    /// Operands of a product.
    public var columnCount: Int { packed.columnCount }

    /// Adopts entries.
    ///
    /// - Throws: `CKKSError.operandCount` unless they fill the matrix and stay below 2^31.
    public init(rowCount: Int, columnCount: Int, entries: [Int32]) throws(CKKSError) {
        guard
            let packed = PackedMatrix(
                rowCount: rowCount, columnCount: columnCount, entries: entries)
        else {
            throw .operandCount(
                operation: "matrix product",
                reason: "\(entries.count) entries for \(rowCount) x \(columnCount), each below "
                    + "\(PackedMatrix.largestEntry + 1)")
        }
        self.entries = entries
        self.packed = packed
    }
}

extension SlotArithmetic {
    /// The product of a matrix with a column of ciphertexts, one by one; engines may fuse it.
    public func multiply(_ matrix: IntegerMatrix, _ columns: [Ciphertext]) throws(CKKSError)
        -> [Ciphertext]
    {
        try checkCounts("matrix product", columns.count, matrix.columnCount)
        var results: [Ciphertext] = []
        for row in 0..<matrix.rowCount {
            var sum: Ciphertext?
            for (index, column) in columns.enumerated() {
                let entry = Int(matrix.entries[row * matrix.columnCount + index])
                guard entry != 0 || (sum == nil && index == columns.count - 1) else { continue }
                let term = try multiplyInteger(column, entry)
                sum = try sum.map { known throws(CKKSError) in try add(known, term) } ?? term
            }
            if let sum { results.append(sum) }
        }
        return results
    }
}

extension Evaluator {
    /// The product of a matrix with a column of ciphertexts of one level and scale, two polynomials each.
    ///
    /// - Throws: `CKKSError.operandCount`, `.wrongDegree`, `.levelMismatch`, `.scaleMismatch`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func multiply(_ matrix: IntegerMatrix, _ columns: [Ciphertext]) throws(CKKSError)
        -> [Ciphertext]
    {
        try checkCounts("matrix product", columns.count, matrix.columnCount)
        let model = columns[0]
        for column in columns {
            try checkPair(model, column, "matrix product")
            try checkLinear(column, "matrix product")
            try checkScales(model.scale, column.scale, level: model.level, "matrix product")
        }
        let halves = (0..<2).map { half in
            matrix.packed.multiply(columns.map { $0.polynomials[half] }, team: context.team)
        }
        return (0..<matrix.rowCount).map { row in
            Ciphertext(
                polynomials: [halves[0][row], halves[1][row]], level: model.level,
                scale: model.scale, keyID: model.keyID)
        }
    }
}
