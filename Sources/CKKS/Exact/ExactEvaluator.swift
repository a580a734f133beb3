import BigNum
import Ring
import Secrets

/// Computes on ciphertexts with integers of arbitrary size: the oracle of `Evaluator`, and an independent audit.
///
/// The same scheme on the same keys and ciphertexts, without residues and transforms: products by Kronecker
/// substitution, reductions and roundings of whole integers. Digits are identical to those of `Evaluator`; where
/// that divides by P and a level's group at once, this engine divides twice, so coefficients differ by at
/// most one rounding, |difference| <= (1 + N) / 2 + 1 per coefficient of the phase.
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
        checks = try Evaluator(context: context, keys: keys)
        self.context = context
        self.keys = keys
        moduli = ExactModuli(context)
        encryptor = ExactEncryptor(context: context)
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
    public func importing(_ ciphertext: CKKS.Ciphertext) throws(CKKSError) -> ExactCiphertext {
        try checks.check(ciphertext, "import")
        return ExactCiphertext(
            polynomials: ciphertext.polynomials.map { ExactPolynomial($0) },
            level: ciphertext.level, scale: ciphertext.scale, keyID: ciphertext.keyID)
    }

    /// Hands over a ciphertext in residues.
    ///
    /// - Throws: `CKKSError.ring` when the ring refuses.
    public func exporting(_ ciphertext: ExactCiphertext) throws(CKKSError) -> CKKS.Ciphertext {
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
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.wrongDegree`.
    public func rerandomize(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
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
    func requireTwo(_ ciphertext: ExactCiphertext, _ operation: String) throws(CKKSError) {
        guard ciphertext.polynomialCount == 2 else {
            throw .wrongDegree(
                operation: operation, found: ciphertext.polynomialCount, expected: 2)
        }
    }

    func requirePair(_ left: ExactCiphertext, _ right: ExactCiphertext, _ operation: String)
        throws(CKKSError)
    {
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
            scale: scale ?? ciphertext.scale, keyID: ciphertext.keyID)
    }
}
