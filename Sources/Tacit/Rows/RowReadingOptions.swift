/// What a model takes, as far as the reader of rows needs to know it.
public struct ExpectedColumns: Sendable, Equatable {
    /// Values per row.
    public var count: Int
    /// Feature names in the order the model takes them, where the model card has them.
    public var names: [String]?

    /// Expects `count` values per row without names.
    public init(count: Int) {
        self.count = count
        self.names = nil
    }

    /// Expects the named columns.
    public init(names: [String]) {
        self.count = names.count
        self.names = names
    }
}

/// How rows are read.
public struct RowReadingOptions: Sendable, Equatable {
    /// Whether the first line of a CSV is a header.
    public enum Header: Sendable, Equatable {
        /// A first line with a cell that is not a number is a header; the line 0, 1, 2, … is refused where others follow.
        case detect
        /// The first line is a header.
        case present
        /// The first line is data.
        case absent
    }

    /// What a comma inside a number means, in a file whose cells are separated by semicolons or tabs.
    public enum DecimalMark: Sendable, Equatable {
        /// Decimal comma where the file leaves no doubt; an error where it does.
        case detect
        /// Decimal comma.
        case comma
        /// Decimal point; a comma in a number is an error.
        case point
    }

    /// What the model takes; without it any rectangular table is accepted.
    public var expected: ExpectedColumns?
    /// Header present, absent, or found out.
    public var header = Header.detect
    /// Decimal point or comma.
    public var decimalMark = DecimalMark.detect
    /// Accepts and skips columns that the model does not take (needs a header, and names in the model card).
    public var ignoresExtraColumns = false
    /// Columns that are not features: their text is handed over in `RowTable.aside`.
    public var columnsKeptAside: [String] = []
    /// Largest file that is read, in bytes.
    public var maximumBytes = 1 << 30
    /// Largest number of values that are held.
    public var maximumValues = 1 << 27

    /// Options for rows that `expected` describes.
    public init(expected: ExpectedColumns? = nil) { self.expected = expected }
}
