import BigNum
public import ComplexModule
public import RealModule
import Ring
import Secrets

/// Decrypts with integers: the oracle of `Decryptor`.
///
/// The phase is the same, coefficient by coefficient. For audits, as `ExactEncryptor`: time depends
/// on the values, and integers live in memory that is wiped but not locked.
public struct ExactDecryptor: Sendable {
    private let context: CKKSContext
    private let moduli: ExactModuli

    /// A decryptor of a context.
    public init(context: CKKSContext) {
        self.context = context
        moduli = ExactModuli(context)
    }

    /// The phase c0 + c1·s (+ c2·s^2): the plaintext with its noise.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`.
    public func phase(_ ciphertext: Ciphertext, secretKey: borrowing SecretKey) throws(CKKSError)
        -> Plaintext
    {
        try secretKey.requireDegree(of: context, "decrypt")
        guard ciphertext.keyID == secretKey.keyID else {
            throw .keyMismatch(
                operation: "decrypt", left: secretKey.keyID.shortDescription,
                right: ciphertext.keyID.shortDescription)
        }
        for polynomial in ciphertext.polynomials {
            try context.requireRing(polynomial, "decrypt")
        }
        let secret = ExactPolynomial(signedBytes: secretKey.coefficients)
        let modulus = moduli.modulus(atLevel: ciphertext.level)
        var phase = ExactPolynomial(zeroOfDegree: context.parameters.degree)
        for polynomial in ciphertext.polynomials.reversed() {
            phase = (phase * secret + ExactPolynomial(polynomial)).reduced(modulo: modulus)
        }
        do throws(RingError) {
            return Plaintext(
                polynomial: try phase.residues(
                    context: context.ring, basis: context.basis(atLevel: ciphertext.level)),
                level: ciphertext.level, scale: ciphertext.scale)
        } catch {
            throw .ring(error)
        }
    }

    /// Decrypts and decodes the complex slots.
    ///
    /// - Throws: as `phase`, and `CKKSError.decryptionOverflow`.
    public func decrypt(_ ciphertext: Ciphertext, secretKey: borrowing SecretKey) throws(CKKSError)
        -> [Complex<Double>]
    {
        try SlotEncoder(context: context).decode(phase(ciphertext, secretKey: secretKey))
    }

    /// Decrypts and decodes the real parts of the slots.
    ///
    /// - Throws: as `decrypt(_:secretKey:)`.
    public func decryptReal(_ ciphertext: Ciphertext, secretKey: borrowing SecretKey)
        throws(CKKSError) -> [Double]
    {
        try SlotEncoder(context: context).decodeReal(phase(ciphertext, secretKey: secretKey))
    }
}
