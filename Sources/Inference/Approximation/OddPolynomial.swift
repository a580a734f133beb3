/// A polynomial of odd powers in the Chebyshev basis of [-1, 1].
struct OddPolynomial {
    /// Coefficients of T_1, T_3, T_5 and so on.
    private let odd: [Double]

    /// All Chebyshev coefficients, that of T_0 first.
    var coefficients: [Double] { [0] + odd.dropLast().flatMap { [$0, 0] } + odd.suffix(1) }

    func scaled(by factor: Double) -> OddPolynomial { OddPolynomial(odd: odd.map { $0 * factor }) }

    /// Clenshaw's recurrence over the odd terms: T_(k+2) = 2 T_2 T_k - T_(k-2).
    func callAsFunction(_ t: Double) -> Double {
        let double = 2 * (2 * t * t - 1)
        var next = 0.0
        var afterNext = 0.0
        for coefficient in odd.reversed() {
            (next, afterNext) = (double * next - afterNext + coefficient, next)
        }
        return t * (next - afterNext)
    }

    private static let rounds = 30
    private static let tolerance = 1e-3
    /// Below this error rounding disturbs the exchange, and nobody asks for more.
    private static let negligible = 1e-9

    /// The polynomial nearest to the constant 1 over low...1 by Remez's exchange, with its largest error; nil where the
    /// exchange fails, which it does over short intervals at high degrees.
    static func nearestToOne(
        from low: Double, degree: Int
    ) -> (polynomial: OddPolynomial, error: Double)? {
        let terms = (degree + 1) / 2
        var reference = (0...terms).map {
            low + (1 - low) * (1 - ChebyshevPoint.extreme($0, of: terms)) / 2
        }
        for _ in 0..<rounds {
            guard let (polynomial, level) = alternant(reference, terms: terms) else { return nil }
            let extremes = polynomial.extremes(from: low)
            let largest = extremes.map { abs($0.error) }.max() ?? .infinity
            if largest - abs(level) <= tolerance * largest || largest < negligible {
                return (polynomial, largest)
            }
            var kept = extremes[...]
            while kept.count > terms + 1, let first = kept.first, let last = kept.last {
                if abs(first.error) < abs(last.error) {
                    kept.removeFirst()
                } else {
                    kept.removeLast()
                }
            }
            guard kept.count == terms + 1 else { return nil }
            reference = kept.map(\.t)
        }
        return nil
    }

    /// Solves p(t_i) + (-1)^i level = 1.
    private static func alternant(
        _ reference: [Double], terms: Int
    ) -> (polynomial: OddPolynomial, level: Double)? {
        let rows = reference.enumerated().map { index, t in
            var basis = [t, t * (4 * t * t - 3)]
            while basis.count < terms {
                basis.append(2 * (2 * t * t - 1) * basis[basis.count - 1] - basis[basis.count - 2])
            }
            return basis.prefix(terms) + [index % 2 == 0 ? 1 : -1, 1]
        }
        guard let solution = LinearSystem.solve(rows.map(Array.init)) else { return nil }
        return (OddPolynomial(odd: Array(solution.dropLast())), solution[terms])
    }

    /// The largest error of each stretch of equal sign, in order.
    private func extremes(from low: Double) -> [(t: Double, error: Double)] {
        let count = 128 * odd.count
        var result: [(t: Double, error: Double)] = []
        for index in 0...count {
            let t = low + (1 - low) * (1 - ChebyshevPoint.extreme(index, of: count)) / 2
            let error = self(t) - 1
            if let last = result.last, (last.error < 0) == (error < 0) {
                if abs(error) > abs(last.error) { result[result.count - 1] = (t, error) }
            } else {
                result.append((t, error))
            }
        }
        return result
    }
}
