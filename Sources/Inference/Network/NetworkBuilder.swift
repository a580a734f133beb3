/// Assembles a `Network` node by node and keeps its invariants.
///
/// Small simplifications happen on the way: identity maps disappear, a product of a value with itself becomes
/// the square, affine terms of equal source are merged.
package struct NetworkBuilder {
    private(set) var nodes: [Network.Node]

    /// Starts with the input vector.
    package init(inputShape: [Int]) {
        nodes = [Network.Node(operation: .input, shape: inputShape, origin: .init([]))]
    }

    /// The input vector.
    package var input: ValueID { ValueID(index: 0) }

    package subscript(id: ValueID) -> Network.Node { nodes[id.index] }

    /// Adds `sum of matrix * source + bias`, with as many elements as `shape` has; no `bias` means zero.
    package mutating func affine(
        _ terms: [(source: ValueID, matrix: SparseMatrix)], bias: [Double]? = nil, shape: [Int],
        origin: Network.Origin
    ) -> ValueID {
        let count = shape.reduce(1, *)
        var merged: [ValueID: SparseMatrix] = [:]
        for (source, matrix) in terms {
            precondition(matrix.rowCount == count)
            precondition(matrix.columnCount == nodes[source.index].elementCount)
            merged[source] = merged[source].map { $0 + matrix } ?? matrix
        }
        let list = merged.filter { $0.value.nonzeroCount > 0 }.sorted { $0.key < $1.key }
            .map { Network.AffineMap.Term(source: $0.key, matrix: $0.value) }
        let bias = bias ?? [Double](repeating: 0, count: count)
        precondition(bias.count == count)
        let map = Network.AffineMap(terms: list, bias: bias)
        if list.count == 1, list[0].matrix.isIdentity, !map.hasBias { return list[0].source }
        return append(.affine(map), shape: shape, origin: origin)
    }

    /// Adds a pointwise function; the identity polynomial adds nothing.
    package mutating func activation(
        _ source: ValueID, _ activation: Activation, origin: Network.Origin
    ) -> ValueID {
        if case .polynomial(let polynomial) = activation, polynomial.degree <= 1 {
            return affinePolynomial(source, polynomial, origin: origin)
        }
        return append(
            .activation(source: source, activation), shape: nodes[source.index].shape,
            origin: origin)
    }

    /// Adds an elementwise product; the product of a value with itself is its square.
    package mutating func product(
        _ left: ValueID, _ right: ValueID, shape: [Int], origin: Network.Origin
    ) -> ValueID {
        precondition(nodes[left.index].elementCount == nodes[right.index].elementCount)
        if left == right {
            return append(
                .activation(source: left, .polynomial(.power(2))), shape: shape, origin: origin)
        }
        return append(.product(min(left, right), max(left, right)), shape: shape, origin: origin)
    }

    private mutating func affinePolynomial(
        _ source: ValueID, _ polynomial: PowerPolynomial, origin: Network.Origin
    ) -> ValueID {
        let node = nodes[source.index]
        let elements = 0..<node.elementCount
        let bias = elements.map { polynomial.coefficients[0][$0] }
        let slope =
            polynomial.degree == 1
            ? elements.map { polynomial.coefficients[1][$0] }
            : [Double](repeating: 0, count: node.elementCount)
        return affine(
            [(source, .diagonal(slope))], bias: bias, shape: node.shape, origin: origin)
    }

    mutating func append(
        _ operation: Network.Operation, shape: [Int], origin: Network.Origin
    ) -> ValueID {
        nodes.append(Network.Node(operation: operation, shape: shape, origin: origin))
        return ValueID(index: nodes.count - 1)
    }

    /// The network that ends in `output`, without the nodes that it does not need.
    /// - Throws: `InferenceError.overflow` where a weight, bias or coefficient is not finite.
    package func finish(output: ValueID) throws(InferenceError) -> Network {
        var needed = [Bool](repeating: false, count: nodes.count)
        needed[0] = true
        needed[output.index] = true
        for index in nodes.indices.reversed() where needed[index] {
            for source in nodes[index].operation.sources { needed[source.index] = true }
        }
        var renamed: [ValueID: ValueID] = [:]
        var kept: [Network.Node] = []
        for index in nodes.indices where needed[index] {
            let node = nodes[index]
            guard node.operation.isFinite else {
                throw .overflow(node: node.origin.description)
            }
            renamed[ValueID(index: index)] = ValueID(index: kept.count)
            let operation = node.operation.renamingSources { renamed[$0] ?? $0 }
            kept.append(Network.Node(operation: operation, shape: node.shape, origin: node.origin))
        }
        return Network(nodes: kept, output: renamed[output] ?? output)
    }
}

extension Network.Operation {
    /// Whether every number in the operation is finite.
    var isFinite: Bool {
        switch self {
        case .input, .product: true
        case .affine(let map):
            map.bias.allSatisfy(\.isFinite)
                && map.terms.allSatisfy { $0.matrix.values.allSatisfy(\.isFinite) }
        case .activation(_, .polynomial(let polynomial)):
            polynomial.coefficients.allSatisfy {
                switch $0 {
                case .shared(let value): value.isFinite
                case .perElement(let values): values.allSatisfy(\.isFinite)
                }
            }
        case .activation: true
        }
    }

    /// The same operation reading other values; the order of the new values must be that of the old ones.
    func renamingSources(_ rename: (ValueID) -> ValueID) -> Network.Operation {
        switch self {
        case .input: .input
        case .affine(let map):
            .affine(
                Network.AffineMap(
                    terms: map.terms.map { .init(source: rename($0.source), matrix: $0.matrix) },
                    bias: map.bias))
        case .activation(let source, let activation):
            .activation(source: rename(source), activation)
        case .product(let left, let right): .product(rename(left), rename(right))
        }
    }
}
