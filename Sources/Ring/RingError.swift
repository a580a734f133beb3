/// What can go wrong with ring parameters and residues that come from outside.
public enum RingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The degree is no power of two in 16...65536.
    case unsupportedDegree(Int)
    /// A modulus is not a prime below 2^50 that is 1 modulo 4N.
    case unsupportedModulus(UInt64, degree: Int)
    /// A modulus occurs twice.
    case repeatedModulus(UInt64)
    /// The number of moduli is outside 1...maximum.
    case unsupportedModulusCount(Int, maximum: Int)
    /// An index of a basis has no modulus, or occurs twice.
    case invalidBasis([Int], modulusCount: Int)
    /// Too many limbs are converted at once.
    case tooManyLimbs(Int, maximum: Int)
    /// Both bases of a conversion hold the same modulus.
    case overlappingBases
    /// Limbs or coefficients are missing or too many.
    case wrongCount(what: String, expected: Int, found: Int)
    /// A residue is not below its modulus.
    case residueOutOfRange(limb: Int, coefficient: Int)
    /// The ladder has no prime left that fits.
    case noPrime(nearBits: Int, degree: Int)
    /// A Galois exponent is even or outside 1..<2N.
    case invalidGaloisExponent(Int, degree: Int)
    /// The environment asks for an instruction set that does not exist or that this machine lacks.
    case unsupportedInstructionSet(String, accepted: [String])

    /// One line: what is wrong and what would be accepted.
    public var description: String {
        switch self {
        case .unsupportedDegree(let degree):
            "ring degree \(degree) is not supported; use a power of two from 16 to 65536"
        case .unsupportedModulus(let modulus, let degree):
            "modulus \(modulus) does not fit degree \(degree); use a prime between 2^7 and 2^50 "
                + "that is 1 modulo \(4 * degree)"
        case .repeatedModulus(let modulus):
            "modulus \(modulus) occurs twice; the moduli of a ring must differ"
        case .unsupportedModulusCount(let count, let maximum):
            "a ring with \(count) moduli is not supported; use 1 to \(maximum)"
        case .invalidBasis(let indices, let count):
            "basis \(indices) is invalid; name each of the \(count) moduli at most once, and one "
                + "at least"
        case .tooManyLimbs(let count, let maximum):
            "a base conversion from \(count) limbs is not supported; use at most \(maximum)"
        case .overlappingBases:
            "the bases of a conversion overlap; source and target must have no modulus in common"
        case .wrongCount(let what, let expected, let found):
            "expected \(expected) \(what), found \(found)"
        case .residueOutOfRange(let limb, let coefficient):
            "residue \(coefficient) of limb \(limb) is not below its modulus; the data is damaged "
                + "or belongs to other parameters"
        case .noPrime(let bits, let degree):
            "no unused prime near 2^\(bits) is left for degree \(degree); ask for fewer levels or "
                + "another scale"
        case .invalidGaloisExponent(let exponent, let degree):
            "Galois exponent \(exponent) is invalid for degree \(degree); use an odd number from "
                + "1 to \(2 * degree - 1)"
        case .unsupportedInstructionSet(let name, let accepted):
            "TACIT_ISA=\(name) is not available here; use one of \(accepted.joined(separator: ", "))"
        }
    }
}
