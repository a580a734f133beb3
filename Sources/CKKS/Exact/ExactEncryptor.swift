import BigNum
import Ring
package import Secrets

/// Encrypts with integers: the oracle of `Encryptor`, with the same keys, seeds and distributions.
///
/// For audits: integers of arbitrary size take time that depends on their values, and they live in
/// memory that is wiped but not locked.
public struct ExactEncryptor: Sendable {
    private let context: CKKSContext
    private let moduli: ExactModuli
    private let source: any RandomSource

    /// An encryptor on the system's randomness.
    public init(context: CKKSContext) {
        self.init(context: context, source: SystemRandomSource())
    }

    /// An encryptor on another source, for tests.
    package init(context: CKKSContext, source: any RandomSource) {
        self.context = context
        self.source = source
        moduli = ExactModuli(context)
    }

    /// Encrypts under the secret key: (m + e - a·s, a), a expanded from a public seed.
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.noSecretMemory`.
    public func encrypt(_ plaintext: Plaintext, secretKey: borrowing SecretKey) throws(CKKSError)
        -> Ciphertext
    {
        try secretKey.requireDegree(of: context, "encrypt")
        try context.requireRing(plaintext.polynomial, "encrypt")
        let seed = Seed(from: source)
        let level = plaintext.level
        let uniform = Encryptor.uniform(seed: seed, level: level, context: context)
        let scratch = try context.scratches.take(ring: context.ring, source: source)
        defer { context.scratches.giveBack(scratch) }
        scratch.drawError()
        let secret = ExactPolynomial(signedBytes: secretKey.coefficients)
        let error = ExactPolynomial(signedBytes: scratch.first)
        let message = ExactPolynomial(
            plaintext.polynomial.restricted(to: context.basis(atLevel: level)))
        let body = message + error - ExactPolynomial(uniform) * secret
        return Ciphertext(
            polynomials: [try residues(body, level: level), uniform], level: level,
            scale: plaintext.scale, keyID: secretKey.keyID, seed: seed)
    }

    /// Encrypts under a public key: (b·u + e0 + m, a·u + e1), u uniform ternary.
    ///
    /// - Throws: `CKKSError.keyLevelTooLow`, `.ringMismatch`, `.noSecretMemory`.
    public func encrypt(_ plaintext: Plaintext, publicKey: PublicKey) throws(CKKSError)
        -> Ciphertext
    {
        try context.requireRing(plaintext.polynomial, "encrypt")
        return try encrypt(
            ExactPolynomial(
                plaintext.polynomial.restricted(to: context.basis(atLevel: plaintext.level))),
            level: plaintext.level, scale: plaintext.scale, publicKey: publicKey)
    }

    /// A fresh encryption of zero under a public key.
    ///
    /// - Throws: `CKKSError.keyLevelTooLow`, `.levelOutOfRange`, `.ringMismatch`, `.invalidScale`,
    ///   `.noSecretMemory`.
    public func encryptZero(level: Int, scale: Double, publicKey: PublicKey) throws(CKKSError)
        -> Ciphertext
    {
        try encrypt(
            ExactPolynomial(zeroOfDegree: context.parameters.degree), level: level, scale: scale,
            publicKey: publicKey)
    }

    private func encrypt(
        _ message: ExactPolynomial, level: Int, scale: Double, publicKey: PublicKey
    ) throws(CKKSError) -> Ciphertext {
        try context.parameters.checkLevel(level, "encrypt")
        try context.requireDigest(publicKey.ringDigest, "encrypt")
        try context.requireRing(publicKey.body, "encrypt")
        guard scale.isFinite, scale >= 1 else {
            throw .invalidScale(operation: "encrypt", scale: scale)
        }
        guard level <= publicKey.level else {
            throw .keyLevelTooLow(key: "public key", keyLevel: publicKey.level, level: level)
        }
        let scratch = try context.scratches.take(ring: context.ring, source: source)
        defer { context.scratches.giveBack(scratch) }
        scratch.drawTernary()
        let mask = ExactPolynomial(signedBytes: scratch.second)
        let basis = context.basis(atLevel: level)
        scratch.drawError()
        let first =
            ExactPolynomial(publicKey.body.restricted(to: basis)) * mask
            + ExactPolynomial(signedBytes: scratch.first) + message
        scratch.drawSecondError()
        let second =
            ExactPolynomial(publicKey.uniform.restricted(to: basis)) * mask
            + ExactPolynomial(signedBytes: scratch.third)
        return Ciphertext(
            polynomials: [
                try residues(first, level: level), try residues(second, level: level),
            ], level: level, scale: scale, keyID: publicKey.keyID)
    }

    private func residues(_ polynomial: ExactPolynomial, level: Int) throws(CKKSError)
        -> Polynomial<Evaluation>
    {
        do throws(RingError) {
            return try polynomial.reduced(modulo: moduli.modulus(atLevel: level)).residues(
                context: context.ring, basis: context.basis(atLevel: level))
        } catch {
            throw .ring(error)
        }
    }
}

extension ExactPolynomial {
    /// Signed bytes as integers.
    init(signedBytes: borrowing SecretBytes) {
        self.init(
            signedBytes.withUnsafeBytes { bytes in
                bytes.map { BigInt(Int(Int8(bitPattern: $0))) }
            })
    }
}
