/// What the client does in the clear with the decrypted scores: the last steps of the model that a
/// ciphertext cannot carry, such as softmax and class labels.
public struct ClientTail: Sendable, Hashable, Codable {
    /// Number of decrypted scores of one row.
    public let scoreCount: Int
    /// The model's outputs in its own order.
    public let outputs: [Output]

    /// Makes a tail; see `validate()` for tails that come from a file.
    public init(scoreCount: Int, outputs: [Output]) {
        self.scoreCount = scoreCount
        self.outputs = outputs
    }

    /// One output of the model: a stretch of the scores and the steps applied to it.
    public struct Output: Sendable, Hashable, Codable {
        /// The output's name in the model file.
        public let name: String
        /// Index of its first score in the decrypted row.
        public let offset: Int
        /// Shape of one row, before the steps.
        public let shape: [Int]
        /// Applied in order.
        public let steps: [Step]
        /// Names of the result's columns (the classes of a ZipMap), or empty.
        public let columnNames: [String]

        /// Makes an output.
        public init(
            name: String, offset: Int, shape: [Int], steps: [Step], columnNames: [String] = []
        ) {
            self.name = name
            self.offset = offset
            self.shape = shape
            self.steps = steps
            self.columnNames = columnNames
        }
    }

    /// One operation on a flat vector.
    ///
    /// `outer`, `count` and `inner` address an axis: element (i, j, k) lies at
    /// `(i * count + j) * inner + k`.
    public enum Step: Sendable, Hashable, Codable {
        /// Exponentials divided by their sum along the axis.
        case softmax(outer: Int, count: Int, inner: Int)
        /// Logarithm of the softmax.
        case logSoftmax(outer: Int, count: Int, inner: Int)
        /// 1 / (1 + exp(-x)) of every element.
        case logistic
        /// Hyperbolic tangent of every element.
        case tanh
        /// Division along the axis by the sum of magnitudes, Euclidean length or largest magnitude.
        case normalize(Norm, outer: Int, count: Int, inner: Int)
        /// The position of the largest element along the axis; the first or the last of equal ones.
        case argMax(outer: Int, count: Int, inner: Int, last: Bool)
        /// Pairs (1 - p, p) in place of every p.
        case complementPairs
        /// Pairs (-s, s) in place of every s.
        case negatedPairs
        /// Element i becomes element `indices[i]`.
        case gather([Int])
        /// The class of each row of `count` scores: where there is one score, the second label when it exceeds
        /// `threshold`, else the first; where there are more, the label of the largest (the first of equals).
        case classify(Labels, count: Int, threshold: Double)
        /// The label at the position that a preceding `argMax` found.
        case label(Labels)
        /// Rounds toward zero (a cast to an integer type).
        case truncate
    }

    /// What `Step.normalize` divides by.
    public enum Norm: String, Sendable, Hashable, Codable {
        /// Largest value, as ONNX-ML's Normalizer defines it.
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

    /// The values of one output for one row.
    public enum Result: Sendable, Hashable {
        /// Numbers.
        case numbers([Double])
        /// Class labels.
        case labels(Labels)
    }
}
