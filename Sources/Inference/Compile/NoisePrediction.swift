import CKKS
import RealModule

/// Predicts the error of every value of a program, as a standard deviation in the value's own units.
///
/// Errors are independent and added in squares: what operands carry, what a rescale rounds, what key switches and
/// plaintext rounding add (`NoiseEstimate`). Component-wise in spirit after "Accurate and Composable Noise
/// Estimates for CKKS" (IACR Communications in Cryptology 2(8), 2025), with one figure per value.
struct NoisePrediction {
    private let program: SlotProgram
    private let noise: NoiseEstimate
    private let parameters: CKKSParameters
    /// Largest magnitude of each step's values.
    private let magnitudes: [Double]

    init(program: SlotProgram, parameters: CKKSParameters, magnitudes: [Double]) {
        self.program = program
        self.parameters = parameters
        self.magnitudes = magnitudes
        noise = NoiseEstimate(parameters: parameters)
    }

    /// Standard deviations above which the error of a score has probability below 2^-40.
    ///
    /// Rounding times the secret is a product of two Gaussians, whose tail is 2t K_1(2t) at t deviations.
    static let deviationsOfBound = 16.0

    /// The deviation of every step's result, for public-key encryption of the input, and of the
    /// re-randomized output.
    func deviations() -> (steps: [Double], output: Double) {
        var steps: [Double] = []
        for step in program.steps { steps.append(deviation(of: step, operands: steps)) }
        let level = program.steps[program.output].level
        return (steps, root(squared(steps[program.output]) + squared(fresh(level))))
    }

    private func deviation(of step: SlotProgram.Step, operands: [Double]) -> Double {
        switch step.operation {
        case .input:
            return fresh(step.level)
        case .sum(let sources, _):
            return root(sources.reduce(0) { $0 + squared(operands[$1]) })
        case .product(let left, let right):
            let carried =
                squared(magnitudes[right] * operands[left])
                + squared(magnitudes[left] * operands[right])
            return root(carried + product(step))
        case .affine(let terms, _):
            return affine(step, terms, operands)
        case .polynomial(let source, let polynomial):
            return self.polynomial(step, polynomial, operands[source], magnitudes[source])
        }
    }

    private func affine(
        _ step: SlotProgram.Step, _ terms: [SlotProgram.Term], _ operands: [Double]
    ) -> Double {
        let matrix = program.slotMatrix(terms, step)
        let copies = Double(1 << matrix.folds.count)
        var carried = 0.0
        for (term, amounts) in zip(terms, matrix.amounts) {
            let baby = amounts.count > 1 ? keySwitch(step.operandLevel) : 0
            // A diagonal is rounded to integers: one rounding per diagonal, times the value.
            let rounding =
                Double(amounts.count) * squared(magnitudes[term.source])
                * squared(
                    noise.slotDeviation(
                        variance: noise.encodingVariance, scale: scale(step.operandLevel)))
            carried += term.matrix.largestRowEnergy * (squared(operands[term.source]) + baby)
            carried += copies * rounding
        }
        let giants = amountsNeedGiants(matrix) ? keySwitch(step.level) * 4 : 0
        let folds = (copies - 1) * keySwitch(step.level)
        return root(carried + copies * (rescale(step.operandLevel) * 4 + giants) + folds)
    }

    private func amountsNeedGiants(_ matrix: SlotMatrix) -> Bool {
        matrix.amounts.contains { $0.count > 4 }
    }

    private func polynomial(
        _ step: SlotProgram.Step, _ polynomial: SlotProgram.Polynomial, _ operand: Double,
        _ magnitude: Double
    ) -> Double {
        let slope = polynomial.largestSlope(magnitude: magnitude)
        if polynomial.isSquare {
            return root(squared(slope * operand) + product(step))
        }
        // Every level of the evaluation rounds; what it rounds is then multiplied by up to `amplification`.
        let amplification = polynomial.amplification(magnitude: magnitude)
        let inner = Double((try? polynomial.depth) ?? 1) * product(step) * squared(amplification)
        return root(squared(slope * operand) + inner)
    }

    /// Squared deviation of a relinearized and rescaled product beyond what the operands carry.
    private func product(_ step: SlotProgram.Step) -> Double {
        rescale(step.operandLevel) + keySwitch(max(step.operandLevel - 1, 0))
    }

    private func fresh(_ level: Int) -> Double { noise.freshPublic(level: level) }
    private func scale(_ level: Int) -> Double { parameters.scale(atLevel: level) }
    private func rescale(_ level: Int) -> Double { squared(noise.rescale(fromLevel: level)) }
    private func keySwitch(_ level: Int) -> Double {
        parameters.digitLimbCount == 0 ? 0 : squared(noise.keySwitch(level: level))
    }
}

private func squared(_ x: Double) -> Double { x * x }
private func root(_ x: Double) -> Double { x.squareRoot() }

extension SparseMatrix {
    /// Largest sum of squares of a row: how much independent errors of the source grow.
    fileprivate var largestRowEnergy: Double {
        (0..<rowCount).map { row($0).reduce(0) { $0 + $1.value * $1.value } }.max() ?? 0
    }
}

extension SlotProgram.Polynomial {
    /// Bound of the derivative over `[-magnitude, magnitude]`, or over [-1, 1] in the Chebyshev basis.
    fileprivate func largestSlope(magnitude: Double) -> Double {
        switch self {
        case .power(let list):
            return powerSlope(list.map(abs), magnitude)
        case .perElement(let list):
            return powerSlope(list.map { $0.map(abs).max() ?? 0 }, magnitude)
        case .chebyshev(let list):
            return chebyshevSlope(list)
        }
    }

    private func powerSlope(_ list: [Double], _ x: Double) -> Double {
        list.enumerated().dropFirst().reduce(0) {
            $0 + Double($1.offset) * $1.element * Double.pow(x, $1.offset - 1)
        }
    }

    /// Largest finite difference on a grid that resolves the degree.
    private func chebyshevSlope(_ list: [Double]) -> Double {
        let points = 16 * list.count
        let values = (0...points).map {
            ChebyshevSeries.evaluate(list, at: -1 + 2 * Double($0) / Double(points))
        }
        let step = 2 / Double(points)
        return 1.5 * (zip(values, values.dropFirst()).map { abs($1 - $0) / step }.max() ?? 0)
    }

    /// How much errors made inside the evaluation may grow until the result.
    fileprivate func amplification(magnitude: Double) -> Double {
        switch self {
        case .power(let list):
            return max(1, powerSlope(list.map(abs), max(1, magnitude)))
        case .perElement(let list):
            return max(1, powerSlope(list.map { $0.map(abs).max() ?? 0 }, max(1, magnitude)))
        case .chebyshev(let list):
            return max(
                1,
                2
                    * list.enumerated().reduce(0) {
                        $0 + abs($1.element) * Double($1.offset).squareRoot()
                    })
        }
    }
}
