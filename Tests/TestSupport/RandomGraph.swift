package import Foundation

/// A small random ONNX graph over the supported operators, with the value of every tensor for two rows.
package struct RandomGraph {
    /// Rows of every input.
    package static let rows = 2
    private static let largest = 90

    var random: TestGenerator
    private var writer = GraphWriter()
    private var values: [(name: String, tensor: PlainTensor)] = []
    private var constants = 0
    package private(set) var operators: Set<String> = []
    package private(set) var inputs: [PlainTensor] = []

    /// Draws a graph of one to `steps` steps; without functions it is a polynomial.
    package init(seed: UInt64, steps: Int = 6, functions: Bool = true) {
        random = TestGenerator(seed: seed)
        let shapes = [
            [integer(1, 6)], [integer(1, 3), integer(2, 7)],
            [integer(1, 3), integer(2, 5), integer(2, 5)],
        ]
        let shape = shapes[integer(0, 2)]
        for name in integer(0, 6) == 0 ? ["x", "u"] : ["x"] {
            let tensor = real([RandomGraph.rows] + shape)
            inputs.append(tensor)
            writer.input(name, shape: shape)
            values.append((name, tensor))
        }
        let given = values.count
        let wanted = integer(1, steps)
        for _ in 0..<40 where values.count < given + wanted {
            appendStep(functions ? integer(0, 16) : integer(0, 15))
        }
        if values.count == given { node("Neg", [last], [:], tensor(last).map { -$0 }) }
        writer.output(last)
    }

    package var model: Data { writer.model(opset: 18) }
    var outputName: String { last }
    package var expected: PlainTensor { tensor(last) }

    /// One row of all inputs, joined in their order.
    package func row(_ index: Int) -> [Double] { inputs.flatMap { $0.row(index) } }

    // MARK: Drawing

    mutating func integer(_ low: Int, _ high: Int) -> Int {
        random.integer(in: low...max(low, high))
    }

    mutating func pick<T>(_ options: [T]) -> T { options[integer(0, options.count - 1)] }

    /// Multiples of 1/8 from -1 to 1.
    mutating func real(_ shape: [Int]) -> PlainTensor {
        let count = shape.reduce(1, *)
        return PlainTensor(shape, (0..<count).map { _ in Double(integer(-8, 8)) / 8 })
    }

    private var last: String { values[values.count - 1].name }

    func tensor(_ name: String) -> PlainTensor {
        values.last { $0.name == name }?.tensor ?? PlainTensor([0], [])
    }

    /// Values of the given shape.
    func names(of shape: [Int]) -> [String] {
        values.filter { $0.tensor.shape == shape }.map(\.name)
    }

    // MARK: Writing

    mutating func constant(_ tensor: PlainTensor) -> String {
        constants += 1
        writer.constant("c\(constants)", shape: tensor.shape, tensor.values)
        return "c\(constants)"
    }

    mutating func integers(_ values: [Int]) -> String {
        constants += 1
        writer.integers("c\(constants)", shape: [values.count], values)
        return "c\(constants)"
    }

    /// Appends a node with its value, unless the value is empty, large in size or large in magnitude.
    mutating func node(
        _ kind: String, _ inputs: [String], _ attributes: [String: GraphWriter.Attribute],
        _ value: PlainTensor
    ) {
        nodes(kind, inputs, attributes, [value])
    }

    mutating func nodes(
        _ kind: String, _ inputs: [String], _ attributes: [String: GraphWriter.Attribute],
        _ results: [PlainTensor]
    ) {
        for value in results {
            guard value.shape.count >= 2, !value.values.isEmpty,
                value.values.count <= RandomGraph.rows * RandomGraph.largest,
                value.values.allSatisfy({ abs($0) < 1000 })
            else { return }
        }
        let names = results.indices.map { "v\(values.count + $0)" }
        writer.node(kind, inputs, names, attributes)
        operators.insert(kind)
        values += zip(names, results).map { ($0, $1) }
    }

    private mutating func appendStep(_ kind: Int) {
        let name = integer(0, 3) > 0 ? last : values[integer(0, values.count - 1)].name
        let x = tensor(name)
        switch kind {
        case 0: convolution(name, x)
        case 1: transposedConvolution(name, x)
        case 2: pooling(name, x)
        case 3, 4: dense(name, x)
        case 5: normalization(name, x)
        case 6: withConstant(name, x)
        case 7: pair(name, x)
        case 8: joining(name, x)
        case 9: polynomial(name, x)
        case 10: reshaping(name, x)
        case 11: picking(name, x)
        case 12: growing(name, x)
        case 13: resizing(name, x)
        case 14: reducing(name, x)
        case 15: valueProduct(name, x)
        default: function(name, x)
        }
    }
}
