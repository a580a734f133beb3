/// Cast, Constant, Concat, Slice, Gather, Split and feature extraction.
extension GraphTranslator {
    mutating func cast(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        let code = try call.node.int("to", 0)
        guard let type = OnnxTensorProto.DataType(rawValue: Int(clamping: code)) else {
            throw call.node.invalid("element type \(code) is unknown")
        }
        switch call[0] {
        case .absent: throw call.node.invalid("its input is missing")
        case .constant(let tensor): return .constant(try cast(tensor, to: type, call.node))
        case .tail(let tensor):
            if tensor.labels != nil || tensor.positionCount != nil || type.isReal { return call[0] }
            guard type.isInteger else {
                throw call.node.unsupported("it casts to text", "cast to a numeric type")
            }
            let step = tail.add(.unary(type == .bool ? .isNonzero : .truncate), [tensor.value])
            return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
        case .encrypted(let tensor):
            if type.isInteger, tensor.isInteger, type != .bool { return call[0] }
            guard type.isReal else {
                throw call.node.unsupported(
                    "it rounds encrypted values", "cast to floating-point types only")
            }
            return .encrypted(
                EncryptedTensor(id: tensor.id, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
        }
    }

    private func cast(
        _ tensor: ConstantTensor, to type: OnnxTensorProto.DataType, _ node: GraphNode
    ) throws(InferenceError) -> ConstantTensor {
        guard let values = tensor.reals else {
            throw node.unsupported("it casts text", "store the cast tensor")
        }
        if type.isReal {
            guard type != .float else {
                return ConstantTensor(
                    shape: tensor.shape, .real(values.map { Double(Float($0)) }),
                    dependsOnRows: tensor.dependsOnRows)
            }
            return ConstantTensor(
                shape: tensor.shape, .real(values), dependsOnRows: tensor.dependsOnRows)
        }
        guard type.isInteger else {
            throw node.unsupported("it casts to element type \(type)", "use a numeric type")
        }
        if let integers = tensor.integers, type != .bool {
            return ConstantTensor(
                shape: tensor.shape, .integer(integers), dependsOnRows: tensor.dependsOnRows)
        }
        var results: [Int64] = []
        for value in values {
            guard let integer = Int64(exactly: value.rounded(.towardZero)) else {
                throw node.invalid("\(value) is no integer")
            }
            results.append(type == .bool ? (value != 0 ? 1 : 0) : integer)
        }
        return ConstantTensor(
            shape: tensor.shape, .integer(results), dependsOnRows: tensor.dependsOnRows)
    }

    func constant(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        if let tensor = try node.tensor("value") {
            return .constant(try decoder.decode(tensor, name: node.outputs.first ?? "value"))
        }
        if node.has("value_float") {
            return .constant(
                ConstantTensor(shape: [], .real([try node.float("value_float", 0)])))
        }
        if let values = try node.floats("value_floats") {
            return .constant(ConstantTensor(shape: [values.count], .real(values)))
        }
        if let value = try node.int("value_int") {
            return .constant(ConstantTensor(shape: [], .integer([value])))
        }
        if let values = try node.ints("value_ints") {
            return .constant(ConstantTensor(shape: [values.count], .integer(values)))
        }
        if let values = try node.strings("value_strings") {
            return .constant(ConstantTensor(shape: [values.count], .text(values)))
        }
        if node.has("value_string") {
            return .constant(
                ConstantTensor(shape: [], .text([try node.string("value_string", "")])))
        }
        throw node.unsupported("its value is not a plain tensor", "store an ordinary tensor")
    }

    mutating func concat(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        guard let first = call.inputs.first, let listed = try node.int("axis"),
            let axis = Shape.axis(listed, rank: first.shape.count)
        else { throw node.invalid("its inputs or its axis are missing or out of range") }
        var shape = first.shape
        shape[axis] = 0
        for value in call.inputs {
            var rest = value.shape
            guard rest.count == shape.count else { throw node.invalid("ranks differ") }
            shape[axis] += rest[axis]
            rest[axis] = 0
            var expected = shape
            expected[axis] = 0
            guard rest == expected else {
                throw node.invalid("shapes \(first.shape) and \(value.shape) do not fit")
            }
        }
        try checkSize(shape, of: call.inputs, node)
        let rows = try commonRows(call.inputs, shape: shape.map { _ in 1 }, node)
        if let rows, rows == axis { throw mixesRows(node) }
        return try joined(call.inputs, axis: axis, shape: shape, rowsAxis: rows, node)
    }

    /// For every element of the concatenation: which input it comes from and its index there.
    private func origins(
        _ inputs: [GraphValue], axis: Int, shape: [Int]
    ) -> [(input: Int, index: Int)] {
        let inner = shape[(axis + 1)...].reduce(1, *)
        let outer = shape[..<axis].reduce(1, *)
        var result: [(input: Int, index: Int)] = []
        result.reserveCapacity(shape.reduce(1, *))
        for block in 0..<outer {
            for (input, value) in inputs.enumerated() {
                let length = value.shape[axis] * inner
                for index in 0..<length { result.append((input, block * length + index)) }
            }
        }
        return result
    }

    private mutating func joined(
        _ inputs: [GraphValue], axis: Int, shape: [Int], rowsAxis: Int?, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        let origins = origins(inputs, axis: axis, shape: shape)
        var constants: [ConstantTensor] = []
        var terms: [(source: ValueID, matrix: SparseMatrix)] = []
        var bias = [Double](repeating: 0, count: origins.count)
        var isInteger = true
        var hasTail = false
        try charge([inputs.count, origins.count], node)
        for (input, value) in inputs.enumerated() {
            switch value {
            case .absent: throw node.invalid("an input is missing")
            case .constant(let tensor):
                constants.append(tensor)
                guard let values = tensor.reals else {
                    throw node.unsupported("it joins text", "store the joined tensor")
                }
                for (index, origin) in origins.enumerated() where origin.input == input {
                    bias[index] = values[origin.index]
                }
            case .encrypted(let tensor):
                isInteger = isInteger && tensor.isInteger
                terms.append(
                    (
                        tensor.id,
                        .selection(
                            origins.map { $0.input == input ? $0.index : nil },
                            columnCount: builder[tensor.id].elementCount)
                    ))
            case .tail: hasTail = true
            }
        }
        if constants.count == inputs.count {
            let dependsOnRows = constants.contains { $0.dependsOnRows }
            let integers = constants.compactMap(\.integers)
            let storage: ConstantTensor.Storage =
                integers.count == constants.count
                ? .integer(origins.map { integers[$0.input][$0.index] }) : .real(bias)
            return .constant(
                ConstantTensor(shape: shape, storage, dependsOnRows: dependsOnRows))
        }
        if constants.contains(where: { $0.dependsOnRows }) { throw mixesRows(node) }
        if hasTail {
            return try clientConcatenation(inputs, origins, shape: shape, rowsAxis: rowsAxis, node)
        }
        let id = builder.affine(terms, bias: bias, shape: shape, origin: node.origin)
        return .encrypted(
            EncryptedTensor(
                id: id, shape: shape, rowsAxis: rowsAxis, isInteger: isInteger && !terms.isEmpty))
    }

    mutating func slice(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let shape = call[0].shape
        let starts = try call.integers(1, "starts", attribute: "starts")
        let ends = try call.integers(2, "ends", attribute: "ends")
        let axes = try call.integers(3, "axes", attribute: "axes")
        let steps = try call.integers(4, "steps")
        guard let starts, let ends, starts.count == ends.count,
            axes.map({ $0.count == starts.count }) ?? (starts.count <= shape.count),
            steps.map({ $0.count == starts.count }) ?? true
        else { throw node.invalid("its starts, ends, axes and steps do not fit together") }
        var result = shape
        var strides = Shape.strides(shape)
        var first = 0
        var seen = Set<Int>()
        for index in starts.indices {
            guard let axis = Shape.axis(axes?[index] ?? Int64(index), rank: shape.count),
                seen.insert(axis).inserted
            else { throw node.invalid("an axis is repeated or out of range") }
            let range = SliceRange(
                start: starts[index], end: ends[index], step: steps?[index] ?? 1,
                length: shape[axis])
            guard let range else { throw node.invalid("its step is zero") }
            if axis == call[0].rowsAxis {
                guard starts[index] == 0, ends[index] >= Int64(Int32.max), range.step == 1 else {
                    throw mixesRows(node)
                }
            } else {
                guard range.count > 0 else { throw node.invalid("it takes no elements") }
                first += range.first * strides[axis]
                strides[axis] *= range.step
                result[axis] = range.count
            }
        }
        let indices = Shape.stridedIndices(shape: result, steps: strides, start: first)
        return try picking(
            call[0], indices, shape: result, rowsAxis: call[0].rowsAxis, node)
    }

    mutating func gather(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        let shape = call[0].shape
        guard let axis = Shape.axis(try node.int("axis", 0), rank: shape.count),
            let positions = try call.integers(1, "list of indices")
        else { throw node.invalid("its axis or indices are missing or out of range") }
        if axis == call[0].rowsAxis { throw mixesRows(node) }
        var picks: [Int] = []
        for position in positions {
            guard let index = Shape.axis(position, rank: shape[axis]) else {
                throw node.invalid("index \(position) is outside length \(shape[axis])")
            }
            picks.append(index)
        }
        let positionShape = call[1].shape
        let result = Array(shape[..<axis]) + positionShape + Array(shape[(axis + 1)...])
        try checkSize(result, of: [call[0]], node)
        let inner = shape[(axis + 1)...].reduce(1, *)
        let outer = shape[..<axis].reduce(1, *)
        var indices: [Int] = []
        for block in 0..<outer {
            for pick in picks {
                let start = (block * shape[axis] + pick) * inner
                indices.append(contentsOf: start..<start + inner)
            }
        }
        let rows = call[0].rowsAxis.map { $0 < axis ? $0 : $0 + positionShape.count - 1 }
        var picked = try picking(call[0], indices, shape: result, rowsAxis: rows, node)
        if case .constant(var tensor) = picked, tensor.dependsOnRows, let values = tensor.integers {
            tensor.dependsOnRows = values.contains(ConstantTensor.rowsMarker)
            picked = .constant(tensor)
        }
        return picked
    }

    mutating func split(_ call: OperatorCall) throws(InferenceError) -> [GraphValue] {
        let node = call.node
        let shape = call[0].shape
        guard let axis = Shape.axis(try node.int("axis", 0), rank: shape.count) else {
            throw node.invalid("its axis is out of range")
        }
        if axis == call[0].rowsAxis { throw mixesRows(node) }
        let parts = node.outputs.count
        let given = try call.integers(1, "list of lengths", attribute: "split")
        let even = (shape[axis] + parts - 1) / max(parts, 1)
        let lengths =
            given?.map { Int(clamping: $0) }
            ?? (0..<parts).map { min(even, shape[axis] - min(shape[axis], $0 * even)) }
        guard lengths.count == parts, lengths.allSatisfy({ $0 > 0 && $0 <= shape[axis] }),
            lengths.reduce(0, +) == shape[axis]
        else { throw node.invalid("its lengths do not add up to \(shape[axis])") }
        var results: [GraphValue] = []
        var start = 0
        let strides = Shape.strides(shape)
        for length in lengths {
            var result = shape
            result[axis] = length
            let indices = Shape.stridedIndices(
                shape: result, steps: strides, start: start * strides[axis])
            results.append(
                try picking(
                    call[0], indices, shape: result, rowsAxis: call[0].rowsAxis, node))
            start += length
        }
        return results
    }
}

/// The positions that a Slice takes along one axis, after the specification's clamping.
struct SliceRange {
    let first: Int
    let step: Int
    let count: Int

    init?(start: Int64, end: Int64, step: Int64, length: Int) {
        guard step != 0, step != .min else { return nil }
        let size = Int64(length)
        func counted(_ value: Int64) -> Int64 { value < 0 ? max(value, -size - 1) + size : value }
        let low: Int64 = step > 0 ? 0 : -1
        let high: Int64 = step > 0 ? size : size - 1
        let from = max(0, min(high, max(low, counted(start))))
        let to = max(low, min(high, counted(end)))
        let distance = step > 0 ? to - from : from - to
        let stride = abs(step)
        self.first = Int(from)
        self.step = Int(clamping: max(-size - 1, min(size + 1, step)))
        self.count = distance > 0 && size > 0 ? Int((distance - 1) / stride) + 1 : 0
    }
}
