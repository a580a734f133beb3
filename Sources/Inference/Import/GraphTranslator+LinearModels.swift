/// Imputer, Scaler, Normalizer, LinearRegressor and LinearClassifier of ai.onnx.ml.
extension GraphTranslator {
    /// Nothing: missing values never reach a model, rows that have them are refused before encryption.
    func imputer(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        guard call.node.replacesMissingNumbers else {
            throw call.node.unsupported(
                "it replaces a number, which takes a comparison",
                "let it replace missing numbers (NaN) only, or replace them before encryption")
        }
        return call[0]
    }

    mutating func scaler(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let node = call.node
        let features = call[0].shape.last ?? 1
        func perFeature(_ name: String, _ fallback: Double) throws(InferenceError) -> GraphValue {
            let values = try node.floats(name) ?? [fallback]
            guard values.count == 1 || values.count == features else {
                throw node.invalid("its \(name) has \(values.count) values for \(features) columns")
            }
            return .constant(ConstantTensor(shape: [values.count], .real(values)))
        }
        let offset = try perFeature("offset", 0)
        let scale = try perFeature("scale", 1)
        let centered = try elementwise(.subtract, castToReal(call[0]), offset, node)
        return try elementwise(.multiply, centered, scale, node)
    }

    /// The value as real numbers: the operators of ai.onnx.ml take integers as they are.
    private func castToReal(_ value: GraphValue) -> GraphValue {
        guard case .encrypted(let tensor) = value else { return value }
        return .encrypted(
            EncryptedTensor(id: tensor.id, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
    }

    mutating func normalizer(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let node = call.node
        let norms: [String: ClientTail.Norm] = ["MAX": .max, "L1": .l1, "L2": .l2]
        guard let norm = norms[try node.string("norm", "MAX")] else {
            throw node.invalid("its norm is not MAX, L1 or L2")
        }
        return try normalized(call, norm, axis: -1)
    }

    mutating func lpNormalization(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let norms: [Int64: ClientTail.Norm] = [1: .l1, 2: .l2]
        guard let norm = norms[try call.node.int("p", 2)] else {
            throw call.node.invalid("its p is not 1 or 2")
        }
        return try normalized(call, norm, axis: try call.node.int("axis", -1))
    }

    /// Each stretch along an axis divided by its norm, on the client.
    private mutating func normalized(
        _ call: OperatorCall, _ norm: ClientTail.Norm, axis listed: Int64
    ) throws(InferenceError) -> GraphValue {
        let node = call.node
        let tensor = try clientOperand(
            call, "it divides by a norm computed from the input",
            "normalize the rows before encryption")
        guard let place = Shape.axis(listed, rank: tensor.shape.count) else {
            throw node.invalid("its axis is outside rank \(tensor.shape.count)")
        }
        let axis = try clientAxis(tensor, place, node)
        let step = tail.add(.normalize(norm, axis), [tensor.value])
        return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
    }

    /// `x * coefficients^T + intercepts` over the last axis; coefficients have one row per target.
    private mutating func linear(
        _ call: OperatorCall, targets: Int?
    ) throws(InferenceError) -> (GraphValue, targets: Int) {
        try call.expectInputs(1...1)
        let node = call.node
        guard let features = call[0].shape.last, call[0].shape.count <= 2, features > 0 else {
            throw node.invalid("its input is not a matrix of rows")
        }
        guard let coefficients = try node.floats("coefficients"), !coefficients.isEmpty,
            coefficients.count % features == 0
        else { throw node.invalid("its coefficients do not fit \(features) columns") }
        let rows = coefficients.count / features
        guard targets == nil || targets == rows else {
            throw node.invalid("\(rows) rows of coefficients do not fit its number of targets")
        }
        let intercepts = try node.floats("intercepts") ?? []
        guard intercepts.isEmpty || intercepts.count == rows else {
            throw node.invalid("\(intercepts.count) intercepts do not fit \(rows) targets")
        }
        var weights: [Double] = []
        for feature in 0..<features {
            for row in 0..<rows { weights.append(coefficients[row * features + feature]) }
        }
        var input = castToReal(call[0])
        if input.shape.count == 1 {
            input = reshaped(
                input, shape: [1, features], rowsAxis: input.rowsAxis.map { $0 + 1 })
        }
        let factor = GraphValue.constant(ConstantTensor(shape: [features, rows], .real(weights)))
        var result = try matMul(
            OperatorCall(node: node, inputs: [input, factor], canBeTail: false))
        if !intercepts.isEmpty {
            let addend = GraphValue.constant(ConstantTensor(shape: [rows], .real(intercepts)))
            result = try elementwise(.add, result, addend, node)
        }
        return (result, rows)
    }

    mutating func linearRegressor(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let targets = Int(clamping: try call.node.int("targets", 1))
        let (scores, _) = try linear(call, targets: targets)
        let transform = try call.node.string("post_transform", "NONE")
        if transform == "NONE" { return scores }
        return try transformed(scores, transform, call)
    }

    /// The scores after a post_transform, on the client.
    private mutating func transformed(
        _ scores: GraphValue, _ transform: String, _ call: OperatorCall
    ) throws(InferenceError) -> GraphValue {
        let node = call.node
        guard ["LOGISTIC", "SOFTMAX"].contains(transform) else {
            throw node.unsupported(
                "post_transform \(transform) is not supported",
                "NONE, LOGISTIC or SOFTMAX are accepted")
        }
        let final = OperatorCall(node: node, inputs: [scores], canBeTail: call.canBeTail)
        let tensor = try clientOperand(
            final, "its probabilities are computed from encrypted scores",
            "end the model with the probabilities")
        let axis = try clientAxis(tensor, tensor.shape.count - 1, node)
        let step = tail.add(
            transform == "SOFTMAX" ? .softmax(axis) : .unary(.logistic), [tensor.value])
        return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
    }

    /// Labels and scores.
    ///
    /// With one row of coefficients for two classes the scores are (-s, s), as in the operator's reference
    /// implementation.
    mutating func linearClassifier(_ call: OperatorCall) throws(InferenceError) -> [GraphValue] {
        let node = call.node
        let labels: ClientTail.Labels
        if let strings = try node.strings("classlabels_strings"), !strings.isEmpty {
            labels = .strings(strings)
        } else if let integers = try node.ints("classlabels_ints"), !integers.isEmpty {
            labels = .integers(integers)
        } else {
            throw node.invalid("it has no class labels")
        }
        var (scores, rows) = try linear(call, targets: nil)
        if rows == 1, labels.count == 2 {
            let signs = ConstantTensor(shape: [2], .real([-1, 1]))
            scores = try elementwise(.multiply, scores, .constant(signs), node)
            rows = 2
        }
        guard rows == labels.count, rows >= 2 else {
            throw node.invalid("\(rows) rows of coefficients do not fit \(labels.count) classes")
        }
        let transform = try node.string("post_transform", "NONE")
        let result = transform == "NONE" ? scores : try transformed(scores, transform, call)
        guard case .encrypted(let tensor) = scores else {
            throw node.unsupported("it reads a client value", "end the model before it")
        }
        let readsLabels = node.outputs.first.map { !$0.isEmpty } ?? false
        if !readsLabels { return [.absent, result] }
        // Softmax and the logistic function keep the order, so the label follows from the scores.
        let client = asTail(tensor)
        let axis = try clientAxis(client, client.shape.count - 1, node)
        let position = tail.add(.argMax(axis, last: false), [client.value])
        let label = TailTensor(
            value: position, shape: Array(client.shape.dropLast()), rowsAxis: client.rowsAxis,
            positionCount: rows, labels: labels)
        return [.tail(label), result]
    }
}
