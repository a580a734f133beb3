/// A quadratic as a square: c2·x^2 + c1·x + c0 = sign · (scale·x + shift)^2 + constant.
///
/// A compiler that folds `scale` and `shift` into the affine map before spends one level on the quadratic
/// instead of two, and with `sign` folded into the map after, a plain square remains.
public struct CompletedSquare: Sendable, Hashable {
    /// Factor of the argument, positive.
    public let scale: Double
    /// Summand of the argument.
    public let shift: Double
    /// +1 or -1.
    public let sign: Double
    /// What is added to the square.
    public let constant: Double

    /// Completes the square; nil unless the coefficients are finite and c2 is not zero, and so is the result.
    public init?(_ c0: Double, _ c1: Double, _ c2: Double) {
        guard c0.isFinite, c1.isFinite, c2.isFinite, c2 != 0 else { return nil }
        scale = abs(c2).squareRoot()
        sign = c2 < 0 ? -1 : 1
        shift = sign * c1 / (2 * scale)
        constant = c0 - sign * shift * shift
        guard scale.isFinite, shift.isFinite, constant.isFinite else { return nil }
    }
}
