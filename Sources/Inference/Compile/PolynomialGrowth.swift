import RealModule

/// How errors grow through a polynomial.
extension SlotProgram.Polynomial {
    /// Bound of the derivative over `[-magnitude, magnitude]`, or over [-1, 1] in the Chebyshev basis.
    func largestSlope(magnitude: Double) -> Double {
        switch self {
        case .power(let list):
            return powerSlope(list.map(abs), magnitude)
        case .perElement(let list):
            return powerSlope(list.map { $0.map(abs).max() ?? 0 }, magnitude)
        case .chebyshev(let list):
            return chebyshevSlope(list)
        }
    }

    private func powerSlope(_ list: [Double], _ x: Double) -> Double {
        list.enumerated().dropFirst().reduce(0) {
            $0 + Double($1.offset) * $1.element * Double.pow(x, $1.offset - 1)
        }
    }

    /// Largest finite difference on a grid that resolves the degree.
    private func chebyshevSlope(_ list: [Double]) -> Double {
        let points = 16 * list.count
        let values = (0...points).map {
            ChebyshevSeries.evaluate(list, at: -1 + 2 * Double($0) / Double(points))
        }
        let step = 2 / Double(points)
        return 1.5 * (zip(values, values.dropFirst()).map { abs($1 - $0) / step }.max() ?? 0)
    }

    /// How much errors made inside the evaluation may grow until the result.
    func amplification(magnitude: Double) -> Double {
        switch self {
        case .power(let list):
            return max(1, powerSlope(list.map(abs), max(1, magnitude)))
        case .perElement(let list):
            return max(1, powerSlope(list.map { $0.map(abs).max() ?? 0 }, max(1, magnitude)))
        case .chebyshev(let list):
            return max(
                1,
                2
                    * list.enumerated().reduce(0) {
                        $0 + abs($1.element) * Double($1.offset).squareRoot()
                    })
        }
    }
}
