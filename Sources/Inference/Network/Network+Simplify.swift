extension Network {
    /// The same function with fewer nodes and fewer steps in a row.
    ///
    /// Affine maps after affine maps are composed where that is not much dearer, sums of products are merged, pointwise
    /// parts that are one polynomial or one function of one value become a single activation, unused nodes
    /// disappear.
    /// - Throws: `InferenceError.overflow` where a composed weight leaves the range of doubles.
    package func simplified() throws(InferenceError) -> Network {
        var simplifier = Simplifier(self)
        return try simplifier.run()
    }
}

private struct Simplifier {
    let network: Network
    var builder: NetworkBuilder
    var forms = PointwiseForms()
    /// The new value of each old one.
    var renamed: [ValueID] = []
    /// How many nodes read each old value; the output counts as a reader.
    var readers: [Int]
    /// New values that stand for an old one.
    var used = Set<ValueID>()
    /// New values with several readers.
    var isShared: [ValueID: Bool] = [:]

    init(_ network: Network) {
        self.network = network
        builder = NetworkBuilder(inputShape: network.nodes[0].shape)
        readers = [Int](repeating: 0, count: network.nodes.count)
        for node in network.nodes {
            for source in node.operation.sources { readers[source.index] += 1 }
        }
        readers[network.output.index] += 1
    }

    mutating func run() throws(InferenceError) -> Network {
        for (index, node) in network.nodes.enumerated() {
            let id = add(node)
            if readers[index] > 1 || !used.insert(id).inserted { isShared[id] = true }
            renamed.append(id)
            forms.update(builder)
        }
        return try builder.finish(output: renamed[network.output.index])
    }

    private mutating func add(_ node: Network.Node) -> ValueID {
        switch node.operation {
        case .input:
            forms.update(builder)
            return builder.input
        case .affine(let map): return addAffine(map, node)
        case .activation(let source, let activation):
            let source = renamed[source.index]
            if let fused = fusedActivation(source, activation, node) { return fused }
            return builder.activation(source, activation, origin: node.origin)
        case .product(let left, let right):
            return addProduct(renamed[left.index], renamed[right.index], node)
        }
    }

    // MARK: Pointwise parts

    private mutating func addProduct(
        _ left: ValueID, _ right: ValueID, _ node: Network.Node
    ) -> ValueID {
        for (one, other) in [(left, right), (right, left)] {
            // A factor that does not depend on the input scales the other.
            if case .affine(let map) = builder[one].operation, map.terms.isEmpty {
                return builder.affine(
                    [(other, .diagonal(map.bias))], shape: node.shape,
                    origin: origin(node, builder[other]))
            }
        }
        let forms = self.forms.derived(.product(min(left, right), max(left, right)))
        for form in forms {
            if let id = activation(form, node, skipping: []) { return id }
        }
        return builder.product(left, right, shape: node.shape, origin: node.origin)
    }

    /// A function of a function is one function.
    private mutating func fusedActivation(
        _ source: ValueID, _ activation: Activation, _ node: Network.Node
    ) -> ValueID? {
        guard case .activation(_, .function) = builder[source].operation else { return nil }
        for form in forms.derived(.activation(source: source, activation)) {
            if let id = self.activation(form, node, skipping: [source]) { return id }
        }
        return nil
    }

    /// Adds a pointwise form as an activation of its root.
    private mutating func activation(
        _ form: PointwiseForm, _ node: Network.Node, skipping: [ValueID]
    ) -> ValueID? {
        guard !skipping.contains(form.root) else { return nil }
        let origin = origin(node, builder[form.root], includeRoot: false)
        switch form.formula {
        case .polynomial(let polynomial):
            return builder.activation(form.root, .polynomial(polynomial), origin: origin)
        case .expression(let expression):
            return builder.activation(
                form.root, .function(expression.asFunction), origin: origin)
        }
    }

    private func origin(
        _ node: Network.Node, _ other: Network.Node, includeRoot: Bool = true
    ) -> Network.Origin {
        includeRoot ? other.origin.merging(node.origin) : node.origin
    }

    // MARK: Affine maps

    private mutating func addAffine(_ map: Network.AffineMap, _ node: Network.Node) -> ValueID {
        let terms = map.terms.map { (source: renamed[$0.source.index], matrix: $0.matrix) }
        if terms.count >= 2, let id = fusedSum(terms, map.bias, node) { return id }
        var origin = node.origin
        var bias = map.bias
        var result: [(source: ValueID, matrix: SparseMatrix)] = []
        for (source, matrix) in terms {
            guard case .affine(let inner) = builder[source].operation,
                isWorthComposing(matrix, inner, shared: isShared[source] ?? false)
            else {
                result.append((source, matrix))
                continue
            }
            origin = builder[source].origin.merging(origin)
            matrix.accumulate(inner.bias, into: &bias)
            for term in inner.terms {
                result.append((term.source, matrix.composed(after: term.matrix)))
            }
        }
        return builder.affine(result, bias: bias, shape: node.shape, origin: origin)
    }

    /// A sum of pointwise functions of one value, at least one of them not affine, as one activation.
    private mutating func fusedSum(
        _ terms: [(source: ValueID, matrix: SparseMatrix)], _ bias: [Double], _ node: Network.Node
    ) -> ValueID? {
        let map = Network.AffineMap(
            terms: terms.map { .init(source: $0.source, matrix: $0.matrix) }, bias: bias)
        for form in forms.derived(.affine(map)) {
            if case .polynomial(let polynomial) = form.formula, polynomial.degree < 2 { continue }
            if let id = activation(form, node, skipping: []) { return id }
        }
        return nil
    }

    /// Whether one matrix in place of two is a gain: it saves a level, so it may be somewhat larger; where the
    /// inner map stays for other readers, the new one must not be larger than the outer one was.
    private func isWorthComposing(
        _ outer: SparseMatrix, _ inner: Network.AffineMap, shared: Bool
    ) -> Bool {
        let work = inner.terms.reduce(0) { $0 + outer.compositionWork(after: $1.matrix) }
        // The product has at most as many entries as its shape.
        let size = inner.terms.reduce(0) { $0 + outer.rowCount * $1.matrix.columnCount }
        let entries = min(work, size)
        if shared { return entries <= outer.nonzeroCount && inner.terms.count == 1 }
        let before = inner.terms.reduce(outer.nonzeroCount) { $0 + $1.matrix.nonzeroCount }
        return entries <= 4 * before + 65_536 && work <= 1 << 32
    }
}
