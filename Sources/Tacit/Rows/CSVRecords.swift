/// Cuts CSV bytes into rows, which may span lines where a quoted cell does, and counts lines.
///
/// Line ends are LF, CRLF and CR, in any mixture. A quote opens a quoted stretch wherever it stands; whether it was allowed
/// to stand there is found out when the row is cut into cells.
struct CSVRecords {
    /// One row: where it begins, which bytes it has (without its line end), and whether quotes occur in it.
    struct Record: Equatable {
        let line: Int
        let range: Range<Int>
        let hasQuotes: Bool
        /// False when the file ends inside a quoted cell.
        let isClosed: Bool
    }

    let bytes: [UInt8]
    private(set) var position: Int
    private(set) var line = 1

    /// Rows of `bytes`, after a UTF-8 byte order mark where there is one.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next row; nil at the end of the bytes.
    ///
    /// Blank lines are rows without bytes.
    mutating func next() -> Record? {
        guard position < bytes.count else { return nil }
        let start = position
        let firstLine = line
        var hasQuotes = false
        var inQuotes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                hasQuotes = true
                inQuotes.toggle()
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                let end = position
                position += 1
                if byte == UInt8(ascii: "\r"), position < bytes.count,
                    bytes[position] == UInt8(ascii: "\n")
                {
                    position += 1
                }
                line += 1
                if !inQuotes {
                    return Record(
                        line: firstLine, range: start..<end, hasQuotes: hasQuotes, isClosed: true)
                }
                continue
            }
            position += 1
        }
        return Record(
            line: firstLine, range: start..<position, hasQuotes: hasQuotes, isClosed: !inQuotes)
    }
}
