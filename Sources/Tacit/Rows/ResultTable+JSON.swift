import Foundation

extension ResultTable {
    /// The table as a JSON array with one object per row, keys sorted.
    ///
    /// - Throws: when a number is not finite.
    public func json() throws -> String {
        let rows = (0..<rowCount).map { row in
            Dictionary(
                columns.map { ($0.name, $0.entries.cell(row)) }, uniquingKeysWith: { $1 })
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
    }

    /// One cell of any kind.
    fileprivate enum Cell: Encodable {
        case number(Double)
        case integer(Int64)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }
}

extension ResultTable.Entries {
    fileprivate func cell(_ row: Int) -> ResultTable.Cell {
        switch self {
        case .numbers(let list): .number(list[row])
        case .integers(let list): .integer(Int64(list[row]))
        case .labels(let list): .text(list[row])
        }
    }
}
