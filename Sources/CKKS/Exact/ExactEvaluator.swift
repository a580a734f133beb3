import BigNum
import Ring
package import Secrets

/// Computes on ciphertexts with integers of arbitrary size: the oracle of `Evaluator`, and an
/// independent audit.
///
/// The same scheme on the same keys and ciphertexts, without residues and transforms: products by
/// Kronecker substitution, reductions and roundings of whole integers. It checks operands as
/// `Evaluator` does.
///
/// Agreement with `Evaluator`. Digits are the same integers, and so are all results, coefficient by
/// coefficient, except where that engine divides once (by P, or by P and the level's group q) what
/// this one divides part by part. There the coefficients of c0 and c1 differ, with ε = 2^-40, by at
/// most
/// - `relinearizeAndRescale`: (1 + 1/(2q))(1 + ε), so 1; for odd P and q two roundings in a row
///   are one rounding, so they are equal but within ε of a half;
/// - `rotatedSum` of t true rotations: (t + 1)/2 · (1 + ε), and 0 for t < 2;
/// - `weightedRotationSums`: (1 + W)/2 · (1 + ε), W the sum of |w| over all coefficients w of the
///   weights of true rotations, 0 without any; with rescaling (1 + W/(2q))(1 + ε).
///
/// A difference of B in the coefficients of c0 and c1 is one of at most B(1 + N) in those of the
/// phase.
public struct ExactEvaluator: SlotArithmetic {
    /// The engine's ciphertext.
    public typealias Ciphertext = ExactCiphertext

    /// The context of the ciphertexts.
    public let context: CKKSContext
    let keys: EvaluationKeys?
    let moduli: ExactModuli
    let checks: Evaluator
    private let encryptor: ExactEncryptor

    /// An engine with a client's keys.
    ///
    /// - Throws: `CKKSError.ringMismatch` when the keys are for other parameters.
    public init(context: CKKSContext, keys: EvaluationKeys? = nil) throws(CKKSError) {
        try self.init(context: context, keys: keys, source: SystemRandomSource())
    }

    /// An engine that re-randomizes from another source, for tests.
    package init(context: CKKSContext, keys: EvaluationKeys?, source: any RandomSource)
        throws(CKKSError)
    {
        checks = try Evaluator(context: context, keys: keys, source: source)
        self.context = context
        self.keys = keys
        moduli = ExactModuli(context)
        encryptor = ExactEncryptor(context: context, source: source)
    }

    /// The parameters of the ciphertexts.
    public var parameters: CKKSParameters { context.parameters }
    /// Level of a ciphertext.
    public func level(of ciphertext: ExactCiphertext) -> Int { ciphertext.level }
    /// Scale of a ciphertext.
    public func scale(of ciphertext: ExactCiphertext) -> Double { ciphertext.scale }
    /// Polynomials of a ciphertext: 2, or 3 before relinearization.
    public func polynomialCount(of ciphertext: ExactCiphertext) -> Int {
        ciphertext.polynomialCount
    }

    /// Takes over a ciphertext in residues.
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.keyMismatch`.
    public func importing(_ ciphertext: CKKS.Ciphertext) throws(CKKSError) -> ExactCiphertext {
        try checks.check(ciphertext, "import")
        return ExactCiphertext(
            polynomials: ciphertext.polynomials.map { ExactPolynomial($0) },
            level: ciphertext.level, scale: ciphertext.scale, keyID: ciphertext.keyID,
            ringDigest: parameters.ringDigest)
    }

    /// Hands over a ciphertext in residues.
    ///
    /// - Throws: `CKKSError.ringMismatch`, `.keyMismatch`, or `.ring` when the ring refuses.
    public func exporting(_ ciphertext: ExactCiphertext) throws(CKKSError) -> CKKS.Ciphertext {
        try check(ciphertext, "export")
        var polynomials: [Polynomial<Evaluation>] = []
        for polynomial in ciphertext.polynomials {
            polynomials.append(try residues(polynomial, level: ciphertext.level))
        }
        return CKKS.Ciphertext(
            polynomials: polynomials, level: ciphertext.level, scale: ciphertext.scale,
            keyID: ciphertext.keyID)
    }

    /// Adds a fresh encryption of zero under the client's public key.
    ///
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.wrongDegree`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func rerandomize(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "rerandomize")
        try requireTwo(ciphertext, "rerandomize")
        guard let publicKey = keys?.publicKey else {
            throw .missingPublicKey(operation: "rerandomize")
        }
        let zero = try encryptor.encryptZero(
            level: ciphertext.level, scale: ciphertext.scale, publicKey: publicKey)
        return try add(ciphertext, importing(zero))
    }

    private func residues(_ polynomial: ExactPolynomial, level: Int) throws(CKKSError)
        -> Polynomial<Evaluation>
    {
        do throws(RingError) {
            return try polynomial.residues(
                context: context.ring, basis: context.basis(atLevel: level))
        } catch {
            throw .ring(error)
        }
    }
}

/// The checks before every operation.
extension ExactEvaluator {
    /// Throws unless a ciphertext belongs to this engine's parameters and key.
    func check(_ ciphertext: ExactCiphertext, _ operation: String) throws(CKKSError) {
        try context.requireDigest(ciphertext.ringDigest, operation)
        if let keyID = keys?.keyID, keyID != ciphertext.keyID {
            throw .keyMismatch(
                operation: operation, left: ciphertext.keyID.shortDescription,
                right: keyID.shortDescription)
        }
    }

    /// Throws unless a ciphertext has two polynomials.
    func requireTwo(_ ciphertext: ExactCiphertext, _ operation: String) throws(CKKSError) {
        guard ciphertext.polynomialCount == 2 else {
            throw .wrongDegree(
                operation: operation, found: ciphertext.polynomialCount, expected: 2)
        }
    }

    /// Throws unless two ciphertexts are under one key, at one level.
    func requirePair(_ left: ExactCiphertext, _ right: ExactCiphertext, _ operation: String)
        throws(CKKSError)
    {
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

    /// The integer polynomial of a plaintext at a level.
    func integers(_ plaintext: Plaintext, level: Int, _ operation: String) throws(CKKSError)
        -> ExactPolynomial
    {
        try checks.check(plaintext, at: level, operation)
        return ExactPolynomial(
            plaintext.polynomial.restricted(to: context.basis(atLevel: level)))
    }

    /// A ciphertext with changed polynomials, reduced modulo its level's modulus.
    func result(
        _ polynomials: [ExactPolynomial], like ciphertext: ExactCiphertext, level: Int? = nil,
        scale: Double? = nil
    ) -> ExactCiphertext {
        let level = level ?? ciphertext.level
        let modulus = moduli.modulus(atLevel: level)
        return ExactCiphertext(
            polynomials: polynomials.map { $0.reduced(modulo: modulus) }, level: level,
            scale: scale ?? ciphertext.scale, keyID: ciphertext.keyID,
            ringDigest: ciphertext.ringDigest)
    }
}
