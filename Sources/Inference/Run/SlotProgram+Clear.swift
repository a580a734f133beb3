extension SlotProgram {
    /// Runs the program on one row in the clear, with its polynomials and without encryption noise.
    ///
    /// - Parameter row: the input as it is encrypted, normalized where the card says so.
    /// - Returns: the scores.
    package func clearScores(_ row: [Double]) -> [Double] { clearTrace(row)[output] }

    /// The values of every step for one row in the clear.
    ///
    /// - Parameters:
    ///   - row: the input as it is encrypted.
    ///   - functions: functions to take for the polynomials of some steps, by step.
    package func clearTrace(
        _ row: [Double], functions: [Int: (Double) -> Double] = [:]
    ) -> [[Double]] {
        var values: [[Double]] = []
        for (index, step) in steps.enumerated() {
            if let function = functions[index] {
                values.append(values[step.operation.sources[0]].map(function))
            } else {
                values.append(clearValue(of: step, row, values))
            }
        }
        return values
    }

    private func clearValue(of step: Step, _ row: [Double], _ values: [[Double]]) -> [Double] {
        switch step.operation {
        case .input:
            return row
        case .affine(let terms, var result, _, _):
            for term in terms { term.matrix.accumulate(values[term.source], into: &result) }
            return result
        case .sum(let sources, var result):
            for source in sources {
                for index in result.indices { result[index] += values[source][index] }
            }
            return result
        case .pendingSquare(let source):
            return values[source].map { $0 * $0 }
        case .fold(let source, let matrix):
            return matrix.multiplied(by: values[source])
        case .polynomial(let source, let polynomial):
            return values[source].enumerated().map { polynomial.value($1, element: $0) }
        case .product(let left, let right):
            return zip(values[left], values[right]).map { $0 * $1 }
        }
    }
}

extension SlotProgram.Polynomial {
    fileprivate func value(_ x: Double, element: Int) -> Double {
        switch self {
        case .power(let list):
            list.reversed().reduce(0) { $0 * x + $1 }
        case .perElement(let list):
            list.reversed().reduce(0) { $0 * x + $1[element] }
        case .chebyshev(let list):
            ChebyshevSeries.evaluate(list, at: x)
        }
    }
}
