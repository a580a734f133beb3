/// Turns checked nodes, one after another, into network nodes, constants and client steps.
struct GraphTranslator {
    let graph: CheckedGraph
    let decoder: TensorDecoder
    let limits: ImportLimits
    let opset: Int64
    let interface: GraphInterface
    /// For each node, whether it and all that follows can be left to the client.
    let canBeTail: [Bool]
    var builder: NetworkBuilder
    var tail = TailBuilder()
    var values: [String: GraphValue] = [:]
    /// Matrix entries made so far.
    var matrixEntries = 0

    init(
        graph: CheckedGraph, interface: GraphInterface, decoder: TensorDecoder,
        limits: ImportLimits, opset: Int64
    ) throws(InferenceError) {
        self.graph = graph
        self.decoder = decoder
        self.limits = limits
        self.opset = opset
        self.interface = interface
        canBeTail = TailAnalysis(graph, constants: interface.constants).canBeTail
        for (name, tensor) in interface.constants { values[name] = .constant(tensor) }
        let counts = interface.inputs.map { $0.shape.reduce(1, *) }
        let total = counts.reduce(0, +)
        guard total <= limits.valueElements else {
            throw .tooLarge(
                what: "an input row", size: "\(total) elements",
                limit: "\(limits.valueElements) elements")
        }
        builder = NetworkBuilder(
            inputShape: interface.inputs.count == 1 ? interface.inputs[0].shape : [total])
        var offset = 0
        for (input, count) in zip(interface.inputs, counts) {
            let part = Array(offset..<offset + count)
            let id = builder.affine(
                [(builder.input, .selection(part, columnCount: total))], shape: input.shape,
                origin: Network.Origin(["input '\(input.name)'"]))
            values[input.name] = .encrypted(
                EncryptedTensor(
                    id: id, shape: input.shape, rowsAxis: input.rowsAxis,
                    isInteger: input.isInteger))
            offset += count
        }
    }

    /// Translates every node.
    mutating func run() throws(InferenceError) {
        for (index, node) in graph.nodes.enumerated() {
            let results = try translate(node, index: index)
            for (position, name) in node.outputs.enumerated() where !name.isEmpty {
                if position < results.count {
                    values[name] = results[position]
                } else if graph.readers[name] != nil {
                    throw node.unsupported(
                        "its output '\(name)' is read", "use only its first output")
                }
            }
        }
    }

    private mutating func translate(
        _ node: GraphNode, index: Int
    ) throws(InferenceError) -> [GraphValue] {
        var inputs: [GraphValue] = []
        for name in node.inputs {
            guard !name.isEmpty else {
                inputs.append(.absent)
                continue
            }
            guard let value = values[name] else {
                throw .missingValue(name: name, reader: node.label)
            }
            inputs.append(value)
        }
        guard let handler = OperatorTable.handlers[node.operatorName] else {
            throw OperatorTable.refusal(of: node)
        }
        let call = OperatorCall(node: node, inputs: inputs, canBeTail: canBeTail[index])
        for value in inputs {
            if case .tail(let tensor) = value {
                guard OperatorTable.tailOperators.contains(node.operatorName) else {
                    throw node.unsupported(
                        "it follows a step that only the client can do after decryption "
                            + "(softmax, sigmoid at the end, argmax, labels)",
                        "end the model there, or train without that step")
                }
                if tensor.labels != nil, !OperatorTable.labelOperators.contains(node.operatorName) {
                    throw node.unsupported("it computes with class labels", "end the model there")
                }
            }
        }
        return try handler(&self, call)
    }

    /// The network of all scores, and the tail from scores to outputs.
    mutating func finish(
        outputs: [String]
    ) throws(InferenceError) -> (Network, ClientTail) {
        var results: [ClientTail.Output] = []
        for name in outputs {
            guard let value = values[name] else {
                throw .missingValue(name: name, reader: "the graph's output list")
            }
            let tensor: TailTensor
            switch value {
            case .encrypted(let encrypted): tensor = asTail(encrypted)
            case .tail(let known): tensor = known
            case .constant, .absent:
                throw .unsupportedInterface(
                    name: name, reason: "this output does not depend on the input",
                    wayOut: "remove it from the graph's outputs")
            }
            var shape = tensor.shape
            if let axis = tensor.rowsAxis { shape.remove(at: axis) }
            results.append(
                ClientTail.Output(
                    name: name, value: tensor.value, shape: shape,
                    columnNames: tensor.columnNames, labels: tensor.labels))
        }
        let finished = tail.finish(outputs: results)
        let output = scoreValue(count: finished.scoreCount)
        let network = try builder.finish(output: output)
        do {
            try finished.validate()
        } catch {
            throw .malformedModel(reason: "its last steps do not fit together")
        }
        return (network, finished)
    }

    /// All scores as one network value.
    private mutating func scoreValue(count: Int) -> ValueID {
        if tail.bases.count == 1 { return tail.bases[0].id }
        var offset = 0
        var terms: [(source: ValueID, matrix: SparseMatrix)] = []
        var origin = Network.Origin([])
        for base in tail.bases {
            let indices: [Int?] = (0..<count).map {
                $0 >= offset && $0 < offset + base.count ? $0 - offset : nil
            }
            terms.append((base.id, .selection(indices, columnCount: base.count)))
            origin = origin.merging(builder[base.id].origin)
            offset += base.count
        }
        return builder.affine(terms, shape: [count], origin: origin)
    }

    /// A network value handed to the client.
    mutating func asTail(_ tensor: EncryptedTensor) -> TailTensor {
        let value = tail.base(tensor.id, count: builder[tensor.id].elementCount)
        return TailTensor(value: value, shape: tensor.shape, rowsAxis: tensor.rowsAxis)
    }
}

/// A node with the values it reads, ready for its handler.
struct OperatorCall {
    let node: GraphNode
    let inputs: [GraphValue]
    let canBeTail: Bool

    /// The input at a position; an absent one when the node has fewer.
    subscript(position: Int) -> GraphValue {
        position < inputs.count ? inputs[position] : .absent
    }

    /// Checks the number of inputs.
    func expectInputs(_ range: ClosedRange<Int>) throws(InferenceError) {
        guard range.contains(inputs.count) else {
            throw node.invalid("it has \(inputs.count) inputs, \(range) are expected")
        }
    }

    /// A constant input; nil when absent.
    /// - Throws: where the input is not a constant.
    func constant(_ position: Int, _ what: String) throws(InferenceError) -> ConstantTensor? {
        switch self[position] {
        case .constant(let tensor): return tensor
        case .absent: return nil
        default:
            throw node.unsupported(
                "its \(what) is computed from the input", "store the \(what) as a constant")
        }
    }

    /// A constant list of integers, such as axes; nil when absent.
    func integers(_ position: Int, _ what: String) throws(InferenceError) -> [Int64]? {
        guard let tensor = try constant(position, what) else { return nil }
        guard let values = tensor.integers else {
            throw node.invalid("its \(what) is not a list of integers")
        }
        return values
    }

    /// A list of integers that old operator sets store as an attribute and newer ones as an input; nil when absent.
    func integers(
        _ position: Int, _ what: String, attribute: String
    ) throws(InferenceError) -> [Int64]? {
        if let values = try node.ints(attribute) { return values }
        return try integers(position, what)
    }

    /// A constant of real numbers; required.
    func weights(_ position: Int, _ what: String) throws(InferenceError) -> ConstantTensor {
        guard let tensor = try constant(position, what) else {
            throw node.invalid("its \(what) is missing")
        }
        guard tensor.reals != nil, !tensor.dependsOnRows else {
            throw node.invalid("its \(what) is not a tensor of numbers")
        }
        return tensor
    }
}
