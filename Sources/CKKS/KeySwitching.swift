package import Ring

/// Hybrid key switching (eprint 2021/204, Appendix B.2.3) with balanced digits.
///
/// Digit j of d is the integer polynomial closest to zero that is d modulo the j-th run of alpha
/// limbs, by the exact centered conversion of `BasisConverter`: the same integers in both engines.
extension CKKSContext {
    /// Cuts a polynomial over Q_level into digits.
    package func raisedDigits(_ polynomial: Polynomial<Evaluation>, level: Int) -> RaisedDigits {
        RaisedDigits(
            polynomial, converters: digits(atLevel: level).map(\.converter),
            basis: extendedBasis(atLevel: level), team: team)
    }

    /// Empty sums of key switches at a level, to be divided by P, or by P and the level's group at
    /// once.
    func switchedSums(count: Int, level: Int, rescaling: Bool = false) -> SwitchedSums {
        let basis = extendedBasis(atLevel: level)
        return SwitchedSums(
            count: count, context: ring, basis: basis,
            dropped: basis.subtracting(self.basis(atLevel: rescaling ? level - 1 : level)),
            special: specialProduct)
    }

    /// One key switch of a polynomial, brought down from P; a pair joins it, and an automorphism is
    /// applied to all.
    func switched(
        _ digits: RaisedDigits, _ key: KeySwitchingKey, level: Int,
        adding pair: (Polynomial<Evaluation>?, Polynomial<Evaluation>?),
        applying element: GaloisElement = .identity, rescaling: Bool = false
    ) -> [Polynomial<Evaluation>] {
        var sums = switchedSums(count: 1, level: level, rescaling: rescaling)
        sums.add(digits, key.rows, to: [SwitchedSums.Use(sum: 0)])
        sums.finish(0, adding: pair.0, pair.1, applying: element)
        let (first, second) = sums.evaluate(team: team)[0]
        return [first, second]
    }
}
