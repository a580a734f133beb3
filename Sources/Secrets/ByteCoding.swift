/// Reads little-endian fields from bytes and never past their end.
struct FieldReader {
    /// The bytes are shorter than their fields, or hold what no writer writes.
    struct Malformed: Error {}

    private let bytes: ArraySlice<UInt8>
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        rest = bytes
    }

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _: Value.Type = Value.self
    ) throws(Malformed) -> Value {
        try take(MemoryLayout<Value>.size).reversed().reduce(0) { $0 << 8 | Value($1) }
    }

    /// A text in UTF-8 after its length in 16 bits.
    mutating func text() throws(Malformed) -> String {
        let count = Int(try integer(UInt16.self))
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw Malformed()
        }
        return text
    }

    func end() throws(Malformed) {
        guard rest.isEmpty else { throw Malformed() }
    }
}

/// Writes what `FieldReader` reads.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func append<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) {
        for index in 0..<MemoryLayout<Value>.size {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
        }
    }

    mutating func append(text: String) {
        let utf8 = [UInt8](text.utf8)
        append(UInt16(truncatingIfNeeded: utf8.count))
        append(utf8)
    }
}
