/// Writes small ONNX models by hand, with the field numbers of the ONNX specification (`onnx.proto`).
public struct ONNXWriter {
    private var graph: [UInt8] = []
    private var lastValue = "x"
    private var nodeCount = 0

    /// A model of one float input `x` of shape `[rows, width]` with any number of rows.
    public init(inputWidth: Int) {
        graph += Self.field(11, Self.valueInfo("x", width: inputWidth))
    }

    /// Adds an initializer of floats.
    public mutating func tensor(_ name: String, _ dimensions: [Int], _ values: [Float]) {
        var tensor: [UInt8] = []
        for dimension in dimensions { tensor += Self.number(1, UInt64(dimension)) }
        tensor += Self.number(2, 1)
        tensor += Self.field(8, Array(name.utf8))
        tensor += Self.field(
            9,
            values.flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
            })
        graph += Self.field(5, tensor)
    }

    /// Adds a node that reads the last value made and `others`; its output is the last value from now on.
    public mutating func node(
        _ kind: String, with others: [String] = [], domain: String = "", name: String? = nil
    ) {
        nodeCount += 1
        let result = "v\(nodeCount)"
        var node: [UInt8] = []
        for input in [lastValue] + others { node += Self.field(1, Array(input.utf8)) }
        node += Self.field(2, Array(result.utf8))
        node += Self.field(3, Array((name ?? "\(kind)_\(nodeCount)").utf8))
        node += Self.field(4, Array(kind.utf8))
        if !domain.isEmpty { node += Self.field(7, Array(domain.utf8)) }
        graph += Self.field(1, node)
        lastValue = result
    }

    /// Adds a product with a weight matrix, `weights[row of the input][column of the output]`.
    public mutating func matrix(_ weights: [[Float]], name: String = "W") {
        let tensor = "\(name)_\(nodeCount)"
        self.tensor(tensor, [weights.count, weights[0].count], weights.flatMap { $0 })
        node("MatMul", with: [tensor], name: name)
    }

    /// Adds the square of the last value.
    public mutating func square() { node("Mul", with: [lastValue]) }

    /// The model file; its output is the last value.
    public func bytes(outputWidth: Int, opset: Int = 17) -> [UInt8] {
        let whole =
            graph + Self.field(2, Array("tiny".utf8))
            + Self.field(12, Self.valueInfo(lastValue, width: outputWidth))
        return Self.number(1, 8) + Self.field(7, whole)
            + Self.field(8, Self.number(2, UInt64(opset)))
    }

    private static func valueInfo(_ name: String, width: Int) -> [UInt8] {
        let rows = field(1, field(2, Array("rows".utf8)))
        let shape = rows + field(1, number(1, UInt64(width)))
        let tensorType = number(1, 1) + field(2, shape)
        return field(1, Array(name.utf8)) + field(2, field(1, tensorType))
    }

    private static func field(_ id: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(UInt64(id << 3 | 2)) + varint(UInt64(bytes.count)) + bytes
    }

    private static func number(_ id: Int, _ value: UInt64) -> [UInt8] {
        varint(UInt64(id << 3)) + varint(value)
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
