package import Ring
public import Secrets

/// A public encryption key at a level: b = -a·s + e over Q_level, with a expanded from a seed.
public struct PublicKey: Sendable {
    /// Whose secret key it belongs to.
    public let keyID: KeyID
    /// The parameters' ring.
    public let ringDigest: Digest32
    /// The highest level it encrypts at.
    public let level: Int
    /// The public seed of a.
    package let seed: Seed
    /// b, in evaluation form.
    package let body: Polynomial<Evaluation>
    /// a, in evaluation form.
    package let uniform: Polynomial<Evaluation>

    /// Expands a from its seed and adopts b.
    ///
    /// - Throws: as `validate(in:)`.
    package init(
        keyID: KeyID, level: Int, seed: Seed, body: Polynomial<Evaluation>, context: CKKSContext
    ) throws(CKKSError) {
        try context.parameters.checkLevel(level, "public key")
        self.keyID = keyID
        self.ringDigest = context.parameters.ringDigest
        self.level = level
        self.seed = seed
        self.body = body
        self.uniform = Polynomial<Evaluation>.uniform(
            seed: seed, stream: UniformStream.publicKey, digit: 0, context: context.ring,
            basis: context.basis(atLevel: level))
        try validate(in: context)
    }

    /// Adopts both halves, whose residues were checked before.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.malformed`.
    package init(
        stored keyID: KeyID, level: Int, seed: Seed, body: Polynomial<Evaluation>,
        uniform: Polynomial<Evaluation>, context: CKKSContext
    ) throws(CKKSError) {
        try context.parameters.checkLevel(level, "public key")
        let basis = context.basis(atLevel: level)
        guard body.basis == basis, uniform.basis == basis else {
            throw .malformed(object: "public key", reason: "limbs of another level")
        }
        self.keyID = keyID
        self.ringDigest = context.parameters.ringDigest
        self.level = level
        self.seed = seed
        self.body = body
        self.uniform = uniform
    }

    /// Checks a key that came from outside: parameters, level, limbs and the range of every
    /// residue.
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.levelOutOfRange`, `.malformed`.
    public func validate(in context: CKKSContext) throws(CKKSError) {
        try context.requireDigest(ringDigest, "public key")
        try context.parameters.checkLevel(level, "public key")
        try context.requireLimbs(
            body, basis: context.basis(atLevel: level), object: "public key")
        try context.requireLimbs(
            uniform, basis: context.basis(atLevel: level), object: "public key")
    }

    /// The same key for a lower level, with fewer limbs.
    ///
    /// - Throws: `CKKSError.levelOutOfRange` above the key's level.
    public func trimmed(toLevel level: Int, context: CKKSContext) throws(CKKSError) -> PublicKey {
        guard (0...self.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "trim public key", level: level, maximum: self.level)
        }
        return try PublicKey(
            keyID: keyID, level: level, seed: seed,
            body: body.restricted(to: context.basis(atLevel: level)), context: context)
    }
}

/// First words of the nonces that keep the uses of public seeds apart.
package enum UniformStream {
    /// c1 of a seeded ciphertext.
    package static let ciphertext: UInt32 = 1
    /// a of a public key.
    package static let publicKey: UInt32 = 2
    /// The uniform mask of coefficients that nobody may read; its seed stays secret.
    package static let mask: UInt32 = 4
    /// a of a switching key, by digit.
    package static let switchingKey: UInt32 = 3
}
