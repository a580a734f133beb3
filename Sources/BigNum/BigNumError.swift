/// What can be wrong with the operands of an integer operation.
public enum BigNumError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A modulus was zero or negative.
    case modulusNotPositive(operation: String)
    /// A modulus was even where the operation needs an odd one.
    case modulusEven(operation: String)
    /// A modulus does not fill whole machine words.
    case modulusWidth(bits: Int, unit: Int)
    /// An exponent was zero or negative where the operation needs a positive one.
    case exponentNotPositive(operation: String)
    /// The operand has no inverse for the modulus.
    case notInvertible(operation: String)
    /// A negative value where only the magnitude could be written.
    case negative(operation: String)
    /// The value needs more bytes than there are.
    case doesNotFit(bytes: Int, limit: Int)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .modulusNotPositive(let operation):
            "\(operation): the modulus is not positive; give one of at least 1"
        case .modulusEven(let operation):
            "\(operation): the modulus is even; secret exponents need an odd modulus"
        case .modulusWidth(let bits, let unit):
            "SquareModulus: a modulus of \(bits) bits; its width must be a multiple of \(unit) bits"
        case .exponentNotPositive(let operation):
            "\(operation): the exponent is not positive; reduce it to a positive one first"
        case .notInvertible(let operation):
            "\(operation): the operand shares a factor with the modulus and has no inverse"
        case .negative(let operation):
            "\(operation): the value is negative; write its magnitude and sign apart"
        case .doesNotFit(let bytes, let limit):
            "bytes: the value needs \(bytes) bytes and \(limit) were given; ask for more"
        }
    }
}
