/// Runs a network in the clear, in double precision: the oracle of every encrypted run.
///
/// Functions are exact unless the network's activations were fitted, in which case the polynomials run.
public struct ClearExecutor: Sendable {
    /// The network that runs.
    public let network: Network

    /// Makes an executor.
    public init(_ network: Network) { self.network = network }

    /// The output of each row: `network.outputCount` values per row of `network.inputCount` values.
    /// - Throws: `InferenceError` for rows of the wrong length or with values that are not finite.
    public func run(_ rows: [[Double]]) throws(InferenceError) -> [[Double]] {
        var outputs: [[Double]] = []
        outputs.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            let values = try trace(row, rowIndex: index)
            outputs.append(values[network.output.index])
        }
        return outputs
    }

    /// Every value of the network for one row, in the order of `network.nodes`.
    /// - Throws: `InferenceError` for a row of the wrong length, values that are not finite, or overflow.
    public func trace(_ row: [Double], rowIndex: Int = 0) throws(InferenceError) -> [[Double]] {
        guard row.count == network.inputCount else {
            throw .wrongElementCount(
                row: rowIndex, count: row.count, expected: network.inputCount)
        }
        if let column = row.firstIndex(where: { !$0.isFinite }) {
            throw .nonFiniteInput(row: rowIndex, column: column)
        }
        var values: [[Double]] = []
        values.reserveCapacity(network.nodes.count)
        for node in network.nodes {
            let value = ClearExecutor.evaluate(node.operation, row: row, values)
            guard value.allSatisfy(\.isFinite) else {
                throw .overflow(node: node.origin.description)
            }
            values.append(value)
        }
        return values
    }

    private static func evaluate(
        _ operation: Network.Operation, row: [Double], _ values: [[Double]]
    ) -> [Double] {
        switch operation {
        case .input: return row
        case .affine(let map):
            var result = map.bias
            for term in map.terms {
                term.matrix.accumulate(values[term.source.index], into: &result)
            }
            return result
        case .activation(let source, let activation):
            return values[source.index].enumerated().map { activation($1, element: $0) }
        case .product(let left, let right):
            return zip(values[left.index], values[right.index]).map { $0 * $1 }
        }
    }
}
