/// A value written as a function of one variable applied to each element of another value.
struct PointwiseForm {
    enum Formula {
        case polynomial(PowerPolynomial)
        /// Shared by all elements; holds at least one function that is no polynomial.
        case expression(ScalarExpression)

        /// The formula as an expression, nil where elements have coefficients of their own.
        var expression: ScalarExpression? {
            switch self {
            case .expression(let expression): return expression
            case .polynomial(let polynomial):
                guard let shared = polynomial.sharedCoefficients else { return nil }
                if shared == [0, 1] { return .variable }
                if shared.count == 2 {
                    return .affine(scale: shared[1], .variable, offset: shared[0])
                }
                return .polynomial(shared, .variable)
            }
        }
    }

    let root: ValueID
    let formula: Formula
}

/// Finds pointwise forms: which values are functions, element by element, of an earlier value.
///
/// This is how x * sigmoid(x) becomes silu, and a x^2 + b x + c one polynomial.
struct PointwiseForms {
    private var forms: [[PointwiseForm]] = []
    private static let longestList = 6

    /// The forms of a value, itself first, then of ever earlier roots.
    subscript(id: ValueID) -> [PointwiseForm] { forms[id.index] }

    /// Computes the forms of nodes that were added since the last call.
    mutating func update(_ builder: NetworkBuilder) {
        while forms.count < builder.nodes.count {
            let id = ValueID(index: forms.count)
            var list = [PointwiseForm(root: id, formula: .polynomial(.identity))]
            list += derived(builder[id].operation)
            forms.append(Array(list.prefix(PointwiseForms.longestList)))
        }
    }

    /// The forms that an operation's result has through those of what it reads.
    func derived(_ operation: Network.Operation) -> [PointwiseForm] {
        switch operation {
        case .input: return []
        case .activation(let source, let activation):
            return self[source].compactMap { form in
                PointwiseForms.apply(activation, to: form.formula).map {
                    PointwiseForm(root: form.root, formula: $0)
                }
            }
        case .affine(let map): return sums(map)
        case .product(let left, let right):
            return common([left, right]) { formulas in
                PointwiseForms.multiply(formulas[0], formulas[1])
            }
        }
    }

    private func sums(_ map: Network.AffineMap) -> [PointwiseForm] {
        var diagonals: [PowerPolynomial.Coefficient] = []
        for term in map.terms {
            guard let diagonal = term.matrix.diagonalEntries else { return [] }
            diagonals.append(.init(diagonal))
        }
        guard !map.terms.isEmpty else { return [] }
        return common(map.terms.map(\.source)) { formulas in
            var sum = Optional(
                PointwiseForm.Formula.polynomial(PowerPolynomial([.init(map.bias)])))
            for (diagonal, formula) in zip(diagonals, formulas) {
                let scale = PointwiseForm.Formula.polynomial(PowerPolynomial([diagonal]))
                sum = sum.flatMap { total in
                    PointwiseForms.multiply(scale, formula).flatMap {
                        PointwiseForms.add(total, $0)
                    }
                }
            }
            return sum
        }
    }

    /// The forms of a combination of values over every root that all of them share, nearest root first.
    private func common(
        _ values: [ValueID], _ combine: ([PointwiseForm.Formula]) -> PointwiseForm.Formula?
    ) -> [PointwiseForm] {
        guard let first = values.first else { return [] }
        var result: [PointwiseForm] = []
        for form in self[first] {
            var formulas = [form.formula]
            for other in values.dropFirst() {
                guard let match = self[other].first(where: { $0.root == form.root }) else { break }
                formulas.append(match.formula)
            }
            if formulas.count == values.count, let formula = combine(formulas) {
                result.append(PointwiseForm(root: form.root, formula: formula))
            }
        }
        return result
    }

    /// An expression as a formula, nil where it has grown beyond what one fit should stand for.
    private static func bounded(_ expression: ScalarExpression) -> PointwiseForm.Formula? {
        expression.size <= 24 ? .expression(expression) : nil
    }

    static func add(
        _ left: PointwiseForm.Formula, _ right: PointwiseForm.Formula
    ) -> PointwiseForm.Formula? {
        if case .polynomial(let a) = left, case .polynomial(let b) = right {
            return .polynomial(a + b)
        }
        if case .polynomial(let a) = left, a.sharedCoefficients == [0] { return right }
        guard let a = left.expression, let b = right.expression else { return nil }
        if case .polynomial(let constant) = left, constant.degree == 0 {
            return bounded(.affine(scale: 1, b, offset: constant.coefficients[0][0]))
        }
        return bounded(.sum(a, b))
    }

    static func multiply(
        _ left: PointwiseForm.Formula, _ right: PointwiseForm.Formula
    ) -> PointwiseForm.Formula? {
        if case .polynomial(let a) = left, case .polynomial(let b) = right {
            return a.multiplied(by: b).map { .polynomial($0) }
        }
        if case .polynomial(let a) = left, a.sharedCoefficients == [1] { return right }
        guard let a = left.expression, let b = right.expression else { return nil }
        if case .polynomial(let factor) = left, factor.degree == 0 {
            return bounded(.affine(scale: factor.coefficients[0][0], b, offset: 0))
        }
        return bounded(.product(a, b))
    }

    private static func apply(
        _ activation: Activation, to formula: PointwiseForm.Formula
    ) -> PointwiseForm.Formula? {
        switch activation {
        case .fitted: return nil
        case .polynomial(let polynomial):
            if case .polynomial(let inner) = formula {
                return polynomial.composed(after: inner).map { .polynomial($0) }
            }
            guard let shared = polynomial.sharedCoefficients, let inner = formula.expression else {
                return nil
            }
            return bounded(.polynomial(shared, inner))
        case .function(let function):
            guard let inner = formula.expression else { return nil }
            if case .composed(let outer) = function {
                return inner == .variable ? bounded(outer) : nil
            }
            return bounded(.function(function, inner))
        }
    }
}

extension ScalarExpression {
    /// Number of operations and variables.
    var size: Int {
        switch self {
        case .variable: 1
        case .affine(_, let inner, _), .polynomial(_, let inner): 1 + inner.size
        case .sum(let left, let right), .product(let left, let right): 1 + left.size + right.size
        case .function(.composed(let outer), let inner): outer.size + inner.size
        case .function(_, let inner): 1 + inner.size
        }
    }

    /// The function with a name of its own that the expression spells out, else the expression as a function.
    var asFunction: ActivationFunction {
        switch self {
        case .function(let function, .variable): return function
        case .product(.variable, let factor), .product(let factor, .variable):
            switch factor {
            case .function(.sigmoid, .variable): return .silu
            case .function(.tanh, .function(.softplus, .variable)): return .mish
            case .function(.hardSigmoid(let alpha, let beta), .variable)
            where abs(alpha - 1.0 / 6) < 1e-7 && beta == 0.5:
                return .hardSwish
            default: return .composed(self)
            }
        default: return .composed(self)
        }
    }
}
