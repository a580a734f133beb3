public import ComplexModule
public import RealModule
import Ring
import Secrets

/// Decrypts ciphertexts with the secret key.
///
/// A decryption that is handed on leaks the key a little (eprint 2020/1533): keep it, or flood it
/// first.
public struct Decryptor: Sendable {
    /// The context of the ciphertexts.
    public let context: CKKSContext
    private let encoder: SlotEncoder

    /// A decryptor of a context.
    public init(context: CKKSContext) {
        self.context = context
        encoder = SlotEncoder(context: context)
    }

    /// The phase c0 + c1·s (+ c2·s^2): the plaintext with its noise.
    ///
    /// - Parameters:
    ///   - ciphertext: two or three polynomials, at any level.
    ///   - secretKey: the key it is under.
    ///   - largestValue: a bound on the magnitude of the slots, if known; only as many limbs are
    ///     then used as values
    ///     of sixteen times this size need. Values beyond are recognized only if they fill those limbs.
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`, `.noSecretMemory`.
    public func phase(
        _ ciphertext: Ciphertext, secretKey: borrowing SecretKey, largestValue: Double? = nil
    ) throws(CKKSError) -> Plaintext {
        try secretKey.requireDegree(of: context, "decrypt")
        guard ciphertext.keyID == secretKey.keyID else {
            throw .keyMismatch(
                operation: "decrypt", left: secretKey.keyID.shortDescription,
                right: ciphertext.keyID.shortDescription)
        }
        for polynomial in ciphertext.polynomials {
            try context.requireRing(polynomial, "decrypt")
        }
        let level = sufficientLevel(ciphertext, largestValue: largestValue)
        let basis = context.basis(atLevel: level)
        let scratch = try context.scratches.take(ring: context.ring, source: NoRandomness())
        defer { context.scratches.giveBack(scratch) }
        let polynomials = ciphertext.polynomials
        let phase = polynomials[0].phase(
            polynomials[1], polynomials.count > 2 ? polynomials[2] : nil, over: basis,
            secret: secretKey.coefficients, values: secretKey.values,
            workspace: &scratch.workspace)
        return Plaintext(polynomial: phase, level: level, scale: ciphertext.scale)
    }

    /// The lowest level whose modulus holds values of sixteen times the given size.
    private func sufficientLevel(_ ciphertext: Ciphertext, largestValue: Double?) -> Int {
        guard let largestValue, largestValue.isFinite, largestValue >= 0 else {
            return ciphertext.level
        }
        // A quarter of the modulus is usable; coefficients are at most twice the largest slot.
        let needed = Double.log2(Swift.max(largestValue * ciphertext.scale, 1)) + 7
        return (0...ciphertext.level).first { context.parameters.logQ(atLevel: $0) >= needed }
            ?? ciphertext.level
    }

    /// Decrypts and decodes the complex slots.
    ///
    /// - Throws: as `phase`, and `CKKSError.decryptionOverflow`.
    public func decrypt(
        _ ciphertext: Ciphertext, secretKey: borrowing SecretKey, largestValue: Double? = nil
    ) throws(CKKSError) -> [Complex<Double>] {
        try encoder.decode(
            phase(ciphertext, secretKey: secretKey, largestValue: largestValue))
    }

    /// Decrypts and decodes the real parts of the slots.
    ///
    /// - Throws: as `decrypt(_:secretKey:largestValue:)`.
    public func decryptReal(
        _ ciphertext: Ciphertext, secretKey: borrowing SecretKey, largestValue: Double? = nil
    ) throws(CKKSError) -> [Double] {
        try encoder.decodeReal(
            phase(ciphertext, secretKey: secretKey, largestValue: largestValue))
    }

    /// Decryption draws nothing; this fills the scratch's unused seed.
    private struct NoRandomness: RandomSource {
        func fill(_ buffer: UnsafeMutableRawBufferPointer) { SecretBytes.wipe(buffer) }
    }
}
