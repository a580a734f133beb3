/// Pad, Expand and Tile: every result is a copy of one input element or a constant.
extension GraphTranslator {
    mutating func pad(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let value = call[0]
        let plan = try PadPlan(call, rank: value.shape.count)
        var axes: [[Int?]] = []
        var shape: [Int] = []
        for (axis, length) in value.shape.enumerated() {
            let (begin, end) = (plan.begins[axis], plan.ends[axis])
            if axis == value.rowsAxis, begin != 0 || end != 0 { throw mixesRows(node) }
            shape.append(length + begin + end)
            guard shape[axis] > 0 else {
                throw node.invalid("its pads leave nothing of dimension \(axis)")
            }
            try checkSize(shape, of: [value], node)
            axes.append(try plan.sources(length: length, begin: begin, end: end, node))
        }
        let picks = Shape.gridIndices(axes, in: value.shape)
        guard case .encrypted(let tensor) = value, plan.mode == "constant" else {
            let indices = picks.compactMap { $0 }
            guard indices.count == picks.count else {
                throw node.unsupported("it pads a constant", "store the padded tensor")
            }
            return try picking(value, indices, shape: shape, rowsAxis: value.rowsAxis, node)
        }
        try charge([picks.count], node)
        let bias = picks.map { $0 == nil ? plan.value : 0 }
        let matrix = SparseMatrix.selection(picks, columnCount: builder[tensor.id].elementCount)
        let id = builder.affine(
            [(tensor.id, matrix)], bias: bias, shape: shape, origin: node.origin)
        return .encrypted(
            EncryptedTensor(
                id: id, shape: shape, rowsAxis: tensor.rowsAxis, isInteger: tensor.isInteger))
    }

    mutating func expand(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        let value = call[0]
        guard let listed = try call.integers(1, "target shape"), listed.count <= 64 else {
            throw node.invalid("its target shape is missing or too long")
        }
        let rows = value.rowsAxis.map { $0 + listed.count - value.shape.count }
        let target = listed.enumerated().map { axis, dimension in
            standsForRows(dimension) && axis == rows ? 1 : Int(clamping: dimension)
        }
        guard target.allSatisfy({ $0 > 0 }), let shape = Shape.broadcast(value.shape, target) else {
            throw node.invalid("shape \(value.shape) cannot become \(listed)")
        }
        return try broadcasted(value, to: shape, node)
    }

    mutating func tile(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        let value = call[0]
        let repeats = try call.integers(1, "list of repeats") ?? []
        guard repeats.count == value.shape.count, repeats.allSatisfy({ $0 > 0 }) else {
            throw node.invalid("its repeats \(repeats) do not fit shape \(value.shape)")
        }
        var shape: [Int] = []
        for (length, times) in zip(value.shape, repeats) {
            let (product, overflow) = length.multipliedReportingOverflow(by: Int(clamping: times))
            shape.append(overflow ? .max : product)
        }
        if let rows = value.rowsAxis, shape[rows] != 1 { throw mixesRows(node) }
        try checkSize(shape, of: [value], node)
        let axes = zip(shape, value.shape).map { length, period in
            (0..<length).map { Optional($0 % period) }
        }
        let indices = Shape.gridIndices(axes, in: value.shape).compactMap { $0 }
        return try picking(value, indices, shape: shape, rowsAxis: value.rowsAxis, node)
    }

    /// A value repeated along axes until it has the given shape.
    private mutating func broadcasted(
        _ value: GraphValue, to shape: [Int], _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        try checkSize(shape, of: [value], node)
        let rows = try commonRows([value], shape: shape, node)
        let indices = Shape.broadcastIndices(from: value.shape, to: shape)
        return try picking(value, indices, shape: shape, rowsAxis: rows, node)
    }

    /// Whether a dimension computed by the model means the number of rows.
    func standsForRows(_ dimension: Int64) -> Bool {
        dimension == ConstantTensor.rowsMarker
            || interface.fixedRows.map { Int64($0) == dimension } ?? false
    }
}

/// How far Pad extends each axis, and with what.
private struct PadPlan {
    let mode: String
    let value: Double
    private(set) var begins: [Int]
    private(set) var ends: [Int]

    init(_ call: OperatorCall, rank: Int) throws(InferenceError) {
        let node = call.node
        mode = try node.string("mode", "constant")
        guard ["constant", "reflect", "edge", "wrap"].contains(mode) else {
            throw node.invalid("mode '\(mode)' is unknown")
        }
        let attribute = try node.float("value", 0)
        let values = try call.constant(2, "padding value")?.reals ?? [attribute]
        guard values.count == 1 else { throw node.invalid("its padding value is not one number") }
        value = values[0]
        let listed = try call.integers(1, "list of pads", attribute: "pads")
        let named = try call.integers(3, "list of axes")
        var axes = Array(0..<rank)
        if let named {
            axes = named.compactMap { Shape.axis($0, rank: rank) }
            guard axes.count == named.count, Set(axes).count == axes.count else {
                throw node.invalid("its axes \(named) do not fit rank \(rank)")
            }
        }
        guard let listed, listed.count == 2 * axes.count else {
            throw node.invalid("its list of pads is missing or does not fit its axes")
        }
        begins = [Int](repeating: 0, count: rank)
        ends = begins
        for (index, axis) in axes.enumerated() {
            let pair = [listed[index], listed[axes.count + index]]
            guard pair.allSatisfy({ $0.magnitude <= 1 << 40 }) else {
                throw node.tooLarge("its padding", "\(pair)", 1 << 40)
            }
            begins[axis] = Int(pair[0])
            ends[axis] = Int(pair[1])
        }
    }

    /// The input position at each place of the padded axis, nil where the padding value stands.
    func sources(
        length: Int, begin: Int, end: Int, _ node: GraphNode
    ) throws(InferenceError) -> [Int?] {
        if mode == "reflect", max(begin, end) >= length, max(begin, end) > 0 {
            throw node.invalid("it reflects \(max(begin, end)) of \(length) elements")
        }
        return (-begin..<length + end).map { position in
            switch mode {
            case "edge": min(max(position, 0), length - 1)
            case "wrap": ((position % length) + length) % length
            case "reflect":
                position < 0
                    ? -position : position < length ? position : 2 * (length - 1) - position
            default: position >= 0 && position < length ? position : nil
            }
        }
    }
}

extension Shape {
    /// For each combination of entries of the axes, the last one fastest: the index of that element in a tensor of
    /// the given shape; nil where an entry is nil.
    static func gridIndices(_ axes: [[Int?]], in shape: [Int]) -> [Int?] {
        var result: [Int?] = [0]
        for (entries, length) in zip(axes, shape) {
            var next: [Int?] = []
            next.reserveCapacity(result.count * entries.count)
            for base in result {
                for entry in entries {
                    next.append(base.flatMap { base in entry.map { base * length + $0 } })
                }
            }
            result = next
        }
        return result
    }
}
