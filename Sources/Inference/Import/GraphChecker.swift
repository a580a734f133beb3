/// The graph's nodes in an order in which every value is made before it is read.
struct CheckedGraph {
    /// The nodes that the outputs depend on, in topological order.
    let nodes: [GraphNode]
    /// For each value name, the positions in `nodes` that read it.
    let readers: [String: [Int]]

    /// Checks names and order.
    /// - Throws: `InferenceError` for duplicate names, values that nothing makes, and cycles.
    init(
        _ graph: OnnxGraphProto, given: Set<String>, limits: ImportLimits
    ) throws(InferenceError) {
        guard graph.node.count <= limits.nodes else {
            throw .tooLarge(
                what: "the graph", size: "\(graph.node.count) nodes",
                limit: "\(limits.nodes) nodes")
        }
        var makers: [String: Int] = [:]
        for (index, node) in graph.node.enumerated() {
            for output in node.output where !output.isEmpty {
                guard !given.contains(output), makers.updateValue(index, forKey: output) == nil
                else { throw .duplicateName(output) }
            }
        }
        for node in graph.node {
            for input in node.input
            where !input.isEmpty && makers[input] == nil && !given.contains(input) {
                throw .missingValue(name: input, reader: GraphNode.label(node))
            }
        }
        for output in graph.output
        where makers[output.name] == nil && !given.contains(output.name) {
            throw .missingValue(name: output.name, reader: "the graph's output list")
        }
        let order = try CheckedGraph.sort(graph, makers: makers)
        var needed = Set(graph.output.map(\.name))
        var kept: [GraphNode] = []
        for index in order.reversed() {
            let node = graph.node[index]
            guard node.output.contains(where: needed.contains) else { continue }
            needed.formUnion(node.input)
            kept.append(try GraphNode(node))
        }
        kept.reverse()
        var readers: [String: [Int]] = [:]
        for (position, node) in kept.enumerated() {
            for input in Set(node.inputs) { readers[input, default: []].append(position) }
        }
        self.nodes = kept
        self.readers = readers
    }

    /// Kahn's algorithm, taking nodes in file order where there is a choice.
    private static func sort(
        _ graph: OnnxGraphProto, makers: [String: Int]
    ) throws(InferenceError) -> [Int] {
        var waiting = [Int](repeating: 0, count: graph.node.count)
        var dependents = [[Int]](repeating: [], count: graph.node.count)
        for (index, node) in graph.node.enumerated() {
            for maker in Set(node.input.compactMap { makers[$0] }) {
                waiting[index] += 1
                dependents[maker].append(index)
            }
        }
        var ready = graph.node.indices.filter { waiting[$0] == 0 }
        var next = 0
        while next < ready.count {
            for dependent in dependents[ready[next]] {
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { ready.append(dependent) }
            }
            next += 1
        }
        if let stuck = waiting.indices.first(where: { waiting[$0] > 0 }) {
            throw .cyclicGraph(node: GraphNode.label(graph.node[stuck]))
        }
        return ready
    }
}
