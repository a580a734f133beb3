extension RowsError: CustomStringConvertible {
    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .cannotRead(let file, let reason): "\(file): cannot be read: \(reason)"
        case .cannotWrite(let file, let reason): "\(file): cannot be written: \(reason)"
        case .tooLarge(let file, let limit):
            "\(file): larger than the limit of \(limit) bytes; split the rows over several files"
        case .tooManyValues(let file, let limit):
            "\(file): more than the limit of \(limit) values; split the rows over several files"
        case .noRows(let file): "\(file): has no rows; at least one row of numbers is needed"
        case .notUTF8(let file, let line):
            "\(file):\(line): not valid UTF-8; save the table as CSV in UTF-8"
        case .notText(let file, let reason): "\(file): not CSV text: \(reason)"
        case .unterminatedQuote(let file, let line):
            "\(file):\(line): a quoted cell that begins in this row is never closed"
        case .misplacedQuote(let file, let line):
            "\(file):\(line): a quote inside a cell; double it and quote the whole cell"
        case .blankLine(let file, let line):
            "\(file):\(line): blank line between rows; remove it"
        case .unclearHeader(let file, let column):
            "\(file):1: text in column \(column) beside numbers; correct the cell, "
                + "or, if this line is a header, give it names without numbers or remove it"
        case .numberedHeader(let file):
            "\(file):1: 0, 1, 2, … may be column names, as pandas writes them, or a row; "
                + "say --header yes or --header no"
        case .cell(let file, let line, let column, let name, let problem):
            "\(file):\(line): column \(column)\(name.map { " (\(Self.shown($0)))" } ?? ""): \(problem)"
        case .raggedRow(let file, let line, let expected, let found):
            "\(file):\(line): \(found) cells where the first line has \(expected)"
        case .columnCount(let file, let expected, let found):
            "\(file): \(found) columns; the model card asks for \(expected)"
        case .missingColumns(let file, let names):
            "\(file): the header lacks \(Self.list(names)), which the model card asks for"
        case .extraColumns(let file, let names):
            "\(file): the model card does not know \(Self.list(names)); "
                + "remove them, or ask for extra columns to be ignored"
        case .duplicateColumn(let file, let name):
            "\(file): the header names \(Self.shown(name)) twice; rename one of the two"
        case .npy(let file, let problem): "\(file): \(problem)"
        case .tableShape(let reason): "table: \(reason)"
        }
    }

    private static func list(_ names: [String]) -> String {
        let first = names.prefix(4).map(shown).joined(separator: ", ")
        let noun = names.count == 1 ? "the column" : "the columns"
        return names.count > 4
            ? "\(noun) \(first) and \(names.count - 4) more" : "\(noun) \(first)"
    }

    /// A column name fit for one line of a terminal: quoted, shortened, control characters shown as dots.
    private static func shown(_ name: String) -> String {
        let cleaned = name.unicodeScalars.prefix(48).map {
            $0.properties.generalCategory == .control ? "." : String($0)
        }
        return "'" + cleaned.joined() + (name.unicodeScalars.count > 48 ? "…'" : "'")
    }
}

extension CellProblem: CustomStringConvertible {
    /// The problem in a few words, with the way out.
    public var description: String {
        switch self {
        case .empty: "empty cell; a number is needed (fill missing values in before encrypting)"
        case .text(nil): "text where a number is expected"
        case .text(let hint?): "text where a number is expected (\(hint))"
        case .notFinite:
            "not a finite number; fill missing and infinite values in before encrypting"
        case .tooLarge: "number beyond the range of a double"
        case .mixedDecimalMarks(let otherLine):
            "decimal comma and decimal point in one file (the other one is in line \(otherLine)); use the point"
        case .ambiguousComma:
            "the comma may be a decimal or a thousands mark; write decimal points, or say which it is"
        }
    }
}

extension NPYProblem: CustomStringConvertible {
    /// The problem in a few words, with the way out.
    public var description: String {
        switch self {
        case .magic: "not an .npy file; save it with numpy.save"
        case .version(let major, let minor):
            "unknown .npy version \(major).\(minor); 1.0, 2.0 and 3.0 are known"
        case .headerLength: "damaged .npy file: its header is incomplete"
        case .header(let reason): "damaged .npy header: \(reason)"
        case .elementType(let type):
            "element type \(type) is not supported; convert with array.astype('<f8')"
        case .truncated(let expected, let found):
            "truncated .npy file: \(expected) bytes of data expected, \(found) found"
        case .trailingBytes(let count):
            "\(count) bytes after the end of the .npy array; one array per file"
        case .shapeTooLarge(let shape): "shape \(Self.tuple(shape)) is too large"
        case .shape(let shape, let expected):
            "shape \(Self.tuple(shape)) does not end in dimensions that hold \(expected) values, "
                + "which the model card asks for"
        case .inexactInteger(let row, let column):
            "row \(row), column \(column): integer beyond 2^53 cannot be held exactly"
        case .notFinite(let row, let column):
            "row \(row), column \(column): not a finite number; fill missing values in before encrypting"
        }
    }

    private static func tuple(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
    }
}
