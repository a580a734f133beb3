/// A model as affine maps, pointwise functions and elementwise products between flat vectors.
///
/// The description is of one row; every row goes through the same network. Values are listed in
/// topological order: a node reads only values before it. Value 0 is the input, and it is the only
/// input: several graph inputs are concatenated into it, and several outputs into `output`.
///
/// Invariants (established by `NetworkBuilder`): sources precede their node; vector lengths agree;
/// every weight, bias and coefficient is finite.
public struct Network: Sendable, Hashable, Codable {
    /// The nodes in topological order; `nodes[id.index]` makes the value `id`.
    public let nodes: [Node]
    /// The value that is handed to the client.
    public let output: ValueID

    init(nodes: [Node], output: ValueID) {
        self.nodes = nodes
        self.output = output
    }

    /// The value of the input vector.
    public var input: ValueID { ValueID(index: 0) }
    /// Elements of one input row.
    public var inputCount: Int { nodes[0].elementCount }
    /// Elements of one output row.
    public var outputCount: Int { self[output].elementCount }
    /// The node that makes a value.
    public subscript(id: ValueID) -> Node { nodes[id.index] }
    /// All values in topological order.
    public var valueIDs: [ValueID] { nodes.indices.map(ValueID.init(index:)) }

    /// Whether the network is a single affine map (or nothing at all), so that an additive scheme suffices.
    public var isAffine: Bool { degree <= 1 }

    /// The largest polynomial degree of the output in the input.
    ///
    /// It is `Int.max` when a function without a polynomial stands on the way, and saturates there.
    public var degree: Int {
        var degrees: [Int] = []
        for node in nodes {
            switch node.operation {
            case .input: degrees.append(1)
            case .affine(let map):
                degrees.append(map.terms.map { degrees[$0.source.index] }.max() ?? 0)
            case .activation(let source, let activation):
                let (product, overflow) = degrees[source.index]
                    .multipliedReportingOverflow(by: activation.polynomialDegree ?? .max)
                degrees.append(overflow ? .max : product)
            case .product(let left, let right):
                let (sum, overflow) = degrees[left.index]
                    .addingReportingOverflow(degrees[right.index])
                degrees.append(overflow ? .max : sum)
            }
        }
        return degrees[output.index]
    }
}

/// Names one vector of a `Network`: its position in topological order.
public struct ValueID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Position in `Network.nodes`.
    public let index: Int

    init(index: Int) { self.index = index }

    /// Topological order.
    public static func < (left: ValueID, right: ValueID) -> Bool { left.index < right.index }
    /// For example `%3`.
    public var description: String { "%\(index)" }
}

extension Network {
    /// One step of a network: what makes a value, its shape, and where in the model file it came from.
    public struct Node: Sendable, Hashable, Codable {
        /// What makes the value.
        public let operation: Operation
        /// Shape of one row's value, outermost dimension first; for information, elements are in row-major order.
        public let shape: [Int]
        /// Product of `shape`.
        public let elementCount: Int
        /// The model's nodes that this one stands for.
        public let origin: Origin

        init(operation: Operation, shape: [Int], origin: Origin) {
            self.operation = operation
            self.shape = shape
            self.elementCount = shape.reduce(1, *)
            self.origin = origin
        }
    }

    /// What makes a value.
    public enum Operation: Sendable, Hashable, Codable {
        /// The client's row.
        case input
        /// A sum of matrix products and a bias.
        case affine(AffineMap)
        /// One function of one variable applied to every element.
        case activation(source: ValueID, Activation)
        /// Elementwise product of two different values (a square is an activation).
        case product(ValueID, ValueID)

        /// The values this operation reads, in order.
        public var sources: [ValueID] {
            switch self {
            case .input: []
            case .affine(let map): map.terms.map(\.source)
            case .activation(let source, _): [source]
            case .product(let left, let right): [left, right]
            }
        }
    }

    /// `sum of matrix * source` over the terms, plus `bias`.
    ///
    /// Invariants: every matrix has `bias.count` rows; sources are distinct and ascending; no matrix is empty
    /// of entries (a map without terms is a constant).
    public struct AffineMap: Sendable, Hashable, Codable {
        /// The matrices and what they multiply.
        public let terms: [Term]
        /// Added to the sum; one entry per output element.
        public let bias: [Double]

        /// One matrix product of an affine map.
        public struct Term: Sendable, Hashable, Codable {
            /// The vector multiplied.
            public let source: ValueID
            /// One row for each element of the result, one column for each of the source.
            public let matrix: SparseMatrix

            init(source: ValueID, matrix: SparseMatrix) {
                self.source = source
                self.matrix = matrix
            }
        }

        init(terms: [Term], bias: [Double]) {
            self.terms = terms
            self.bias = bias
        }

        /// Whether the bias is zero everywhere.
        public var hasBias: Bool { bias.contains { $0 != 0 } }
    }

    /// The nodes of the model file that a network node stands for, in file order; for messages.
    public struct Origin: Sendable, Hashable, Codable, CustomStringConvertible {
        /// Such as `Gemm 'fc1'`.
        public let names: [String]

        /// Makes an origin from readable node names.
        public init(_ names: [String]) { self.names = names }

        /// Both origins, each name once, order kept.
        public func merging(_ other: Origin) -> Origin {
            Origin(names + other.names.filter { !names.contains($0) })
        }

        /// The names joined by arrows, shortened in the middle when there are many.
        public var description: String {
            if names.isEmpty { return "input" }
            if names.count <= 4 { return names.joined(separator: " -> ") }
            return "\(names[0]) -> \(names[1]) -> ... -> \(names[names.count - 1])"
        }
    }
}
