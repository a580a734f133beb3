/// Splits p = q · B_m + r for the basis polynomials B of a basis.
///
/// In the Chebyshev basis T_{m+i} = 2 T_m T_i - T_{|m-i|}, so q_i = 2 c_{m+i} for i > 0 and r takes
/// - c_{m+i} at |m - i|.
enum PolynomialSplit {
    /// Quotient and remainder of coefficients, lowest first; 1 <= m <= degree.
    static func values(
        _ p: [SlotCoefficient], at m: Int, basis: PolynomialBasis
    ) -> (quotient: [SlotCoefficient], remainder: [SlotCoefficient]) {
        var quotient = Array(p[m...])
        var remainder = Array(p[..<m])
        guard basis == .chebyshev else { return (quotient, trimmed(remainder)) }
        for i in 1..<max(quotient.count, 1) {
            let place = abs(m - i)
            while remainder.count <= place { remainder.append(.shared(0)) }
            remainder[place] = remainder[place] - quotient[i]
            quotient[i] = quotient[i].doubled()
        }
        return (quotient, trimmed(remainder))
    }

    /// The same on patterns of coefficients that may be non-zero.
    static func pattern(
        _ p: [Bool], at m: Int, basis: PolynomialBasis
    ) -> (quotient: [Bool], remainder: [Bool]) {
        let quotient = Array(p[m...])
        var remainder = Array(p[..<m])
        if basis == .chebyshev {
            for i in 1..<max(quotient.count, 1) where quotient[i] {
                let place = abs(m - i)
                while remainder.count <= place { remainder.append(false) }
                remainder[place] = true
            }
        }
        return (quotient, trimmed(remainder))
    }

    static func trimmed(_ pattern: [Bool]) -> [Bool] {
        Array(pattern[..<((pattern.lastIndex(of: true) ?? -1) + 1)])
    }

    private static func trimmed(_ values: [SlotCoefficient]) -> [SlotCoefficient] {
        Array(values[..<((values.lastIndex { !$0.isZero } ?? -1) + 1)])
    }
}
