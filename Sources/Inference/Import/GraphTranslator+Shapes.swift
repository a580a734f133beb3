/// Identity, Reshape, Flatten, Squeeze, Unsqueeze, Transpose and shapes as values.
extension GraphTranslator {
    func identity(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        return call[0]
    }

    func dropout(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...3)
        if let training = try call.constant(2, "training mode"),
            training.reals?.contains(where: { $0 != 0 }) ?? true
        {
            throw call.node.unsupported("it is in training mode", "export for inference")
        }
        return call[0]
    }

    /// The dimensions as a constant; an open number of rows becomes a marker that Reshape understands.
    func shape(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        var dimensions = call[0].shape.map(Int64.init)
        let rows = call[0].rowsAxis
        if let rows { dimensions[rows] = ConstantTensor.rowsMarker }
        let rank = dimensions.count
        func clamp(_ value: Int64) -> Int {
            let counted = value < 0 ? value + Int64(rank) : value
            return Int(max(0, min(Int64(rank), counted)))
        }
        let start = clamp(try call.node.int("start", 0))
        let end = clamp(max(-(1 << 40), try call.node.int("end", Int64(rank))))
        let part = start < end ? Array(dimensions[start..<end]) : []
        return .constant(
            ConstantTensor(
                shape: [part.count], .integer(part),
                dependsOnRows: rows.map { $0 >= start && $0 < end } ?? false))
    }

    func constantOfShape(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        guard let dimensions = try call.integers(0, "shape") else {
            throw call.node.invalid("its shape is missing")
        }
        var shape: [Int] = []
        for dimension in dimensions {
            // One number in every row: a single row of it stands for all.
            let size = dimension == ConstantTensor.rowsMarker ? 1 : Int(clamping: dimension)
            guard size >= 0 else { throw call.node.invalid("dimension \(size) is negative") }
            shape.append(size)
        }
        try checkSize(shape, call.node)
        let value =
            try call.node.tensor("value").map { tensor throws(InferenceError) in
                try decoder.decode(tensor, name: "value of \(call.node.label)")
            } ?? ConstantTensor(shape: [1], .real([0]))
        guard value.count == 1 else { throw call.node.invalid("its value is not one number") }
        let count = shape.reduce(1, *)
        return .constant(value.gathering([Int](repeating: 0, count: count), shape: shape))
    }

    mutating func reshape(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...2)
        let listed = try call.integers(1, "target shape", attribute: "shape")
        guard let target = listed else { throw call.node.invalid("its target shape is missing") }
        let zeroCopies = try call.node.int("allowzero", 0) == 0
        let plan = ReshapePlan(
            source: call[0].shape, rowsAxis: call[0].rowsAxis, target: target,
            fixedRows: interface.fixedRows,
            zeroCopies: zeroCopies)
        switch plan {
        case .success(let shape, let rowsAxis):
            return reshaped(call[0], shape: shape, rowsAxis: rowsAxis)
        case .mixesRows: throw mixesRows(call.node)
        case .invalid:
            throw call.node.invalid("shape \(call[0].shape) cannot become \(target)")
        }
    }

    func flatten(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let shape = call[0].shape
        let listed = try call.node.int("axis", 1)
        let counted = listed < 0 ? listed + Int64(shape.count) : listed
        guard counted >= 0, counted <= Int64(shape.count) else {
            throw call.node.invalid("axis \(listed) is outside rank \(shape.count)")
        }
        let axis = Int(counted)
        let outer = shape[..<axis].reduce(1, *)
        let inner = shape[axis...].reduce(1, *)
        guard let rows = call[0].rowsAxis else {
            return reshaped(call[0], shape: [outer, inner], rowsAxis: nil)
        }
        let side = rows < axis ? outer : inner
        guard side == 1 else { throw mixesRows(call.node) }
        return reshaped(call[0], shape: [outer, inner], rowsAxis: rows < axis ? 0 : 1)
    }

    func squeeze(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...2)
        let shape = call[0].shape
        let listed = try call.integers(1, "list of axes", attribute: "axes")
        var axes = Set<Int>()
        if let listed {
            for axis in listed {
                guard let axis = Shape.axis(axis, rank: shape.count), shape[axis] == 1 else {
                    throw call.node.invalid("axis \(axis) of shape \(shape) has not length 1")
                }
                guard axis != call[0].rowsAxis else { throw mixesRows(call.node) }
                axes.insert(axis)
            }
        } else {
            axes = Set(shape.indices.filter { shape[$0] == 1 && $0 != call[0].rowsAxis })
        }
        let kept = shape.indices.filter { !axes.contains($0) }
        return reshaped(
            call[0], shape: kept.map { shape[$0] },
            rowsAxis: call[0].rowsAxis.flatMap { kept.firstIndex(of: $0) })
    }

    func unsqueeze(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...2)
        let listed = try call.integers(1, "list of axes", attribute: "axes")
        guard let listed, listed.count <= 64 else {
            throw call.node.invalid("its list of axes is missing or too long")
        }
        let rank = call[0].shape.count + listed.count
        var axes = Set<Int>()
        for axis in listed {
            guard let axis = Shape.axis(axis, rank: rank), axes.insert(axis).inserted else {
                throw call.node.invalid("axis \(axis) is repeated or outside rank \(rank)")
            }
        }
        var shape: [Int] = []
        var rows: Int?
        var next = 0
        for axis in 0..<rank {
            if axes.contains(axis) {
                shape.append(1)
            } else {
                if next == call[0].rowsAxis { rows = axis }
                shape.append(call[0].shape[next])
                next += 1
            }
        }
        return reshaped(call[0], shape: shape, rowsAxis: rows)
    }

    mutating func transpose(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let rank = call[0].shape.count
        let listed = try call.node.ints("perm")
        let order = listed?.compactMap { Int(exactly: $0) } ?? Array((0..<rank).reversed())
        guard order.count == rank, order.sorted() == Array(0..<rank) else {
            throw call.node.invalid("its permutation does not fit rank \(rank)")
        }
        return try transposed(call[0], order, call.node)
    }

    mutating func transposed(
        _ value: GraphValue, _ order: [Int], _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let strides = Shape.strides(value.shape)
        let shape = order.map { value.shape[$0] }
        let indices = Shape.stridedIndices(
            shape: shape, steps: order.map { strides[$0] }, start: 0)
        let rows = value.rowsAxis.flatMap { order.firstIndex(of: $0) }
        return try picking(value, indices, shape: shape, rowsAxis: rows, node)
    }
}

/// What a Reshape makes of a shape whose axis of rows, if any, has length 1.
enum ReshapePlan {
    case success(shape: [Int], rowsAxis: Int?)
    case mixesRows
    case invalid

    /// Resolves zeros (copies), -1 (what remains) and dimensions that stand for the number of rows.
    init(
        source: [Int], rowsAxis: Int?, target: [Int64], fixedRows: Int?, zeroCopies: Bool
    ) {
        guard let total = Shape.count(source), target.count <= 64 else {
            self = .invalid
            return
        }
        var shape: [Int] = []
        var rows: Int?
        var open: Int?
        for (axis, dimension) in target.enumerated() {
            if dimension == ConstantTensor.rowsMarker {
                guard rows == nil else {
                    self = .mixesRows
                    return
                }
                rows = axis
                shape.append(1)
            } else if dimension == -1 {
                guard open == nil else {
                    self = .invalid
                    return
                }
                open = axis
                shape.append(1)
            } else if dimension == 0, zeroCopies {
                guard axis < source.count else {
                    self = .invalid
                    return
                }
                if axis == rowsAxis { rows = rows ?? axis }
                shape.append(source[axis])
            } else if let size = Int(exactly: dimension), size >= 0 {
                let standsForRows =
                    rowsAxis != nil && rows == nil && size == fixedRows
                    && shape.allSatisfy { $0 == 1 } && open == nil
                if standsForRows { rows = axis }
                shape.append(standsForRows ? 1 : size)
            } else {
                self = .invalid
                return
            }
        }
        self = ReshapePlan.resolve(
            shape: shape, rows: rows, open: open, total: total, source: source,
            rowsAxis: rowsAxis)
    }

    private static func resolve(
        shape: [Int], rows: Int?, open: Int?, total: Int, source: [Int], rowsAxis: Int?
    ) -> ReshapePlan {
        var shape = shape
        var rows = rows
        guard let known = Shape.count(shape) else { return .invalid }
        guard let rowsAxis else {
            // One row is all there is.
            if rows != nil { return .mixesRows }
            if let open {
                guard known > 0, total % known == 0 else { return .invalid }
                shape[open] = total / known
            }
            return Shape.count(shape) == total ? .success(shape: shape, rowsAxis: nil) : .invalid
        }
        if let open {
            if rows == nil {
                // -1 takes up the rows, and only them.
                guard known == total else { return .mixesRows }
                rows = open
            } else {
                guard known > 0, total % known == 0 else { return .invalid }
                shape[open] = total / known
            }
        }
        guard let rows else { return .mixesRows }
        guard Shape.count(shape) == total else { return .invalid }
        // The rows must step over the same stretch of elements before and after.
        let before = source[(rowsAxis + 1)...].reduce(1, *)
        let after = shape[(rows + 1)...].reduce(1, *)
        return before == after ? .success(shape: shape, rowsAxis: rows) : .mixesRows
    }
}
