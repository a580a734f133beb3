/// A polynomial in the Chebyshev basis of an interval: the sum of `coefficients[k] * T_k(t)`, where
/// t maps the interval onto [-1, 1].
///
/// Invariants: at least one coefficient, all finite; the interval has positive length.
public struct ChebyshevSeries: Sendable, Hashable, Codable {
    /// Where the polynomial is meant to be used; it explodes outside.
    public let interval: Interval
    /// Coefficient of T_0 first (not halved).
    public let coefficients: [Double]

    init(interval: Interval, coefficients: [Double]) {
        precondition(!coefficients.isEmpty && interval.radius > 0)
        self.interval = interval
        self.coefficients = coefficients
    }

    /// The degree, counting trailing zero coefficients as absent.
    public var degree: Int { coefficients.lastIndex { $0 != 0 } ?? 0 }

    /// The coordinate in [-1, 1] of a point of the interval: `(x - center) / radius`.
    public func normalized(_ x: Double) -> Double { (x - interval.center) / interval.radius }

    /// The value at `x`.
    public func callAsFunction(_ x: Double) -> Double {
        ChebyshevSeries.evaluate(coefficients, at: normalized(x))
    }

    /// Clenshaw's recurrence (Mathematical Tables and Other Aids to Computation 9, 1955) at t in [-1, 1].
    static func evaluate(_ coefficients: [Double], at t: Double) -> Double {
        var next = 0.0
        var afterNext = 0.0
        for coefficient in coefficients.dropFirst().reversed() {
            (next, afterNext) = (2 * t * next - afterNext + coefficient, next)
        }
        return t * next - afterNext + coefficients[0]
    }
}
