public import BigNum
public import Secrets

/// What can go wrong with Paillier keys, ciphertexts and values; never carries a secret.
public enum PaillierError: Error, Equatable, Sendable {
    /// The modulus has a width that is not offered.
    case keyWidth(bits: Int)
    /// A 2048-bit key, which gives 112 bits of security, without the caller's word that this is wanted.
    case securityOf112BitsNotAccepted
    /// The modulus is even.
    case modulusEven
    /// The modulus is a prime, so that anyone can decrypt.
    case modulusPrime
    /// The modulus is a power of a smaller number.
    case modulusPerfectPower
    /// The modulus has a small factor.
    case modulusSmallFactor(UInt64)
    /// The public base for randomization does not fit the modulus.
    case randomizationBase(reason: String)
    /// The secret primes do not make a sound key.
    case keyFactors(reason: String)
    /// A key or ciphertext belongs to another key.
    case wrongKey(expected: KeyID, found: KeyID)
    /// A ciphertext is not between 0 and the square of the modulus.
    case ciphertextOutOfRange(index: Int)
    /// A ciphertext shares a factor with the modulus.
    case ciphertextNotInvertible(index: Int)
    /// A ciphertext carries no randomness: whoever sees it reads the value.
    case ciphertextNotHidden(index: Int)
    /// An integer is too large for the plaintext space.
    case plaintextOutOfRange(index: Int, limitBits: Int)
    /// A decrypted value lies in the guard zone: a computation overflowed the plaintext space.
    case plaintextOverflow(index: Int)
    /// A real number is not finite.
    case valueNotFinite(index: Int)
    /// A real number exceeds what the codec was declared for.
    case valueOutOfRange(index: Int, maximum: Double)
    /// A fixed-point format is not usable.
    case fixedPoint(reason: String)
    /// Two things that must agree in shape do not.
    case shape(what: String, expected: Int, found: Int)
    /// Two tensors that are added have different exponents.
    case exponentMismatch(expected: Int, found: Int)
    /// More vectors are added up than their slots have room for.
    case tooManyTerms(found: Int, limit: Int)
    /// Packed vectors that are added lie in slots of different width.
    case packingMismatch
    /// Results can leave the plaintext space for the declared inputs.
    case overflowPossible(row: Int, bits: Int, availableBits: Int)
    /// Secret memory failed.
    case secrets(SecretsError)
    /// Integer arithmetic failed.
    case arithmetic(BigNumError)
}

extension PaillierError: CustomStringConvertible {
    /// One line: what, where, and what to do.
    public var description: String {
        switch self {
        case .keyWidth(let bits):
            "a Paillier modulus of \(bits) bits; use 3072 (default), 4096, or 2048 on request"
        case .securityOf112BitsNotAccepted:
            "a 2048-bit Paillier key gives 112 bits of security; accept that explicitly or use 3072"
        case .modulusEven:
            "the Paillier modulus is even; do not use this key"
        case .modulusPrime:
            "the Paillier modulus is prime, so anyone can decrypt; do not use this key"
        case .modulusPerfectPower:
            "the Paillier modulus is a perfect power; do not use this key"
        case .modulusSmallFactor(let factor):
            "the Paillier modulus is divisible by \(factor); do not use this key"
        case .randomizationBase(let reason):
            "the key's randomization base \(reason); ask its owner for the public key again"
        case .keyFactors(let reason):
            "the secret primes \(reason); make a new key"
        case .wrongKey(let expected, let found):
            "made for key \(found.shortDescription), this is key \(expected.shortDescription)"
        case .ciphertextOutOfRange(let index):
            "ciphertext \(index) is not between 0 and n^2; it is damaged or of another key"
        case .ciphertextNotInvertible(let index):
            "ciphertext \(index) shares a factor with n; it is damaged or forged"
        case .ciphertextNotHidden(let index):
            "ciphertext \(index) carries no randomness and hides nothing; encrypt the value anew"
        default:
            valueDescription
        }
    }

    private var valueDescription: String {
        switch self {
        case .plaintextOutOfRange(let index, let limitBits):
            "value \(index) needs more than \(limitBits) bits; scale it down or use a larger key"
        case .plaintextOverflow(let index):
            "value \(index) overflowed the plaintext space while computing; declare honest bounds"
        case .valueNotFinite(let index):
            "value \(index) is not a finite number; replace it before encrypting"
        case .valueOutOfRange(let index, let maximum):
            "value \(index) is beyond the declared magnitude \(maximum); clip it or declare more"
        case .fixedPoint(let reason):
            "fixed point: \(reason)"
        case .shape(let what, let expected, let found):
            "\(what): expected \(expected), found \(found)"
        case .exponentMismatch(let expected, let found):
            "tensors of \(expected) and \(found) fraction bits cannot be added; encode them alike"
        case .overflowPossible(let row, let bits, let availableBits):
            "output \(row) can reach \(bits) bits and the plaintext space holds \(availableBits); "
                + "use fewer fraction bits, smaller bounds or a larger key"
        case .tooManyTerms(let found, let limit):
            "a sum of \(found) vectors, packed for \(limit) at most; encrypt them for larger sums"
        case .packingMismatch:
            "packed vectors for sums of different size cannot be added; encrypt them alike"
        case .secrets(let error): error.description
        case .arithmetic(let error): error.description
        default: "Paillier error"
        }
    }
}

/// Runs work on secret memory and turns its errors into this module's.
func withSecretsErrors<Result: ~Copyable>(
    _ body: () throws(SecretsError) -> Result
) throws(PaillierError) -> Result {
    do { return try body() } catch { throw .secrets(error) }
}

/// Runs integer arithmetic and turns its errors into this module's.
func withArithmeticErrors<Result>(
    _ body: () throws(BigNumError) -> Result
) throws(PaillierError) -> Result {
    do { return try body() } catch { throw .arithmetic(error) }
}
