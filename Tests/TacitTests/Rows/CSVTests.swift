import Tacit
import TestSupport
import Testing

private func table(_ text: String, _ options: RowReadingOptions = .init()) throws -> RowTable {
    try RowTable(parsing: Array(text.utf8), name: "f", options: options)
}

private func failure(_ text: String, _ options: RowReadingOptions = .init()) -> RowsError? {
    failure(bytes: Array(text.utf8), options)
}

private func failure(bytes: [UInt8], _ options: RowReadingOptions = .init()) -> RowsError? {
    do throws(RowsError) {
        _ = try RowTable(parsing: bytes, name: "f", options: options)
        return nil
    } catch {
        return error
    }
}

@Suite("Rows from CSV")
struct CSVTests {
    @Test(
        "dialects",
        arguments: [
            "a,b\n1,2\n-3.5,4e2\n", "a;b\n1;2\n-3.5;4e2\n", "a\tb\n1\t2\n-3.5\t4e2",
            "\u{FEFF}a,b\r\n1,2\r\n-3.5,4e2\r\n", "a,b\r1,2\r-3.5,4e2\r", "a;b\n1;2\n-3,5;4e2\n",
            "\"a\",\"b\"\n\"1\",\"2\"\n\"-3.5\",\"4e2\"\n", "a, b\n 1 ,2 \n -3.5, 400.0\n\n\n",
            "a\tb\n1\t2\n-3,5\t400", " \"a\" , b\n1,\"2\"\n-3.5,4E+2\r\n  \n",
        ])
    func dialects(text: String) throws {
        let read = try table(text)
        #expect(read.values == [1, 2, -3.5, 400])
        #expect(read.columnNames == ["a", "b"])
        #expect((read.rowCount, read.columnCount) == (2, 2))
    }

    @Test("a table without a header has none")
    func withoutHeader() throws {
        let read = try table("1,2\n3,4\n")
        #expect(read.columnNames == nil)
        #expect(read.values == [1, 2, 3, 4])
    }

    @Test("header names may be quoted, hold delimiters, line ends and quotes")
    func quotedNames() throws {
        let read = try table("\"a,b\",\"c\nd\",\"say \"\"x\"\"\"\n1,2,3\n")
        #expect(read.columnNames == ["a,b", "c\nd", "say \"x\""])
        #expect(
            failure("\"a,b\",\"c\nd\"\n1,2\n3,x\n")
                == .cell(file: "f", line: 4, column: 2, name: "c\nd", problem: .text(hint: nil)))
    }

    @Test("numbers are read to the nearest double, against the standard library")
    func numbers() throws {
        var generator = TestGenerator(seed: 11)
        var texts = [
            "0", "-0", "1.", ".5", "+7", "00012", "1e22", "1e23", "9007199254740993",
            "123456789012345678901234567890", "4.9e-324", "2.2250738585072014e-308", "1e-400",
            "1.7976931348623157e308", "0.1", "0.30000000000000004", "8.41e21", "9.5367431640625e-7",
        ]
        for _ in 0..<5000 {
            let bits = Double(bitPattern: generator.next())
            if bits.isFinite { texts.append("\(bits)") }
            let digits = generator.integer(in: 0...UInt64.max) >> generator.integer(in: 0...63)
            texts.append("\(digits)e\(generator.integer(in: -40...40))")
            texts.append("\(digits % 100_000).\(digits % 9973)")
        }
        for text in texts {
            let parsed = try table("x\n\(text)\n").values[0]
            let expected = try #require(Double(text))
            #expect(parsed.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test(
        "what is not a number is named",
        arguments: [
            ("abc", CellProblem.text(hint: nil)), ("", .empty), ("nan", .notFinite),
            ("-inf", .notFinite),
            ("NA", .notFinite), ("null", .notFinite), ("0x1p3", .text(hint: nil)),
            ("1e", .text(hint: nil)), ("1e999", .tooLarge), ("1..2", .text(hint: nil)),
            ("1 2", .text(hint: nil)), ("--1", .text(hint: nil)), ("1_000", .text(hint: nil)),
            ("−1", .text(hint: "it contains the character U+2212")), (".", .text(hint: nil)),
            ("+", .text(hint: nil)), ("\"\"", .empty), ("e5", .text(hint: nil)),
            ("1\u{0}", .text(hint: nil)),
        ])
    func notNumbers(text: String, problem: CellProblem) {
        let padding = String(repeating: "1,2\n", count: 2000)
        #expect(
            failure("a,b\n\(padding)1,\(text)\n5,6\n")
                == .cell(file: "f", line: 2002, column: 2, name: "b", problem: problem))
    }

    @Test("structure errors name the line")
    func structure() {
        #expect(failure("") == .noRows(file: "f"))
        #expect(failure("\n\n") == .noRows(file: "f"))
        #expect(failure("a,b\n") == .noRows(file: "f"))
        #expect(failure("\u{FEFF}") == .noRows(file: "f"))
        #expect(failure("1,2\n3\n") == .raggedRow(file: "f", line: 2, expected: 2, found: 1))
        #expect(failure("1,2\r\n3,4,5") == .raggedRow(file: "f", line: 2, expected: 2, found: 3))
        #expect(failure("1,2\n\n3,4\n") == .blankLine(file: "f", line: 2))
        #expect(failure("1,2\n3,\"4\n5,6\n") == .unterminatedQuote(file: "f", line: 2))
        #expect(failure("1,2\n3,4\"5\" x\n") == .misplacedQuote(file: "f", line: 2))
        #expect(failure("1,x,2.5\n1,2,3\n") == .unclearHeader(file: "f", column: 2))
        #expect(failure("5,x,2\n1,2,3\n") == .unclearHeader(file: "f", column: 2))
        #expect(failure("1,x,3\n1,2,3\n") == .unclearHeader(file: "f", column: 2))
        #expect(failure("0,x,2\n1,2,3\n") == .unclearHeader(file: "f", column: 2))
        #expect(failure("x,1,2\n1,2,3\n") == .unclearHeader(file: "f", column: 1))
        #expect(
            failure("1,\n2,3\n")
                == .cell(file: "f", line: 1, column: 2, name: nil, problem: .empty))
        // A last cell that is empty, at the very end of the file, in a row with quotes.
        #expect(
            failure("a,b\n\"1\",")
                == .cell(file: "f", line: 2, column: 2, name: "b", problem: .empty))
    }

    @Test("names that are numbers make a header only beside text, and only as 0, 1, 2")
    func numberNames() throws {
        // Without text the first line is data, so its first cell is empty.
        #expect(
            failure(",0,1\n5,6,7\n")
                == .cell(file: "f", line: 1, column: 1, name: nil, problem: .empty))
        #expect(try table("label,0,1\n5,6,7\n").columnNames == ["label", "0", "1"])
        // Names as pandas writes them, or a row: the caller has to say.
        for doubtful in ["0,1\n5,6\n", "0;1;2\n\n5;6;7", "\"0\",\"1\"\n5,6\n"] {
            #expect(failure(doubtful) == .numberedHeader(file: "f"))
        }
        #expect(try table("0,1\n\n").values == [0, 1])
        #expect(try table("0\n5\n").values == [0, 5])
        #expect(try table("0.0,1.0\n5,6\n").values == [0, 1, 5, 6])
        #expect(try table("1,2\n5,6\n").values == [1, 2, 5, 6])
        var options = RowReadingOptions()
        options.header = .present
        #expect(try table("0,1\n5,6\n", options).values == [5, 6])
        options.header = .absent
        #expect(try table("0,1\n5,6\n", options).values == [0, 1, 5, 6])
        #expect(
            failure("a,b\n5,6\n", options)
                == .cell(file: "f", line: 1, column: 1, name: nil, problem: .text(hint: nil)))
    }

    @Test("bytes that are not text")
    func encodings() {
        #expect(
            failure(bytes: [0x31, 0x2C, 0xC3, 0x28, 0x0A, 0x32])
                == .notUTF8(file: "f", line: 1))
        #expect(
            failure(bytes: Array("a,b\n1,2\n3,".utf8) + [0xC3, 0x28])
                == .notUTF8(file: "f", line: 3))
        #expect(
            failure(bytes: Array("a,".utf8) + [0xE9] + Array("\n1,2".utf8))
                == .notUTF8(file: "f", line: 1))
        guard case .notText = failure(bytes: [0xFF, 0xFE, 0x31, 0]) else {
            Issue.record("UTF-16 accepted")
            return
        }
        guard case .notText = failure(bytes: [0x31, 0, 0x32]) else {
            Issue.record("zero bytes accepted")
            return
        }
    }

    @Test("decimal commas: settled, mixed, doubtful, told")
    func decimalCommas() throws {
        #expect(try table("1,5;2\n-0,25;3\n").values == [1.5, 2, -0.25, 3])
        #expect(try table("1,234;0,5\n").values == [1.234, 0.5])
        #expect(
            failure("1,5;2\n0.5;3\n")
                == .cell(
                    file: "f", line: 2, column: 1, name: nil,
                    problem: .mixedDecimalMarks(otherLine: 1)))
        #expect(
            failure("7;8\n1,234;2\n")
                == .cell(file: "f", line: 2, column: 1, name: nil, problem: .ambiguousComma))
        var options = RowReadingOptions()
        options.decimalMark = .comma
        #expect(try table("7;8\n1,234;2\n", options).values == [7, 8, 1.234, 2])
        #expect(failure("7;8\n1.234;2\n", options) != nil)
        options.decimalMark = .point
        #expect(failure("7;8\n1,2;2\n", options) != nil)
        #expect(failure("1,234,567;2\n") != nil)
    }
}

@Suite("Columns of rows against the model card")
struct ColumnTests {
    private let named = RowReadingOptions(expected: ExpectedColumns(names: ["x", "y", "z"]))

    @Test("columns are matched by name, whatever their order")
    func byName() throws {
        let read = try table("z,x,y\n1,2,3\n4,5,6\n", named)
        #expect(read.values == [2, 3, 1, 5, 6, 4])
        #expect(read.columnNames == ["x", "y", "z"])
        #expect(try table("1,2,3\n", named).values == [1, 2, 3])
    }

    @Test("extra, missing and repeated columns are named")
    func extras() throws {
        #expect(failure("x,y,z,id\n1,2,3,4\n", named) == .extraColumns(file: "f", names: ["id"]))
        #expect(failure("x,y,w\n1,2,3\n", named) == .missingColumns(file: "f", names: ["z"]))
        #expect(failure("x,y,z,x\n1,2,3,4\n", named) == .duplicateColumn(file: "f", name: "x"))
        var options = named
        options.ignoresExtraColumns = true
        // What is ignored need not be a number.
        #expect(try table("x,id,y,z\n1,p-7,2,3\n", options).values == [1, 2, 3])
        #expect(
            failure("id,x,y,z\np,1,2,q\n", options)
                == .cell(file: "f", line: 2, column: 4, name: "z", problem: .text(hint: nil)))
    }

    @Test("columns kept aside are handed over as text")
    func aside() throws {
        var options = named
        options.columnsKeptAside = ["label"]
        let read = try table("x,y,label,z\n1,2,\"b,c\",3\n4,5,d,6\n", options)
        #expect(read.values == [1, 2, 3, 4, 5, 6])
        #expect(read.aside == ["label": ["b,c", "d"]])
        options.expected = ExpectedColumns(count: 3)
        #expect(try table("x,y,label,w\n1,2,b,3\n", options).values == [1, 2, 3])
        #expect(failure("x,y,z\n1,2,3\n", options) == .missingColumns(file: "f", names: ["label"]))
    }

    @Test("the number of columns is checked where there are no names")
    func count() throws {
        let options = RowReadingOptions(expected: ExpectedColumns(count: 2))
        #expect(failure("1,2,3\n", options) == .columnCount(file: "f", expected: 2, found: 3))
        #expect(failure("1\n", options) == .columnCount(file: "f", expected: 2, found: 1))
        #expect(try table("1,2\n", options).columnCount == 2)
        #expect(failure("1,2\n", named) == .columnCount(file: "f", expected: 3, found: 2))
    }

    @Test("limits")
    func limits() {
        var options = RowReadingOptions()
        options.maximumBytes = 5
        #expect(failure("1,2\n3,4\n", options) == .tooLarge(file: "f", limitBytes: 5))
        options.maximumBytes = 100
        options.maximumValues = 3
        #expect(failure("1,2\n3,4\n", options) == .tooManyValues(file: "f", limit: 3))
    }
}

@Suite("Reading rows never traps")
struct CSVMutationTests {
    @Test("mutated tables are read or refused")
    func mutations() throws {
        let seeds = [
            "a,b,c\n1,2.5,-3e4\n\"4\",5,6\n", "x;y\r\n1,5;2\r\n3,25;4\r\n", "\u{FEFF}1\t2\n3\t4",
            "\"q\"\"r\",s\n.5,1.\n",
        ]
        var generator = TestGenerator(seed: 12)
        var accepted = 0
        let interesting =
            Array("\",;\t\r\n.-+e0129naf \u{0}é".utf8) + [0xFF, 0xC3, 0xEF, 0xBB, 0xBF]
        for round in 0..<20_000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<generator.integer(in: 1...4) {
                let place = generator.integer(in: 0...bytes.count - 1)
                switch generator.integer(in: 0...3) {
                case 0: bytes[place] = interesting[generator.integer(in: 0...interesting.count - 1)]
                case 1:
                    bytes.insert(
                        interesting[generator.integer(in: 0...interesting.count - 1)], at: place)
                case 2 where bytes.count > 1: bytes.remove(at: place)
                default: bytes = Array(bytes.prefix(place + 1))
                }
            }
            if failure(bytes: bytes) == nil { accepted += 1 }
        }
        #expect(accepted > 1000 && accepted < 19_000)
    }
}
