/// Why a model that could be read cannot become a program.
public enum CompileError: Error, Equatable, Sendable {
    /// No secure parameters hold the circuit.
    ///
    /// `levels` is what the largest ring has at scales of `scaleBits`; they end at the node `at`.
    case tooDeep(depth: Int, levels: Int, at: String, scaleBits: Int, security: Int)
    /// A tensor needs more slots than the largest ring has.
    case tooWide(node: String, elements: Int, limit: Int)
    /// A function has to be approximated but nobody said over which range.
    case rangeNeeded(node: String, function: String)
    /// The asked precision is out of reach.
    case precisionOutOfReach(bits: Int, reached: Double)
    /// The output of the model is the same for every input.
    case constantOutput
    /// The scheme cannot run the model.
    case schemeUnsuitable(scheme: String, reason: String, wayOut: String)
    /// An option is outside its range.
    case invalidOption(name: String, value: String, expected: String)
    /// Values of the network may grow beyond what any modulus holds.
    case valuesTooLarge(node: String, magnitude: Double)
}

extension CompileError: CustomStringConvertible {
    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .tooDeep(let depth, let levels, let node, let scaleBits, let security):
            "the model is too deep: it takes \(depth) levels of \(scaleBits) bits, the largest ring has "
                + "\(levels) at \(security)-bit security, which end at \(node); ask for fewer --precision "
                + "bits (or less room by --flood and --share), use activations of lower degree (a larger "
                + "--activation-tolerance, squares), or split the model there and decrypt between"
        case .tooWide(let node, let elements, let limit):
            "\(node) has \(elements) values per row, one ciphertext holds at most \(limit); shrink "
                + "the layer, crop the input, or pool earlier"
        case .rangeNeeded(let node, let function):
            "\(node): \(function) needs the range of its input to be fitted by a polynomial; pass "
                + "--calibrate ROWS with a few training rows, or --range LOW..HIGH"
        case .precisionOutOfReach(let bits, let reached):
            "\(bits) bits of precision are out of reach, \(reached.formattedBits) bits are possible; "
                + "lower --precision, leave less room by --flood and --share, or narrow the input range "
                + "(--calibrate with real rows, or --range)"
        case .constantOutput:
            "the model's output does not depend on its input; nothing would be computed on "
                + "ciphertexts"
        case .schemeUnsuitable(let scheme, let reason, let wayOut):
            "\(scheme) cannot run this model: \(reason); \(wayOut)"
        case .invalidOption(let name, let value, let expected):
            "\(name) is \(value); expected \(expected)"
        case .valuesTooLarge(let node, let magnitude):
            "values at \(node) may reach \(magnitude), beyond every modulus; narrow the inputs' range "
                + "(--calibrate with real rows of it, or --range), or scale the values down in the layer "
                + "before they are multiplied"
        }
    }
}

extension Double {
    /// One decimal, without locale; for messages.
    var formattedBits: String {
        guard isFinite, abs(self) < 1e15 else { return "\(self)" }
        let tenths = Int((self * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
