extension PowerPolynomial.Coefficient {
    /// One value for all elements where they agree.
    init(_ values: [Double]) {
        if let first = values.first, values.allSatisfy({ $0 == first }) {
            self = .shared(first)
        } else {
            self = .perElement(values)
        }
    }

    static func combine(
        _ left: Self, _ right: Self, _ operation: (Double, Double) -> Double
    ) -> Self {
        switch (left, right) {
        case (.shared(let a), .shared(let b)): .shared(operation(a, b))
        case (.shared(let a), .perElement(let b)): Self(b.map { operation(a, $0) })
        case (.perElement(let a), .shared(let b)): Self(a.map { operation($0, b) })
        case (.perElement(let a), .perElement(let b)): Self(zip(a, b).map(operation))
        }
    }
}

extension PowerPolynomial {
    /// Highest degree that recognition of polynomials builds.
    static let largestRecognizedDegree = 32

    /// The variable itself.
    static let identity = PowerPolynomial(shared: [0, 1])

    static func + (left: PowerPolynomial, right: PowerPolynomial) -> PowerPolynomial {
        var result: [Coefficient] = []
        for power in 0...max(left.degree, right.degree) {
            let a = power <= left.degree ? left.coefficients[power] : .shared(0)
            let b = power <= right.degree ? right.coefficients[power] : .shared(0)
            result.append(.combine(a, b, +))
        }
        return PowerPolynomial(result)
    }

    /// The product, nil where its degree is beyond `largestRecognizedDegree`.
    func multiplied(by other: PowerPolynomial) -> PowerPolynomial? {
        guard degree + other.degree <= PowerPolynomial.largestRecognizedDegree else { return nil }
        var result = [Coefficient](repeating: .shared(0), count: degree + other.degree + 1)
        for (i, a) in coefficients.enumerated() {
            for (j, b) in other.coefficients.enumerated() {
                result[i + j] = .combine(result[i + j], .combine(a, b, *), +)
            }
        }
        return PowerPolynomial(result)
    }

    /// This polynomial of another one, nil where the degree grows beyond `largestRecognizedDegree`.
    func composed(after inner: PowerPolynomial) -> PowerPolynomial? {
        var result = PowerPolynomial([coefficients[degree]])
        for power in (0..<degree).reversed() {
            guard let product = result.multiplied(by: inner) else { return nil }
            result = product + PowerPolynomial([coefficients[power]])
        }
        return result
    }
}
