import BigNum
import Ring
import Secrets

/// Products of ciphertexts, relinearization and rescaling.
extension ExactEvaluator {
    /// Product of two ciphertexts of two polynomials each: three polynomials, the scales multiply.
    ///
    /// - Throws: `CKKSError.wrongDegree`, `.levelMismatch`, `.scaleTooLarge`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func multiply(_ left: ExactCiphertext, _ right: ExactCiphertext) throws(CKKSError)
        -> ExactCiphertext
    {
        let scale = try productScale(left, right, "multiply")
        let (a, b) = (left.polynomials, right.polynomials)
        return result(
            [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[1] * b[1]], like: left, scale: scale)
    }

    /// Square of a ciphertext of two polynomials.
    ///
    /// - Throws: as `multiply(_:_:)`.
    public func square(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        let scale = try productScale(ciphertext, ciphertext, "square")
        let a = ciphertext.polynomials
        return result(
            [a[0] * a[0], (a[0] * a[1]) * 2, a[1] * a[1]], like: ciphertext, scale: scale)
    }

    private func productScale(
        _ left: ExactCiphertext, _ right: ExactCiphertext, _ operation: String
    ) throws(CKKSError) -> Double {
        try requirePair(left, right, operation)
        try requireTwo(left, operation)
        try requireTwo(right, operation)
        let scale = left.scale * right.scale
        try checks.checkRoom(scale, level: left.level, operation)
        return scale
    }

    /// Divides by the level's group of primes and goes one level down.
    ///
    /// - Throws: `CKKSError.noLevelLeft`, `.invalidScale`, `.keyMismatch`, `.ringMismatch`.
    public func rescale(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "rescale")
        let scale = try rescaled(ciphertext.scale, level: ciphertext.level, "rescale")
        return divided(ciphertext, scale: scale)
    }

    /// The scale after a rescale, snapped to the level's.
    func rescaled(_ scale: Double, level: Int, _ operation: String) throws(CKKSError) -> Double {
        guard level > 0 else { throw .noLevelLeft(operation: operation) }
        let scale = scale / parameters.groupProduct(atLevel: level)
        guard scale >= 1 else { throw .invalidScale(operation: operation, scale: scale) }
        let target = parameters.scale(atLevel: level - 1)
        return scalesMatch(scale, target) ? target : scale
    }

    /// round(c / q) for the level's group q.
    func divided(_ ciphertext: ExactCiphertext, scale: Double) -> ExactCiphertext {
        let lift = moduli.groupLift(atLevel: ciphertext.level)
        return result(
            ciphertext.polynomials.map {
                ExactPolynomial($0.coefficients.map(lift.roundedQuotient))
            }, like: ciphertext, level: ciphertext.level - 1, scale: scale)
    }

    /// Back to two polynomials by one key switch; the identity on ciphertexts that have two.
    ///
    /// - Throws: `CKKSError.missingRelinearizationKey`, `.keyLevelTooLow`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func relinearize(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "relinearize")
        guard ciphertext.polynomialCount == 3 else { return ciphertext }
        guard let key = keys?.relinearization else { throw .missingRelinearizationKey }
        let checked = try checks.checkedKey(
            key, "the relinearization key", level: ciphertext.level)
        let level = ciphertext.level
        let switched = switched(digits(ciphertext.polynomials[2], level: level), checked, level)
        return result(
            [
                ciphertext.polynomials[0] + switched.0,
                ciphertext.polynomials[1] + switched.1,
            ], like: ciphertext)
    }

    /// Relinearizes, then rescales: two divisions where `Evaluator` does one.
    ///
    /// - Throws: as `relinearize(_:)` and `rescale(_:)`.
    public func relinearizeAndRescale(_ ciphertext: ExactCiphertext) throws(CKKSError)
        -> ExactCiphertext
    {
        guard ciphertext.polynomialCount == 3 else { return try rescale(ciphertext) }
        // What cannot be rescaled is refused before the work.
        _ = try rescaled(ciphertext.scale, level: ciphertext.level, "relinearizeAndRescale")
        return try rescale(relinearize(ciphertext))
    }

    /// Moves a ciphertext to the secret key that a conversion key leads to.
    ///
    /// - Throws: `CKKSError.keyMismatch` when the key starts from another secret key,
    ///   `.wrongDegree`, `.keyLevelTooLow`, `.ringMismatch`.
    public func convert(_ ciphertext: ExactCiphertext, with key: KeySwitchingKey) throws(CKKSError)
        -> ExactCiphertext
    {
        let operation = "convert"
        try context.requireDigest(ciphertext.ringDigest, operation)
        try requireTwo(ciphertext, operation)
        guard key.purpose == .conversion(from: ciphertext.keyID) else {
            throw .keyMismatch(
                operation: operation, left: key.keyID.shortDescription,
                right: ciphertext.keyID.shortDescription)
        }
        let level = ciphertext.level
        let checked = try checks.checkedKey(key, "the conversion key", level: level)
        let switched = switched(digits(ciphertext.polynomials[1], level: level), checked, level)
        let modulus = moduli.modulus(atLevel: level)
        return ExactCiphertext(
            polynomials: [ciphertext.polynomials[0] + switched.0, switched.1].map {
                $0.reduced(modulo: modulus)
            }, level: level, scale: ciphertext.scale, keyID: key.keyID,
            ringDigest: ciphertext.ringDigest)
    }
}

/// Hybrid key switching on integers: digits closest to zero times the key, divided by P.
///
/// Source: eprint 2021/204, Appendix B.2.3.
extension ExactEvaluator {
    /// The digits of a polynomial at a level, each in [-D/2, D/2 · (1 + 2^-40)].
    func digits(_ polynomial: ExactPolynomial, level: Int) -> [ExactPolynomial] {
        moduli.digitLifts(atLevel: level).map {
            ExactPolynomial(polynomial.coefficients.map($0.lift))
        }
    }

    /// round(Σ_j d_j·(b_j, a_j) / P): the switched polynomial, not reduced modulo Q.
    ///
    /// The key's coefficients are those modulo Q_level·P; any other representatives would change
    /// the result by multiples of Q_level only.
    func switched(_ digits: [ExactPolynomial], _ key: KeySwitchingKey, _ level: Int) -> (
        ExactPolynomial, ExactPolynomial
    ) {
        let basis = context.extendedBasis(atLevel: level)
        let lift = moduli.specialLift
        func half(_ polynomials: [Polynomial<Evaluation>]) -> ExactPolynomial {
            let sum = ExactPolynomial.innerProduct(
                digits,
                polynomials.prefix(digits.count).map { ExactPolynomial($0.restricted(to: basis)) })
            return ExactPolynomial(sum.coefficients.map(lift.roundedQuotient))
        }
        return (half(key.bodies), half(key.uniforms))
    }
}
