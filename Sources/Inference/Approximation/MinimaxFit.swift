import Foundation

/// The polynomial of a given degree whose largest error over an interval is smallest.
///
/// Remez's exchange (1934) in the Chebyshev basis: find the polynomial whose error alternates with equal size on
/// degree + 2 points, move the points to where the error is largest, repeat.
package struct MinimaxFit {
    let function: (Double) -> Double
    let interval: Interval
    let degree: Int
    private static let rounds = 30

    package init(
        function: @escaping (Double) -> Double, interval: Interval, degree: Int
    ) {
        self.function = function
        self.interval = interval
        self.degree = degree
    }

    /// The fit, nil where the exchange does not settle.
    package func solve() -> ChebyshevSeries? {
        let points = degree + 2
        var reference = (0..<points).map { -cos(Double.pi * Double($0) / Double(points - 1)) }
        var best: (coefficients: [Double], error: Double)?
        for _ in 0..<MinimaxFit.rounds {
            guard let (coefficients, level) = alternant(on: reference) else { break }
            let extremes = extremes(of: coefficients)
            let largest = extremes.map { abs($0.error) }.max() ?? .infinity
            guard largest.isFinite else { break }
            if largest < best?.error ?? .infinity { best = (coefficients, largest) }
            if largest - abs(level) <= 1e-3 * largest || largest < 1e-14 { break }
            guard let next = exchange(extremes) else { break }
            reference = next
        }
        return best.map { ChebyshevSeries(interval: interval, coefficients: $0.coefficients) }
    }

    private func value(_ t: Double) -> Double { function(interval.center + interval.radius * t) }

    /// Solves p(t_i) + (-1)^i level = f(t_i) by elimination with partial pivoting.
    private func alternant(on reference: [Double]) -> (coefficients: [Double], level: Double)? {
        let size = degree + 2
        let rows: [[Double]] = reference.enumerated().map { index, t in
            var row = [1.0, t]
            while row.count < degree + 1 {
                row.append(2 * t * row[row.count - 1] - row[row.count - 2])
            }
            row = Array(row.prefix(degree + 1))
            row.append(index % 2 == 0 ? 1 : -1)
            row.append(value(t))
            return row
        }
        guard let solution = LinearSystem.solve(rows) else { return nil }
        return (Array(solution.dropLast()), solution[size - 1])
    }

    /// The largest error of each stretch of equal sign, in order; every stretch differs in sign from the next.
    private func extremes(of coefficients: [Double]) -> [(t: Double, error: Double)] {
        let count = max(1000, 32 * (degree + 2))
        var result: [(t: Double, error: Double)] = []
        for index in 0...count {
            let t = -cos(Double.pi * Double(index) / Double(count))
            let error = ChebyshevSeries.evaluate(coefficients, at: t) - value(t)
            if let last = result.last, (last.error < 0) == (error < 0) {
                if abs(error) > abs(last.error) { result[result.count - 1] = (t, error) }
            } else {
                result.append((t, error))
            }
        }
        return result
    }

    /// degree + 2 consecutive extremes, dropping the smaller end while there are too many.
    private func exchange(_ extremes: [(t: Double, error: Double)]) -> [Double]? {
        var kept = extremes[...]
        while kept.count > degree + 2, let first = kept.first, let last = kept.last {
            if abs(first.error) < abs(last.error) {
                kept.removeFirst()
            } else {
                kept.removeLast()
            }
        }
        return kept.count == degree + 2 ? kept.map(\.t) : nil
    }
}
