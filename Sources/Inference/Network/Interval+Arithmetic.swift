/// Interval arithmetic; results may have infinite ends, which `isFinite` tells.
extension Interval {
    var isFinite: Bool { lower.isFinite && upper.isFinite }

    /// The same within `-limit...limit`; an end that is not a number becomes the limit on its side.
    func cut(to limit: Double) -> Interval {
        Interval(
            lower.isNaN ? -limit : max(-limit, min(limit, lower)),
            upper.isNaN ? limit : max(-limit, min(limit, upper)))
    }

    static func + (left: Interval, right: Interval) -> Interval {
        let lower = left.lower + right.lower
        let upper = left.upper + right.upper
        return Interval(lower.isNaN ? -.infinity : lower, upper.isNaN ? .infinity : upper)
    }

    static func + (left: Interval, right: Double) -> Interval {
        Interval(left.lower + right, left.upper + right)
    }

    static func * (left: Interval, right: Double) -> Interval {
        right == 0 ? Interval(0, 0) : Interval(left.lower * right, left.upper * right)
    }

    static func * (left: Interval, right: Interval) -> Interval {
        /// An infinite end stands for a large number, of which zero times is zero.
        func times(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
        let ends = [
            times(left.lower, right.lower), times(left.lower, right.upper),
            times(left.upper, right.lower), times(left.upper, right.upper),
        ]
        return Interval(ends.min() ?? 0, ends.max() ?? 0)
    }

    /// Equal parts, at least one.
    func split(into count: Int) -> [Interval] {
        guard upper > lower else { return [self] }
        let ends = (0...count).map {
            $0 == count ? upper : lower + (upper - lower) * (Double($0) / Double(count))
        }
        return (0..<count).map { Interval(ends[$0], ends[$0 + 1]) }
    }

    /// The union of what `body` makes of each of 64 parts: tighter than applying it once.
    func mapParts(_ body: (Interval) -> Interval) -> Interval {
        let parts = split(into: 64).map(body)
        return parts.dropFirst().reduce(parts[0]) { $0.union($1) }
    }
}

extension PowerPolynomial {
    /// An interval that holds the values of one element's polynomial over `x`.
    func range(over x: Interval, element: Int) -> Interval {
        if degree == 0 { return Interval(coefficients[0][element], coefficients[0][element]) }
        if degree == 1 { return x * coefficients[1][element] + coefficients[0][element] }
        if degree == 2, coefficients[2][element] != 0 {
            let vertex = -coefficients[1][element] / (2 * coefficients[2][element])
            let ends = Interval(self(x.lower, element: element), self(x.upper, element: element))
            guard x.contains(vertex) else { return ends }
            let turn = self(vertex, element: element)
            return ends.union(Interval(turn, turn))
        }
        return x.mapParts { part in
            coefficients.reversed().reduce(Interval(0, 0)) { $0 * part + $1[element] }
        }
    }
}

extension ActivationFunction {
    /// An interval that holds the function's values over `x`.
    func range(over x: Interval) -> Interval {
        if case .composed(let expression) = self {
            return x.mapParts { expression.range(over: $0) }
        }
        if case .stepStage(let series) = self { return series.range(over: x) }
        var result = Interval(self(x.lower), self(x.upper))
        if let turn = turningPoint, x.contains(turn) {
            result = result.union(Interval(self(turn), self(turn)))
        }
        return result
    }

    /// Where a function that falls and then rises has its smallest value; nil for monotone functions.
    private var turningPoint: Double? {
        switch self {
        case .silu: -1.278464542761074
        case .gelu: -0.751791524693564
        case .geluTanh: -0.752461422071285
        case .mish: -1.192458281009567
        case .hardSwish: -1.5
        case .leakyRelu(let slope): slope < 0 ? 0 : nil
        case .elu(let alpha): alpha < 0 ? 0 : nil
        default: nil
        }
    }
}

extension ScalarExpression {
    /// An interval that holds the expression's values over `x`.
    func range(over x: Interval) -> Interval {
        switch self {
        case .variable: x
        case .affine(let scale, let inner, let offset): inner.range(over: x) * scale + offset
        case .sum(let left, let right): left.range(over: x) + right.range(over: x)
        case .product(let left, let right): left.range(over: x) * right.range(over: x)
        case .polynomial(let coefficients, let inner):
            PowerPolynomial(shared: coefficients).range(over: inner.range(over: x), element: 0)
        case .function(let function, let inner): function.range(over: inner.range(over: x))
        }
    }
}

extension ChebyshevSeries {
    /// An interval that holds the values over `x`: on a fine grid inside the polynomial's interval, widened by what the
    /// slope allows between grid points; a bound by magnitudes outside.
    func range(over x: Interval) -> Interval {
        guard interval.contains(x.lower), interval.contains(x.upper) else {
            // |T_k(t)| grows like T_k itself outside [-1, 1].
            let t = max(abs(normalized(x.lower)), abs(normalized(x.upper)), 1)
            let bound = ChebyshevSeries.evaluate(coefficients.map(abs), at: t)
            return Interval(-bound, bound)
        }
        let parts = 4096
        let values = (0...parts).map { self(x.lower + 2 * x.radius * Double($0) / Double(parts)) }
        // Markov: |T_k'| <= k^2 on [-1, 1].
        let slope = coefficients.enumerated().reduce(0.0) {
            $0 + abs($1.element) * Double($1.offset * $1.offset)
        }
        let slack = slope * x.radius / interval.radius / Double(parts)
        return Interval((values.min() ?? 0) - slack, (values.max() ?? 0) + slack)
    }
}

extension FittedActivation {
    /// An interval that holds the polynomial's values over `x`, which may leave the fitted interval.
    ///
    /// The polynomial alone tells: in circuit form it takes normalized values, which the function does not.
    func range(over x: Interval) -> Interval { series.range(over: x) }
}
