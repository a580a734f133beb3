/// Why a table of rows could not be read or written.
///
/// Lines and columns count from 1, the way editors and spreadsheets show them. Cells are named by their place and never
/// quoted: rows are what the client keeps private, and error texts end up in logs.
public enum RowsError: Error, Equatable, Sendable {
    /// The file cannot be opened or read.
    case cannotRead(file: String, reason: String)
    /// The file cannot be written; nothing of it was left behind.
    case cannotWrite(file: String, reason: String)
    /// The file has more than the allowed number of bytes.
    case tooLarge(file: String, limitBytes: Int)
    /// The file holds more than the allowed number of values.
    case tooManyValues(file: String, limit: Int)
    /// The file has no rows.
    case noRows(file: String)
    /// The bytes are not UTF-8 text; `line` is where the first wrong byte stands.
    case notUTF8(file: String, line: Int)
    /// The file is binary or in another text encoding.
    case notText(file: String, reason: String)
    /// A quoted cell is never closed; `line` is where its row begins.
    case unterminatedQuote(file: String, line: Int)
    /// A quote stands where CSV has no place for it.
    case misplacedQuote(file: String, line: Int)
    /// A blank line stands between rows.
    case blankLine(file: String, line: Int)
    /// The first line mixes numbers and text, so it may be a header or a damaged row.
    case unclearHeader(file: String, column: Int)
    /// The first line is 0, 1, 2, …, which may be column names or a row.
    case numberedHeader(file: String)
    /// A cell cannot be used as a number.
    case cell(file: String, line: Int, column: Int, name: String?, problem: CellProblem)
    /// A row has another number of cells than the first one.
    case raggedRow(file: String, line: Int, expected: Int, found: Int)
    /// The table has another number of columns than the model takes.
    case columnCount(file: String, expected: Int, found: Int)
    /// The header lacks columns that the model takes.
    case missingColumns(file: String, names: [String])
    /// The header has columns that the model does not take.
    case extraColumns(file: String, names: [String])
    /// A column name that is needed occurs twice.
    case duplicateColumn(file: String, name: String)
    /// The file is not a readable `.npy` array.
    case npy(file: String, problem: NPYProblem)
    /// The parts of a table do not fit together.
    case tableShape(reason: String)
}

/// What is wrong with one cell.
public enum CellProblem: Equatable, Sendable {
    /// Nothing stands in the cell.
    case empty
    /// Text where a number is expected; `hint` says what kind, where that helps.
    case text(hint: String?)
    /// NaN, infinity, or a word for a missing value.
    case notFinite
    /// A number beyond what a double can hold.
    case tooLarge
    /// A decimal comma here, a decimal point elsewhere in the file.
    case mixedDecimalMarks(otherLine: Int)
    /// Could be a decimal comma as well as a thousands separator.
    case ambiguousComma
}

/// What is wrong with an `.npy` file.
public enum NPYProblem: Equatable, Sendable {
    /// The file does not begin with the `.npy` magic.
    case magic
    /// A format version other than 1.0, 2.0, 3.0.
    case version(major: Int, minor: Int)
    /// The header ends before it is complete, or is longer than allowed.
    case headerLength
    /// The header is not the dictionary the format asks for.
    case header(reason: String)
    /// An element type that is not a real number.
    case elementType(String)
    /// Fewer data bytes than the shape asks for.
    case truncated(expectedBytes: Int, foundBytes: Int)
    /// More data bytes than the shape asks for.
    case trailingBytes(Int)
    /// A shape whose size cannot be computed or held.
    case shapeTooLarge([Int])
    /// A shape whose trailing dimensions do not hold the expected number of values.
    case shape([Int], expectedValues: Int)
    /// An integer that a double cannot hold exactly.
    case inexactInteger(row: Int, column: Int)
    /// NaN or infinity.
    case notFinite(row: Int, column: Int)
}
