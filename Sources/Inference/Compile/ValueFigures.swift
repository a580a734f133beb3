/// What is expected of the elements of one value: how large they get, and how large they are in the mean.
struct ValueFigures {
    /// Largest magnitude of each element.
    let largest: [Double]
    /// Mean square of each element.
    let meanSquares: [Double]
    /// Squares that stand for the worst row: mean squares times what the row of the largest energy has more than the
    /// mean row, and a margin; squares of the largest magnitudes without calibration.
    let worstSquares: [Double]

    /// Largest magnitude of all.
    var magnitude: Double { largest.max() ?? 0 }
    /// Mean square over all elements.
    var meanSquare: Double { meanSquares.reduce(0, +) / Double(max(1, meanSquares.count)) }
}

extension ValueRanges {
    /// Figures of a value: from calibration rows, else as if values were spread evenly over their range.
    func figures(of id: ValueID) -> ValueFigures {
        let largest = zip(
            propagated.elements[id.index],
            calibrated?.elements[id.index] ?? propagated.elements[id.index]
        ).map { min($0.magnitude, $1.magnitude) }
        guard let statistics = statistics?[id.index] else {
            return ValueFigures(
                largest: largest, meanSquares: largest.map { $0 * $0 / 3 },
                worstSquares: largest.map { $0 * $0 })
        }
        let margin = 1 + 2 * CompileOptions.innerMargin
        let factor = statistics.peak * margin * margin
        return ValueFigures(
            largest: largest, meanSquares: statistics.meanSquares,
            worstSquares: statistics.meanSquares.map { $0 * factor })
    }
}

/// What calibration rows say about one value.
struct ValueStatistics {
    /// Mean square of each element.
    let meanSquares: [Double]
    /// Sum of squares of the row where it is largest, divided by the mean row's.
    let peak: Double
}

extension Network {
    /// Statistics of every value over rows.
    ///
    /// - Throws: `InferenceError` for rows that do not fit.
    func statistics(_ rows: [[Double]]) throws(InferenceError) -> [ValueStatistics] {
        let executor = ClearExecutor(self)
        var sums = nodes.map { [Double](repeating: 0, count: $0.elementCount) }
        var largest = [Double](repeating: 0, count: nodes.count)
        for (index, row) in rows.enumerated() {
            for (node, values) in try executor.trace(row, rowIndex: index).enumerated() {
                var energy = 0.0
                for (element, value) in values.enumerated() {
                    sums[node][element] += value * value
                    energy += value * value
                }
                largest[node] = max(largest[node], energy)
            }
        }
        return zip(sums, largest).map { sums, largest in
            let total = sums.reduce(0, +)
            return ValueStatistics(
                meanSquares: sums.map { $0 / Double(rows.count) },
                peak: total > 0 ? largest * Double(rows.count) / total : 1)
        }
    }
}
