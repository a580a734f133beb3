/// What comes back from a model, as columns of numbers and text: outputs, class labels, probabilities.
///
/// Invariant: at least one column, all of one length, with distinct names.
public struct ResultTable: Sendable, Equatable {
    /// The entries of one column.
    public enum Entries: Sendable, Equatable {
        /// Doubles, written with as many digits as reading them back needs.
        case numbers([Double])
        /// Whole numbers.
        case integers([Int])
        /// Text, quoted where CSV needs it.
        case labels([String])

        var count: Int {
            switch self {
            case .numbers(let numbers): numbers.count
            case .integers(let integers): integers.count
            case .labels(let labels): labels.count
            }
        }
    }

    /// A named column.
    public struct Column: Sendable, Equatable {
        /// Its name in the header.
        public var name: String
        /// Its entries, one per row.
        public var entries: Entries

        /// A column of `entries` under `name`.
        public init(name: String, entries: Entries) {
            self.name = name
            self.entries = entries
        }
    }

    /// The columns, in the order they are written.
    public let columns: [Column]
    /// Entries per column.
    public let rowCount: Int

    /// Builds a table; throws `RowsError.tableShape` for no columns, unequal lengths or a name that occurs twice.
    public init(columns: [Column]) throws(RowsError) {
        guard let first = columns.first else { throw .tableShape(reason: "no columns") }
        guard columns.allSatisfy({ $0.entries.count == first.entries.count }) else {
            throw .tableShape(reason: "columns of unequal length")
        }
        guard Set(columns.map(\.name)).count == columns.count else {
            throw .tableShape(reason: "two columns of one name")
        }
        self.columns = columns
        self.rowCount = first.entries.count
    }

    /// A table of numbers with one column per column of `rows`, named after it or `output0`, `output1`, ….
    public init(_ rows: RowTable, prefix: String = "output") throws(RowsError) {
        let columns = (0..<rows.columnCount).map { column in
            Column(
                name: rows.columnNames?[column] ?? "\(prefix)\(column)",
                entries: .numbers((0..<rows.rowCount).map { rows[$0, column] }))
        }
        try self.init(columns: columns)
    }

    /// The table as CSV: UTF-8, commas, a header, LF line ends.
    ///
    /// Reading a number back gives the same double.
    public func csvBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(contentsOf: columns.map { Self.quoted($0.name) }.joined(separator: ",").utf8)
        bytes.append(UInt8(ascii: "\n"))
        for row in 0..<rowCount {
            for (index, column) in columns.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                switch column.entries {
                case .numbers(let numbers): bytes.append(contentsOf: numbers[row].description.utf8)
                case .integers(let integers):
                    bytes.append(contentsOf: integers[row].description.utf8)
                case .labels(let labels): bytes.append(contentsOf: Self.quoted(labels[row]).utf8)
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        let special: Set<UInt8> = [0x22, 0x2C, 0x3B, 0x09, 0x0A, 0x0D]
        let edges = text.utf8.first == 0x20 || text.utf8.last == 0x20
        guard text.isEmpty || edges || text.utf8.contains(where: special.contains) else {
            return text
        }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
