public import Ring
public import Secrets

/// What a switching key switches.
public enum KeySwitchingPurpose: Sendable, Hashable {
    /// From s^2 to s.
    case relinearization
    /// From s to g^-1(s): switch first, then apply g to the result.
    case galois(GaloisElement)
    /// From another secret key of the same ring, named by its id.
    case conversion(from: KeyID)
}

/// A hybrid key-switching key at a level: for every digit j a pair (b_j, a_j) over Q_level and P
/// with b_j = -a_j·s_to + e_j + g_j·s_from.
///
/// The gadget g_j is P on the limbs of digit j and 0 on all others, so a key for a lower level is
/// the same key with fewer limbs and digits. The a_j are expanded from a public seed. Source:
/// hybrid key switching, eprint 2021/204, Appendix B.2.3.
public struct KeySwitchingKey: Sendable {
    /// What it switches.
    public let purpose: KeySwitchingPurpose
    /// The secret key that the result is under.
    public let keyID: KeyID
    /// The parameters' ring.
    public let ringDigest: Digest32
    /// The highest level it switches at.
    public let level: Int
    /// The public seed of the uniform halves.
    package let seed: Seed
    /// All b_j and a_j in evaluation form over Q_level and P, in the order that key switching reads.
    package let rows: SwitchingRows

    /// Expands the uniform halves and adopts the others.
    ///
    /// - Throws: as `validate(in:)`.
    package init(
        purpose: KeySwitchingPurpose, keyID: KeyID, level: Int, seed: Seed,
        bodies: [Polynomial<Evaluation>], context: CKKSContext
    ) throws(CKKSError) {
        try context.requireDigits(bodies, level: level)
        self.init(
            purpose: purpose, keyID: keyID, level: level, seed: seed, context: context,
            rows: SwitchingRows(
                bodies: bodies, seed: seed, stream: UniformStream.switchingKey,
                context: context.ring, basis: context.extendedBasis(atLevel: level),
                team: context.team))
        try checkPurpose(context)
    }

    /// Expands the uniform halves and takes the others from `body`, which gets a digit and its
    /// uniform half.
    init(
        purpose: KeySwitchingPurpose, keyID: KeyID, level: Int, seed: Seed, context: CKKSContext,
        body: (Int, Polynomial<Evaluation>) -> Polynomial<Evaluation>
    ) {
        let rows = SwitchingRows(
            context: context.ring, basis: context.extendedBasis(atLevel: level),
            digitCount: context.parameters.digitCount(atLevel: level), team: .single
        ) { digit in
            let uniform = Self.uniform(seed: seed, digit: digit, level: level, context: context)
            return (body(digit, uniform), uniform)
        }
        self.init(
            purpose: purpose, keyID: keyID, level: level, seed: seed, context: context, rows: rows)
    }

    /// Adopts rows whose residues were checked before.
    ///
    /// - Throws: as `validate(in:)`, but for residues.
    package init(
        stored purpose: KeySwitchingPurpose, keyID: KeyID, level: Int, seed: Seed,
        rows: SwitchingRows, context: CKKSContext
    ) throws(CKKSError) {
        self.init(
            purpose: purpose, keyID: keyID, level: level, seed: seed, context: context, rows: rows)
        try checkShape(context)
        try checkPurpose(context)
    }

    private init(
        purpose: KeySwitchingPurpose, keyID: KeyID, level: Int, seed: Seed, context: CKKSContext,
        rows: SwitchingRows
    ) {
        self.purpose = purpose
        self.keyID = keyID
        self.ringDigest = context.parameters.ringDigest
        self.level = level
        self.seed = seed
        self.rows = rows
    }

    /// b_j by digit, copied out.
    package var bodies: [Polynomial<Evaluation>] {
        (0..<rows.digitCount).map { rows.polynomial(digit: $0, half: 0) }
    }
    /// a_j by digit, copied out.
    package var uniforms: [Polynomial<Evaluation>] {
        (0..<rows.digitCount).map { rows.polynomial(digit: $0, half: 1) }
    }

    /// a_j of a seed.
    static func uniform(seed: Seed, digit: Int, level: Int, context: CKKSContext)
        -> Polynomial<Evaluation>
    {
        Polynomial<Evaluation>.uniform(
            seed: seed, stream: UniformStream.switchingKey, digit: UInt32(digit),
            context: context.ring, basis: context.extendedBasis(atLevel: level))
    }

    /// Checks a key that came from outside: parameters, level, digits, limbs and the range of every
    /// residue.
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.levelOutOfRange`, `.noKeySwitching`, `.malformed`.
    public func validate(in context: CKKSContext) throws(CKKSError) {
        try checkShape(context)
        if let limb = rows.firstInvalidLimb {
            throw .malformed(
                object: "switching key",
                reason: "a residue of limb \(limb) is not below its modulus")
        }
        try checkPurpose(context)
    }

    /// Checks everything but the range of the residues and the purpose.
    private func checkShape(_ context: CKKSContext) throws(CKKSError) {
        try context.requireDigest(ringDigest, "switching key")
        try context.parameters.checkLevel(level, "switching key")
        guard context.specialBasis != nil else {
            throw .noKeySwitching(operation: "switching key")
        }
        guard rows.context === context.ring,
            rows.digitCount == context.parameters.digitCount(atLevel: level),
            rows.basis == context.extendedBasis(atLevel: level)
        else {
            throw .malformed(object: "switching key", reason: "digits or limbs of another level")
        }
    }

    private func checkPurpose(_ context: CKKSContext) throws(CKKSError) {
        if case .galois(let element) = purpose {
            let exponent = element.exponent
            guard exponent & 1 == 1, exponent > 1, exponent < 2 * context.parameters.degree else {
                throw .malformed(
                    object: "Galois key", reason: "element \(exponent) at this degree")
            }
        }
    }

    /// The same key for a lower level, with fewer limbs and digits.
    ///
    /// - Throws: `CKKSError.levelOutOfRange` above the key's level.
    public func trimmed(toLevel level: Int, context: CKKSContext) throws(CKKSError)
        -> KeySwitchingKey
    {
        guard (0...self.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "trim switching key", level: level, maximum: self.level)
        }
        let basis = context.extendedBasis(atLevel: level)
        return try KeySwitchingKey(
            purpose: purpose, keyID: keyID, level: level, seed: seed,
            bodies: bodies.prefix(context.parameters.digitCount(atLevel: level)).map {
                $0.restricted(to: basis)
            }, context: context)
    }

    /// Limbs of the key in memory, both halves.
    public var limbCount: Int { 2 * rows.digitCount * rows.basis.count }
}

extension CKKSContext {
    /// Throws unless these are the bodies of a switching key's digits at a level.
    fileprivate func requireDigits(_ bodies: [Polynomial<Evaluation>], level: Int)
        throws(CKKSError)
    {
        try parameters.checkLevel(level, "switching key")
        guard specialBasis != nil else { throw .noKeySwitching(operation: "switching key") }
        let digits = parameters.digitCount(atLevel: level)
        guard bodies.count == digits else {
            throw .malformed(
                object: "switching key",
                reason: "\(bodies.count) digits where level \(level) has \(digits)")
        }
        let basis = extendedBasis(atLevel: level)
        for body in bodies { try requireLimbs(body, basis: basis, object: "switching key") }
    }
}
