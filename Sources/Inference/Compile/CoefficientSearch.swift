import CKKS
import RealModule

/// Parameters and factors for an affine map on coefficients.
struct CoefficientPlan {
    let parameters: CKKSParameters
    let program: CoefficientProgram
    /// Predicted deviation of the worst score of the worst row, by who encrypts.
    let deviations: [EncryptionMode: Double]
    /// Predicted root mean square of all scores' errors, by who encrypts.
    let typical: [EncryptionMode: Double]
    /// The noise of answers that may have to be hidden.
    let hidden: HidingPlan.Noise

    /// Bound of a score's error.
    func bound(_ mode: EncryptionMode) -> Double {
        NoisePrediction.deviationsOfBound * (deviations[mode] ?? 0)
    }
}

/// Finds the smallest ring that holds a single affine map in coefficients at the asked precision.
///
/// The modulus is split between the factor of the inputs and the factor of the weights; noise does not grow with the
/// degree as it does in slots, so small rings do.
struct CoefficientSearch {
    let matrix: SparseMatrix
    let bias: [Double]
    let origin: Network.Origin
    /// Figures of the input.
    let input: ValueFigures
    /// Magnitude that the modulus must hold.
    let capacity: Double
    /// Largest error a score may have.
    let errorTarget: Double
    let security: SecurityLevel
    let hiding: HidingPlan

    /// Bits of the modulus: one prime, or two or three where noise has to be hidden; two below 2^46.5 are fastest.
    private static let modulusBits = [49, 93, 98, 147]
    /// Standard deviations of a coefficient's noise with probability below 2^-40 of being exceeded: it is a sum of
    /// thousands of small products, and nearly Gaussian.
    private static let deviationsOfNoise = 9.0
    /// Bits of an input's factor.
    private static let inputBits = 20...100
    /// Bits of a weight's.
    private static let weightBits = 1...30

    /// Nil where no ring holds the map.
    func best() -> CoefficientPlan? {
        for exponent in 11...15 {
            let degree = 1 << exponent
            guard matrix.rowCount * matrix.columnCount <= degree,
                let bound = SecurityBound.maximumModulusBits(degree: degree, security: security)
            else { continue }
            let sizes = hiding.isEmpty ? Self.modulusBits.prefix(1) : Self.modulusBits[...]
            for bits in Set(sizes.map { min(bound, $0) }).sorted() {
                if let plan = plan(degree: degree, bits: bits) { return plan }
            }
        }
        return nil
    }

    private func plan(degree: Int, bits: Int) -> CoefficientPlan? {
        let room = bits - Int(Double.log2(max(capacity, 1)).rounded(.up)) - 2
        var best: (input: Int, error: Double)?
        for inputBits in Self.inputBits where Self.weightBits.contains(room - inputBits) {
            let own = deviation(degree, inputBits, room - inputBits, .secretKey)
            let error =
                NoisePrediction.deviationsOfBound * own
                + hiding.bound(hidden(degree, inputBits, room - inputBits))
            if error < best?.error ?? .infinity { best = (inputBits, error) }
        }
        guard let best, best.error <= errorTarget,
            let parameters = try? CKKSParameters.make(
                degree: degree, baseBits: bits, scaleBits: best.input, levels: 0, digits: .none,
                security: security)
        else { return nil }
        let layout = CoefficientLayout(
            degree: degree, inputCount: matrix.columnCount, outputCount: matrix.rowCount,
            weightFactor: Double.exp2(Double(room - best.input)))
        func deviations(typical: Bool) -> [EncryptionMode: Double] {
            Dictionary(
                uniqueKeysWithValues: EncryptionMode.allCases.map {
                    (
                        $0,
                        deviation(degree, best.input, room - best.input, $0, typical: typical)
                    )
                })
        }
        return CoefficientPlan(
            parameters: parameters,
            program: CoefficientProgram(layout: layout, matrix: matrix, bias: bias, origin: origin),
            deviations: deviations(typical: false), typical: deviations(typical: true),
            hidden: hidden(degree, best.input, room - best.input))
    }

    /// The noise of one row's scores that depends on the computation; rounded weights are a model of their own, not noise.
    private func hidden(_ degree: Int, _ inputBits: Int, _ weightBits: Int) -> HidingPlan.Noise {
        .coefficients(
            bound: Self.deviationsOfNoise
                * deviation(degree, inputBits, weightBits, .publicKey, countsWeights: false),
            count: matrix.rowCount,
            scale: Double.exp2(Double(inputBits + weightBits)))
    }

    /// Deviation of the worst score: fresh noise times weights, rounded inputs times weights, rounded weights times
    /// inputs, the re-randomization.
    ///
    /// All weights stand in one polynomial, and noise in every coefficient of the other: a score has the noise of the whole
    /// matrix, not of its own row.
    private func deviation(
        _ degree: Int, _ inputBits: Int, _ weightBits: Int, _ mode: EncryptionMode,
        countsWeights: Bool = true, typical: Bool = false
    ) -> Double {
        let fresh = 10.5 * (mode == .secretKey ? 1 : freshGrowth(degree))
        let energy = matrix.values.reduce(0) { $0 + $1 * $1 }
        let squares = typical ? input.meanSquares : input.worstSquares
        let inputUnit = Double.exp2(-2 * Double(inputBits))
        let weightUnit = Double.exp2(-2 * Double(weightBits))
        let carried = energy * (fresh + 1.0 / 12) * inputUnit
        let rounded =
            countsWeights ? squares.reduce(0, +) / 12 * weightUnit : 0
        let crossed = Double(matrix.values.count) * fresh / 12 * inputUnit * weightUnit
        let masked = 10.5 * freshGrowth(degree) * inputUnit * weightUnit
        return (carried + rounded + crossed + masked).squareRoot()
    }

    /// Variance of a public-key encryption's noise in variances of the error.
    private func freshGrowth(_ degree: Int) -> Double { 4 * Double(degree) / 3 + 1 }
}
