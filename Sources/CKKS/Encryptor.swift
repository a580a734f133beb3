package import Ring
package import Secrets

/// Encrypts plaintexts: under the secret key, seeded (c1 is sent as a seed), or under a public key.
///
/// Errors and randomness come from a secret seed drawn for every encryption. No branch or index
/// depends on them.
public struct Encryptor: Sendable {
    /// The context of the ciphertexts.
    public let context: CKKSContext
    let source: any RandomSource

    /// An encryptor on the system's randomness.
    public init(context: CKKSContext) {
        self.init(context: context, source: SystemRandomSource())
    }

    /// An encryptor on another source, for tests.
    package init(context: CKKSContext, source: any RandomSource) {
        self.context = context
        self.source = source
    }

    /// Encrypts under the secret key: (m + e - a·s, a), a expanded from a public seed.
    ///
    /// Coefficient noise has variance 10.5 (`NoiseEstimate.freshSymmetricVariance`).
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.noSecretMemory`.
    public func encrypt(_ plaintext: Plaintext, secretKey: borrowing SecretKey) throws(CKKSError)
        -> Ciphertext
    {
        try context.requireRing(plaintext.polynomial, "encrypt")
        return try encrypt(
            plaintext.polynomial, nil, level: plaintext.level, scale: plaintext.scale,
            secretKey: secretKey)
    }

    /// Encodes numbers and encrypts them under the secret key: the same ciphertexts as in two steps, with one transform
    /// for message and error.
    ///
    /// - Parameters:
    ///   - real: real parts of the slots.
    ///   - imaginary: imaginary parts, as many; nil for none.
    ///   - level: level of the ciphertext, which has the level's scale.
    ///   - secretKey: the key.
    /// - Throws: as `SlotEncoder.encode` and `encrypt(_:secretKey:)`.
    package func encrypt(
        real: [Double], imaginary: [Double]?, level: Int, secretKey: borrowing SecretKey
    ) throws(CKKSError) -> Ciphertext {
        let encoder = SlotEncoder(context: context)
        if let integers = try encoder.integers(real: real, imaginary: imaginary, level: level) {
            return try encrypt(
                nil, integers, level: level, scale: context.parameters.scale(atLevel: level),
                secretKey: secretKey)
        }
        guard let imaginary else {
            return try encrypt(encoder.encode(real, level: level), secretKey: secretKey)
        }
        return try encrypt(
            encoder.encode(real: real, imaginary: imaginary, level: level), secretKey: secretKey)
    }

    private func encrypt(
        _ message: Polynomial<Evaluation>?, _ integers: IntegerVector?, level: Int, scale: Double,
        secretKey: borrowing SecretKey
    ) throws(CKKSError) -> Ciphertext {
        try secretKey.requireDegree(of: context, "encrypt")
        let seed = Seed(from: source)
        let uniform = Self.uniform(seed: seed, level: level, context: context)
        let scratch = try context.scratches.take(ring: context.ring, source: source)
        defer { context.scratches.giveBack(scratch) }
        scratch.drawError()
        let body = Polynomial<Evaluation>.masked(
            uniform: uniform, secret: secretKey.coefficients, error: scratch.first,
            message: message, integers: integers, values: secretKey.values,
            workspace: &scratch.workspace)
        return Ciphertext(
            polynomials: [body, uniform], level: level, scale: scale, keyID: secretKey.keyID,
            seed: seed)
    }

    /// c1 of a seeded ciphertext.
    package static func uniform(seed: Seed, level: Int, context: CKKSContext)
        -> Polynomial<Evaluation>
    {
        Polynomial<Evaluation>.uniform(
            seed: seed, stream: UniformStream.ciphertext, digit: 0, context: context.ring,
            basis: context.basis(atLevel: level))
    }

    /// Encrypts under a public key: (b·u + e0 + m, a·u + e1), u uniform ternary.
    ///
    /// Coefficient noise is `NoiseEstimate.freshPublicVariance`.
    ///
    /// - Throws: `CKKSError.keyLevelTooLow`, `.ringMismatch`, `.noSecretMemory`.
    public func encrypt(_ plaintext: Plaintext, publicKey: PublicKey) throws(CKKSError)
        -> Ciphertext
    {
        try context.requireRing(plaintext.polynomial, "encrypt")
        var zero = try encryptZero(
            level: plaintext.level, scale: plaintext.scale, publicKey: publicKey)
        zero.polynomials[0] += plaintext.polynomial
        return zero
    }

    /// A fresh encryption of zero under a public key; added to a ciphertext it hides where that
    /// came from.
    ///
    /// - Parameters:
    ///   - level: at most the public key's level.
    ///   - scale: the scale to label it with; zero is zero at every scale.
    ///   - publicKey: the key.
    /// - Throws: `CKKSError.keyLevelTooLow`, `.levelOutOfRange`, `.ringMismatch`, `.invalidScale`,
    ///   `.noSecretMemory`.
    public func encryptZero(level: Int, scale: Double, publicKey: PublicKey) throws(CKKSError)
        -> Ciphertext
    {
        try context.parameters.checkLevel(level, "encrypt")
        try context.requireDigest(publicKey.ringDigest, "encrypt")
        try context.requireRing(publicKey.body, "encrypt")
        guard scale.isFinite, scale >= 1 else {
            throw .invalidScale(operation: "encrypt", scale: scale)
        }
        guard level <= publicKey.level else {
            throw .keyLevelTooLow(key: "public key", keyLevel: publicKey.level, level: level)
        }
        let basis = context.basis(atLevel: level)
        let scratch = try context.scratches.take(ring: context.ring, source: source)
        defer { context.scratches.giveBack(scratch) }
        scratch.drawTernary()
        scratch.drawError()
        scratch.drawSecondError()
        let (body, mask) = Polynomial<Evaluation>.maskedPair(
            (publicKey.body, publicKey.uniform), over: basis, secret: scratch.second,
            errors: scratch.first, scratch.third, workspace: &scratch.workspace)
        return Ciphertext(
            polynomials: [body, mask], level: level, scale: scale, keyID: publicKey.keyID)
    }
}
