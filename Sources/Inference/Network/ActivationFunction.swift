import Foundation

/// The pointwise functions that have no polynomial of their own.
public indirect enum ActivationFunction: Sendable, Hashable, Codable {
    /// 1 / (1 + exp(-x)).
    case sigmoid
    /// Hyperbolic tangent.
    case tanh
    /// max(x, 0).
    case relu
    /// x where x >= 0, slope * x elsewhere.
    case leakyRelu(slope: Double)
    /// log(1 + exp(x)).
    case softplus
    /// x * Phi(x), Phi the standard normal distribution function.
    case gelu
    /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
    case geluTanh
    /// min(1, max(0, alpha x + beta)).
    case hardSigmoid(alpha: Double, beta: Double)
    /// x where x >= 0, alpha (exp(x) - 1) elsewhere.
    case elu(alpha: Double)
    /// x * sigmoid(x).
    case silu
    /// x * tanh(softplus(x)).
    case mish
    /// x * hardSigmoid(x) with alpha 1/6, beta 1/2.
    case hardSwish
    /// Gauss error function.
    case erf
    /// x / (1 + |x|).
    case softsign
    /// One stage of a composite step, which is a polynomial already.
    case stepStage(ChebyshevSeries)
    /// Several nodes of the model that together are one function of one variable.
    case composed(ScalarExpression)

    /// The exact value at `x`.
    public func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .sigmoid: Self.sigmoidValue(x)
        case .tanh: Foundation.tanh(x)
        case .relu: max(x, 0)
        case .leakyRelu(let slope): x >= 0 ? x : slope * x
        case .softplus: max(x, 0) + log1p(exp(-abs(x)))
        case .gelu: 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .geluTanh:
            0.5 * x
                * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .hardSigmoid(let alpha, let beta): min(1, max(0, alpha * x + beta))
        case .elu(let alpha): x >= 0 ? x : alpha * expm1(x)
        case .silu: x * Self.sigmoidValue(x)
        case .mish: x * Foundation.tanh(ActivationFunction.softplus(x))
        case .hardSwish: x * min(1, max(0, x / 6 + 0.5))
        case .erf: Foundation.erf(x)
        case .softsign: x / (1 + abs(x))
        case .stepStage(let series): series(x)
        case .composed(let expression): expression(x)
        }
    }

    /// 1 / (1 + exp(-x)) without overflow.
    static func sigmoidValue(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + exp(-x)) }
        let small = exp(x)
        return small / (1 + small)
    }

    /// Where the function or its derivative jumps; fits and grids look there in particular.
    var breakpoints: [Double] {
        switch self {
        case .relu, .leakyRelu, .softsign: [0]
        case .elu(let alpha): alpha == 1 ? [] : [0]
        case .hardSigmoid(let alpha, let beta):
            alpha == 0 ? [] : [-beta / alpha, (1 - beta) / alpha].sorted()
        case .hardSwish: [-3, 3]
        default: []
        }
    }
}

extension ActivationFunction: CustomStringConvertible {
    /// The name users know, with parameters.
    public var description: String {
        switch self {
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .relu: "relu"
        case .leakyRelu(let slope): "leaky relu (slope \(slope))"
        case .softplus: "softplus"
        case .gelu: "gelu"
        case .geluTanh: "gelu (tanh form)"
        case .hardSigmoid(let alpha, let beta): "hard sigmoid (\(alpha) x + \(beta))"
        case .elu(let alpha): "elu (alpha \(alpha))"
        case .silu: "silu"
        case .mish: "mish"
        case .hardSwish: "hard swish"
        case .erf: "erf"
        case .softsign: "softsign"
        case .stepStage: "stage of a composite step"
        case .composed(let expression): "composed function \(expression)"
        }
    }
}

/// A function of one variable written as a formula over named functions.
public indirect enum ScalarExpression: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The variable.
    case variable
    /// `scale` times an expression plus `offset`.
    case affine(scale: Double, ScalarExpression, offset: Double)
    /// The sum of two expressions.
    case sum(ScalarExpression, ScalarExpression)
    /// The product of two expressions.
    case product(ScalarExpression, ScalarExpression)
    /// A polynomial, ascending coefficients, of an expression.
    case polynomial([Double], ScalarExpression)
    /// A named function of an expression.
    case function(ActivationFunction, ScalarExpression)

    /// The value at `x`.
    public func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .variable: x
        case .affine(let scale, let inner, let offset): scale * inner(x) + offset
        case .sum(let left, let right): left(x) + right(x)
        case .product(let left, let right): left(x) * right(x)
        case .polynomial(let coefficients, let inner):
            coefficients.reversed().reduce(0) { [y = inner(x)] in $0 * y + $1 }
        case .function(let function, let inner): function(inner(x))
        }
    }

    /// The formula, with `x` for the variable.
    public var description: String {
        switch self {
        case .variable: "x"
        case .affine(let scale, let inner, let offset): "(\(scale) \(inner) + \(offset))"
        case .sum(let left, let right): "(\(left) + \(right))"
        case .product(let left, let right): "\(left) * \(right)"
        case .polynomial(let coefficients, let inner): "poly\(coefficients.count - 1)(\(inner))"
        case .function(let function, let inner): "\(function)(\(inner))"
        }
    }
}
