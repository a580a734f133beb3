import Ring
import Secrets

/// Products of ciphertexts, and what brings them back: relinearization and rescaling.
extension Evaluator {
    /// Product of two ciphertexts of two polynomials each: three polynomials, the scales multiply.
    ///
    /// - Throws: `CKKSError.wrongDegree`, `.levelMismatch`, `.scaleTooLarge`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func multiply(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext {
        let scale = try productScale(left, right, "multiply")
        let (a, b) = (left.polynomials, right.polynomials)
        return Ciphertext(
            polynomials: Polynomial.tensor((a[0], a[1]), (b[0], b[1]), team: context.team),
            level: left.level, scale: scale, keyID: left.keyID)
    }

    /// Square of a ciphertext of two polynomials.
    ///
    /// - Throws: as `multiply(_:_:)`.
    public func square(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        let scale = try productScale(ciphertext, ciphertext, "square")
        let a = ciphertext.polynomials
        return Ciphertext(
            polynomials: Polynomial.tensorSquare((a[0], a[1]), team: context.team),
            level: ciphertext.level, scale: scale, keyID: ciphertext.keyID)
    }

    /// Sum of products of pairs: three polynomials, to be relinearized once.
    ///
    /// - Throws: `CKKSError.operandCount`, `.scaleMismatch`, and as `multiply(_:_:)`.
    public func sumOfProducts(_ left: [Ciphertext], _ right: [Ciphertext]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("sumOfProducts", left.count, right.count)
        var sum = try multiply(left[0], right[0])
        for (first, second) in zip(left, right).dropFirst() {
            let scale = try productScale(first, second, "sumOfProducts")
            try checkPair(sum, first, "sumOfProducts")
            try checkScales(sum.scale, scale, level: sum.level, "sumOfProducts")
            let (a, b) = (first.polynomials, second.polynomials)
            sum.polynomials[0].multiplyAccumulate(a[0], b[0])
            sum.polynomials[1].multiplyAccumulate(a[0], b[1])
            sum.polynomials[1].multiplyAccumulate(a[1], b[0])
            sum.polynomials[2].multiplyAccumulate(a[1], b[1])
        }
        return sum
    }

    private func productScale(_ left: Ciphertext, _ right: Ciphertext, _ operation: String)
        throws(CKKSError) -> Double
    {
        try checkPair(left, right, operation)
        try checkLinear(left, operation)
        try checkLinear(right, operation)
        let scale = left.scale * right.scale
        try checkRoom(scale, level: left.level, operation)
        return scale
    }

    /// Back to two polynomials by one key switch; the identity on ciphertexts that have two.
    ///
    /// - Throws: `CKKSError.missingRelinearizationKey`, `.keyLevelTooLow`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func relinearize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard ciphertext.polynomialCount == 3 else {
            try check(ciphertext, "relinearize")
            return ciphertext
        }
        return Ciphertext(
            polynomials: try switchedSquare(ciphertext, rescaling: false), level: ciphertext.level,
            scale: ciphertext.scale, keyID: ciphertext.keyID)
    }

    /// Relinearizes and rescales with one division, by P and the level's group together.
    ///
    /// - Throws: as `relinearize(_:)` and `rescale(_:)`.
    public func relinearizeAndRescale(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        guard ciphertext.polynomialCount == 3 else { return try rescale(ciphertext) }
        let (level, scale) = try rescaled(ciphertext, "relinearizeAndRescale")
        return Ciphertext(
            polynomials: try switchedSquare(ciphertext, rescaling: true), level: level,
            scale: scale, keyID: ciphertext.keyID)
    }

    /// c2·s^2 under s, added to c0 and c1, and rescaled in the same division if asked.
    private func switchedSquare(_ ciphertext: Ciphertext, rescaling: Bool) throws(CKKSError)
        -> [Polynomial<Evaluation>]
    {
        try check(ciphertext, "relinearize")
        guard let key = keys?.relinearization else { throw .missingRelinearizationKey }
        let checked = try checkedKey(
            key, "the relinearization key", level: ciphertext.level)
        let parts = ciphertext.polynomials
        return try context.switched(
            parts[2], checked, level: ciphertext.level, adding: (parts[0], parts[1]),
            rescaling: rescaling)
    }

    /// Moves a ciphertext to the secret key that a conversion key leads to.
    ///
    /// - Throws: `CKKSError.keyMismatch` when the key starts from another secret key, `.wrongDegree`,
    ///   `.keyLevelTooLow`, `.ringMismatch`.
    public func convert(_ ciphertext: Ciphertext, with key: KeySwitchingKey) throws(CKKSError)
        -> Ciphertext
    {
        let operation = "convert"
        for polynomial in ciphertext.polynomials { try context.requireRing(polynomial, operation) }
        try checkLinear(ciphertext, operation)
        guard key.purpose == .conversion(from: ciphertext.keyID) else {
            throw .keyMismatch(
                operation: operation, left: key.keyID.shortDescription,
                right: ciphertext.keyID.shortDescription)
        }
        let level = ciphertext.level
        let checked = try checkedKey(key, "the conversion key", level: level)
        return Ciphertext(
            polynomials: try context.switched(
                ciphertext.polynomials[1], checked, level: level,
                adding: (ciphertext.polynomials[0], nil)),
            level: level, scale: ciphertext.scale, keyID: key.keyID)
    }

    /// Divides by the level's group of primes and goes one level down; any number of polynomials,
    /// any scale.
    ///
    /// A scale that comes out within 2^-45 of the lower level's becomes exactly that.
    ///
    /// - Throws: `CKKSError.noLevelLeft`, `.invalidScale`, `.keyMismatch`, `.ringMismatch`.
    public func rescale(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "rescale")
        let (level, scale) = try rescaled(ciphertext, "rescale")
        return divided(ciphertext, toLevel: level, scale: scale)
    }

    /// Level and scale after a rescale.
    func rescaled(_ ciphertext: Ciphertext, _ operation: String) throws(CKKSError) -> (
        level: Int, scale: Double
    ) {
        guard ciphertext.level > 0 else { throw .noLevelLeft(operation: operation) }
        let level = ciphertext.level - 1
        let scale = ciphertext.scale / parameters.groupProduct(atLevel: ciphertext.level)
        guard scale >= 1 else { throw .invalidScale(operation: operation, scale: scale) }
        let target = parameters.scale(atLevel: level)
        return (level, scalesMatch(scale, target) ? target : scale)
    }

    private func divided(_ ciphertext: Ciphertext, toLevel level: Int, scale: Double) -> Ciphertext
    {
        Ciphertext(
            polynomials: Polynomial.dividedAndRounded(
                ciphertext.polynomials, byTrailing: context.group(atLevel: ciphertext.level),
                team: context.team),
            level: level, scale: scale, keyID: ciphertext.keyID)
    }

    /// Drops limbs; scale and values stay.
    ///
    /// Exact: nothing is rounded.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.scaleTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func truncate(_ ciphertext: Ciphertext, toLevel level: Int) throws(CKKSError)
        -> Ciphertext
    {
        try check(ciphertext, "truncate")
        guard (0...ciphertext.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "truncate", level: level, maximum: ciphertext.level)
        }
        try checkRoom(ciphertext.scale, level: level, "truncate")
        let basis = context.basis(atLevel: level)
        var result = ciphertext
        result.level = level
        result.polynomials = ciphertext.polynomials.map { $0.restricted(to: basis) }
        return result
    }

    /// Goes down to a level so that the ciphertext stands exactly at that level's scale: multiplies
    /// by the integer nearest to Δ_level·q/scale at the level above, and rescales by that level's
    /// group q.
    ///
    /// The integer's rounding is a relative change of the values below 2^-scaleBits.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`; `.scaleMismatch` for pending products, which must be
    ///   rescaled first;
    ///   `.keyMismatch`, `.ringMismatch`.
    public func dropLevel(_ ciphertext: Ciphertext, to level: Int) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "dropLevel")
        guard (0...ciphertext.level).contains(level) else {
            throw .levelOutOfRange(
                operation: "dropLevel", level: level, maximum: ciphertext.level)
        }
        try checkScales(
            ciphertext.scale, parameters.scale(atLevel: ciphertext.level), level: ciphertext.level,
            "dropLevel")
        if level == ciphertext.level { return ciphertext }
        let target = parameters.scale(atLevel: level)
        let above = try truncate(ciphertext, toLevel: level + 1)
        let pending = try multiplyScalar(
            above, 1, resultScale: target * parameters.groupProduct(atLevel: level + 1))
        return divided(pending, toLevel: level, scale: target)
    }
}
