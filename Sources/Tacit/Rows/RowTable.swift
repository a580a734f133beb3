/// Rows of numbers, as a model takes or returns them.
///
/// Invariants: at least one row and one column; `values` is row-major and holds `rowCount * columnCount` finite numbers;
/// `columnNames`, where present, has `columnCount` entries; every list of `aside` has `rowCount` entries.
public struct RowTable: Sendable, Equatable {
    /// Names from the header, in the order of the columns.
    public let columnNames: [String]?
    /// The number of rows, at least 1.
    public let rowCount: Int
    /// The number of columns, at least 1.
    public let columnCount: Int
    /// All values, row after row.
    public let values: [Double]
    /// Text of the columns that were asked to be kept aside (labels, identifiers), by column name.
    public let aside: [String: [String]]

    /// Builds a table from row-major values.
    ///
    /// Throws `RowsError.tableShape` when the parts do not fit together, `RowsError.noRows` for an empty table and
    /// `RowsError.cell` for a value that is not finite.
    public init(
        values: [Double], columnCount: Int, columnNames: [String]? = nil,
        aside: [String: [String]] = [:], source: String = "table"
    ) throws(RowsError) {
        guard columnCount > 0, !values.isEmpty else { throw .noRows(file: source) }
        guard values.count.isMultiple(of: columnCount) else {
            throw .tableShape(
                reason: "\(values.count) values do not fill rows of \(columnCount) columns")
        }
        let rowCount = values.count / columnCount
        if let columnNames, columnNames.count != columnCount {
            throw .tableShape(reason: "\(columnNames.count) names for \(columnCount) columns")
        }
        guard aside.values.allSatisfy({ $0.count == rowCount }) else {
            throw .tableShape(reason: "a column kept aside does not have \(rowCount) rows")
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw .cell(
                file: source, line: index / columnCount + 1, column: index % columnCount + 1,
                name: columnNames?[index % columnCount], problem: .notFinite)
        }
        self.columnNames = columnNames
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.values = values
        self.aside = aside
    }

    /// The values of one row; `index` counts from 0 and must be below `rowCount`.
    public func row(_ index: Int) -> ArraySlice<Double> {
        values[index * columnCount..<(index + 1) * columnCount]
    }

    /// One value; both indices count from 0.
    public subscript(row: Int, column: Int) -> Double { values[row * columnCount + column] }
}
