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
    /// On what values and weights stand.
    var scales: NoiseScales
    /// How the affine steps are evaluated; nothing in it depends on scales.
    private let plans: [LinearTransformPlan?]
    /// Which results stand at the square of their level's scale.
    private let pending: [Bool]

    /// Predicts for a program on its parameters' scales; `memory` knows plans that were found before.
    init(
        program: SlotProgram, parameters: CKKSParameters, figures: [ValueFigures],
        memory: PlacementMemory
    ) {
        self.program = program
        self.parameters = parameters
        self.figures = figures
        scales = NoiseScales(program, parameters)
        pending = program.pendingSteps
        plans = program.steps.map { step in
            guard case .affine = step.operation,
                case .linear(let plan) = try? program.plan(
                    of: step, parameters: parameters, transform: { try memory.plan(of: $0) })
            else { return nil }
            return plan
        }
    }

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
        let mask = realVariance(
            noise.freshPublicVariance + noise.encodingVariance, scales.values[last])
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
                mode == .secretKey ? noise.freshSymmetricVariance : noise.freshPublicVariance
            let variance = realVariance(
                fresh + noise.encodingVariance, scales.values[step.level])
            return [Double](repeating: variance, count: count)
        case .sum(let sources, _):
            return (0..<count).map { element in sources.reduce(0) { $0 + known[$1][element] } }
        case .fold(let source, let matrix):
            // Every addition doubles what the switches before it added.
            let switching =
                Double(matrix.columnCount / matrix.rowCount - 1)
                * realVariance(noise.keySwitchVariance(level: step.level), scale(of: index))
            return (0..<count).map { row in
                matrix.row(row).reduce(switching) { $0 + known[source][$1.column] }
            }
        case .product(let left, let right):
            let (x, y) = (squares(left, values), squares(right, values))
            return (0..<count).map {
                y[$0] * known[left][$0] + x[$0] * known[right][$0] + product(step)
            }
        case .pendingSquare(let source):
            let squares = squares(source, values)
            let switching = realVariance(
                noise.keySwitchVariance(level: step.level), scale(of: index))
            return (0..<count).map { 4 * squares[$0] * known[source][$0] + switching }
        case .affine(let terms, _, let gathering, let rescalesLast):
            return affine(index, terms, gathering, rescalesLast, known, values)
        case .polynomial(let source, let polynomial):
            return self.polynomial(step, polynomial, source, known[source], values)
        }
    }

    /// Scale of a step's result.
    func scale(of index: Int) -> Double {
        let scale = scales.values[program.steps[index].level]
        return pending[index] ? scale * scale : scale
    }

    private func affine(
        _ index: Int, _ terms: [SlotProgram.Term], _ gathering: Gathering,
        _ rescalesLast: Bool, _ known: [[Double]], _ values: Values
    ) -> [Double] {
        let step = program.steps[index]
        let matrix = program.slotMatrix(terms, gathering, step)
        let giants = Double(plans[index]?.outputs[0].count ?? 1)
        let sharesModDown = plans[index]?.postponesModDown ?? true
        let plain = scales.plain[step.operandLevel]
        let copies = Double(1 << matrix.folds.count)
        let source = scale(of: terms[0].source)
        let switching =
            rescalesLast
            ? realVariance(noise.keySwitchVariance(level: step.operandLevel), source * plain)
            : realVariance(noise.keySwitchVariance(level: step.level), scales.values[step.level])
        let encoding = realVariance(noise.encodingVariance, plain)
        let rescaling = realVariance(noise.divisionVariance, scales.values[step.level])
        // Divisions and switches of the folded sums; the real part doubles what stands before it.
        var common =
            copies * (giants * (rescalesLast ? 0 : rescaling))
            + (copies * (giants - 1) + copies - 1) * switching
        if matrix.takesRealPart { common = 4 * common + switching }
        if rescalesLast { common += rescaling }
        var result = [Double](repeating: common, count: step.layout.elementCount)
        for term in terms {
            let squares = squares(term.source, values)
            let rounding = Double(term.amounts.count) * copies * encoding * mean(squares)
            let rotates = term.amounts.contains { $0 != 0 }
            let baby = rotates ? babyNoise(step.operandLevel, source, sharesModDown) : 0
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

    private func mean(_ list: [Double]) -> Double {
        list.reduce(0, +) / Double(max(1, list.count))
    }

    /// What a hoisted rotation adds; its mod-down is counted with the rescale where it is postponed.
    private func babyNoise(_ level: Int, _ scale: Double, _ sharesModDown: Bool) -> Double {
        let variance =
            sharesModDown
            ? noise.keySwitchVarianceBeforeRounding(level: level)
            : noise.keySwitchVariance(level: level)
        return realVariance(variance, scale)
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
        let scale = scales.values[step.operandLevel]
        return realVariance(noise.divisionVariance, scales.values[step.operandLevel - 1])
            + realVariance(
                noise.keySwitchVarianceBeforeRounding(level: step.operandLevel), scale * scale)
    }

    /// Variance of a slot's real part for a variance of coefficients; nothing where keys never switch.
    private func realVariance(_ variance: Double, _ scale: Double) -> Double {
        let deviation = noise.slotDeviation(variance: variance, scale: scale)
        return deviation.isFinite ? deviation * deviation / 2 : 0
    }
}

/// The scales on which noise is predicted.
struct NoiseScales {
    /// Scale of the values of every level.
    var values: [Double]
    /// Scale of the weights of affine steps whose operands stand at a level; level 0 has none.
    var plain: [Double]

    /// Those of a program.
    init(_ program: SlotProgram, _ parameters: CKKSParameters) {
        values = parameters.scales
        plain = parameters.scales
        let pending = program.pendingSteps
        for step in program.steps {
            guard case .affine(let terms, _, _, _) = step.operation, let term = terms.first else {
                continue
            }
            let level = step.operandLevel
            let scale = parameters.scale(atLevel: level)
            let source = pending[term.source] ? scale * scale : scale
            plain[level] =
                parameters.scale(atLevel: level - 1) * parameters.groupProduct(atLevel: level)
                / source
        }
    }
}

private func squared(_ x: Double) -> Double { x * x }
