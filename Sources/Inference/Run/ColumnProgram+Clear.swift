extension ColumnProgram {
    /// What the values after every step come multiplied by.
    package var valueFactors: [Double] {
        var factor = 1.0
        return steps.map { step in
            switch step.operation {
            case .affine(_, _, _, let valueFactor): factor = valueFactor
            case .square: factor *= factor
            }
            return factor
        }
    }

    /// The values after every step for one row in the clear, with weights that are not rounded.
    ///
    /// - Parameter row: the input as it is encrypted, normalized where the card says so.
    package func clearTrace(_ row: [Double]) -> [[Double]] {
        var values = row
        return steps.map { step in
            switch step.operation {
            case .affine(let matrix, var result, _, _):
                matrix.accumulate(values, into: &result)
                values = result
            case .square: values = values.map { $0 * $0 }
            }
            return values
        }
    }
}
