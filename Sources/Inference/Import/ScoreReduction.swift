/// Sends each score once: where an output row of the network is another one or its negative, as in the
/// two classes of a binary linear model, the client restores it.
struct ScoreReduction {
    let network: Network
    let tail: ClientTail

    init(_ network: Network, _ tail: ClientTail) throws(InferenceError) {
        guard case .affine(let map) = network[network.output].operation,
            let terms = ScoreReduction.kept(map)
        else {
            self.network = network
            self.tail = tail
            return
        }
        var nodes = network.nodes
        let old = network[network.output]
        nodes[network.output.index] = Network.Node(
            operation: .affine(terms.map), shape: [terms.map.bias.count], origin: old.origin)
        self.network = Network(nodes: nodes, output: network.output)
        self.tail = ScoreReduction.restoring(
            tail, from: terms.map.bias.count, positions: terms.positions)
    }

    /// The map with its distinct rows, and for every old row which new one it is, with its sign; nil where no row
    /// repeats.
    private static func kept(
        _ map: Network.AffineMap
    ) -> (map: Network.AffineMap, positions: [(row: Int, negated: Bool)])? {
        struct Row: Hashable {
            var columns: [[Int32]]
            var values: [[Double]]
            var bias: Double
        }
        guard map.bias.count <= 4096 else { return nil }
        var known: [Row: Int] = [:]
        var rows: [Int] = []
        var positions: [(row: Int, negated: Bool)] = []
        for row in map.bias.indices {
            var key = Row(columns: [], values: [], bias: map.bias[row])
            for term in map.terms {
                let range = term.matrix.rowStarts[row]..<term.matrix.rowStarts[row + 1]
                key.columns.append(Array(term.matrix.columns[range]))
                key.values.append(Array(term.matrix.values[range]))
            }
            var negative = key
            negative.values = key.values.map { $0.map { -$0 } }
            negative.bias = 0 - key.bias
            if let same = known[key] {
                positions.append((same, false))
            } else if let opposite = known[negative] {
                positions.append((opposite, true))
            } else {
                known[key] = rows.count
                positions.append((rows.count, false))
                rows.append(row)
            }
        }
        guard rows.count < map.bias.count else { return nil }
        let terms = map.terms.map { term in
            Network.AffineMap.Term(
                source: term.source,
                matrix: SparseMatrix.selection(rows, columnCount: map.bias.count)
                    .composed(after: term.matrix))
        }
        return (Network.AffineMap(terms: terms, bias: rows.map { map.bias[$0] }), positions)
    }

    /// The tail preceded by steps that make the old scores from the new ones.
    private static func restoring(
        _ tail: ClientTail, from count: Int, positions: [(row: Int, negated: Bool)]
    ) -> ClientTail {
        let restore: [ClientTail.Step] = [
            .init(.unary(.negate), inputs: [0]),
            .init(.concatenate, inputs: [0, 1]),
            .init(.gather(positions.map { $0.negated ? count + $0.row : $0.row }), inputs: [2]),
        ]
        return ClientTail(
            scoreCount: count,
            steps: restore
                + tail.steps.map {
                    ClientTail.Step($0.operation, inputs: $0.inputs.map { $0 + restore.count })
                },
            outputs: tail.outputs.map {
                ClientTail.Output(
                    name: $0.name, value: $0.value + restore.count, shape: $0.shape,
                    columnNames: $0.columnNames, labels: $0.labels)
            })
    }
}
