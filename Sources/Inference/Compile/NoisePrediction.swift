import CKKS
import Circuits
import RealModule

/// Who encrypts the input: fresh noise differs.
public enum EncryptionMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The owner of the secret key.
    case secretKey
    /// Anybody, with the public key.
    case publicKey
}

/// Predicts the error of every element of a program's values: variances in the values' own units, real parts.
///
/// Errors are independent and added in squares: what operands carry, what divisions round, what key switches and
/// plaintext rounding add (`NoiseEstimate`). Component-wise after "Accurate and Composable Noise Estimates for
/// CKKS" (IACR Communications in Cryptology 2(8), 2025).
struct NoisePrediction {
    /// Which values the errors are multiplied with.
    enum Values {
        /// The root of their mean squares: predicts measured errors.
        case typical
        /// Those of the worst row: bounds errors.
        case worst
    }

    /// Predicted variances of the elements.
    struct Result {
        /// Of every step's result.
        let steps: [[Double]]
        /// Of the re-randomized output.
        let output: [Double]
    }

    let program: SlotProgram
    let parameters: CKKSParameters
    /// Figures of each step's values.
    let figures: [ValueFigures]

    private var noise: NoiseEstimate { NoiseEstimate(parameters: parameters) }

    /// Standard deviations above which the error of a score has probability below 2^-40.
    ///
    /// Rounding times the secret is a product of two Gaussians, whose tail is 2t K_1(2t) at t deviations.
    static let deviationsOfBound = 16.0

    /// The variances of all errors.
    func variances(_ mode: EncryptionMode, _ values: Values) -> Result {
        var steps: [[Double]] = []
        for (index, step) in program.steps.enumerated() {
            steps.append(variance(of: step, index, steps, mode, values))
        }
        let last = program.steps[program.output].level
        let mask = half(noise.freshPublic(level: last))
        return Result(steps: steps, output: steps[program.output].map { $0 + mask })
    }

    /// Bound of the output's errors, with failure probability below 2^-40.
    func bound(_ mode: EncryptionMode) -> Double {
        let worst = variances(mode, .worst).output.max() ?? 0
        return Self.deviationsOfBound * worst.squareRoot()
    }

    private func squares(_ index: Int, _ values: Values) -> [Double] {
        switch values {
        case .typical: figures[index].meanSquares
        case .worst: figures[index].worstSquares
        }
    }

    private func variance(
        of step: SlotProgram.Step, _ index: Int, _ known: [[Double]], _ mode: EncryptionMode,
        _ values: Values
    ) -> [Double] {
        let count = step.layout.elementCount
        switch step.operation {
        case .input:
            let fresh =
                mode == .secretKey
                ? noise.freshSymmetric(level: step.level) : noise.freshPublic(level: step.level)
            return [Double](repeating: half(fresh), count: count)
        case .sum(let sources, _):
            return (0..<count).map { element in sources.reduce(0) { $0 + known[$1][element] } }
        case .fold(let source, let matrix):
            // Every addition doubles what the switches before it added.
            let switching =
                Double(matrix.columnCount / matrix.rowCount - 1)
                * half(noise.keySwitch(level: step.level))
            return (0..<count).map { row in
                matrix.row(row).reduce(switching) { $0 + known[source][$1.column] }
            }
        case .product(let left, let right):
            let (x, y) = (squares(left, values), squares(right, values))
            return (0..<count).map {
                y[$0] * known[left][$0] + x[$0] * known[right][$0] + product(step)
            }
        case .affine(let terms, _, let gathering, let rescalesLast):
            return affine(step, terms, gathering, rescalesLast, known, values)
        case .polynomial(let source, let polynomial):
            return self.polynomial(step, polynomial, source, known[source], values)
        }
    }

    private func affine(
        _ step: SlotProgram.Step, _ terms: [SlotProgram.Term], _ gathering: Gathering,
        _ rescalesLast: Bool, _ known: [[Double]], _ values: Values
    ) -> [Double] {
        let matrix = program.slotMatrix(terms, gathering, step)
        let plan = try? program.plan(of: step, parameters: parameters)
        var giants = 1.0
        var sharesModDown = true
        if case .linear(let linear) = plan {
            giants = Double(linear.outputs[0].count)
            sharesModDown = linear.postponesModDown
        }
        let copies = Double(1 << matrix.folds.count)
        let switching = half(
            rescalesLast ? pendingSwitch(step) : noise.keySwitch(level: step.level))
        let encoding = squared(
            noise.slotDeviation(
                variance: noise.encodingVariance,
                scale: parameters.scale(atLevel: step.operandLevel)))
        let rescaling = half(noise.rescale(fromLevel: step.operandLevel))
        // Divisions and switches of the folded sums; the real part doubles what stands before it.
        var common =
            copies * (giants * (rescalesLast ? 0 : rescaling))
            + (copies * (giants - 1) + copies - 1) * switching
        if matrix.takesRealPart { common = 4 * common + switching }
        if rescalesLast { common += rescaling }
        var result = [Double](repeating: common, count: step.layout.elementCount)
        for term in terms {
            let squares = squares(term.source, values)
            let rounding = Double(term.amounts.count) * copies * encoding / 2 * mean(squares)
            let rotates = term.amounts.contains { $0 != 0 }
            let baby = rotates ? babyNoise(step.operandLevel, sharesModDown) : 0
            for row in result.indices {
                var sum = rounding * (matrix.takesRealPart ? 2 : 1)
                for (column, weight) in term.matrix.row(row) {
                    sum += weight * weight * (known[term.source][column] + baby)
                }
                result[row] += sum
            }
        }
        return result
    }

    /// What a key switch of a pending product adds.
    private func pendingSwitch(_ step: SlotProgram.Step) -> Double {
        guard parameters.digitLimbCount > 0 else { return 0 }
        let scale = parameters.scale(atLevel: step.operandLevel)
        return noise.slotDeviation(
            variance: noise.keySwitchVariance(level: step.operandLevel), scale: scale * scale)
    }

    private func mean(_ list: [Double]) -> Double {
        list.reduce(0, +) / Double(max(1, list.count))
    }

    /// What a hoisted rotation adds; its mod-down is counted with the rescale where it is postponed.
    private func babyNoise(_ level: Int, _ sharesModDown: Bool) -> Double {
        guard parameters.digitLimbCount > 0 else { return 0 }
        let variance =
            sharesModDown
            ? noise.keySwitchVarianceBeforeRounding(level: level)
            : noise.keySwitchVariance(level: level)
        return half(
            noise.slotDeviation(variance: variance, scale: parameters.scale(atLevel: level)))
    }

    private func polynomial(
        _ step: SlotProgram.Step, _ polynomial: SlotProgram.Polynomial, _ source: Int,
        _ known: [Double], _ values: Values
    ) -> [Double] {
        let squares = squares(source, values)
        if polynomial.isSquare {
            return known.indices.map { 4 * squares[$0] * known[$0] + product(step) }
        }
        // Every level of the evaluation rounds; what it rounds is then multiplied by up to `amplification`.
        let magnitude = figures[source].magnitude
        let slope = squared(polynomial.largestSlope(magnitude: magnitude))
        let amplification = squared(polynomial.amplification(magnitude: magnitude))
        let inner = Double((try? polynomial.depth) ?? 1) * product(step) * amplification
        return known.map { slope * $0 + inner }
    }

    /// What a relinearized and rescaled product adds beyond what the operands carry.
    private func product(_ step: SlotProgram.Step) -> Double {
        guard parameters.digitLimbCount > 0 else { return 0 }
        let key = noise.slotDeviation(
            variance: noise.keySwitchVarianceBeforeRounding(level: step.operandLevel),
            scale: parameters.scale(atLevel: step.operandLevel)
                * parameters.scale(atLevel: step.operandLevel))
        return half(noise.rescale(fromLevel: step.operandLevel)) + half(key)
    }

    /// Variance of the real part for a deviation of the complex slot.
    private func half(_ deviation: Double) -> Double {
        deviation.isFinite ? deviation * deviation / 2 : 0
    }
}

private func squared(_ x: Double) -> Double { x * x }
