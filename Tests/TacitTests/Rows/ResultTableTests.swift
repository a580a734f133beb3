import Tacit
import TestSupport
import Testing

@Suite("Result tables")
struct ResultTableTests {
    @Test("CSV: numbers in full, text quoted where needed")
    func csv() throws {
        let table = try ResultTable(columns: [
            .init(name: "row", entries: .integers([0, 1])),
            .init(name: "score, raw", entries: .numbers([0.1 + 0.2, -1e-300])),
            .init(name: "class", entries: .labels(["a \"b\"", "plain"])),
            .init(name: "note", entries: .labels(["", "x\ny"])),
        ])
        #expect(
            String(decoding: table.csvBytes(), as: UTF8.self)
                == "row,\"score, raw\",class,note\n0,0.30000000000000004,\"a \"\"b\"\"\",\"\"\n1,-1e-300,plain,\"x\ny\"\n"
        )
    }

    @Test("numbers come back bit for bit")
    func roundTrip() throws {
        var generator = TestGenerator(seed: 14)
        var values: [Double] = [0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        while values.count < 3000 {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { values.append(value) }
        }
        let table = try RowTable(values: values, columnCount: 3, columnNames: ["a", "b;c", "d\"e"])
        let back = try RowTable(parsing: try ResultTable(table).csvBytes())
        #expect(back.values.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(back.columnNames == table.columnNames)
    }

    @Test("parts that do not fit together")
    func shapes() {
        #expect(throws: RowsError.tableShape(reason: "no columns")) { try ResultTable(columns: []) }
        #expect(throws: RowsError.tableShape(reason: "two columns of one name")) {
            try ResultTable(columns: [
                .init(name: "a", entries: .integers([1])),
                .init(name: "a", entries: .integers([1])),
            ])
        }
        #expect(throws: RowsError.tableShape(reason: "columns of unequal length")) {
            try ResultTable(columns: [
                .init(name: "a", entries: .integers([1])), .init(name: "b", entries: .integers([])),
            ])
        }
        #expect(throws: RowsError.noRows(file: "table")) {
            try RowTable(values: [], columnCount: 1)
        }
        #expect(throws: RowsError.noRows(file: "table")) {
            try RowTable(values: [1], columnCount: 0)
        }
        #expect(throws: RowsError.self) { try RowTable(values: [1, 2, 3], columnCount: 2) }
        #expect(throws: RowsError.self) { try RowTable(values: [1, .infinity], columnCount: 2) }
        #expect(throws: RowsError.self) {
            try RowTable(values: [1, 2], columnCount: 2, columnNames: ["a"])
        }
    }
}
