/// AveragePool and GlobalAveragePool: convolutions of every channel by itself.
extension GraphTranslator {
    mutating func averagePool(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let node = call.node
        let image = try image(call)
        let rank = image.spatial.count
        let kernel = try WindowAxis.Attributes.sizes(node, "kernel_shape", count: rank, from: 1)
        guard let kernel else { throw node.invalid("its kernel_shape is missing") }
        let attributes = try WindowAxis.Attributes(node, rank: rank)
        let axes = try WindowAxis.windows(
            over: image.spatial, kernel: kernel, attributes,
            ceiling: try node.int("ceil_mode", 0) != 0, node)
        return try pooled(
            image, axes, countsPadding: try node.int("count_include_pad", 0) != 0, node)
    }

    mutating func globalAveragePool(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let image = try image(call)
        let axes = image.spatial.map {
            WindowAxis(
                input: $0, kernel: $0, stride: 1, dilation: 1, padBegin: 0, padEnd: 0, output: 1)
        }
        return try pooled(image, axes, countsPadding: false, call.node)
    }

    private mutating func pooled(
        _ image: ImageOperand, _ axes: [WindowAxis], countsPadding: Bool, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let shape = [image.batch, image.channels] + axes.map(\.output)
        try checkWindows(axes, shape: shape, node)
        let taps = axes.map(\.taps)
        let planes = image.batch * image.channels
        try charge([planes] + taps.map { $0.reduce(0) { $0 + $1.count } }, node)
        var sizes = [1]
        for (axis, lists) in zip(axes, taps) {
            let counts = countsPadding ? axis.coveredCounts : lists.map(\.count)
            sizes = sizes.flatMap { outer in counts.map { outer * $0 } }
        }
        guard sizes.allSatisfy({ $0 > 0 }) else {
            throw node.invalid("a window covers padding only")
        }
        let windows = WindowTaps(zip(axes, taps).map { ($1, $0.input, $0.kernel) })
        var matrix = SparseMatrixBuilder(
            rowCount: planes * windows.count, columnCount: planes * image.area,
            capacity: planes * windows.tapCount)
        for plane in 0..<planes {
            for window in 0..<windows.count {
                let factor = 1 / Double(sizes[window])
                for tap in windows.starts[window]..<windows.starts[window + 1] {
                    matrix.append(
                        column: plane * image.area + windows.inputs[tap], value: factor)
                }
                matrix.endRow()
            }
        }
        let id = builder.affine(
            [(image.tensor.id, matrix.finish())], shape: shape, origin: node.origin)
        return .encrypted(
            EncryptedTensor(id: id, shape: shape, rowsAxis: image.tensor.rowsAxis))
    }
}
