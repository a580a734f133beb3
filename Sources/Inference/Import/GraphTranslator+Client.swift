import Foundation

/// Steps that the client takes after decryption.
extension GraphTranslator {
    /// The operand of a step that only the client can take.
    /// - Throws: where something follows that the client cannot do.
    mutating func clientOperand(
        _ call: OperatorCall, _ reason: String, _ wayOut: String
    ) throws(InferenceError) -> TailTensor {
        switch call[0] {
        case .tail(let tensor): return tensor
        case .encrypted(let tensor):
            guard call.canBeTail else {
                throw call.node.unsupported(
                    reason + " and the model goes on after it", wayOut)
            }
            return asTail(tensor)
        case .constant, .absent:
            throw call.node.unsupported("its input is a constant", "store its result instead")
        }
    }

    /// The axis as the client's steps address it.
    func clientAxis(
        _ tensor: TailTensor, _ axis: Int, _ node: GraphNode
    ) throws(InferenceError) -> ClientTail.Axis {
        guard axis >= 0, axis < tensor.shape.count else {
            throw node.invalid("its axis is outside rank \(tensor.shape.count)")
        }
        guard axis != tensor.rowsAxis else { throw mixesRows(node) }
        return ClientTail.Axis(
            outer: tensor.shape[..<axis].reduce(1, *), count: tensor.shape[axis],
            inner: tensor.shape[(axis + 1)...].reduce(1, *))
    }

    mutating func clientUnary(_ function: ClientTail.Unary, _ tensor: TailTensor) -> GraphValue {
        let step = tail.add(.unary(function), [tensor.value])
        return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
    }

    mutating func clientFunction(
        _ function: ClientTail.Unary, _ call: OperatorCall
    ) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        if case .constant(let tensor) = call[0] {
            return .constant(try applying(tensor, call.node) { function($0) })
        }
        let tensor = try clientOperand(
            call, "it has no good polynomial", "end the model with it, or train without it")
        return clientUnary(function, tensor)
    }

    mutating func softmax(
        _ call: OperatorCall, logarithm: Bool
    ) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let tensor = try clientOperand(
            call, "it divides by a sum of exponentials",
            "use softmax only as the model's last step")
        let rank = tensor.shape.count
        guard
            let axis = Shape.axis(
                try call.node.int("axis", opset < 13 ? 1 : -1), rank: max(rank, 1))
        else { throw call.node.invalid("its axis is outside rank \(rank)") }
        let place: ClientTail.Axis
        if opset < 13 {
            // Before operator set 13 all axes from this one on count as one.
            if let rows = tensor.rowsAxis, rows >= axis { throw mixesRows(call.node) }
            place = ClientTail.Axis(
                outer: tensor.shape[..<axis].reduce(1, *),
                count: tensor.shape[axis...].reduce(1, *), inner: 1)
        } else {
            place = try clientAxis(tensor, axis, call.node)
        }
        let step = tail.add(logarithm ? .logSoftmax(place) : .softmax(place), [tensor.value])
        return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
    }

    mutating func argMax(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let tensor = try clientOperand(
            call, "it compares values", "use it only as the model's last step")
        guard let axis = Shape.axis(try call.node.int("axis", 0), rank: tensor.shape.count) else {
            throw call.node.invalid("its axis is outside rank \(tensor.shape.count)")
        }
        let place = try clientAxis(tensor, axis, call.node)
        let last = try call.node.int("select_last_index", 0) != 0
        let step = tail.add(.argMax(place, last: last), [tensor.value])
        var shape = tensor.shape
        var rows = tensor.rowsAxis
        if try call.node.int("keepdims", 1) != 0 {
            shape[axis] = 1
        } else {
            shape.remove(at: axis)
            rows = rows.map { $0 > axis ? $0 - 1 : $0 }
        }
        return .tail(
            TailTensor(value: step, shape: shape, rowsAxis: rows, positionCount: place.count))
    }

    /// Class names for the columns.
    mutating func zipMap(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        var tensor = try clientOperand(
            call, "it makes a dictionary", "use it only as the model's last step")
        var names = try call.node.strings("classlabels_strings") ?? []
        if names.isEmpty {
            names = (try call.node.ints("classlabels_int64s") ?? []).map { String($0) }
        }
        guard names.count == tensor.shape.last else {
            throw call.node.invalid("\(names.count) names do not fit shape \(tensor.shape)")
        }
        tensor.columnNames = names
        return .tail(tensor)
    }

    /// Columns of a tensor, or the labels at positions that an ArgMax found.
    mutating func arrayFeatureExtractor(
        _ call: OperatorCall
    ) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        if case .constant(let list) = call[0], case .tail(let positions) = call[1] {
            guard let count = positions.positionCount, list.count == count,
                list.shape.filter({ $0 != 1 }).count <= 1
            else { throw node.invalid("\(list.count) labels do not fit the classes") }
            let labels: ClientTail.Labels =
                switch list.storage {
                case .text(let values): .strings(values)
                case .integer(let values): .integers(values)
                case .real(let values): .integers(values.map { Int64(clamping: Int($0.clamped)) })
                }
            let total = positions.shape.reduce(1, *)
            return .tail(
                TailTensor(
                    value: positions.value, shape: [1, total],
                    rowsAxis: positions.rowsAxis == nil ? nil : (total == 1 ? 1 : nil),
                    positionCount: count, labels: labels))
        }
        guard let columns = try call.integers(1, "list of columns"),
            let features = call[0].shape.last
        else { throw node.invalid("its columns are missing") }
        let rank = call[0].shape.count
        guard rank >= 2 || call[0].rowsAxis == nil else { throw mixesRows(node) }
        if call[0].rowsAxis == rank - 1 { throw mixesRows(node) }
        for column in columns where column < 0 || column >= features {
            throw node.invalid("column \(column) is outside \(features) columns")
        }
        let outer = call[0].shape.dropLast().reduce(1, *)
        let shape = (rank == 1 ? [1] : Array(call[0].shape.dropLast())) + [columns.count]
        try checkSize(shape, node)
        var indices: [Int] = []
        for block in 0..<outer {
            for column in columns { indices.append(block * features + Int(column)) }
        }
        return try picking(
            call[0], indices, shape: shape, rowsAxis: call[0].rowsAxis, node)
    }

    /// Arithmetic in which at least one operand is the client's.
    mutating func clientArithmetic(
        _ operation: Arithmetic, _ left: GraphValue, _ right: GraphValue, shape: [Int],
        rowsAxis: Int?, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let first = try clientFlat(left, shape: shape, node)
        let second = try clientFlat(right, shape: shape, node)
        let step = tail.add(.binary(operation.step), [first, second])
        return .tail(TailTensor(value: step, shape: shape, rowsAxis: rowsAxis))
    }

    /// An operand broadcast to a shape as a client value; constants must hold one number only.
    private mutating func clientFlat(
        _ value: GraphValue, shape: [Int], _ node: GraphNode
    ) throws(InferenceError) -> Int {
        let count = shape.reduce(1, *)
        let tensor: TailTensor
        switch value {
        case .absent: throw node.invalid("an input is missing")
        case .tail(let known): tensor = known
        case .encrypted(let encrypted): tensor = asTail(encrypted)
        case .constant(let constant):
            guard let number = constant.reals?.first, TailAnalysis.isUniform(constant),
                !constant.dependsOnRows
            else {
                throw node.unsupported(
                    "it applies weights after a step that only the client can do",
                    "end the model before it")
            }
            return tail.add(.constant(number, count: count), [])
        }
        if tensor.shape.reduce(1, *) == count { return tensor.value }
        return tail.add(
            .gather(Shape.broadcastIndices(from: tensor.shape, to: shape)), [tensor.value])
    }

    /// A concatenation in which at least one input is the client's.
    mutating func clientConcatenation(
        _ inputs: [GraphValue], _ origins: [(input: Int, index: Int)], shape: [Int],
        rowsAxis: Int?, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        var parts: [Int] = []
        var offsets: [Int] = []
        var total = 0
        for value in inputs {
            parts.append(try clientFlat(value, shape: value.shape, node))
            offsets.append(total)
            total += value.shape.reduce(1, *)
        }
        var step = tail.add(.concatenate, parts)
        let order = origins.map { offsets[$0.input] + $0.index }
        if order != Array(0..<total) { step = tail.add(.gather(order), [step]) }
        return .tail(TailTensor(value: step, shape: shape, rowsAxis: rowsAxis))
    }
}

extension Double {
    /// The value cut to what an integer can hold.
    fileprivate var clamped: Double { Swift.max(-0x1p62, Swift.min(0x1p62, self)) }
}
