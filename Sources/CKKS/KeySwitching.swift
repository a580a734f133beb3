package import Ring
import Synchronization

/// Hybrid key switching (eprint 2021/204, Appendix B.2.3) with balanced digits.
///
/// Digit j of d is the integer polynomial closest to zero that is d modulo the j-th run of alpha
/// limbs, by the exact centered conversion of `BasisConverter`: the same integers in both engines.
extension CKKSContext {
    /// Cuts a polynomial over Q_level into digits.
    package func raisedDigits(_ polynomial: Polynomial<Evaluation>, level: Int) -> RaisedDigits {
        RaisedDigits(
            polynomial, converters: converters(atLevel: level),
            basis: extendedBasis(atLevel: level), team: team)
    }

    /// The same for sums of key switches at that level.
    func cut(_ polynomial: Polynomial<Evaluation>, for sums: SwitchedSums, level: Int)
        -> SwitchedSums.Digits
    {
        sums.cut(polynomial, converters: converters(atLevel: level), team: team)
    }

    /// Lends sums of key switches at a level, empty, to be divided by P, or by P and the level's
    /// group at once.
    func withSwitchedSums<Result>(
        count: Int, level: Int, rescaling: Bool = false,
        _ body: (SwitchedSums) throws(CKKSError) -> Result
    ) throws(CKKSError) -> Result {
        let sums = idleSums.withLock { $0.popLast() } ?? SwitchedSums(context: ring)
        defer {
            sums.clear()
            idleSums.withLock { if $0.count < Self.idleSumsLimit { $0.append(sums) } }
        }
        sums.begin(
            count: count, basis: extendedBasis(atLevel: level),
            dropped: droppedBasis(atLevel: level, rescaling: rescaling), special: specialProduct)
        return try body(sums)
    }

    /// One key switch of a polynomial, brought down from P; a pair joins it, and an automorphism is
    /// applied to all.
    func switched(
        _ polynomial: Polynomial<Evaluation>, _ key: KeySwitchingKey, level: Int,
        adding pair: (Polynomial<Evaluation>?, Polynomial<Evaluation>?),
        applying element: GaloisElement = .identity, rescaling: Bool = false
    ) throws(CKKSError) -> [Polynomial<Evaluation>] {
        try withSwitchedSums(count: 1, level: level, rescaling: rescaling) {
            sums throws(CKKSError) in
            sums.add(cut(polynomial, for: sums, level: level), key.rows, toSum: 0)
            sums.finish(0, adding: pair.0, pair.1, applying: element)
            sums.evaluate(team: team)
            return sums.result(0)
        }
    }
}
