/// Gemm, MatMul, BatchNormalization and the linear models of ai.onnx.ml.
extension GraphTranslator {
    mutating func matMul(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        return try matrixProduct(call[0], call[1], call.node)
    }

    mutating func gemm(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...3)
        let node = call.node
        guard call[0].shape.count == 2, call[1].shape.count == 2 else {
            throw node.invalid("its factors are not matrices")
        }
        var left = call[0]
        var right = call[1]
        if try node.int("transA", 0) != 0 { left = try transposed(left, [1, 0], node) }
        if try node.int("transB", 0) != 0 { right = try transposed(right, [1, 0], node) }
        var result = try matrixProduct(left, right, node)
        let alpha = try node.float("alpha", 1)
        if alpha != 1 {
            let factor = GraphValue.constant(ConstantTensor(shape: [], .real([alpha])))
            result = try elementwise(.multiply, result, factor, node)
        }
        var addend = call[2]
        if case .absent = addend { return result }
        let beta = try node.float("beta", 1)
        if beta != 1 {
            let factor = GraphValue.constant(ConstantTensor(shape: [], .real([beta])))
            addend = try elementwise(.multiply, addend, factor, node)
        }
        guard Shape.broadcast(result.shape, addend.shape) == result.shape else {
            throw node.invalid("addend of shape \(addend.shape) does not fit \(result.shape)")
        }
        return try elementwise(.add, result, addend, node)
    }

    /// The product by NumPy's rules.
    private mutating func matrixProduct(
        _ left: GraphValue, _ right: GraphValue, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let plan = try MatrixProductPlan(left.shape, right.shape, node)
        try checkSize(plan.outputShape, node)
        switch (left, right) {
        case (.encrypted(let tensor), .constant(let weights)):
            let rows = try productRows(left, plan, encryptedFirst: true, node)
            let id = try product(tensor, weights, plan, encryptedFirst: true, node)
            return .encrypted(EncryptedTensor(id: id, shape: plan.outputShape, rowsAxis: rows))
        case (.constant(let weights), .encrypted(let tensor)):
            let rows = try productRows(right, plan, encryptedFirst: false, node)
            let id = try product(tensor, weights, plan, encryptedFirst: false, node)
            return .encrypted(EncryptedTensor(id: id, shape: plan.outputShape, rowsAxis: rows))
        case (.constant(let a), .constant(let b)):
            return .constant(try fold(a, b, plan, node))
        case (.absent, _), (_, .absent): throw node.invalid("a factor is missing")
        case (.tail, _), (_, .tail):
            throw node.unsupported(
                "it multiplies by weights what only the client can compute after decryption (softmax, a norm, "
                    + "probabilities)",
                "do such steps to the rows before encryption, or end the model there")
        case (.encrypted(let a), .encrypted(let b)):
            let rows = try productRows(left, plan, encryptedFirst: true, node)
            let others = try productRows(right, plan, encryptedFirst: false, node)
            guard rows == nil || others == nil || rows == others else { throw mixesRows(node) }
            return try matrixProduct(a, b, plan, rowsAxis: rows ?? others, node)
        }
    }

    /// Where the rows stand in the product; they must not be summed over nor meet a dimension of the weights.
    private func productRows(
        _ value: GraphValue, _ plan: MatrixProductPlan, encryptedFirst: Bool, _ node: GraphNode
    ) throws(InferenceError) -> Int? {
        guard let rows = value.rowsAxis else { return nil }
        let rank = value.shape.count
        let summed = rank == 1 ? 0 : (encryptedFirst ? rank - 1 : rank - 2)
        guard rows != summed else { throw mixesRows(node) }
        // Count axes from the end, as if no vector had been promoted to a matrix.
        let fromEnd = rank - rows
        let promoted = encryptedFirst ? plan.rightIsVector : plan.leftIsVector
        let axis: Int
        if fromEnd <= 2 {
            // The encrypted factor's own matrix axis.
            axis =
                encryptedFirst
                ? plan.outputShape.count - (promoted ? 1 : 2) : plan.outputShape.count - 1
        } else {
            axis = plan.outputShape.count + (promoted ? 1 : 0) - fromEnd
        }
        guard axis >= 0, axis < plan.outputShape.count, plan.outputShape[axis] == 1 else {
            throw mixesRows(node)
        }
        return axis
    }

    private mutating func product(
        _ tensor: EncryptedTensor, _ weights: ConstantTensor, _ plan: MatrixProductPlan,
        encryptedFirst: Bool, _ node: GraphNode
    ) throws(InferenceError) -> ValueID {
        let tensor = try real(tensor, node)
        guard let values = weights.reals, !weights.dependsOnRows else {
            throw node.invalid("its weights are not numbers")
        }
        try charge(plan.outputShape + [plan.inner], node)
        var matrix = SparseMatrixBuilder(
            rowCount: plan.outputShape.reduce(1, *),
            columnCount: builder[tensor.id].elementCount)
        plan.forEachOutput { left, right in
            for k in 0..<plan.inner {
                let l = left + k * plan.leftStep
                let r = right + k * plan.rightStep
                matrix.append(
                    column: encryptedFirst ? l : r, value: encryptedFirst ? values[r] : values[l])
            }
            matrix.endRow()
        }
        return builder.affine(
            [(tensor.id, matrix.finish())], shape: plan.outputShape, origin: node.origin)
    }

    private mutating func fold(
        _ left: ConstantTensor, _ right: ConstantTensor, _ plan: MatrixProductPlan,
        _ node: GraphNode
    ) throws(InferenceError) -> ConstantTensor {
        guard let a = left.reals, let b = right.reals, !left.dependsOnRows, !right.dependsOnRows
        else { throw node.invalid("its factors are not numbers") }
        try charge(plan.outputShape + [plan.inner], node)
        var results: [Double] = []
        plan.forEachOutput { l, r in
            results.append(
                (0..<plan.inner).reduce(0.0) {
                    $0 + a[l + $1 * plan.leftStep] * b[r + $1 * plan.rightStep]
                })
        }
        guard results.allSatisfy(\.isFinite) else { throw .overflow(node: node.label) }
        return ConstantTensor(shape: plan.outputShape, .real(results))
    }

    mutating func batchNormalization(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(5...5)
        let node = call.node
        guard try node.int("training_mode", 0) == 0 else {
            throw node.unsupported("it is in training mode", "export for inference")
        }
        guard try node.int("spatial", 1) != 0 else {
            throw node.unsupported("it has statistics per position", "use spatial statistics")
        }
        let shape = call[0].shape
        let channels = shape.count >= 2 ? shape[1] : 1
        var statistics: [[Double]] = []
        for (position, name) in ["scale", "bias", "mean", "variance"].enumerated() {
            let values = try call.weights(position + 1, name).reals ?? []
            guard values.count == channels else {
                throw node.invalid(
                    "its \(name) has \(values.count) values for \(channels) channels")
            }
            statistics.append(values)
        }
        let epsilon = try node.float("epsilon", 1e-5)
        var factors: [Double] = []
        var offsets: [Double] = []
        for channel in 0..<channels {
            let deviation = (statistics[3][channel] + epsilon).squareRoot()
            guard deviation > 0 else {
                throw node.invalid("the variance of channel \(channel) is not positive")
            }
            factors.append(statistics[0][channel] / deviation)
            offsets.append(statistics[1][channel] - statistics[2][channel] * factors[channel])
        }
        var perChannel = [Int](repeating: 1, count: max(1, shape.count - 1))
        if shape.count >= 2 { perChannel[0] = channels }
        let scaled = try elementwise(
            .multiply, call[0], .constant(ConstantTensor(shape: perChannel, .real(factors))), node)
        return try elementwise(
            .add, scaled, .constant(ConstantTensor(shape: perChannel, .real(offsets))), node)
    }
}

/// How two shapes multiply as stacks of matrices.
struct MatrixProductPlan {
    let outputShape: [Int]
    let inner: Int
    let leftStep: Int
    let rightStep: Int
    let leftIsVector: Bool
    let rightIsVector: Bool
    private let batch: [Int]
    private let leftBatch: [Int]
    private let rightBatch: [Int]
    private let rowCount: Int
    private let columnCount: Int

    init(_ left: [Int], _ right: [Int], _ node: GraphNode) throws(InferenceError) {
        guard !left.isEmpty, !right.isEmpty else { throw node.invalid("a factor is a scalar") }
        leftIsVector = left.count == 1
        rightIsVector = right.count == 1
        let a = leftIsVector ? [1] + left : left
        let b = rightIsVector ? right + [1] : right
        inner = a[a.count - 1]
        guard inner == b[b.count - 2], inner > 0,
            let batch = Shape.broadcast(Array(a.dropLast(2)), Array(b.dropLast(2)))
        else { throw node.invalid("shapes \(left) and \(right) do not multiply") }
        self.batch = batch
        leftBatch = Array(a.dropLast(2))
        rightBatch = Array(b.dropLast(2))
        rowCount = a[a.count - 2]
        columnCount = b[b.count - 1]
        leftStep = 1
        rightStep = columnCount
        outputShape =
            batch + (leftIsVector ? [] : [rowCount]) + (rightIsVector ? [] : [columnCount])
    }

    /// Calls `body` for every output element in order with the indices of the first factors.
    func forEachOutput(_ body: (_ left: Int, _ right: Int) -> Void) {
        let lefts = Shape.broadcastIndices(from: leftBatch, to: batch)
        let rights = Shape.broadcastIndices(from: rightBatch, to: batch)
        for (l, r) in zip(lefts, rights) {
            for row in 0..<rowCount {
                for column in 0..<columnCount {
                    body(l * rowCount * inner + row * inner, r * inner * columnCount + column)
                }
            }
        }
    }
}
