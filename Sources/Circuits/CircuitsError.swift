public import CKKS

/// What circuits refuse, and why.
///
/// Descriptions are one line: what, where, what to do. Values never appear, only their positions.
public enum CircuitsError: Error, Equatable, Sendable {
    /// A number of slots that is not a power of two of at least 2.
    case invalidSlotCount(Int)
    /// A vector whose length is not the number of slots.
    case vectorLength(what: String, found: Int, slots: Int)
    /// A value that is not a finite number.
    case notFinite(what: String, index: Int)
    /// A map without outputs or sources, or whose rows have different numbers of sources.
    case mapShape(reason: String)
    /// A fold that is a multiple of the number of slots: it would double the vector in place.
    case trivialFold(position: Int, amount: Int)
    /// A baby step below 1.
    case invalidBabyStep(Int)
    /// A circuit needs more levels than the operand has.
    case levelTooLow(circuit: String, depth: Int, available: Int)
    /// A level outside the parameters.
    case levelOutOfRange(circuit: String, level: Int, maximum: Int)
    /// An operand at another level or scale than the circuit was planned for.
    case operandMismatch(circuit: String, index: Int, reason: String)
    /// Another number of operands than the circuit has sources.
    case operandCount(circuit: String, found: Int, expected: Int)
    /// A polynomial without coefficients.
    case emptyPolynomial
    /// A degree above what is supported.
    case degreeTooHigh(degree: Int, maximum: Int)
    /// Parameters with another number of slots than the circuit.
    case slotCountMismatch(circuit: String, circuitSlots: Int, parameterSlots: Int)
    /// The scheme refused a step of a circuit.
    case scheme(circuit: String, CKKSError)
}

extension CircuitsError: CustomStringConvertible {
    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .invalidSlotCount(let count):
            return "\(count) slots; the number of slots is a power of two of at least 2"
        case .vectorLength(let what, let found, let slots):
            return "\(what) has \(found) values for \(slots) slots; pad it with zeros to \(slots)"
        case .notFinite(let what, let index):
            return "\(what): value \(index) is not a finite number; remove or replace it"
        case .mapShape(let reason):
            return "linear transform: \(reason)"
        case .trivialFold(let position, let amount):
            return
                "linear transform: fold \(position) rotates by \(amount), a multiple of the number "
                + "of slots; multiply the matrix by 2 instead"
        case .invalidBabyStep(let step):
            return "linear transform: baby step \(step); give a step of at least 1, or none"
        case .emptyPolynomial:
            return "polynomial: no coefficients; give at least the constant"
        case .degreeTooHigh(let degree, let maximum):
            return "polynomial of degree \(degree) is above the supported \(maximum); compose "
                + "polynomials of lower degree"
        default: return evaluationDescription
        }
    }

    private var evaluationDescription: String {
        switch self {
        case .levelTooLow(let circuit, let depth, let available):
            return
                "\(circuit) needs \(depth) level\(depth == 1 ? "" : "s"), the operand is at level "
                + "\(available); take parameters with \(depth - available) more, or lower the degree"
        case .levelOutOfRange(let circuit, let level, let maximum):
            return "\(circuit): level \(level) is outside 0...\(maximum) of these parameters"
        case .operandMismatch(let circuit, let index, let reason):
            return "\(circuit): operand \(index) \(reason)"
        case .operandCount(let circuit, let found, let expected):
            return "\(circuit): \(found) operands where \(expected) are needed"
        case .slotCountMismatch(let circuit, let circuitSlots, let parameterSlots):
            return "\(circuit) is made for \(circuitSlots) slots, the parameters have "
                + "\(parameterSlots); build it for the parameters' slots"
        case .scheme(let circuit, let error):
            return "\(circuit): \(error)"
        default: return ""
        }
    }
}
