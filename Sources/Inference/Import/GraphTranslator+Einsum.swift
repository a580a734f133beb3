/// Einsum of one or two values.
extension GraphTranslator {
    mutating func einsum(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        guard (1...2).contains(call.inputs.count) else {
            throw node.unsupported(
                "it has \(call.inputs.count) factors", "multiply two at a time")
        }
        let equation = try EinsumEquation(
            node.string("equation", ""), shapes: call.inputs.map(\.shape), node)
        let rows = try rowsAxis(of: call.inputs, equation, node)
        try checkPairs(equation.outputShape + [equation.inner], node)
        let indices = call.inputs.indices.map(equation.indices)
        var encrypted: [(tensor: EncryptedTensor, indices: [Int])] = []
        var factors = [Double](repeating: 1, count: indices[0].count)
        for (value, picks) in zip(call.inputs, indices) {
            switch value {
            case .encrypted(let tensor): encrypted.append((try real(tensor, node), picks))
            case .constant(let tensor):
                guard let values = tensor.reals, !tensor.dependsOnRows else {
                    throw node.invalid("its factors are not numbers")
                }
                for (place, pick) in picks.enumerated() { factors[place] *= values[pick] }
            case .tail:
                throw node.unsupported("it follows a client step", "end the model before it")
            case .absent: throw node.invalid("a factor is missing")
            }
        }
        guard let first = encrypted.first else {
            return .constant(try folded(factors, equation, node))
        }
        let id: ValueID
        if encrypted.count == 2 {
            id = try summedProducts(
                first.tensor, first.indices, encrypted[1].tensor, encrypted[1].indices,
                shape: equation.outputShape, inner: equation.inner, node)
        } else {
            id = weighted(first.tensor, first.indices, factors, equation, node)
        }
        return .encrypted(
            EncryptedTensor(id: id, shape: equation.outputShape, rowsAxis: rows))
    }

    /// Where the rows stand in the result; they are neither summed over nor a dimension of weights.
    private func rowsAxis(
        of inputs: [GraphValue], _ equation: EinsumEquation, _ node: GraphNode
    ) throws(InferenceError) -> Int? {
        let labels = Set(
            inputs.indices.compactMap { index in
                inputs[index].rowsAxis.map { equation.terms[index][$0] }
            })
        guard let label = labels.first else { return nil }
        let meetsWeights = inputs.indices.contains {
            inputs[$0].rowsAxis == nil && equation.terms[$0].contains(label)
        }
        guard labels.count == 1, !meetsWeights, let axis = equation.output.firstIndex(of: label)
        else { throw mixesRows(node) }
        return axis
    }

    private mutating func weighted(
        _ tensor: EncryptedTensor, _ indices: [Int], _ factors: [Double],
        _ equation: EinsumEquation, _ node: GraphNode
    ) -> ValueID {
        var matrix = SparseMatrixBuilder(
            rowCount: indices.count / equation.inner,
            columnCount: builder[tensor.id].elementCount)
        for start in stride(from: 0, to: indices.count, by: equation.inner) {
            var row: [Int: Double] = [:]
            for place in start..<start + equation.inner {
                row[indices[place], default: 0] += factors[place]
            }
            for (column, value) in row.sorted(by: { $0.key < $1.key }) {
                matrix.append(column: column, value: value)
            }
            matrix.endRow()
        }
        return builder.affine(
            [(tensor.id, matrix.finish())], shape: equation.outputShape, origin: node.origin)
    }

    private func folded(
        _ products: [Double], _ equation: EinsumEquation, _ node: GraphNode
    ) throws(InferenceError) -> ConstantTensor {
        let sums = stride(from: 0, to: products.count, by: equation.inner).map {
            products[$0..<$0 + equation.inner].reduce(0, +)
        }
        guard sums.allSatisfy(\.isFinite) else { throw .overflow(node: node.label) }
        return ConstantTensor(shape: equation.outputShape, .real(sums))
    }
}

/// What an equation such as `bij,jk->bik` says of given shapes.
struct EinsumEquation {
    /// Labels of every factor's dimensions.
    let terms: [[Character]]
    /// Labels of the result's dimensions.
    let output: [Character]
    let outputShape: [Int]
    /// Products in every sum.
    let inner: Int
    private let summed: [Character]
    private let sizes: [Character: Int]
    private let shapes: [[Int]]

    init(_ text: String, shapes: [[Int]], _ node: GraphNode) throws(InferenceError) {
        let plain = text.filter { $0 != " " }
        guard !plain.contains(".") else {
            throw node.unsupported(
                "its equation \(text) has an ellipsis", "name every dimension by a letter")
        }
        let sides = plain.split(separator: "->", omittingEmptySubsequences: false)
        let terms = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
            .map(Array.init)
        let letters = terms.joined()
        var sizes: [Character: Int] = [:]
        var fits = terms.count == shapes.count && sides.count <= 2 && letters.allSatisfy(\.isLetter)
        for (term, shape) in zip(terms, shapes) {
            fits = fits && term.count == shape.count
            for (label, size) in zip(term, shape) {
                fits = fits && sizes[label] ?? size == size && size > 0
                sizes[label] = size
            }
        }
        let once = Set(letters).filter { label in letters.count { $0 == label } == 1 }.sorted()
        let output = sides.count == 2 ? Array(sides[1]) : once
        fits = fits && Set(output).count == output.count && output.allSatisfy { sizes[$0] != nil }
        guard fits else {
            throw node.invalid("its equation \(text) does not fit the shapes \(shapes)")
        }
        self.terms = terms
        self.output = output
        self.sizes = sizes
        self.shapes = shapes
        outputShape = output.map { sizes[$0] ?? 1 }
        summed = Set(letters).subtracting(output).sorted()
        guard let inner = Shape.count(summed.map { sizes[$0] ?? 1 }) else {
            throw node.invalid("its equation \(text) sums over too many products")
        }
        self.inner = inner
    }

    /// For every product of every sum, in order, the index of the factor's element.
    func indices(ofFactor factor: Int) -> [Int] {
        let labels = output + summed
        let strides = Shape.strides(shapes[factor])
        let steps = labels.map { label in
            zip(terms[factor], strides).reduce(0) { $0 + ($1.0 == label ? $1.1 : 0) }
        }
        return Shape.stridedIndices(
            shape: labels.map { sizes[$0] ?? 1 }, steps: steps, start: 0)
    }
}
