/// A function of one variable that is applied to every element of a vector.
public enum Activation: Sendable, Hashable, Codable {
    /// An exact polynomial of the model itself, such as the square of a square activation.
    case polynomial(PowerPolynomial)
    /// A function without a polynomial; it must be approximated before it can run on ciphertexts.
    case function(ActivationFunction)
    /// A polynomial fitted to a function over an interval.
    case fitted(FittedActivation)

    /// The polynomial's degree, nil for a function that has none.
    public var polynomialDegree: Int? {
        switch self {
        case .polynomial(let polynomial): polynomial.degree
        case .function: nil
        case .fitted(let fit): fit.series.degree
        }
    }

    /// The value at `x` for element `index`.
    public func callAsFunction(_ x: Double, element index: Int) -> Double {
        switch self {
        case .polynomial(let polynomial): polynomial(x, element: index)
        case .function(let function): function(x)
        case .fitted(let fit): fit.series(x)
        }
    }
}

/// A polynomial that replaces a function over an interval, with what it replaces and how well.
public struct FittedActivation: Sendable, Hashable, Codable {
    /// The function in the model.
    public let function: ActivationFunction
    /// The polynomial, in the Chebyshev basis of its interval.
    public let series: ChebyshevSeries
    /// Largest distance from the function over the interval, measured on a dense grid.
    public let maximumError: Double

    init(function: ActivationFunction, series: ChebyshevSeries, maximumError: Double) {
        self.function = function
        self.series = series
        self.maximumError = maximumError
    }
}

/// A polynomial in the power basis, with coefficients shared by all elements or given for each.
///
/// Invariants: at least one coefficient; the last is not zero everywhere unless the polynomial is constant;
/// every coefficient is finite; lists per element all have the vector's length.
public struct PowerPolynomial: Sendable, Hashable, Codable {
    /// One coefficient: the same for every element, or one for each.
    public enum Coefficient: Sendable, Hashable, Codable {
        /// The same for all elements.
        case shared(Double)
        /// One value for each element.
        case perElement([Double])

        /// The coefficient of one element.
        public subscript(element: Int) -> Double {
            switch self {
            case .shared(let value): value
            case .perElement(let values): values[element]
            }
        }
        /// Whether the coefficient is zero for every element.
        public var isZero: Bool {
            switch self {
            case .shared(let value): value == 0
            case .perElement(let values): values.allSatisfy { $0 == 0 }
            }
        }
    }

    /// Ascending powers, the constant first.
    public let coefficients: [Coefficient]

    /// Makes a polynomial from ascending coefficients; trailing zeros are dropped.
    package init(_ coefficients: [Coefficient]) {
        var kept = coefficients
        while kept.count > 1, kept[kept.count - 1].isZero { kept.removeLast() }
        self.coefficients = kept.isEmpty ? [.shared(0)] : kept
    }

    /// Makes a polynomial with shared ascending coefficients; trailing zeros are dropped.
    package init(shared coefficients: [Double]) { self.init(coefficients.map(Coefficient.shared)) }

    /// x to the power `exponent`.
    package static func power(_ exponent: Int) -> PowerPolynomial {
        PowerPolynomial(shared: [Double](repeating: 0, count: exponent) + [1])
    }

    /// The degree; 0 for a constant.
    public var degree: Int { coefficients.count - 1 }

    /// Whether this is exactly x squared.
    public var isSquare: Bool { self == .power(2) }

    /// The coefficients when all are shared, else nil.
    public var sharedCoefficients: [Double]? {
        var result: [Double] = []
        for coefficient in coefficients {
            guard case .shared(let value) = coefficient else { return nil }
            result.append(value)
        }
        return result
    }

    /// The value at `x` for one element, by Horner's rule.
    public func callAsFunction(_ x: Double, element index: Int) -> Double {
        var result = 0.0
        for coefficient in coefficients.reversed() { result = result * x + coefficient[index] }
        return result
    }
}
