import Foundation

/// Pointwise functions.
extension GraphTranslator {
    mutating func function(
        _ function: ActivationFunction, _ call: OperatorCall
    ) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        switch call[0] {
        case .absent: throw call.node.invalid("its input is missing")
        case .constant(let tensor):
            return .constant(try applying(tensor, call.node) { function($0) })
        case .tail(let tensor):
            guard let step = function.clientStep else {
                throw call.node.unsupported("it follows a client step", "end the model before it")
            }
            return clientUnary(step, tensor)
        case .encrypted(let tensor):
            let tensor = try real(tensor, call.node)
            if call.canBeTail, let step = function.clientStep {
                return clientUnary(step, asTail(tensor))
            }
            let id = builder.activation(tensor.id, .function(function), origin: call.node.origin)
            return .encrypted(
                EncryptedTensor(id: id, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
        }
    }

    /// A constant with a function applied to every element.
    func applying(
        _ tensor: ConstantTensor, _ node: GraphNode, _ function: (Double) -> Double
    ) throws(InferenceError) -> ConstantTensor {
        guard let values = tensor.reals, !tensor.dependsOnRows else {
            throw node.invalid("its input is not a tensor of numbers")
        }
        let results = values.map(function)
        guard results.allSatisfy(\.isFinite) else { throw .overflow(node: node.label) }
        return ConstantTensor(shape: tensor.shape, .real(results))
    }

    mutating func gelu(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        switch try call.node.string("approximate", "none") {
        case "none": return try function(.gelu, call)
        case "tanh": return try function(.geluTanh, call)
        case let other: throw call.node.invalid("approximation '\(other)' is unknown")
        }
    }

    /// x * sigmoid(alpha * x).
    mutating func swish(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let alpha = try call.node.float("alpha", 1)
        if alpha == 1 { return try function(.silu, call) }
        return try function(
            .composed(
                .product(
                    .variable,
                    .function(.sigmoid, .affine(scale: alpha, .variable, offset: 0)))), call)
    }

    /// gamma * elu(alpha, x): the factor joins the layer behind.
    mutating func selu(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let alpha = try call.node.float("alpha", 1.67326319217681884765625)
        let gamma = try call.node.float("gamma", 1.05070102214813232421875)
        let curve = try function(.elu(alpha: alpha), call)
        return try elementwise(
            .multiply, curve, .constant(ConstantTensor(shape: [], .real([gamma]))), call.node)
    }

    /// max(0, x) + min(0, alpha (exp(x / alpha) - 1)) = alpha elu(x / alpha).
    mutating func celu(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let alpha = try call.node.float("alpha", 1)
        guard alpha > 0 else { throw call.node.invalid("its alpha \(alpha) is not positive") }
        if alpha == 1 { return try function(.elu(alpha: 1), call) }
        let inner = ScalarExpression.affine(scale: 1 / alpha, .variable, offset: 0)
        return try function(
            .composed(.affine(scale: alpha, .function(.elu(alpha: 1), inner), offset: 0)), call)
    }

    /// A leaky relu with one slope, or slope * x + (1 - slope) * relu(x) with a slope per channel.
    mutating func parametricRelu(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        let slopes = try call.weights(1, "slope")
        let values = slopes.reals ?? []
        guard Shape.broadcast(call[0].shape, slopes.shape) == call[0].shape else {
            throw node.invalid("slopes of shape \(slopes.shape) do not fit \(call[0].shape)")
        }
        let alone = OperatorCall(node: node, inputs: [call[0]], canBeTail: false)
        if let slope = values.first, values.allSatisfy({ $0 == slope }) {
            return try function(.leakyRelu(slope: slope), alone)
        }
        let rest = ConstantTensor(shape: slopes.shape, .real(values.map { 1 - $0 }))
        let straight = try elementwise(.multiply, call[0], .constant(slopes), node)
        let bent = try elementwise(
            .multiply, try function(.relu, alone), .constant(rest), node)
        return try elementwise(.add, straight, bent, node)
    }

    mutating func squareRoot(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        guard case .constant(let tensor) = call[0] else {
            throw call.node.unsupported(
                "a square root has no good polynomial", "remove it or store its result")
        }
        return .constant(try applying(tensor, call.node) { $0.squareRoot() })
    }
}

extension ActivationFunction {
    /// The client's step that computes the function exactly; only functions that can be inverted, so that
    /// the client learns nothing more than the result tells.
    var clientStep: ClientTail.Unary? {
        switch self {
        case .sigmoid: .logistic
        case .tanh: .tanh
        case .softplus: .softplus
        default: nil
        }
    }
}
