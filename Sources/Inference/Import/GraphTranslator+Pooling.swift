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
        let countsPadding = try node.int("count_include_pad", 0) != 0
        let taps = axes.map(\.taps)
        let counts = zip(axes, taps).map { countsPadding ? $0.coveredCounts : $1.map(\.count) }
        return try pooled(image, axes: axes, taps: taps, counts: counts, node)
    }

    mutating func globalAveragePool(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let image = try image(call)
        let axes = image.spatial.map {
            WindowAxis(
                input: $0, kernel: $0, stride: 1, dilation: 1, padBegin: 0, padEnd: 0, output: 1)
        }
        return try pooled(
            image, axes: axes, taps: axes.map(\.taps), counts: axes.map { [$0.input] }, call.node)
    }

    private mutating func pooled(
        _ image: ImageOperand, axes: [WindowAxis], taps: [[[WindowAxis.Tap]]], counts: [[Int]],
        _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let shape = [image.batch, image.channels] + axes.map(\.output)
        try checkSize(shape, node)
        let planes = image.batch * image.channels
        try charge([planes] + taps.map { $0.reduce(0) { $0 + $1.count } }, node)
        var sizes = [1]
        for axis in counts {
            sizes = sizes.flatMap { outer in axis.map { outer * $0 } }
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
