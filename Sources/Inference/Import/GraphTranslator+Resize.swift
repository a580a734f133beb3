/// Resize and Upsample: every result is one input element, or a fixed blend of neighbors.
extension GraphTranslator {
    mutating func resize(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let value = call[0]
        let rank = value.shape.count
        let rule = try ResizeRule(node, opset: opset)
        let position = opset < 11 || node.operatorName == "Upsample" ? 1 : 2
        var factors = try node.floats("scales") ?? []
        if factors.isEmpty { factors = try call.constant(position, "scales")?.reals ?? [] }
        let sizes = factors.isEmpty ? try call.integers(3, "sizes") ?? [] : []
        let axes = try resizedAxes(call, rank: rank, count: max(factors.count, sizes.count))
        var shape = value.shape
        var blends: [[[ResizeRule.Tap]]] = value.shape.map { length in
            (0..<length).map { [ResizeRule.Tap(index: $0, weight: 1)] }
        }
        for (index, axis) in axes.enumerated() {
            let length = value.shape[axis]
            if axis == value.rowsAxis {
                let keeps =
                    sizes.isEmpty
                    ? factors[index] == 1 : standsForRows(sizes[index]) || sizes[index] == 1
                guard keeps else { throw mixesRows(node) }
                continue
            }
            let scale = sizes.isEmpty ? factors[index] : Double(sizes[index]) / Double(length)
            let target =
                sizes.isEmpty
                ? Double(Float(length) * Float(scale)).rounded(.down) : Double(sizes[index])
            guard scale > 0, target >= 1 else {
                throw node.invalid("dimension \(axis) of length \(length) is resized to nothing")
            }
            shape[axis] = Int(min(target, 1e12))
            try checkSize(shape, of: [value], node)
            blends[axis] = rule.taps(from: length, to: shape[axis], scale: scale)
        }
        return try blended(value, blends, shape: shape, node)
    }

    private func resizedAxes(
        _ call: OperatorCall, rank: Int, count: Int
    ) throws(InferenceError) -> [Int] {
        guard let listed = try call.node.ints("axes") else {
            guard count == rank else {
                throw call.node.invalid("it has \(count) scales or sizes for rank \(rank)")
            }
            return Array(0..<rank)
        }
        let axes = listed.compactMap { Shape.axis($0, rank: rank) }
        guard axes.count == count, listed.count == count, Set(axes).count == count else {
            throw call.node.invalid("its axes \(listed) do not fit its scales or rank \(rank)")
        }
        return axes
    }

    /// The tensor whose element at each grid point is the product blend of its axes' taps.
    private mutating func blended(
        _ value: GraphValue, _ blends: [[[ResizeRule.Tap]]], shape: [Int], _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        if blends.allSatisfy({ $0.allSatisfy { $0.count == 1 } }) {
            let axes = blends.map { $0.map { Optional($0[0].index) } }
            let indices = Shape.gridIndices(axes, in: value.shape).compactMap { $0 }
            return try picking(value, indices, shape: shape, rowsAxis: value.rowsAxis, node)
        }
        guard case .encrypted(let tensor) = value else {
            throw node.unsupported("it is applied to a constant", "store its result instead")
        }
        let source = try real(tensor, node)
        try charge(blends.map { $0.reduce(0) { $0 + $1.count } }, node)
        var rows: [[ResizeRule.Tap]] = [[ResizeRule.Tap(index: 0, weight: 1)]]
        for (axis, length) in zip(blends, value.shape) {
            rows = rows.flatMap { outer in
                axis.map { taps in
                    outer.flatMap { base in
                        taps.map {
                            ResizeRule.Tap(
                                index: base.index * length + $0.index,
                                weight: base.weight * $0.weight)
                        }
                    }
                }
            }
        }
        var matrix = SparseMatrixBuilder(
            rowCount: rows.count, columnCount: builder[source.id].elementCount)
        for row in rows {
            for tap in row { matrix.append(column: tap.index, value: tap.weight) }
            matrix.endRow()
        }
        let id = builder.affine(
            [(source.id, matrix.finish())], shape: shape, origin: node.origin)
        return .encrypted(EncryptedTensor(id: id, shape: shape, rowsAxis: source.rowsAxis))
    }
}

/// How Resize computes the input positions of an axis (specification of Resize, operator set 19).
struct ResizeRule {
    /// An input element and its share of a result.
    struct Tap {
        let index: Int
        let weight: Double
    }

    private let transformation: String
    private let rounding: String
    private let isLinear: Bool

    init(_ node: GraphNode, opset: Int64) throws(InferenceError) {
        // Before operator set 11 there was one way only.
        let isOld = opset < 11 || node.operatorName == "Upsample"
        transformation =
            isOld ? "asymmetric" : try node.string("coordinate_transformation_mode", "half_pixel")
        rounding = isOld ? "floor" : try node.string("nearest_mode", "round_prefer_floor")
        let mode = try node.string("mode", "nearest")
        isLinear = mode == "linear" || mode == "bilinear"
        guard isLinear || mode == "nearest" else {
            throw node.unsupported("mode '\(mode)' is not read", "use nearest or linear")
        }
        let known = [
            "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric",
            "half_pixel_symmetric",
        ]
        guard known.contains(transformation),
            ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"].contains(rounding)
        else {
            throw node.unsupported(
                "'\(transformation)' with '\(rounding)' is not read",
                "use one of \(known.joined(separator: ", "))")
        }
        guard try node.int("antialias", 0) == 0, try node.int("exclude_outside", 0) == 0,
            try node.string("keep_aspect_ratio_policy", "stretch") == "stretch"
        else {
            throw node.unsupported(
                "it smooths, drops or keeps proportions in a way that is not read",
                "resize by plain scales")
        }
    }

    /// The blend of input elements at each output position, ascending.
    func taps(from length: Int, to count: Int, scale: Double) -> [[Tap]] {
        let last = length - 1
        return (0..<count).map { output in
            let x = position(output, length: length, count: count, scale: scale)
            guard isLinear else {
                return [Tap(index: min(max(Int(rounded(x)), 0), last), weight: 1)]
            }
            let below = x.rounded(.down)
            let low = min(max(Int(below), 0), last)
            let high = min(max(Int(below) + 1, 0), last)
            if low == high || x == below { return [Tap(index: low, weight: 1)] }
            return [Tap(index: low, weight: 1 - (x - below)), Tap(index: high, weight: x - below)]
        }
    }

    private func position(_ output: Int, length: Int, count: Int, scale: Double) -> Double {
        let centered = (Double(output) + 0.5) / scale - 0.5
        switch transformation {
        case "asymmetric": return Double(output) / scale
        case "align_corners":
            return count == 1 ? 0 : Double(output) * Double(length - 1) / Double(count - 1)
        case "pytorch_half_pixel": return count == 1 ? 0 : centered
        case "half_pixel_symmetric":
            let adjustment = Double(count) / (scale * Double(length))
            return Double(length) / 2 * (1 - adjustment) + centered
        default: return centered
        }
    }

    private func rounded(_ x: Double) -> Double {
        switch rounding {
        case "floor": x.rounded(.down)
        case "ceil": x.rounded(.up)
        case "round_prefer_ceil": (x + 0.5).rounded(.down)
        default: (x - 0.5).rounded(.up)
        }
    }
}
