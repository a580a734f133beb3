/// Why a model cannot be read, compiled or run.
public enum InferenceError: Error, Equatable, Sendable {
    // Reading a model file.

    /// The bytes are not an ONNX model, or end early.
    case malformedModel(reason: String)
    /// A node's operator is not supported.
    case unsupportedOperator(node: String, reason: String, accepted: String)
    /// A supported operator is used in a way that cannot run on ciphertexts.
    case unsupportedUse(node: String, reason: String, wayOut: String)
    /// A node contradicts the ONNX specification: wrong number of inputs, shapes that do not fit.
    case invalidNode(node: String, reason: String)
    /// A stored tensor contradicts itself.
    case invalidTensor(tensor: String, reason: String)
    /// A weight is not a finite number; `index` counts elements in row-major order.
    case nonFiniteWeight(tensor: String, index: Int, value: String)
    /// The nodes form a cycle.
    case cyclicGraph(node: String)
    /// Two things in the graph make a value of the same name.
    case duplicateName(String)
    /// A node reads a value that nothing makes.
    case missingValue(name: String, reader: String)
    /// The model was made for an operator set outside the supported range.
    case unsupportedOpset(domain: String, version: Int64, supported: String)
    /// Weights stored outside the model file cannot be read.
    case externalData(tensor: String, reason: String)
    /// Something in the model exceeds a limit that keeps memory bounded.
    case tooLarge(what: String, size: String, limit: String)
    /// The graph's inputs or outputs are not of a supported kind.
    case unsupportedInterface(name: String, reason: String, wayOut: String)

    // Ranges and approximation.

    /// No polynomial of the allowed degree reaches the tolerance.
    case approximationTooCoarse(
        node: String, function: String, range: String, degree: Int, error: Double, tolerance: Double
    )
    /// A range is empty, unbounded or not a number.
    case invalidRange(what: String, reason: String)
    /// A function must be approximated before this step.
    case functionNotApproximated(node: String, function: String)

    // Programs read from files.

    /// A program or card contradicts itself.
    case malformedProgram(reason: String)
    /// The client's last steps contradict themselves.
    case invalidTail(reason: String)

    // Rows.

    /// A row has the wrong number of values.
    case wrongElementCount(row: Int, count: Int, expected: Int)
    /// A value of a row is not a finite number.
    case nonFiniteInput(row: Int, column: Int)
    /// A computation left the range of doubles.
    case overflow(node: String)
}

extension InferenceError: CustomStringConvertible {
    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .malformedModel(let reason):
            "not a readable ONNX model: \(reason); export the model again"
        case .unsupportedOperator(let node, let reason, let accepted):
            "\(node) is not supported: \(reason); accepted: \(accepted)"
        case .unsupportedUse(let node, let reason, let wayOut):
            "\(node) cannot run on encrypted values: \(reason); \(wayOut)"
        case .invalidNode(let node, let reason):
            "\(node) is invalid: \(reason); export the model again or check it with onnx.checker"
        case .invalidTensor(let tensor, let reason):
            "tensor '\(tensor)' is invalid: \(reason); export the model again"
        case .nonFiniteWeight(let tensor, let index, let value):
            "tensor '\(tensor)' holds \(value) at index \(index); retrain or repair the weights"
        case .cyclicGraph(let node):
            "the graph has a cycle through \(node); export the model again"
        case .duplicateName(let name):
            "the name '\(name)' is given to two values; names in a graph must be unique"
        case .missingValue(let name, let reader):
            "\(reader) reads '\(name)', which no node, initializer or input provides"
        case .unsupportedOpset(let domain, let version, let supported):
            "operator set \(version) of domain '\(domain)' is not supported; supported: \(supported)"
        case .externalData(let tensor, let reason):
            "external data of tensor '\(tensor)' is refused: \(reason)"
        case .tooLarge(let what, let size, let limit):
            "\(what) is too large: \(size), the limit is \(limit)"
        case .unsupportedInterface(let name, let reason, let wayOut):
            "'\(name)' cannot be used: \(reason); \(wayOut)"
        default: rowDescription
        }
    }

    private var rowDescription: String {
        switch self {
        case .approximationTooCoarse(
            let node, let function, let range, let degree, let error, let tolerance):
            "\(node): \(function) over \(range) needs more than degree \(degree), which reaches error "
                + "\(error) where \(tolerance) is asked; narrow the range by calibrating with real rows, "
                + "ask for less precision, or train with a smoother activation (silu, square)"
        case .invalidRange(let what, let reason):
            "the range of \(what) is invalid: \(reason)"
        case .functionNotApproximated(let node, let function):
            "\(node): \(function) has no polynomial yet; fit the activations first"
        case .malformedProgram(let reason):
            "\(reason); the file was not made by this version of the compiler: compile the model again"
        case .invalidTail(let reason):
            "the card's client steps are invalid: \(reason); compile the model again"
        case .wrongElementCount(let row, let count, let expected):
            "row \(row) has \(count) values, the model takes \(expected)"
        case .nonFiniteInput(let row, let column):
            "row \(row), column \(column) is not a finite number"
        case .overflow(let node):
            "\(node): the result is too large for double precision; check the weights and the input range"
        default: ""
        }
    }
}
