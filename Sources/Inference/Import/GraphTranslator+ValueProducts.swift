/// Sums of products of two values that both depend on the input.
extension GraphTranslator {
    /// The product of matrices that both depend on the input.
    mutating func matrixProduct(
        _ left: EncryptedTensor, _ right: EncryptedTensor, _ plan: MatrixProductPlan,
        rowsAxis: Int?, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        try checkPairs(plan.outputShape + [plan.inner], node)
        var picks: (left: [Int?], right: [Int?]) = ([], [])
        plan.forEachOutput { l, r in
            for k in 0..<plan.inner {
                picks.left.append(l + k * plan.leftStep)
                picks.right.append(r + k * plan.rightStep)
            }
        }
        let id = try summedProducts(
            real(left, node), picks.left, real(right, node), picks.right,
            shape: plan.outputShape, inner: plan.inner, node)
        return .encrypted(EncryptedTensor(id: id, shape: plan.outputShape, rowsAxis: rowsAxis))
    }

    /// Refuses products that together are no value of one row.
    mutating func checkPairs(_ shape: [Int], _ node: GraphNode) throws(InferenceError) {
        guard let count = Shape.count(shape), count <= limits.valueElements else {
            throw node.tooLarge("its products", "shape \(shape)", limits.valueElements)
        }
        try charge([3] + shape, node)
    }

    /// Every pair that a sum takes side by side, their products, and the sums of `inner` products in a row each.
    mutating func summedProducts(
        _ left: EncryptedTensor, _ leftPicks: [Int?], _ right: EncryptedTensor,
        _ rightPicks: [Int?], shape: [Int], inner: Int, _ node: GraphNode
    ) throws(InferenceError) -> ValueID {
        let pairs = inner == 1 ? shape : shape + [inner]
        func picked(_ tensor: EncryptedTensor, _ picks: [Int?]) -> ValueID {
            let matrix = SparseMatrix.selection(
                picks, columnCount: builder[tensor.id].elementCount)
            return builder.affine([(tensor.id, matrix)], shape: pairs, origin: node.origin)
        }
        let first = picked(left, leftPicks)
        let second =
            left.id == right.id && leftPicks == rightPicks ? first : picked(right, rightPicks)
        let products = builder.product(first, second, shape: pairs, origin: node.origin)
        guard inner > 1 else { return products }
        let count = leftPicks.count / inner
        var sums = SparseMatrixBuilder(rowCount: count, columnCount: leftPicks.count)
        for row in 0..<count {
            for column in row * inner..<(row + 1) * inner { sums.append(column: column, value: 1) }
            sums.endRow()
        }
        return builder.affine([(products, sums.finish())], shape: shape, origin: node.origin)
    }
}
