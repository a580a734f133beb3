/// Moving elements about: the ground on which the operators stand.
extension GraphTranslator {
    /// Counts matrix entries against the limit before they are made.
    mutating func charge(_ factors: [Int], _ node: GraphNode) throws(InferenceError) {
        guard let entries = Shape.count(factors), entries <= limits.matrixEntries,
            matrixEntries + entries <= limits.matrixEntries
        else {
            throw node.tooLarge(
                "its matrix", "\(factors.map(String.init).joined(separator: " x ")) entries",
                limits.matrixEntries)
        }
        matrixEntries += entries
    }

    /// Checks the size of a result before it is made: constants may be larger than what is made of encrypted operands.
    func checkSize(
        _ shape: [Int], of operands: [GraphValue] = [], _ node: GraphNode
    ) throws(InferenceError) {
        let isEncrypted = operands.contains { if case .encrypted = $0 { true } else { false } }
        let limit = isEncrypted ? limits.valueElements : limits.valueElements * 16
        guard let count = Shape.count(shape), count <= limit else {
            throw node.tooLarge("its result", "shape \(shape)", limit)
        }
        guard count > 0 || shape == [0] else { throw node.invalid("its result has no elements") }
    }

    /// The same elements under another shape.
    func reshaped(_ value: GraphValue, shape: [Int], rowsAxis: Int?) -> GraphValue {
        switch value {
        case .constant(let tensor): return .constant(tensor.reshaped(shape))
        case .encrypted(let tensor):
            return .encrypted(
                EncryptedTensor(
                    id: tensor.id, shape: shape, rowsAxis: rowsAxis, isInteger: tensor.isInteger))
        case .tail(let tensor):
            return .tail(
                TailTensor(
                    value: tensor.value, shape: shape, rowsAxis: rowsAxis,
                    positionCount: tensor.positionCount, labels: tensor.labels,
                    columnNames: tensor.columnNames))
        case .absent: return .absent
        }
    }

    /// The elements at `indices`, in a tensor of the given shape.
    mutating func picking(
        _ value: GraphValue, _ indices: [Int], shape: [Int], rowsAxis: Int?, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        switch value {
        case .constant(let tensor): return .constant(tensor.gathering(indices, shape: shape))
        case .encrypted(let tensor):
            try charge([indices.count], node)
            let count = builder[tensor.id].elementCount
            let id = builder.affine(
                [(tensor.id, .selection(indices, columnCount: count))], shape: shape,
                origin: node.origin)
            return .encrypted(
                EncryptedTensor(
                    id: id, shape: shape, rowsAxis: rowsAxis, isInteger: tensor.isInteger))
        case .tail(let tensor):
            let isIdentity =
                indices.count == tensor.shape.reduce(1, *)
                && indices.indices.allSatisfy { indices[$0] == $0 }
            let step = isIdentity ? tensor.value : tail.add(.gather(indices), [tensor.value])
            return .tail(
                TailTensor(
                    value: step, shape: shape, rowsAxis: rowsAxis,
                    positionCount: tensor.positionCount, labels: tensor.labels))
        case .absent: throw node.invalid("an input is missing")
        }
    }

    /// The axis of the result that holds the rows, when operands are broadcast to `shape`.
    /// - Throws: where the rows of one operand meet something else in another.
    func commonRows(
        _ operands: [GraphValue], shape: [Int], _ node: GraphNode
    ) throws(InferenceError) -> Int? {
        var rows: Int?
        for operand in operands {
            guard let axis = operand.rowsAxis else { continue }
            let aligned = axis + shape.count - operand.shape.count
            guard rows == nil || rows == aligned else { throw mixesRows(node) }
            rows = aligned
        }
        if let rows, shape[rows] != 1 { throw mixesRows(node) }
        return rows
    }

    /// The refusal of an operator that would make one row's result depend on another row.
    func mixesRows(_ node: GraphNode) -> InferenceError {
        node.unsupported(
            "it mixes the rows of a batch", "keep the first dimension for the rows throughout")
    }

    /// An operand for arithmetic on ciphertexts.
    func real(
        _ tensor: EncryptedTensor, _ node: GraphNode
    ) throws(InferenceError) -> EncryptedTensor {
        guard !tensor.isInteger else {
            throw node.unsupported(
                "it computes with whole numbers", "cast the input to float32 or float64 first")
        }
        return tensor
    }

    /// A matrix that broadcasts a value to a shape; the identity where nothing changes.
    func broadcastMatrix(_ tensor: EncryptedTensor, to shape: [Int]) -> SparseMatrix {
        let count = builder[tensor.id].elementCount
        if Shape.count(shape) == count { return .identity(count) }
        return .selection(
            Shape.broadcastIndices(from: tensor.shape, to: shape), columnCount: count)
    }
}
