extension Network {
    /// The ranges that the values take over calibration rows, widened at each end by `margin` times the length.
    /// - Throws: `InferenceError` where there is no row or a row does not fit.
    public func calibratedRanges(
        _ rows: [[Double]], margin: Double
    ) throws(InferenceError) -> NetworkRanges {
        guard !rows.isEmpty, margin >= 0, margin.isFinite else {
            throw .invalidRange(
                what: "calibration", reason: "at least one row and a margin of 0 or more are needed"
            )
        }
        let executor = ClearExecutor(self)
        var lower: [[Double]] = []
        var upper: [[Double]] = []
        for (index, row) in rows.enumerated() {
            let values = try executor.trace(row, rowIndex: index)
            guard index > 0 else {
                lower = values
                upper = values
                continue
            }
            for (node, list) in values.enumerated() {
                for (element, value) in list.enumerated() {
                    if value < lower[node][element] { lower[node][element] = value }
                    if value > upper[node][element] { upper[node][element] = value }
                }
            }
        }
        let elements = zip(lower, upper).map { low, high in
            zip(low, high).map { Interval($0, $1).widened(by: margin) }
        }
        for (node, list) in zip(nodes, elements) where !list.allSatisfy(\.isFinite) {
            throw .overflow(node: node.origin.description)
        }
        return NetworkRanges(
            elements: elements, source: .calibrated(rows: rows.count, margin: margin))
    }

    /// Bounds on every value that hold for all inputs within the given ranges, one per input element.
    ///
    /// - Parameters:
    ///   - input: the ranges of the input's elements.
    ///   - limit: bounds are cut to this magnitude, so that those of fitted polynomials, which grow with a power of their
    ///     degree from layer to layer, stay numbers; without it they are refused when they are not finite.
    /// - Throws: `InferenceError` where a range is missing or a bound is not finite.
    public func propagatedRanges(
        input: [Interval], limit: Double? = nil
    ) throws(InferenceError) -> NetworkRanges {
        guard input.count == inputCount, input.allSatisfy(\.isFinite) else {
            throw .invalidRange(
                what: "the input",
                reason:
                    "\(input.count) finite ranges are given, the model takes \(inputCount) values")
        }
        var elements: [[Interval]] = []
        for node in nodes {
            var ranges = Network.propagate(node, input: input, elements)
            if let limit { ranges = ranges.map { $0.cut(to: limit) } }
            guard ranges.allSatisfy(\.isFinite) else {
                throw .overflow(node: node.origin.description)
            }
            elements.append(ranges)
        }
        return NetworkRanges(elements: elements, source: .propagated)
    }

    private static func propagate(
        _ node: Node, input: [Interval], _ known: [[Interval]]
    ) -> [Interval] {
        switch node.operation {
        case .input: return input
        case .affine(let map):
            var result = map.bias.map { Interval($0, $0) }
            for term in map.terms {
                let source = known[term.source.index]
                for row in result.indices {
                    for (column, value) in term.matrix.row(row) {
                        result[row] = result[row] + source[column] * value
                    }
                }
            }
            return result
        case .activation(let source, let activation):
            return known[source.index].enumerated().map { element, range in
                switch activation {
                case .polynomial(let polynomial): polynomial.range(over: range, element: element)
                case .function(let function): function.range(over: range)
                case .fitted(let fit): fit.range(over: range)
                }
            }
        case .product(let left, let right):
            return zip(known[left.index], known[right.index]).map { $0 * $1 }
        }
    }
}
