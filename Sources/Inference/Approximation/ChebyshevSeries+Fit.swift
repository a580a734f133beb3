import Foundation

extension ChebyshevSeries {
    /// The polynomial of the given degree that agrees with `function` at the Chebyshev points of the interval.
    ///
    /// Coefficients by the discrete cosine sum (Trefethen, Approximation Theory and Approximation Practice, ch. 3);
    /// within a factor of about 2 + (2/pi) log(degree + 1) of the best possible error.
    package static func interpolating(
        _ function: (Double) -> Double, over interval: Interval, degree: Int
    ) -> ChebyshevSeries {
        let count = degree + 1
        let angles = (0..<count).map { Double.pi * (Double($0) + 0.5) / Double(count) }
        let values = angles.map { function(interval.center + interval.radius * cos($0)) }
        let coefficients = (0..<count).map { k in
            let sum = zip(values, angles).reduce(0.0) { $0 + $1.0 * cos(Double(k) * $1.1) }
            return sum * (k == 0 ? 1 : 2) / Double(count)
        }
        return ChebyshevSeries(interval: interval, coefficients: coefficients)
    }

    /// The largest distance from `function` on a grid: 24 points per degree, at least 2,000, dense at the ends like
    /// Chebyshev points, and the given extra points.
    package func maximumError(
        from function: (Double) -> Double, at extraPoints: [Double] = []
    ) -> Double {
        let count = max(2000, 24 * coefficients.count)
        var largest = 0.0
        for index in 0...count {
            let t = -cos(Double.pi * Double(index) / Double(count))
            let x = interval.center + interval.radius * t
            let error = abs(ChebyshevSeries.evaluate(coefficients, at: t) - function(x))
            largest = error.isNaN ? .infinity : max(largest, error)
        }
        for x in extraPoints where interval.contains(x) {
            largest = max(largest, abs(self(x) - function(x)))
        }
        return largest
    }
}
