import Ring
package import Secrets

/// Computes on ciphertexts in residues: the fast engine.
///
/// It holds no secret. Operands are checked (parameters, key, level, scale) before any polynomial
/// is touched; what does not fit throws and says how to make it fit. Results are deterministic,
/// except re-randomization.
public struct Evaluator: SlotArithmetic {
    /// The context of the ciphertexts.
    public let context: CKKSContext
    /// The client's keys; nil for additions and plaintext products alone.
    public let keys: EvaluationKeys?
    let encoder: SlotEncoder
    let encryptor: Encryptor

    /// An evaluator with a client's keys.
    ///
    /// - Throws: `CKKSError.ringMismatch` when the keys are for other parameters.
    public init(context: CKKSContext, keys: EvaluationKeys? = nil) throws(CKKSError) {
        try self.init(context: context, keys: keys, source: SystemRandomSource())
    }

    /// An evaluator that re-randomizes from another source, for tests.
    package init(context: CKKSContext, keys: EvaluationKeys?, source: any RandomSource)
        throws(CKKSError)
    {
        if let keys { try context.requireDigest(keys.ringDigest, "evaluator") }
        self.context = context
        self.keys = keys
        encoder = SlotEncoder(context: context)
        encryptor = Encryptor(context: context, source: source)
    }

    /// The parameters of the ciphertexts.
    public var parameters: CKKSParameters { context.parameters }

    /// Level of a ciphertext.
    public func level(of ciphertext: Ciphertext) -> Int { ciphertext.level }
    /// Scale of a ciphertext.
    public func scale(of ciphertext: Ciphertext) -> Double { ciphertext.scale }
    /// Polynomials of a ciphertext: 2, or 3 before relinearization.
    public func polynomialCount(of ciphertext: Ciphertext) -> Int { ciphertext.polynomialCount }

    /// Adds a fresh encryption of zero under the client's public key.
    ///
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.wrongDegree`, `.keyMismatch`.
    public func rerandomize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        let operation = "rerandomize"
        try check(ciphertext, operation)
        try checkLinear(ciphertext, operation)
        return try add(
            ciphertext, encryptZero(level: ciphertext.level, scale: ciphertext.scale))
    }

    /// The same with an encryption of zero of this evaluator's, which must not be used again.
    func rerandomize(
        _ ciphertext: Ciphertext, with zero: Ciphertext
    ) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "rerandomize")
        try checkLinear(ciphertext, "rerandomize")
        var zero = zero
        zero.scale = ciphertext.scale
        return try add(ciphertext, zero)
    }

    /// A fresh encryption of zero under the client's public key; zero has any scale.
    func encryptZero(level: Int, scale: Double = 1) throws(CKKSError) -> Ciphertext {
        guard let publicKey = keys?.publicKey else {
            throw .missingPublicKey(operation: "rerandomize")
        }
        return try encryptor.encryptZero(level: level, scale: scale, publicKey: publicKey)
    }
}

/// The checks before every operation.
extension Evaluator {
    /// Throws unless a ciphertext belongs to this evaluator's parameters and key.
    func check(_ ciphertext: Ciphertext, _ operation: String) throws(CKKSError) {
        for polynomial in ciphertext.polynomials {
            try context.requireRing(polynomial, operation)
        }
        if let keyID = keys?.keyID, keyID != ciphertext.keyID {
            throw .keyMismatch(
                operation: operation, left: ciphertext.keyID.shortDescription,
                right: keyID.shortDescription)
        }
    }

    /// Throws unless a ciphertext has two polynomials.
    func checkLinear(_ ciphertext: Ciphertext, _ operation: String) throws(CKKSError) {
        guard ciphertext.polynomialCount == 2 else {
            throw .wrongDegree(
                operation: operation, found: ciphertext.polynomialCount, expected: 2)
        }
    }

    /// Throws unless two ciphertexts are under one key, at one level.
    func checkPair(_ left: Ciphertext, _ right: Ciphertext, _ operation: String) throws(CKKSError) {
        try check(left, operation)
        try check(right, operation)
        guard left.keyID == right.keyID else {
            throw .keyMismatch(
                operation: operation, left: left.keyID.shortDescription,
                right: right.keyID.shortDescription)
        }
        guard left.level == right.level else {
            throw .levelMismatch(operation: operation, left: left.level, right: right.level)
        }
    }

    /// Throws unless two scales agree.
    func checkScales(_ left: Double, _ right: Double, level: Int, _ operation: String)
        throws(CKKSError)
    {
        guard scalesMatch(left, right) else {
            throw .scaleMismatch(
                operation: operation, level: level, leftBits: log2OfScale(left),
                rightBits: log2OfScale(right))
        }
    }

    /// Throws unless a plaintext belongs here and stands at the level.
    func check(_ plaintext: Plaintext, at level: Int, _ operation: String) throws(CKKSError) {
        try context.requireRing(plaintext.polynomial, operation)
        guard plaintext.level == level else {
            throw .levelMismatch(operation: operation, left: level, right: plaintext.level)
        }
    }

    /// Throws when a scale leaves no room below the modulus.
    func checkRoom(_ scale: Double, level: Int, _ operation: String) throws(CKKSError) {
        guard scale.isFinite, scale >= 1 else {
            throw .invalidScale(operation: operation, scale: scale)
        }
        let modulus = parameters.logQ(atLevel: level)
        guard log2OfScale(scale) < modulus - 1 else {
            throw .scaleTooLarge(
                operation: operation, level: level, scaleBits: log2OfScale(scale),
                modulusBits: modulus)
        }
    }

    /// The key that switches for an automorphism, at a level.
    func galoisKey(_ element: GaloisElement, level: Int, rotation: Int?) throws(CKKSError)
        -> KeySwitchingKey
    {
        guard let key = keys?.galois[element] else {
            throw .missingGaloisKey(
                rotation: rotation, level: level, available: keys?.galois.count ?? 0)
        }
        return try checkedKey(
            key, rotation.map { "the Galois key for rotation by \($0)" } ?? "the conjugation key",
            level: level)
    }

    /// A key, if it reaches a level and this ring.
    func checkedKey(
        _ key: KeySwitchingKey, _ name: @autoclosure () -> String, level: Int
    ) throws(CKKSError) -> KeySwitchingKey {
        guard level <= key.level else {
            throw .keyLevelTooLow(key: name(), keyLevel: key.level, level: level)
        }
        if key.rows.context !== context.ring {
            try context.requireRing(key.rows.context, name())
        }
        return key
    }
}
