import SwiftCSV

/// The cells of one row: `ranges` into `buffer`, without surrounding blanks.
struct CSVCells {
    let buffer: [UInt8]
    let ranges: [Range<Int>]

    /// The text of a cell; nil when it is not UTF-8.
    func text(_ index: Int) -> String? {
        let cell = buffer[ranges[index]]
        let text = String(decoding: cell, as: UTF8.self)
        return text.utf8.elementsEqual(cell) ? text : nil
    }
}

/// The character between cells.
enum CSVDelimiterByte: UInt8, CaseIterable {
    case tab = 0x09
    case semicolon = 0x3B
    case comma = 0x2C

    fileprivate var library: CSVDelimiter {
        switch self {
        case .tab: .tab
        case .semicolon: .semicolon
        case .comma: .comma
        }
    }
}

extension CSVCells {
    /// Cuts a row into cells.
    ///
    /// Rows without quotes (nearly all) are cut here, byte by byte. Rows with quotes go through SwiftCSV, one at a time, so
    /// that an error has a line; they get a line end, without which it would drop a last empty cell, and were checked before
    /// for a quote that is never closed, which it would accept.
    static func cut(
        _ bytes: [UInt8], _ record: CSVRecords.Record, delimiter: CSVDelimiterByte, file: String
    ) throws(RowsError) -> CSVCells {
        guard record.isClosed else { throw .unterminatedQuote(file: file, line: record.line) }
        guard record.hasQuotes else {
            return CSVCells(
                buffer: bytes, ranges: split(bytes, record.range, delimiter: delimiter.rawValue))
        }
        let slice = bytes[record.range]
        var text = String(decoding: slice, as: UTF8.self)
        guard text.utf8.elementsEqual(slice) else {
            throw .notUTF8(file: file, line: record.line)
        }
        text.append("\n")
        let cells: [String]
        do {
            cells = try EnumeratedCSV(
                string: text, delimiter: delimiter.library, loadColumns: false, rowLimit: 1
            ).header
        } catch {
            throw .misplacedQuote(file: file, line: record.line)
        }
        var buffer: [UInt8] = []
        var ranges: [Range<Int>] = []
        for cell in cells {
            let start = buffer.count
            buffer.append(contentsOf: cell.utf8)
            ranges.append(trimmed(buffer, start..<buffer.count))
        }
        return CSVCells(buffer: buffer, ranges: ranges)
    }

    private static func split(_ bytes: [UInt8], _ range: Range<Int>, delimiter: UInt8)
        -> [Range<Int>]
    {
        var ranges: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where bytes[index] == delimiter {
            ranges.append(trimmed(bytes, start..<index))
            start = index + 1
        }
        ranges.append(trimmed(bytes, start..<range.upperBound))
        return ranges
    }

    private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, bytes[lower] == 0x20 || bytes[lower] == 0x09 { lower += 1 }
        while upper > lower, bytes[upper - 1] == 0x20 || bytes[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }
}

extension CSVDelimiterByte {
    /// Finds the character between cells from the first rows.
    ///
    /// A character that occurs equally often in each of the first rows wins over one that does not, and one that gives the
    /// expected number of columns over one that does not; ties go to tab, semicolon, comma, in this order, so that a decimal
    /// comma is not taken for a delimiter.
    static func detect(_ bytes: [UInt8], expectedColumns: Int?) -> CSVDelimiterByte {
        var records = CSVRecords(bytes)
        var counts: [[CSVDelimiterByte: Int]] = []
        while counts.count < 16, let record = records.next() {
            if !record.range.isEmpty { counts.append(occurrences(bytes, record.range)) }
        }
        func score(_ delimiter: CSVDelimiterByte) -> Int {
            let perRow = counts.map { $0[delimiter] ?? 0 }
            guard let first = perRow.first, perRow.contains(where: { $0 > 0 }) else { return 0 }
            let steady = perRow.allSatisfy { $0 == first }
            let asExpected = expectedColumns.map { first + 1 == $0 } ?? false
            return 1 + (steady ? 2 : 0) + (asExpected ? 1 : 0)
        }
        var best = CSVDelimiterByte.comma
        var bestScore = 0
        for delimiter in allCases where score(delimiter) > bestScore {
            best = delimiter
            bestScore = score(delimiter)
        }
        return best
    }

    private static func occurrences(_ bytes: [UInt8], _ range: Range<Int>)
        -> [CSVDelimiterByte: Int]
    {
        var counts: [CSVDelimiterByte: Int] = [:]
        var inQuotes = false
        for index in range {
            if bytes[index] == UInt8(ascii: "\"") { inQuotes.toggle() }
            if !inQuotes, let delimiter = CSVDelimiterByte(rawValue: bytes[index]) {
                counts[delimiter, default: 0] += 1
            }
        }
        return counts
    }
}
