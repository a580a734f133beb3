package import Circuits

/// A network lowered to ciphertexts: every value has a layout and a level, every step its operands.
///
/// Steps are in topological order; the first ones are the inputs, one for each ciphertext of a group of rows. A step first brings its operands down to
/// `operandLevel`; its result stands at `level`. The scale of a value is its level's target scale, or the square of it
/// for squares that the next affine step divides.
///
/// Invariants: sources precede their step and have the step's row capacity; `operandLevel - level` is
/// the depth of the operation; the output is at level 0; matrices fit the layouts.
public struct SlotProgram: Sendable, Hashable, Codable {
    /// The steps in topological order.
    public let steps: [Step]
    /// Index of the step whose result is handed to the client.
    public let output: Int

    /// What affine steps split their rotations by; nil in programs of earlier releases.
    package let weights: OperationWeights?

    package init(steps: [Step], output: Int, weights: OperationWeights? = nil) {
        self.steps = steps
        self.output = output
        self.weights = weights
    }

    /// One operation on ciphertexts.
    public struct Step: Sendable, Hashable, Codable {
        /// What is computed.
        public let operation: Operation
        /// Level to which operands are dropped before the operation.
        public let operandLevel: Int
        /// Level of the result.
        public let level: Int
        /// Where the result's elements stand.
        public let layout: SlotLayout
        /// The model's nodes behind the step.
        public let origin: Network.Origin

        package init(
            operation: Operation, operandLevel: Int, level: Int, layout: SlotLayout,
            origin: Network.Origin
        ) {
            self.operation = operation
            self.operandLevel = operandLevel
            self.level = level
            self.layout = layout
            self.origin = origin
        }
    }

    /// What a step computes.
    public enum Operation: Sendable, Hashable, Codable {
        /// The client's rows.
        case input
        /// A sum of matrix products, plus a bias; one level. `gathering` says how partial sums come together;
        /// `rescalesLast` that they do so before the rescale, which rounds less and costs more.
        case affine(terms: [Term], bias: [Double], gathering: Gathering, rescalesLast: Bool)
        /// A sum of values in the same layout, plus a bias; no level.
        case sum([Int], bias: [Double])
        /// Sums of elements that stand a period of the result apart, by rotations alone; no level. Every entry of the
        /// matrix is a one.
        case fold(source: Int, SparseMatrix)
        /// A polynomial of every element.
        case polynomial(source: Int, Polynomial)
        /// The square of every element, no level: it stays at the square of its level's scale, for the affine step
        /// after it to divide.
        case pendingSquare(source: Int)
        /// The product of two values, element by element; one level.
        case product(Int, Int)

        /// Whether this is an input.
        public var isInput: Bool {
            if case .input = self { true } else { false }
        }

        /// The steps this one reads.
        public var sources: [Int] {
            switch self {
            case .input: []
            case .affine(let terms, _, _, _): terms.map(\.source)
            case .sum(let sources, _): sources
            case .fold(let source, _), .polynomial(let source, _), .pendingSquare(let source):
                [source]
            case .product(let left, let right): [left, right]
            }
        }
    }

    /// One matrix product of an affine step.
    public struct Term: Sendable, Hashable, Codable {
        /// The step multiplied.
        public let source: Int
        /// Rows: elements of the result; columns: elements of the source.
        public let matrix: SparseMatrix
        /// Positions by which the source is rotated to meet the matrix, ascending.
        public let amounts: [Int]
    }

    /// A polynomial by its coefficients, lowest degree first.
    public enum Polynomial: Sendable, Hashable, Codable {
        /// Powers of the value, the same for every element.
        case power([Double])
        /// Chebyshev polynomials of the value, which lies in [-1, 1].
        case chebyshev([Double])
        /// Powers of the value; `coefficients[k][e]` multiplies the k-th power of element e.
        case perElement([[Double]])

        /// Number of coefficients less one.
        public var degree: Int {
            switch self {
            case .power(let list), .chebyshev(let list): list.count - 1
            case .perElement(let list): list.count - 1
            }
        }

        /// Whether this is the square plus a constant.
        public var isSquare: Bool {
            guard case .power(let list) = self, list.count == 3 else { return false }
            return list[1] == 0 && list[2] == 1
        }
    }

    /// Whether each step's result stands at the square of its level's scale: squares that wait, and sums of their elements.
    var pendingSteps: [Bool] {
        var pending: [Bool] = []
        pending.reserveCapacity(steps.count)
        for (index, step) in steps.enumerated() {
            switch step.operation {
            case .pendingSquare: pending.append(true)
            case .fold(let source, _): pending.append(source < index && pending[source])
            default: pending.append(false)
            }
        }
        return pending
    }

    /// Level of fresh ciphertexts.
    public var inputLevel: Int { steps[0].level }
    /// Where the client puts its rows, one layout for each ciphertext of a group of rows.
    public var inputLayouts: [SlotLayout] { steps.prefix { $0.operation.isInput }.map(\.layout) }
    /// Where the client finds the results.
    public var outputLayout: SlotLayout { steps[output].layout }
    /// Rows that one ciphertext holds.
    public var rowCapacity: Int { steps[0].layout.rowCapacity }
}
