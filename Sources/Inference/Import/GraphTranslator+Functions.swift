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
