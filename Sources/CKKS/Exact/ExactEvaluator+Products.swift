import BigNum
import Ring

/// Products of ciphertexts, rescaling, key switching and automorphisms.
extension ExactEvaluator {
    /// Product of two ciphertexts of two polynomials each: three polynomials, the scales multiply.
    ///
    /// - Throws: `CKKSError.wrongDegree`, `.levelMismatch`, `.scaleTooLarge`, `.keyMismatch`.
    public func multiply(_ left: ExactCiphertext, _ right: ExactCiphertext) throws(CKKSError)
        -> ExactCiphertext
    {
        try requirePair(left, right, "multiply")
        try requireTwo(left, "multiply")
        try requireTwo(right, "multiply")
        let scale = left.scale * right.scale
        try checks.checkRoom(scale, level: left.level, "multiply")
        let (a, b) = (left.polynomials, right.polynomials)
        return result(
            [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[1] * b[1]], like: left, scale: scale)
    }

    /// Divides by the level's group of primes and goes one level down.
    ///
    /// - Throws: `CKKSError.noLevelLeft`, `.invalidScale`.
    public func rescale(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        guard ciphertext.level > 0 else { throw .noLevelLeft(operation: "rescale") }
        let scale = ciphertext.scale / parameters.groupProduct(atLevel: ciphertext.level)
        guard scale >= 1 else { throw .invalidScale(operation: "rescale", scale: scale) }
        let target = parameters.scale(atLevel: ciphertext.level - 1)
        return divided(ciphertext, scale: scalesMatch(scale, target) ? target : scale)
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
    /// - Throws: `CKKSError.missingRelinearizationKey`, `.keyLevelTooLow`.
    public func relinearize(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        guard ciphertext.polynomialCount == 3 else { return ciphertext }
        guard let key = keys?.relinearization else { throw .missingRelinearizationKey }
        let checked = try checks.checkedKey(
            key, "the relinearization key", level: ciphertext.level)
        let switched = switched(ciphertext.polynomials[2], checked, level: ciphertext.level)
        return result(
            [
                ciphertext.polynomials[0] + switched.0,
                ciphertext.polynomials[1] + switched.1,
            ], like: ciphertext)
    }

    /// Rotates the slots left: slot i receives slot i + amount.
    ///
    /// - Throws: `CKKSError.missingGaloisKey`, `.wrongDegree`, `.keyLevelTooLow`.
    public func rotate(_ ciphertext: ExactCiphertext, by amount: Int) throws(CKKSError)
        -> ExactCiphertext
    {
        try requireTwo(ciphertext, "rotate")
        let element = GaloisElement.rotation(by: amount, degree: parameters.degree)
        return element.isIdentity
            ? ciphertext : try applying(element, rotation: amount, to: ciphertext)
    }

    /// Complex conjugate of every slot.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func conjugate(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try requireTwo(ciphertext, "conjugate")
        return try applying(
            .conjugation(degree: parameters.degree), rotation: nil, to: ciphertext)
    }

    private func applying(
        _ element: GaloisElement, rotation: Int?, to ciphertext: ExactCiphertext
    ) throws(CKKSError) -> ExactCiphertext {
        let key = try checks.galoisKey(element, level: ciphertext.level, rotation: rotation)
        let switched = switched(ciphertext.polynomials[1], key, level: ciphertext.level)
        let first = ciphertext.polynomials[0] + switched.0
        return result(
            [first.applying(element), switched.1.applying(element)], like: ciphertext)
    }

    /// Hybrid key switching on integers: digits closest to zero times the key, divided by P.
    ///
    /// Source: eprint 2021/204, Appendix B.2.3.
    private func switched(_ polynomial: ExactPolynomial, _ key: KeySwitchingKey, level: Int) -> (
        ExactPolynomial, ExactPolynomial
    ) {
        let basis = context.extendedBasis(atLevel: level)
        var body = ExactPolynomial(zeroOfDegree: parameters.degree)
        var mask = body
        for (index, lift) in moduli.digitLifts(atLevel: level).enumerated() {
            let digit = ExactPolynomial(polynomial.coefficients.map(lift.lift))
            body = body + digit * ExactPolynomial(key.bodies[index].restricted(to: basis))
            mask = mask + digit * ExactPolynomial(key.uniforms[index].restricted(to: basis))
        }
        let modulus = moduli.modulus(atLevel: level) * moduli.special
        let lift = moduli.specialLift
        func modDown(_ sum: ExactPolynomial) -> ExactPolynomial {
            ExactPolynomial(sum.reduced(modulo: modulus).coefficients.map(lift.roundedQuotient))
        }
        return (modDown(body), modDown(mask))
    }
}
