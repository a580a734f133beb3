extension SparseMatrix {
    /// The product with a vector of `columnCount` entries: `rowCount` sums, each taken in column order.
    public func multiplied(by vector: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: rowCount)
        accumulate(vector, into: &result)
        return result
    }

    /// Adds the product with `vector` to `result`.
    package func accumulate(_ vector: [Double], into result: inout [Double]) {
        precondition(vector.count == columnCount && result.count == rowCount)
        for row in 0..<rowCount {
            var sum = 0.0
            for position in rowStarts[row]..<rowStarts[row + 1] {
                sum += values[position] * vector[Int(columns[position])]
            }
            result[row] += sum
        }
    }

    /// The composition "first `other`, then `self`": the matrix product `self * other`.
    ///
    /// Row by row with a dense accumulator (Gustavson, ACM TOMS 4(3), 1978).
    public func composed(after other: SparseMatrix) -> SparseMatrix {
        precondition(columnCount == other.rowCount)
        if isIdentity { return other }
        if other.isIdentity { return self }
        var builder = SparseMatrixBuilder(rowCount: rowCount, columnCount: other.columnCount)
        var sums = [Double](repeating: 0, count: other.columnCount)
        var touched = [Bool](repeating: false, count: other.columnCount)
        var list: [Int] = []
        for row in 0..<rowCount {
            list.removeAll(keepingCapacity: true)
            for outer in rowStarts[row]..<rowStarts[row + 1] {
                let middle = Int(columns[outer])
                let factor = values[outer]
                for inner in other.rowStarts[middle]..<other.rowStarts[middle + 1] {
                    let column = Int(other.columns[inner])
                    if !touched[column] {
                        touched[column] = true
                        list.append(column)
                    }
                    sums[column] += factor * other.values[inner]
                }
            }
            list.sort()
            for column in list {
                builder.append(column: column, value: sums[column])
                sums[column] = 0
                touched[column] = false
            }
            builder.endRow()
        }
        return builder.finish()
    }

    /// How many scalar products `composed(after:)` would take; an upper bound on the entries of the result.
    package func compositionWork(after other: SparseMatrix) -> Int {
        columns.reduce(0) { $0 + other.rowStarts[Int($1) + 1] - other.rowStarts[Int($1)] }
    }

    /// The entrywise sum; shapes must agree.
    public static func + (left: SparseMatrix, right: SparseMatrix) -> SparseMatrix {
        precondition(left.rowCount == right.rowCount && left.columnCount == right.columnCount)
        var builder = SparseMatrixBuilder(rowCount: left.rowCount, columnCount: left.columnCount)
        for row in 0..<left.rowCount {
            var first = left.rowStarts[row]
            var second = right.rowStarts[row]
            let firstEnd = left.rowStarts[row + 1]
            let secondEnd = right.rowStarts[row + 1]
            while first < firstEnd || second < secondEnd {
                let a = first < firstEnd ? left.columns[first] : Int32.max
                let b = second < secondEnd ? right.columns[second] : Int32.max
                var sum = 0.0
                if a <= b {
                    sum += left.values[first]
                    first += 1
                }
                if b <= a {
                    sum += right.values[second]
                    second += 1
                }
                builder.append(column: Int(min(a, b)), value: sum)
            }
            builder.endRow()
        }
        return builder.finish()
    }

    /// Row i multiplied by `factors[i]`.
    public func scalingRows(by factors: [Double]) -> SparseMatrix {
        precondition(factors.count == rowCount)
        var builder = SparseMatrixBuilder(rowCount: rowCount, columnCount: columnCount)
        for row in 0..<rowCount {
            for (column, value) in self.row(row) {
                builder.append(column: column, value: value * factors[row])
            }
            builder.endRow()
        }
        return builder.finish()
    }

    /// Every entry multiplied by one factor.
    public func scaled(by factor: Double) -> SparseMatrix {
        scalingRows(by: [Double](repeating: factor, count: rowCount))
    }

    /// Whether the matrix is a square identity.
    public var isIdentity: Bool {
        rowCount == columnCount && values.count == rowCount
            && columns.indices.allSatisfy { Int(columns[$0]) == $0 && rowStarts[$0] == $0 }
            && values.allSatisfy { $0 == 1 }
    }

    /// The diagonal of a square matrix that has no entries beside it, else nil.
    public var diagonalEntries: [Double]? {
        guard rowCount == columnCount else { return nil }
        var result = [Double](repeating: 0, count: rowCount)
        for row in 0..<rowCount {
            for (column, value) in self.row(row) {
                guard column == row else { return nil }
                result[row] = value
            }
        }
        return result
    }

    /// Whether every row has at most one entry: outputs are scaled copies of inputs.
    public var isSelectionWithScale: Bool {
        (0..<rowCount).allSatisfy { rowStarts[$0 + 1] - rowStarts[$0] <= 1 }
    }

    /// The offsets `(column - row) mod period` of the occupied generalized diagonals, ascending.
    ///
    /// The diagonal method rotates once per entry of this list (Halevi and Shoup, CRYPTO 2014, section 4).
    public func occupiedDiagonals(period: Int) -> [Int] {
        precondition(period > 0)
        var seen = Set<Int>()
        for row in 0..<rowCount {
            for (column, _) in self.row(row) {
                let offset = (column - row) % period
                seen.insert(offset < 0 ? offset + period : offset)
            }
        }
        return seen.sorted()
    }
}
