/// Conv and ConvTranspose, over one or more spatial axes: sparse matrices made row by row.
extension GraphTranslator {
    mutating func conv(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let image = try image(call)
        let (weights, kernel) = try kernel(call, rank: image.spatial.count)
        let group = try groupCount(node, channels: image.channels)
        guard weights.shape[1] == image.channels / group, weights.shape[0] % group == 0 else {
            throw node.invalid(
                "weights of shape \(weights.shape) do not fit \(image.channels) channels in "
                    + "\(group) groups")
        }
        let attributes = try WindowAxis.Attributes(node, rank: kernel.count)
        let axes = try WindowAxis.windows(
            over: image.spatial, kernel: kernel, attributes, ceiling: false, node)
        let plan = ChannelPlan(
            inputs: image.channels, outputs: weights.shape[0], groups: group,
            inputArea: image.area, kernelArea: kernel.reduce(1, *), transposed: false)
        return try convolution(
            call, image, plan, axes, weights: weights.reals ?? [])
    }

    mutating func convTranspose(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let image = try image(call)
        let (weights, kernel) = try kernel(call, rank: image.spatial.count)
        let group = try groupCount(node, channels: image.channels)
        guard weights.shape[0] == image.channels else {
            throw node.invalid(
                "weights of shape \(weights.shape) do not fit \(image.channels) channels")
        }
        let attributes = try WindowAxis.Attributes(node, rank: kernel.count)
        let axes = try WindowAxis.transposed(
            from: image.spatial, kernel: kernel, attributes, node)
        let plan = ChannelPlan(
            inputs: image.channels, outputs: weights.shape[1] * group, groups: group,
            inputArea: image.area, kernelArea: kernel.reduce(1, *), transposed: true)
        return try convolution(
            call, image, plan, axes, weights: weights.reals ?? [])
    }

    private mutating func convolution(
        _ call: OperatorCall, _ image: ImageOperand, _ plan: ChannelPlan, _ axes: [WindowAxis],
        weights: [Double]
    ) throws(InferenceError) -> GraphValue {
        let node = call.node
        let shape = [image.batch, plan.outputs] + axes.map(\.output)
        try checkWindows(axes, shape: shape, node)
        let area = shape[2...].reduce(1, *)
        let lists = axes.map { plan.transposed ? $0.transposedTaps : $0.taps }
        let counts = lists.map { $0.reduce(0) { $0 + $1.count } }
        try charge([image.batch, plan.outputs, plan.inputs / plan.groups] + counts, node)
        var bias = [Double](repeating: 0, count: shape.reduce(1, *))
        if let offsets = try biases(call, channels: plan.outputs) {
            for index in bias.indices { bias[index] = offsets[index / area % plan.outputs] }
        }
        let taps = WindowTaps(zip(axes, lists).map { ($1, $0.input, $0.kernel) })
        let matrix = plan.matrix(taps, weights: weights, batch: image.batch)
        let id = builder.affine(
            [(image.tensor.id, matrix)], bias: bias, shape: shape, origin: node.origin)
        return .encrypted(
            EncryptedTensor(id: id, shape: shape, rowsAxis: image.tensor.rowsAxis))
    }

    /// Checks sizes before lists of windows are made.
    func checkWindows(
        _ axes: [WindowAxis], shape: [Int], _ node: GraphNode
    ) throws(InferenceError) {
        try checkSize(shape, node)
        for axis in axes {
            guard let work = Shape.count([axis.output, axis.kernel]), work <= limits.matrixEntries
            else {
                throw node.tooLarge(
                    "its list of windows", "\(axis.output) x \(axis.kernel)", limits.matrixEntries)
            }
        }
    }

    /// The weights and the window they span.
    private func kernel(
        _ call: OperatorCall, rank: Int
    ) throws(InferenceError) -> (weights: ConstantTensor, kernel: [Int]) {
        try call.expectInputs(2...3)
        let weights = try call.weights(1, "kernel")
        let kernel = Array(weights.shape.dropFirst(2))
        guard weights.shape.count == rank + 2, weights.shape.allSatisfy({ $0 > 0 }) else {
            throw call.node.invalid(
                "weights of shape \(weights.shape) do not fit \(rank) spatial dimensions")
        }
        let named = try WindowAxis.Attributes.sizes(
            call.node, "kernel_shape", count: rank, from: 1)
        guard named == nil || named == kernel else {
            throw call.node.invalid("its kernel_shape is not that of weights \(weights.shape)")
        }
        return (weights, kernel)
    }

    private func groupCount(_ node: GraphNode, channels: Int) throws(InferenceError) -> Int {
        let group = try node.int("group", 1)
        guard group >= 1, group <= Int64(channels), channels % Int(group) == 0 else {
            throw node.invalid("\(channels) channels cannot be split into \(group) groups")
        }
        return Int(group)
    }

    private func biases(
        _ call: OperatorCall, channels: Int
    ) throws(InferenceError) -> [Double]? {
        if case .absent = call[2] { return nil }
        let values = try call.weights(2, "bias").reals ?? []
        guard values.count == channels else {
            throw call.node.invalid("its bias has \(values.count) values for \(channels) channels")
        }
        return values
    }
}

/// An encrypted tensor of shape [batch, channels, spatial...].
struct ImageOperand {
    let tensor: EncryptedTensor
    let batch: Int
    let channels: Int
    let spatial: [Int]
    var area: Int { spatial.reduce(1, *) }
}

extension GraphTranslator {
    /// The first input as a stack of images; rows must be its first dimension.
    func image(_ call: OperatorCall) throws(InferenceError) -> ImageOperand {
        let node = call.node
        switch call[0] {
        case .absent: throw node.invalid("its input is missing")
        case .constant:
            throw node.unsupported("it is applied to a constant", "store its result instead")
        case .tail:
            throw node.unsupported("it follows a client step", "end the model before it")
        case .encrypted(let tensor):
            let tensor = try real(tensor, node)
            guard tensor.shape.count >= 3 else {
                throw node.invalid(
                    "its input of shape \(tensor.shape) has no spatial dimensions behind rows and channels"
                )
            }
            guard tensor.rowsAxis == nil || tensor.rowsAxis == 0 else { throw mixesRows(node) }
            return ImageOperand(
                tensor: tensor, batch: tensor.shape[0], channels: tensor.shape[1],
                spatial: Array(tensor.shape[2...]))
        }
    }
}

/// How weights connect channels, and the matrix that comes of it.
struct ChannelPlan {
    let inputs: Int
    let outputs: Int
    let groups: Int
    /// Elements of one input channel.
    let inputArea: Int
    /// Elements of one kernel.
    let kernelArea: Int
    /// Whether weights are stored [input, output within the group] instead of [output, input within the group].
    let transposed: Bool

    /// The matrix from all input channels to all output channels, for each image of the batch.
    func matrix(_ taps: WindowTaps, weights: [Double], batch: Int) -> SparseMatrix {
        let inputsPerGroup = inputs / groups
        let outputsPerGroup = outputs / groups
        var matrix = SparseMatrixBuilder(
            rowCount: batch * outputs * taps.count, columnCount: batch * inputs * inputArea,
            capacity: batch * outputs * inputsPerGroup * taps.tapCount)
        for image in 0..<batch {
            for output in 0..<outputs {
                let group = output / outputsPerGroup
                for window in 0..<taps.count {
                    for input in group * inputsPerGroup..<(group + 1) * inputsPerGroup {
                        let base = (image * inputs + input) * inputArea
                        let pair =
                            transposed
                            ? input * outputsPerGroup + output % outputsPerGroup
                            : output * inputsPerGroup + input % inputsPerGroup
                        for tap in taps.starts[window]..<taps.starts[window + 1] {
                            matrix.append(
                                column: base + taps.inputs[tap],
                                value: weights[pair * kernelArea + taps.kernels[tap]])
                        }
                    }
                    matrix.endRow()
                }
            }
        }
        return matrix.finish()
    }
}
