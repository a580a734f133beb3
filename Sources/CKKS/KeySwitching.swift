package import Ring

/// A polynomial cut into digits, each raised to Q_level and P: what several key switches of one
/// polynomial share.
package struct RaisedDigits: Sendable {
    let level: Int
    package let digits: [Polynomial<Evaluation>]
}

/// Hybrid key switching (eprint 2021/204, Appendix B.2.3) with balanced digits.
///
/// Digit j of d is the integer polynomial closest to zero that is d modulo the j-th run of alpha
/// limbs, by the exact centered conversion of `BasisConverter`: the same integers in both engines.
extension CKKSContext {
    /// Cuts a polynomial over Q_level into digits.
    package func raisedDigits(_ polynomial: Polynomial<Evaluation>, level: Int) -> RaisedDigits {
        let coefficients = polynomial.toCoefficient()
        let basis = extendedBasis(atLevel: level)
        return RaisedDigits(
            level: level,
            digits: digits(atLevel: level).map {
                $0.converter.raise(coefficients: coefficients, evaluation: polynomial, to: basis)
            })
    }

    /// Σ_j d_j·(b_j, a_j) over Q_level and P: the switched polynomial times P, before the mod-down.
    func switched(_ raised: RaisedDigits, _ key: KeySwitchingKey) -> (
        Polynomial<Evaluation>, Polynomial<Evaluation>
    ) {
        Polynomial<Evaluation>.innerProduct(raised.digits, key.bodies, key.uniforms)
    }

    /// Divides by P, or by P and the level's group at once, rounding to the nearest.
    func modDown(_ polynomial: Polynomial<Evaluation>, level: Int, rescaling: Bool = false)
        -> Polynomial<Evaluation>
    {
        let kept = basis(atLevel: rescaling ? level - 1 : level)
        return polynomial.dividedAndRounded(byTrailing: polynomial.basis.subtracting(kept))
    }

    /// P times a polynomial over Q_level, as a polynomial over Q_level and P.
    func timesSpecial(_ polynomial: Polynomial<Evaluation>, level: Int) -> Polynomial<Evaluation> {
        var scaled = polynomial
        scaled.multiply(byScalars: Array(specialProduct.prefix(polynomial.limbCount)))
        guard let specialBasis else { return scaled }
        return .joined(scaled, Polynomial(zero: ring, basis: specialBasis))
    }
}
