/// What the client does in the clear with the decrypted scores: the last steps of the model that a
/// ciphertext cannot carry, such as softmax and class labels.
///
/// A tail travels in the public card, so it holds class labels and plain numbers that every model of the kind
/// has (such as the 1 in 1 - p), never trained weights. Value 0 is the decrypted row of scores; step k makes
/// value k + 1. All values are flat vectors.
public struct ClientTail: Sendable, Hashable, Codable {
    /// Number of decrypted scores of one row.
    public let scoreCount: Int
    /// Operations in order; each reads values before it.
    public let steps: [Step]
    /// The model's outputs in its own order.
    public let outputs: [Output]

    /// Makes a tail; call `validate()` on a tail that comes from a file.
    public init(scoreCount: Int, steps: [Step], outputs: [Output]) {
        self.scoreCount = scoreCount
        self.steps = steps
        self.outputs = outputs
    }

    /// Whether the scores are the model's only output as they stand.
    public var isTrivial: Bool {
        outputs.count == 1 && outputs[0].value == 0 && outputs[0].labels == nil
    }

    /// One output of the model.
    public struct Output: Sendable, Hashable, Codable {
        /// The output's name in the model file.
        public let name: String
        /// The value handed out: 0 for the scores, k + 1 for what step k makes.
        public let value: Int
        /// Shape of one row.
        public let shape: [Int]
        /// Names of the columns (the classes of a ZipMap), or empty.
        public let columnNames: [String]
        /// Class labels, when the value holds positions in this list.
        public let labels: Labels?

        /// Makes an output.
        public init(
            name: String, value: Int, shape: [Int], columnNames: [String] = [],
            labels: Labels? = nil
        ) {
            self.name = name
            self.value = value
            self.shape = shape
            self.columnNames = columnNames
            self.labels = labels
        }
    }

    /// One operation and the values it reads.
    public struct Step: Sendable, Hashable, Codable {
        /// What is done.
        public let operation: Operation
        /// Indices of the values read.
        public let inputs: [Int]

        /// Makes a step.
        public init(_ operation: Operation, inputs: [Int]) {
            self.operation = operation
            self.inputs = inputs
        }
    }

    /// An axis of a tensor in row-major order: element (i, j, k) lies at `(i * count + j) * inner + k`.
    public struct Axis: Sendable, Hashable, Codable {
        /// Product of the dimensions before the axis.
        public let outer: Int
        /// Length of the axis.
        public let count: Int
        /// Product of the dimensions after the axis.
        public let inner: Int

        /// Makes an axis.
        public init(outer: Int, count: Int, inner: Int) {
            self.outer = outer
            self.count = count
            self.inner = inner
        }
    }

    /// Operations on flat vectors.
    public enum Operation: Sendable, Hashable, Codable {
        /// Exponentials divided by their sum along the axis.
        case softmax(Axis)
        /// Logarithm of the softmax.
        case logSoftmax(Axis)
        /// Division along the axis by a norm.
        case normalize(Norm, Axis)
        /// Sum along the axis.
        case sum(Axis)
        /// Position of the largest element along the axis; of equal ones the first, or the last.
        case argMax(Axis, last: Bool)
        /// A function of every element.
        case unary(Unary)
        /// A function of two vectors of equal length.
        case binary(Binary)
        /// Element i becomes element `indices[i]`.
        case gather([Int])
        /// All inputs one after another.
        case concatenate
        /// A vector of `count` equal numbers.
        case constant(Double, count: Int)
    }

    /// Functions of one number.
    public enum Unary: String, Sendable, Hashable, Codable {
        /// 1 / (1 + exp(-x)).
        case logistic
        /// Hyperbolic tangent.
        case tanh
        /// Exponential.
        case exponential
        /// log(1 + exp(x)).
        case softplus
        /// -x.
        case negate
        /// Magnitude.
        case magnitude
        /// 1 / x.
        case reciprocal
        /// Nearest integer toward zero.
        case truncate
        /// 1 for every number but zero, which gives 0.
        case isNonzero
        /// 1 for zero, which stands for false, else 0.
        case logicalNot
    }

    /// Functions of two numbers.
    public enum Binary: String, Sendable, Hashable, Codable {
        /// Sum.
        case add
        /// Difference.
        case subtract
        /// Product.
        case multiply
        /// Quotient.
        case divide
    }

    /// What `Operation.normalize` divides by.
    public enum Norm: String, Sendable, Hashable, Codable {
        /// Largest magnitude.
        case max
        /// Sum of magnitudes.
        case l1
        /// Euclidean length.
        case l2
    }

    /// Class labels as the model spells them.
    public enum Labels: Sendable, Hashable, Codable {
        /// Integer labels.
        case integers([Int64])
        /// Text labels.
        case strings([String])

        /// Number of labels.
        public var count: Int {
            switch self {
            case .integers(let values): values.count
            case .strings(let values): values.count
            }
        }

        /// The label at an index, as text.
        public func text(at index: Int) -> String {
            switch self {
            case .integers(let values): String(values[index])
            case .strings(let values): values[index]
            }
        }
    }
}
