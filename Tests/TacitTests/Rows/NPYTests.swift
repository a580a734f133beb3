import Tacit
import TestSupport
import Testing

/// Builds `.npy` bytes the way numpy does.
struct NPYBuilder {
    var version: UInt8 = 1
    var descr = "'<f8'"
    var order = "False"
    var shape = "(2, 3)"
    var header: String?
    var data: [UInt8] = []

    func bytes() -> [UInt8] {
        var text =
            header ?? "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }"
        let lengthBytes = version == 1 ? 2 : 4
        while (8 + lengthBytes + text.utf8.count + 1) % 64 != 0 { text += " " }
        text += "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
        for index in 0..<lengthBytes { bytes.append(UInt8(text.utf8.count >> (8 * index) & 0xFF)) }
        return bytes + Array(text.utf8) + data
    }
}

private func little<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
}

private func big<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
}

private func read(_ bytes: [UInt8], features: Int? = nil) -> Result<RowTable, RowsError> {
    do throws(RowsError) {
        let options = RowReadingOptions(expected: features.map { ExpectedColumns(count: $0) })
        return .success(try RowTable(parsing: bytes, name: "f", options: options))
    } catch {
        return .failure(error)
    }
}

private func problem(_ bytes: [UInt8], features: Int? = nil) -> NPYProblem? {
    if case .failure(.npy(_, let problem)) = read(bytes, features: features) {
        problem
    } else {
        nil
    }
}

@Suite("Rows from .npy")
struct NPYTests {
    static let doubles: [Double] = [1, -2.5, 3, 4e10, -0.125, 6]

    @Test("versions, byte orders, element types")
    func types() throws {
        let bits = Self.doubles.map(\.bitPattern)
        let floats = Self.doubles.map { Float($0) }
        let cases: [(String, [UInt8], [Double])] = [
            ("'<f8'", little(bits), Self.doubles), ("'>f8'", big(bits), Self.doubles),
            ("'<f4'", little(floats.map(\.bitPattern)), floats.map { Double($0) }),
            ("'>f4'", big(floats.map(\.bitPattern)), floats.map { Double($0) }),
            (
                "\"<i8\"", little([1, -2, 3, 1 << 53, -(1 << 53), 0] as [Int64]),
                [1, -2, 3, 0x1p53, -0x1p53, 0]
            ),
            (
                "'>i4'", big([1, -2, 3, .max, .min, 0] as [Int32]),
                [1, -2, 3, 2_147_483_647, -2_147_483_648, 0]
            ),
            ("'<i2'", little([1, -2, 3, .max, .min, 0] as [Int16]), [1, -2, 3, 32767, -32768, 0]),
            ("'|i1'", little([1, -2, 3, .max, .min, 0] as [Int8]), [1, -2, 3, 127, -128, 0]),
            ("'|u1'", [1, 2, 3, 255, 128, 0], [1, 2, 3, 255, 128, 0]),
            ("'>u2'", big([1, 2, 3, .max, 0, 9] as [UInt16]), [1, 2, 3, 65535, 0, 9]),
            ("'<u4'", little([1, 2, 3, .max, 0, 9] as [UInt32]), [1, 2, 3, 4_294_967_295, 0, 9]),
            ("'<u8'", little([1, 2, 3, 1 << 53, 0, 9] as [UInt64]), [1, 2, 3, 0x1p53, 0, 9]),
            ("'|b1'", [0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 1]),
        ]
        for (descr, data, expected) in cases {
            for version: UInt8 in 1...3 {
                let bytes = NPYBuilder(version: version, descr: descr, data: data).bytes()
                let table = try read(bytes, features: 3).get()
                #expect(table.values == expected, "\(descr)")
                #expect(table.rowCount == 2)
            }
        }
    }

    @Test(
        "batch dimensions and flattening",
        arguments: [
            ("(6,)", 6, 1), ("(6,)", 1, 6), ("(1, 6)", 6, 1), ("(6, 1)", 1, 6),
            ("(1, 1, 2, 3)", 6, 1),
            ("(2, 3, 1)", 3, 2), ("(1, 2, 3)", 3, 2), ("(2, 1, 3)", 3, 2), ("(3, 2)", 2, 3),
            ("( 3L , 2L )", 2, 3),
        ])
    func shapes(shape: String, features: Int, rows: Int) throws {
        let bytes = NPYBuilder(shape: shape, data: little(Self.doubles.map(\.bitPattern))).bytes()
        let table = try read(bytes, features: features).get()
        #expect((table.rowCount, table.columnCount) == (rows, features))
        #expect(table.values == Self.doubles)
    }

    @Test("Fortran order, three dimensions, against the index formula")
    func fortran() throws {
        let (a, b, c) = (3, 4, 5)
        var data = [Double](repeating: 0, count: a * b * c)
        var expected = data
        for i in 0..<a {
            for j in 0..<b {
                for k in 0..<c {
                    let value = Double(100 * i + 10 * j + k)
                    data[i + a * (j + b * k)] = value
                    expected[(i * b + j) * c + k] = value
                }
            }
        }
        let bytes = NPYBuilder(
            order: "True", shape: "(3, 4, 5)", data: little(data.map(\.bitPattern))
        ).bytes()
        #expect(try read(bytes, features: 20).get().values == expected)
        #expect(try read(bytes, features: 5).get().rowCount == 12)
        #expect(try read(bytes).get().columnCount == 20)
    }

    @Test("damage is named")
    func damage() {
        let data = little(Self.doubles.map(\.bitPattern))
        let good = NPYBuilder(data: data).bytes()
        #expect(
            problem(Array(good.dropLast()), features: 3)
                == .truncated(expectedBytes: 48, foundBytes: 47))
        #expect(problem(good + [0], features: 3) == .trailingBytes(1))
        #expect(problem(Array(good.prefix(9))) == .headerLength)
        #expect(problem(Array(good.prefix(40))) == .headerLength)
        #expect(problem(good, features: 4) == .shape([2, 3], expectedValues: 4))
        #expect(problem(NPYBuilder(version: 4, data: data).bytes()) == .version(major: 4, minor: 0))
        #expect(problem(NPYBuilder(descr: "'|O'", data: data).bytes()) == .elementType("'|O'"))
        #expect(problem(NPYBuilder(descr: "'<c16'", data: data).bytes()) == .elementType("'<c16'"))
        #expect(problem(NPYBuilder(descr: "'<f2'", data: data).bytes()) == .elementType("'<f2'"))
        #expect(problem(NPYBuilder(descr: "'<U3'", data: data).bytes()) == .elementType("'<U3'"))
        #expect(
            problem(NPYBuilder(descr: "[('a', '<f8')]", data: data).bytes())
                == .elementType("record (several named fields)"))
        #expect(
            problem(NPYBuilder(shape: "(4611686018427387904, 4)", data: data).bytes())
                == .shapeTooLarge([4_611_686_018_427_387_904, 4]))
        #expect(
            problem(NPYBuilder(shape: "(1152921504606846976, 3)", data: data).bytes())
                == .shapeTooLarge([1_152_921_504_606_846_976, 3]))
        #expect(
            problem(NPYBuilder(shape: "(1000000000, 3)", data: data).bytes())
                == .truncated(expectedBytes: 24_000_000_000, foundBytes: 48))
        #expect(throws: RowsError.noRows(file: "f")) {
            try read(NPYBuilder(shape: "(0, 3)").bytes(), features: 3).get()
        }
        #expect(
            problem(NPYBuilder(shape: "()", data: little([(1.0 as Double).bitPattern])).bytes())
                == .shape([], expectedValues: 1))
        #expect(
            problem(
                NPYBuilder(
                    descr: "'<i8'", shape: "(1, 2)", data: little([5, (1 << 53) + 1] as [Int64])
                ).bytes())
                == .inexactInteger(row: 1, column: 2))
        let bad = little(([1, 2, 3, 4, .nan, 6] as [Double]).map(\.bitPattern))
        #expect(
            problem(NPYBuilder(data: bad).bytes(), features: 3) == .notFinite(row: 2, column: 2))
        // In Fortran order the fifth element of a 2 x 3 array stands in row 1, column 3.
        #expect(
            problem(NPYBuilder(order: "True", data: bad).bytes(), features: 3)
                == .notFinite(row: 1, column: 3))
    }

    @Test(
        "headers that are not the dictionary",
        arguments: [
            "", "{}", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': 0, 'shape': (6,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 6}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-6,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (6,)} x",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (6,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), 'x': 1}",
            "{'descr': '<f8, 'fortran_order': False, 'shape': (6,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (6",
            "__import__('os').system('true')",
        ])
    func headers(text: String) {
        let data = little(Self.doubles.map(\.bitPattern))
        guard case .header = problem(NPYBuilder(header: text, data: data).bytes()) else {
            Issue.record("accepted: \(text)")
            return
        }
    }

    @Test("every truncation is refused, and mutations never trap")
    func mutations() {
        let good = NPYBuilder(data: little(Self.doubles.map(\.bitPattern))).bytes()
        for count in 0..<good.count {
            if case .success = read(Array(good.prefix(count)), features: 3) {
                Issue.record("\(count) bytes accepted")
            }
        }
        var generator = TestGenerator(seed: 13)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<generator.integer(in: 1...3) {
                bytes[generator.integer(in: 0...90)] = UInt8(generator.integer(in: 0...255))
            }
            _ = read(bytes, features: generator.integer(in: 1...6))
        }
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let table = try RowTable(values: Self.doubles, columnCount: 2)
        let bytes = table.npyBytes()
        #expect(bytes.count == 128 + 48)
        #expect(try read(bytes, features: 2).get() == table)
    }
}
