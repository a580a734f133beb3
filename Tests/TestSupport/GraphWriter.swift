import Foundation

/// Writes ONNX graphs of double-precision tensors byte by byte, with the field numbers of `onnx.proto`.
struct GraphWriter {
    /// An attribute of a node.
    enum Attribute {
        case int(Int)
        case ints([Int])
        case float(Float)
        case text(String)
    }

    private var graph: [UInt8] = []

    mutating func input(_ name: String, shape: [Int]) {
        var dimensions = Self.bytes(1, Self.text(2, "N"))
        for size in shape { dimensions += Self.bytes(1, Self.number(1, size)) }
        let type = Self.bytes(1, Self.number(1, 11) + Self.bytes(2, dimensions))
        graph += Self.bytes(11, Self.text(1, name) + Self.bytes(2, type))
    }

    mutating func output(_ name: String) { graph += Self.bytes(12, Self.text(1, name)) }

    mutating func constant(_ name: String, shape: [Int], _ values: [Double]) {
        let raw = values.flatMap { Self.littleEndian($0.bitPattern) }
        tensor(name, shape: shape, type: 11, raw)
    }

    mutating func integers(_ name: String, shape: [Int], _ values: [Int]) {
        let raw = values.flatMap { Self.littleEndian(UInt64(bitPattern: Int64($0))) }
        tensor(name, shape: shape, type: 7, raw)
    }

    private mutating func tensor(_ name: String, shape: [Int], type: Int, _ raw: [UInt8]) {
        let dimensions = shape.flatMap { Self.number(1, $0) }
        graph += Self.bytes(
            5, dimensions + Self.number(2, type) + Self.text(8, name) + Self.bytes(9, raw))
    }

    mutating func node(
        _ kind: String, _ inputs: [String], _ outputs: [String],
        _ attributes: [String: Attribute]
    ) {
        var node = inputs.flatMap { Self.text(1, $0) } + outputs.flatMap { Self.text(2, $0) }
        node += Self.text(4, kind)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            node += Self.bytes(5, Self.text(1, name) + Self.body(attribute))
        }
        graph += Self.bytes(1, node)
    }

    private static func body(_ attribute: Attribute) -> [UInt8] {
        switch attribute {
        case .int(let value): number(3, value) + number(20, 2)
        case .ints(let values): values.flatMap { number(8, $0) } + number(20, 7)
        case .text(let value): text(4, value) + number(20, 3)
        case .float(let value):
            [2 << 3 | 5] + (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
                + number(20, 1)
        }
    }

    func model(opset: Int) -> Data {
        let whole = graph + Self.text(2, "random")
        return Data(
            Self.number(1, 8) + Self.bytes(7, whole) + Self.bytes(8, Self.number(2, opset)))
    }

    private static func littleEndian(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    }

    private static func text(_ id: Int, _ text: String) -> [UInt8] { bytes(id, Array(text.utf8)) }

    private static func bytes(_ id: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(UInt64(id << 3 | 2)) + varint(UInt64(bytes.count)) + bytes
    }

    private static func number(_ id: Int, _ value: Int) -> [UInt8] {
        varint(UInt64(id << 3)) + varint(UInt64(bitPattern: Int64(value)))
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
