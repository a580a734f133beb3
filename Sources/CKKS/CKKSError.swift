public import Ring

/// What the lattice scheme refuses, and why.
///
/// Every case carries the numbers a caller needs to act; descriptions are one line: what, where,
/// what to do. Nothing secret is ever part of an error.
public enum CKKSError: Error, Equatable, Sendable {
    /// A parameter is outside its range.
    case invalidParameter(name: String, value: String, expected: String)
    /// The ladder of primes has too few primes of the asked size for this degree.
    case notEnoughPrimes(degree: Int, bits: Double, hint: String)
    /// log2(QP) is above the bound of the 2024 guideline.
    case insecure(degree: Int, modulusBits: Int, bound: Int, security: Int)
    /// The security table has no entry: no modulus is safe at this degree and level.
    case noSecureModulus(degree: Int, security: Int)
    /// A level outside 0...maxLevel, or above what is possible here.
    case levelOutOfRange(operation: String, level: Int, maximum: Int)
    /// Two operands stand at different levels.
    case levelMismatch(operation: String, left: Int, right: Int)
    /// Two operands have different scales.
    case scaleMismatch(operation: String, level: Int, leftBits: Double, rightBits: Double)
    /// The scale of a product would exceed the modulus left.
    case scaleTooLarge(operation: String, level: Int, scaleBits: Double, modulusBits: Double)
    /// An operation that consumes a level was asked at level 0.
    case noLevelLeft(operation: String)
    /// A ciphertext has the wrong number of polynomials for an operation.
    case wrongDegree(operation: String, found: Int, expected: Int)
    /// A value is not a finite number.
    case notFinite(index: Int)
    /// A value does not fit into the modulus at this level and scale.
    case valueTooLarge(
        index: Int, magnitude: Double, scaleBits: Double, level: Int, modulusBits: Double)
    /// More values than slots.
    case tooManyValues(count: Int, slots: Int)
    /// A scale that is not finite and positive, or too small to round.
    case invalidScale(operation: String, scale: Double)
    /// A decrypted polynomial fills the whole modulus: another key, or a result that overflowed.
    case decryptionOverflow(level: Int, scaleBits: Double, modulusBits: Double)
    /// Two objects belong to different secret keys.
    case keyMismatch(operation: String, left: String, right: String)
    /// Two objects belong to different parameters.
    case ringMismatch(operation: String, left: String, right: String)
    /// The parameters have no special primes, so no key switching.
    case noKeySwitching(operation: String)
    /// No relinearization key in the evaluation keys.
    case missingRelinearizationKey
    /// No Galois key for this rotation (nil: conjugation) in the evaluation keys.
    case missingGaloisKey(rotation: Int?, level: Int, available: Int)
    /// No public key in the evaluation keys.
    case missingPublicKey(operation: String)
    /// A key is made for a lower level than the operand's.
    case keyLevelTooLow(key: String, keyLevel: Int, level: Int)
    /// Something received from outside does not have the form it must have.
    case malformed(object: String, reason: String)
    /// A plaintext lacks the special limbs that a postponed mod-down needs.
    case plaintextNotExtended(operation: String, index: Int)
    /// The ring refused; its error says why.
    case ring(RingError)
    /// The system gave no guarded memory for secrets.
    case noSecretMemory(bytes: Int)
    /// An operation over a list got an empty list, or lists of different lengths.
    case operandCount(operation: String, reason: String)
}

extension CKKSError: CustomStringConvertible {
    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .invalidParameter, .notEnoughPrimes, .insecure, .noSecureModulus:
            return parameterDescription
        case .levelOutOfRange, .levelMismatch, .scaleMismatch, .scaleTooLarge, .noLevelLeft,
            .wrongDegree, .plaintextNotExtended, .operandCount:
            return operationDescription
        case .notFinite, .valueTooLarge, .tooManyValues, .invalidScale, .decryptionOverflow:
            return valueDescription
        case .keyMismatch, .ringMismatch, .noKeySwitching, .missingRelinearizationKey,
            .missingGaloisKey, .missingPublicKey, .keyLevelTooLow, .malformed, .ring,
            .noSecretMemory:
            return keyDescription
        }
    }

    private var parameterDescription: String {
        switch self {
        case .invalidParameter(let name, let value, let expected):
            return "parameter \(name) is \(value); expected \(expected)"
        case .notEnoughPrimes(let degree, let bits, let hint):
            return "degree \(degree) has too few primes near \(decimal(bits)) bits; \(hint)"
        case .insecure(let degree, let modulusBits, let bound, let security):
            return
                "log2(QP) = \(modulusBits) at degree \(degree) is above the bound of \(bound) bits "
                + "for \(security)-bit security (2024 guideline, uniform ternary secret); "
                + "take fewer levels, smaller scales, or degree \(2 * degree)"
        case .noSecureModulus(let degree, let security):
            return "no modulus at degree \(degree) reaches \(security)-bit security; take a larger "
                + "power-of-two degree up to 65536"
        default: return ""
        }
    }

    private var operationDescription: String {
        switch self {
        case .levelOutOfRange(let operation, let level, let maximum):
            return "\(operation): level \(level) is outside 0...\(maximum)"
        case .levelMismatch(let operation, let left, let right):
            return
                "\(operation): operands at levels \(left) and \(right); dropLevel the higher one "
                + "to \(min(left, right))"
        case .scaleMismatch(let operation, let level, let left, let right):
            return
                "\(operation) at level \(level): scales of \(decimal(left)) and \(decimal(right)) "
                + "bits; rescale pending products, or encode at the operand's scale"
        case .scaleTooLarge(let operation, let level, let scale, let modulus):
            return
                "\(operation) at level \(level): a product of scale \(decimal(scale)) bits does not "
                + "fit the modulus of \(decimal(modulus)) bits; rescale first, or take more levels"
        case .noLevelLeft(let operation):
            return
                "\(operation): the operand is at level 0, no level is left; take parameters with "
                + "more levels"
        case .wrongDegree(let operation, let found, let expected):
            return "\(operation): ciphertext of \(found) polynomials where \(expected) are needed; "
                + (found > expected ? "relinearize first" : "multiply ciphertexts first")
        case .plaintextNotExtended(let operation, let index):
            return "\(operation): plaintext \(index) lacks the special limbs; encode it with "
                + "extended: true"
        case .operandCount(let operation, let reason):
            return "\(operation): \(reason)"
        default: return ""
        }
    }

    private var valueDescription: String {
        switch self {
        case .notFinite(let index):
            return "value \(index) is not a finite number; remove or replace it before encoding"
        case .valueTooLarge(let index, let magnitude, let scale, let level, let modulus):
            return
                "value \(index) of magnitude \(magnitude) at scale \(decimal(scale)) bits does not "
                + "fit level \(level) (modulus \(decimal(modulus)) bits, a quarter usable); "
                + "divide the values, lower the scale or use a higher level"
        case .tooManyValues(let count, let slots):
            return "\(count) values for \(slots) slots; split them over several plaintexts"
        case .invalidScale(let operation, let scale):
            return "\(operation): scale \(scale) is not a finite number of at least 1"
        case .decryptionOverflow(let level, let scale, let modulus):
            return
                "decryption at level \(level), scale \(decimal(scale)) bits fills the modulus of "
                + "\(decimal(modulus)) bits: another secret key encrypted this, or the result "
                + "overflowed its range"
        default: return ""
        }
    }

    private var keyDescription: String {
        switch self {
        case .keyMismatch(let operation, let left, let right):
            return
                "\(operation): key \(left) where key \(right) is needed; both must come from one "
                + "secret key"
        case .ringMismatch(let operation, let left, let right):
            return
                "\(operation): parameters \(left) where \(right) are needed; both must come from "
                + "one parameter set"
        case .noKeySwitching(let operation):
            return "\(operation): these parameters have no special primes; make parameters whose "
                + "digit policy is not .none"
        case .missingRelinearizationKey:
            return "relinearize: the evaluation keys hold no relinearization key; generate it"
        case .missingGaloisKey(let rotation, let level, let available):
            let what = rotation.map { "rotation by \($0)" } ?? "conjugation"
            return "no Galois key for \(what) at level \(level) among the \(available) available; "
                + "generate it with the evaluation keys"
        case .missingPublicKey(let operation):
            return "\(operation): the evaluation keys hold no public key; generate it"
        case .keyLevelTooLow(let key, let keyLevel, let level):
            return
                "\(key) is made for level \(keyLevel), the operand is at level \(level); drop the "
                + "operand's level or generate the key at level \(level)"
        case .ring(let error): return error.description
        case .noSecretMemory(let bytes):
            return "no guarded memory for \(bytes) secret bytes; raise the limit of locked memory "
                + "(ulimit -l) or free memory"
        case .malformed(let object, let reason):
            return "malformed \(object): \(reason)"
        default: return ""
        }
    }
}

/// A number with one decimal, without locale.
func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let tenths = Int((abs(value) * 10).rounded())
    return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
}
