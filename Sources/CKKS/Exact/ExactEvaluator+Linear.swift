import BigNum

/// Sums, and products with plaintexts and numbers.
extension ExactEvaluator {
    /// Sum of two ciphertexts of one level and scale.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleMismatch`, `.keyMismatch`, `.ringMismatch`.
    public func add(_ left: ExactCiphertext, _ right: ExactCiphertext) throws(CKKSError)
        -> ExactCiphertext
    {
        try combine(left, right, "add") { $0 + $1 }
    }

    /// Difference of two ciphertexts of one level and scale.
    ///
    /// - Throws: as `add(_:_:)`.
    public func subtract(_ left: ExactCiphertext, _ right: ExactCiphertext) throws(CKKSError)
        -> ExactCiphertext
    {
        try combine(left, right, "subtract") { $0 - $1 }
    }

    private func combine(
        _ left: ExactCiphertext, _ right: ExactCiphertext, _ operation: String,
        _ combining: (ExactPolynomial, ExactPolynomial) -> ExactPolynomial
    ) throws(CKKSError) -> ExactCiphertext {
        try requirePair(left, right, operation)
        try checks.checkScales(left.scale, right.scale, level: left.level, operation)
        let zero = ExactPolynomial(zeroOfDegree: parameters.degree)
        let count = max(left.polynomialCount, right.polynomialCount)
        return result(
            (0..<count).map { index in
                combining(
                    index < left.polynomialCount ? left.polynomials[index] : zero,
                    index < right.polynomialCount ? right.polynomials[index] : zero)
            }, like: left)
    }

    /// Negative of a ciphertext.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`.
    public func negate(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "negate")
        return result(ciphertext.polynomials.map { -$0 }, like: ciphertext)
    }

    /// Sum of a ciphertext and a plaintext of its level and scale.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleMismatch`, `.keyMismatch`, `.ringMismatch`.
    public func addPlain(_ ciphertext: ExactCiphertext, _ plaintext: Plaintext) throws(CKKSError)
        -> ExactCiphertext
    {
        try check(ciphertext, "addPlain")
        let summand = try integers(plaintext, level: ciphertext.level, "addPlain")
        try checks.checkScales(
            ciphertext.scale, plaintext.scale, level: ciphertext.level, "addPlain")
        var polynomials = ciphertext.polynomials
        polynomials[0] = polynomials[0] + summand
        return result(polynomials, like: ciphertext)
    }

    /// Product with a plaintext of the same level; the scales multiply.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func multiplyPlain(_ ciphertext: ExactCiphertext, _ plaintext: Plaintext)
        throws(CKKSError) -> ExactCiphertext
    {
        try check(ciphertext, "multiplyPlain")
        let factor = try integers(plaintext, level: ciphertext.level, "multiplyPlain")
        let scale = ciphertext.scale * plaintext.scale
        try checks.checkRoom(scale, level: ciphertext.level, "multiplyPlain")
        return result(ciphertext.polynomials.map { $0 * factor }, like: ciphertext, scale: scale)
    }

    /// Product with an integer; neither level nor scale change.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`.
    public func multiplyInteger(_ ciphertext: ExactCiphertext, _ factor: Int) throws(CKKSError)
        -> ExactCiphertext
    {
        try check(ciphertext, "multiplyInteger")
        return result(ciphertext.polynomials.map { $0 * BigInt(factor) }, like: ciphertext)
    }

    /// Product with a real number in every slot, so that the result stands at a scale of the
    /// caller's choice.
    ///
    /// - Throws: `CKKSError.notFinite`, `.valueTooLarge`, `.scaleTooLarge`, `.invalidScale`,
    ///   `.keyMismatch`, `.ringMismatch`.
    public func multiplyScalar(
        _ ciphertext: ExactCiphertext, _ factor: Double, resultScale: Double
    ) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "multiplyScalar")
        try checks.checkRoom(resultScale, level: ciphertext.level, "multiplyScalar")
        let integer = try constant(
            factor, level: ciphertext.level, scale: resultScale / ciphertext.scale)
        return result(
            ciphertext.polynomials.map { $0 * integer }, like: ciphertext, scale: resultScale)
    }

    /// Sum with a real number in every slot, encoded at the ciphertext's scale.
    ///
    /// - Throws: `CKKSError.notFinite`, `.valueTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func addScalar(_ ciphertext: ExactCiphertext, _ summand: Double) throws(CKKSError)
        -> ExactCiphertext
    {
        try check(ciphertext, "addScalar")
        var polynomials = ciphertext.polynomials
        polynomials[0].coefficients[0] += try constant(
            summand, level: ciphertext.level, scale: ciphertext.scale)
        return result(polynomials, like: ciphertext)
    }

    /// A constant as an integer, rounded and checked like the residue engine's.
    private func constant(_ value: Double, level: Int, scale: Double) throws(CKKSError) -> BigInt {
        _ = try checks.encoder.residues(
            ofConstant: value, level: level, scale: scale, basis: context.basis(atLevel: 0))
        guard let integer = BigInt(exactly: (value * scale).rounded(.toNearestOrEven)) else {
            throw .notFinite(index: 0)
        }
        return integer
    }

    /// Drops limbs; scale and values stay.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.scaleTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func truncate(_ ciphertext: ExactCiphertext, toLevel level: Int) throws(CKKSError)
        -> ExactCiphertext
    {
        try check(ciphertext, "truncate")
        guard (0...ciphertext.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "truncate", level: level, maximum: ciphertext.level)
        }
        try checks.checkRoom(ciphertext.scale, level: level, "truncate")
        return result(ciphertext.polynomials, like: ciphertext, level: level)
    }

    /// Goes down to a level so that the ciphertext stands exactly at that level's scale.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.scaleMismatch`, `.keyMismatch`, `.ringMismatch`.
    public func dropLevel(_ ciphertext: ExactCiphertext, to level: Int) throws(CKKSError)
        -> ExactCiphertext
    {
        try check(ciphertext, "dropLevel")
        guard (0...ciphertext.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "dropLevel", level: level, maximum: ciphertext.level)
        }
        try checks.checkScales(
            ciphertext.scale, parameters.scale(atLevel: ciphertext.level), level: ciphertext.level,
            "dropLevel")
        if level == ciphertext.level { return ciphertext }
        let target = parameters.scale(atLevel: level)
        let pending = try multiplyScalar(
            truncate(ciphertext, toLevel: level + 1), 1,
            resultScale: target * parameters.groupProduct(atLevel: level + 1))
        return divided(pending, scale: target)
    }
}
