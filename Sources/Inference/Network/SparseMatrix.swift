/// A matrix of doubles that stores only its nonzero entries, row by row.
///
/// Invariants: `rowStarts` has `rowCount + 1` ascending entries from 0 to `nonzeroCount`; inside a row
/// the columns ascend strictly and lie in `0..<columnCount`; no stored value is zero. Two equal matrices
/// therefore have equal storage.
public struct SparseMatrix: Sendable, Hashable {
    /// Number of outputs.
    public let rowCount: Int
    /// Number of inputs.
    public let columnCount: Int
    /// Where each row begins in `columns` and `values`; `rowCount + 1` entries.
    package let rowStarts: [Int]
    /// The column of each stored entry, ascending inside a row.
    package let columns: [Int32]
    /// The value of each stored entry, never zero.
    package let values: [Double]

    /// Wraps storage that already satisfies the invariants.
    init(
        rowCount: Int, columnCount: Int, rowStarts: [Int], columns: [Int32], values: [Double]
    ) {
        precondition(rowStarts.count == rowCount + 1 && columns.count == values.count)
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.rowStarts = rowStarts
        self.columns = columns
        self.values = values
    }

    /// Number of stored entries.
    public var nonzeroCount: Int { values.count }

    /// The entries of one row, columns ascending.
    public func row(_ index: Int) -> Row {
        Row(matrix: self, range: rowStarts[index]..<rowStarts[index + 1])
    }

    /// The nonzero entries of one matrix row as (column, value) pairs.
    public struct Row: Sendable, RandomAccessCollection {
        let matrix: SparseMatrix
        let range: Range<Int>

        /// Position of the first entry.
        public var startIndex: Int { range.lowerBound }
        /// Position after the last entry.
        public var endIndex: Int { range.upperBound }
        /// The entry at a position.
        public subscript(position: Int) -> (column: Int, value: Double) {
            (Int(matrix.columns[position]), matrix.values[position])
        }
    }

    /// The entry at (row, column), zero where nothing is stored; linear in the row's entries.
    public subscript(row: Int, column: Int) -> Double {
        for position in rowStarts[row]..<rowStarts[row + 1]
        where columns[position] == Int32(truncatingIfNeeded: column) {
            return values[position]
        }
        return 0
    }

    /// The matrix in row-major order, zeros included: `rowCount * columnCount` values.
    public func dense() -> [Double] {
        var result = [Double](repeating: 0, count: rowCount * columnCount)
        for row in 0..<rowCount {
            for position in rowStarts[row]..<rowStarts[row + 1] {
                result[row * columnCount + Int(columns[position])] = values[position]
            }
        }
        return result
    }
}

// MARK: - Making matrices

extension SparseMatrix {
    /// The n-by-n identity.
    public static func identity(_ count: Int) -> SparseMatrix {
        diagonal([Double](repeating: 1, count: count))
    }

    /// A square matrix with the given diagonal.
    public static func diagonal(_ values: [Double]) -> SparseMatrix {
        var builder = SparseMatrixBuilder(rowCount: values.count, columnCount: values.count)
        for (index, value) in values.enumerated() {
            builder.append(column: index, value: value)
            builder.endRow()
        }
        return builder.finish()
    }

    /// A matrix from its row-major entries; `values.count` must be `rowCount * columnCount`.
    public static func dense(
        rowCount: Int, columnCount: Int, values: [Double]
    ) -> SparseMatrix {
        precondition(values.count == rowCount * columnCount)
        var builder = SparseMatrixBuilder(rowCount: rowCount, columnCount: columnCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount {
                builder.append(column: column, value: values[row * columnCount + column])
            }
            builder.endRow()
        }
        return builder.finish()
    }

    /// The matrix whose output i is input `indices[i]`, or zero where the index is nil.
    public static func selection(_ indices: [Int?], columnCount: Int) -> SparseMatrix {
        var builder = SparseMatrixBuilder(rowCount: indices.count, columnCount: columnCount)
        for index in indices {
            if let index { builder.append(column: index, value: 1) }
            builder.endRow()
        }
        return builder.finish()
    }

    /// The matrix with no entries.
    public static func zero(rowCount: Int, columnCount: Int) -> SparseMatrix {
        SparseMatrix(
            rowCount: rowCount, columnCount: columnCount,
            rowStarts: [Int](repeating: 0, count: rowCount + 1), columns: [], values: [])
    }
}

/// Fills a `SparseMatrix` row by row; columns of a row must come in ascending order.
struct SparseMatrixBuilder {
    private let rowCount: Int
    private let columnCount: Int
    private var rowStarts: [Int]
    private var columns: [Int32] = []
    private var values: [Double] = []

    /// Starts an empty matrix; `capacity` is the number of entries to make room for.
    init(rowCount: Int, columnCount: Int, capacity: Int = 0) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        rowStarts = [0]
        rowStarts.reserveCapacity(rowCount + 1)
        columns.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
    }

    /// Adds an entry to the current row; zeros are dropped.
    mutating func append(column: Int, value: Double) {
        precondition(column >= 0 && column < columnCount)
        if value == 0 { return }
        columns.append(Int32(column))
        values.append(value)
    }

    /// Adds entries in any order, summing those of equal column.
    mutating func append(unsorted entries: [(column: Int, value: Double)]) {
        var index = 0
        let sorted = entries.enumerated().sorted {
            ($0.element.column, $0.offset) < ($1.element.column, $1.offset)
        }
        while index < sorted.count {
            let column = sorted[index].element.column
            var sum = 0.0
            while index < sorted.count, sorted[index].element.column == column {
                sum += sorted[index].element.value
                index += 1
            }
            append(column: column, value: sum)
        }
    }

    mutating func endRow() { rowStarts.append(columns.count) }

    consuming func finish() -> SparseMatrix {
        SparseMatrix(
            rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns,
            values: values)
    }
}
