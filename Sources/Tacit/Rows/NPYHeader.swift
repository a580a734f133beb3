/// The header of an `.npy` array: element type, order, shape.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", with versions 2.0 (32-bit header length)
/// and 3.0 (UTF-8 header).
struct NPYHeader: Equatable {
    /// Real element types.
    enum Kind: Equatable {
        case float, signed, unsigned, boolean
    }

    let kind: Kind
    /// Bytes per element: 1, 2, 4, 8.
    let width: Int
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let shape: [Int]
    /// Where the elements begin.
    let dataOffset: Int

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let maximumHeaderLength = 1 << 16

    /// True when the bytes begin like an `.npy` file.
    static func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// Reads the header at the beginning of `bytes`.
    static func parse(_ bytes: [UInt8]) -> Result<NPYHeader, NPYFailure> {
        do throws(NPYFailure) { return .success(try NPYHeader(bytes)) } catch {
            return .failure(error)
        }
    }

    init(_ bytes: [UInt8]) throws(NPYFailure) {
        guard Self.matches(bytes) else { throw NPYFailure(.magic) }
        guard bytes.count >= 10 else { throw NPYFailure(.headerLength) }
        let (major, minor) = (Int(bytes[6]), Int(bytes[7]))
        guard (1...3).contains(major), minor == 0 else {
            throw NPYFailure(.version(major: major, minor: minor))
        }
        let lengthBytes = major == 1 ? 2 : 4
        guard bytes.count >= 8 + lengthBytes else { throw NPYFailure(.headerLength) }
        var length = 0
        for index in (0..<lengthBytes).reversed() { length = length << 8 | Int(bytes[8 + index]) }
        let start = 8 + lengthBytes
        guard length <= Self.maximumHeaderLength, length <= bytes.count - start else {
            throw NPYFailure(.headerLength)
        }
        var literal = PythonDictionary(bytes[start..<start + length])
        let fields = try literal.parse()
        let type = try Self.elementType(fields.descr)
        kind = type.kind
        width = type.width
        isBigEndian = type.isBigEndian
        isFortranOrder = fields.fortranOrder
        shape = fields.shape
        dataOffset = start + length
    }

    private static func elementType(
        _ descr: String
    ) throws(NPYFailure) -> (kind: Kind, width: Int, isBigEndian: Bool) {
        let parts = Array(descr.utf8)
        guard parts.count == 3, let digit = parts.last, (0x31...0x38).contains(digit) else {
            throw NPYFailure(.elementType(shown(descr)))
        }
        let width = Int(digit - 0x30)
        let kind: Kind
        switch (parts[1], width) {
        case (UInt8(ascii: "f"), 4), (UInt8(ascii: "f"), 8): kind = .float
        case (UInt8(ascii: "i"), 1), (UInt8(ascii: "i"), 2), (UInt8(ascii: "i"), 4),
            (UInt8(ascii: "i"), 8):
            kind = .signed
        case (UInt8(ascii: "u"), 1), (UInt8(ascii: "u"), 2), (UInt8(ascii: "u"), 4),
            (UInt8(ascii: "u"), 8):
            kind = .unsigned
        case (UInt8(ascii: "b"), 1): kind = .boolean
        default: throw NPYFailure(.elementType(shown(descr)))
        }
        switch parts[0] {
        case UInt8(ascii: "<"): return (kind, width, false)
        case UInt8(ascii: ">"): return (kind, width, true)
        case UInt8(ascii: "|") where width == 1: return (kind, width, false)
        case UInt8(ascii: "="):
            return (kind, width, UInt16(0x0102).bigEndian == 0x0102)
        default: throw NPYFailure(.elementType(shown(descr)))
        }
    }

    private static func shown(_ descr: String) -> String {
        "'"
            + String(
                descr.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 }.prefix(16).map(
                    Character.init)) + "'"
    }
}

/// A problem on its way to becoming a `RowsError`, which knows the file.
struct NPYFailure: Error {
    let problem: NPYProblem
    init(_ problem: NPYProblem) { self.problem = problem }
}

/// Reads the one Python literal that an `.npy` header is: a dictionary of `descr`, `fortran_order` and `shape`.
private struct PythonDictionary {
    struct Fields {
        var descr: String
        var fortranOrder: Bool
        var shape: [Int]
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    mutating func parse() throws(NPYFailure) -> Fields {
        var descr: String?
        var fortranOrder: Bool?
        var shape: [Int]?
        try expect("{")
        while !skip("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where descr == nil:
                if peek() == UInt8(ascii: "[") {
                    throw NPYFailure(.elementType("record (several named fields)"))
                }
                descr = try string()
            case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
            case "shape" where shape == nil: shape = try tuple()
            default: throw fail("unknown or repeated key")
            }
            if !skip(",") {
                try expect("}")
                break
            }
        }
        guard blanksOnlyRemain() else { throw fail("text after the dictionary") }
        guard let descr, let fortranOrder, let shape else {
            throw fail("descr, fortran_order or shape is missing")
        }
        return Fields(descr: descr, fortranOrder: fortranOrder, shape: shape)
    }

    private func fail(_ reason: String) -> NPYFailure { NPYFailure(.header(reason: reason)) }

    private mutating func skipBlanks() {
        while position < bytes.endIndex,
            bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position])
        {
            position += 1
        }
    }

    private mutating func blanksOnlyRemain() -> Bool {
        skipBlanks()
        return position == bytes.endIndex
    }

    private mutating func peek() -> UInt8? {
        skipBlanks()
        return position < bytes.endIndex ? bytes[position] : nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(NPYFailure) {
        guard skip(character) else { throw fail("'\(character)' expected") }
    }

    private mutating func string() throws(NPYFailure) -> String {
        guard let quote = peek(), quote == 0x27 || quote == 0x22 else {
            throw fail("text expected")
        }
        let start = position + 1
        guard let end = bytes[start...].firstIndex(of: quote) else {
            throw fail("a text is never closed")
        }
        position = end + 1
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func boolean() throws(NPYFailure) -> Bool {
        _ = peek()
        for (word, value) in [("True", true), ("False", false)]
        where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw fail("fortran_order is neither True nor False")
    }

    private mutating func tuple() throws(NPYFailure) -> [Int] {
        try expect("(")
        var dimensions: [Int] = []
        while !skip(")") {
            dimensions.append(try integer())
            guard dimensions.count <= 32 else { throw fail("more than 32 dimensions") }
            if !skip(",") {
                try expect(")")
                break
            }
        }
        return dimensions
    }

    private mutating func integer() throws(NPYFailure) -> Int {
        _ = peek()
        var value = 0
        let start = position
        while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(bytes[position] - 0x30))
            guard !overflow, !carry else { throw fail("a dimension is too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw fail("a dimension is not a number") }
        _ = skip("L")
        return value
    }
}
