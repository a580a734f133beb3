import BigNum
import Ring

/// A polynomial with integer coefficients, lowest degree first, modulo x^N + 1.
///
/// The plain counterpart of `Polynomial`: no residues, no transforms. Products are one
/// multiplication of large integers each (Kronecker substitution).
struct ExactPolynomial: Sendable, Hashable {
    var coefficients: [BigInt]

    init(_ coefficients: [BigInt]) { self.coefficients = coefficients }

    init(zeroOfDegree degree: Int) {
        coefficients = [BigInt](repeating: BigInt(), count: degree)
    }

    /// The centered coefficients of a polynomial in residues.
    init(_ polynomial: Polynomial<Evaluation>) {
        coefficients = polynomial.toCoefficient().bigCoefficients()
    }

    static func + (left: Self, right: Self) -> Self {
        Self(zip(left.coefficients, right.coefficients).map { $0 + $1 })
    }

    static func - (left: Self, right: Self) -> Self {
        Self(zip(left.coefficients, right.coefficients).map { $0 - $1 })
    }

    static prefix func - (polynomial: Self) -> Self { Self(polynomial.coefficients.map { -$0 }) }

    static func * (left: Self, right: Self) -> Self {
        Self(BigInt.negacyclicProduct(left.coefficients, right.coefficients))
    }

    static func * (left: Self, factor: BigInt) -> Self {
        Self(left.coefficients.map { $0 * factor })
    }

    /// Σ_j left_j · right_j.
    static func innerProduct(_ left: [Self], _ right: [Self]) -> Self {
        var sum = left[0] * right[0]
        for (a, b) in zip(left, right).dropFirst() { sum = sum + a * b }
        return sum
    }

    /// Coefficients closest to zero modulo an odd number.
    func reduced(modulo modulus: BigInt) -> Self {
        Self(coefficients.map { $0.centered(modulo: modulus) })
    }

    /// The polynomial at x^g: coefficient i goes to place i·g modulo 2N, with a sign beyond N.
    func applying(_ element: GaloisElement) -> Self {
        let degree = coefficients.count
        var result = self
        for (index, coefficient) in coefficients.enumerated() {
            let place = index * element.exponent % (2 * degree)
            result.coefficients[place % degree] = place < degree ? coefficient : -coefficient
        }
        return result
    }

    /// The same polynomial in residues.
    func residues(context: RingContext, basis: Basis) throws(RingError) -> Polynomial<Evaluation> {
        try Polynomial<Coefficient>(bigCoefficients: coefficients, context: context, basis: basis)
            .toEvaluation()
    }
}
