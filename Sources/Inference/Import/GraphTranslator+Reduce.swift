/// ReduceSum, ReduceMean and ReduceProd.
extension GraphTranslator {
    /// The reduced axes, and whether they stay with length 1.
    private func reducedAxes(_ call: OperatorCall) throws(InferenceError) -> (Set<Int>, Bool) {
        try call.expectInputs(1...2)
        let rank = call[0].shape.count
        let listed = try call.integers(1, "list of axes", attribute: "axes")
        var axes = Set<Int>()
        for axis in listed ?? [] {
            guard let axis = Shape.axis(axis, rank: rank) else {
                throw call.node.invalid("axis \(axis) is outside rank \(rank)")
            }
            axes.insert(axis)
        }
        if (listed ?? []).isEmpty, try call.node.int("noop_with_empty_axes", 0) == 0 {
            axes = Set(0..<rank)
        }
        if let rows = call[0].rowsAxis, axes.contains(rows) { throw mixesRows(call.node) }
        return (axes, try call.node.int("keepdims", 1) != 0)
    }

    /// The tensor's elements with the reduced axes last, the number of elements of each sum, and the result's
    /// shape and axis of rows.
    private func groups(
        _ value: GraphValue, _ axes: Set<Int>, keep: Bool
    ) -> (indices: [Int], size: Int, shape: [Int], rowsAxis: Int?) {
        let shape = value.shape
        let strides = Shape.strides(shape)
        let kept = shape.indices.filter { !axes.contains($0) }
        let order = kept + shape.indices.filter(axes.contains)
        let indices = Shape.stridedIndices(
            shape: order.map { shape[$0] }, steps: order.map { strides[$0] }, start: 0)
        let size = axes.reduce(1) { $0 * shape[$1] }
        if keep {
            let result = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
            return (indices, size, result, value.rowsAxis)
        }
        let rows = value.rowsAxis.flatMap { kept.firstIndex(of: $0) }
        return (indices, size, kept.map { shape[$0] }, rows)
    }

    mutating func reduceSumSquare(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let square = try elementwise(.multiply, call[0], call[0], call.node)
        let inputs = [square] + call.inputs.dropFirst()
        return try reduceSum(
            OperatorCall(node: call.node, inputs: inputs, canBeTail: false), mean: false)
    }

    mutating func reduceSum(
        _ call: OperatorCall, mean: Bool
    ) throws(InferenceError) -> GraphValue {
        let (axes, keep) = try reducedAxes(call)
        let (indices, size, shape, rows) = groups(call[0], axes, keep: keep)
        guard size > 0 else { throw call.node.invalid("it reduces an empty axis") }
        let factor = mean ? 1 / Double(size) : 1
        switch call[0] {
        case .encrypted(let tensor):
            let source = try real(tensor, call.node)
            try charge([indices.count], call.node)
            var matrix = SparseMatrixBuilder(
                rowCount: indices.count / size, columnCount: indices.count)
            for start in stride(from: 0, to: indices.count, by: size) {
                for column in indices[start..<start + size].sorted() {
                    matrix.append(column: column, value: factor)
                }
                matrix.endRow()
            }
            let id = builder.affine(
                [(source.id, matrix.finish())], shape: shape, origin: call.node.origin)
            return .encrypted(EncryptedTensor(id: id, shape: shape, rowsAxis: rows))
        case .tail(let tensor) where !mean:
            let ordered = tail.add(.gather(indices), [tensor.value])
            let axis = ClientTail.Axis(outer: indices.count / size, count: size, inner: 1)
            let step = tail.add(.sum(axis), [ordered])
            return .tail(TailTensor(value: step, shape: shape, rowsAxis: rows))
        case .constant(let tensor):
            guard let values = tensor.reals, !tensor.dependsOnRows else {
                throw call.node.invalid("its input is not a tensor of numbers")
            }
            let sums = stride(from: 0, to: indices.count, by: size).map { start in
                indices[start..<start + size].reduce(0) { $0 + values[$1] } * factor
            }
            guard sums.allSatisfy(\.isFinite) else { throw .overflow(node: call.node.label) }
            return .constant(ConstantTensor(shape: shape, .real(sums)))
        default:
            throw call.node.unsupported("it follows a client step", "end the model before it")
        }
    }

    /// A product along axes, as a tree of products of encrypted values.
    mutating func reduceProduct(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let (axes, keep) = try reducedAxes(call)
        let (indices, size, shape, rows) = groups(call[0], axes, keep: keep)
        guard case .encrypted(let tensor) = call[0] else {
            throw call.node.unsupported("it does not multiply encrypted values", "use Mul")
        }
        let source = try real(tensor, call.node)
        guard size > 0, size <= limits.exponent else {
            throw call.node.unsupported(
                "it multiplies \(size) values",
                "multiply at most \(limits.exponent) values of a row")
        }
        try charge([2, indices.count], call.node)
        let count = indices.count / size
        var factors: [ValueID] = []
        for position in 0..<size {
            let picks: [Int?] = (0..<count).map { indices[$0 * size + position] }
            factors.append(
                builder.affine(
                    [(source.id, .selection(picks, columnCount: indices.count))], shape: shape,
                    origin: call.node.origin))
        }
        while factors.count > 1 {
            var next: [ValueID] = []
            for start in stride(from: 0, to: factors.count - 1, by: 2) {
                next.append(
                    builder.product(
                        factors[start], factors[start + 1], shape: shape, origin: call.node.origin))
            }
            if factors.count % 2 == 1 { next.append(factors[factors.count - 1]) }
            factors = next
        }
        return .encrypted(EncryptedTensor(id: factors[0], shape: shape, rowsAxis: rows))
    }
}
