import CKKS
import RealModule

/// Parameters and factors for an affine map on coefficients.
struct CoefficientPlan {
    let parameters: CKKSParameters
    let program: CoefficientProgram
    /// Predicted deviation of a score, by who encrypts.
    let deviations: [EncryptionMode: Double]
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

    /// Bits of the largest modulus: one prime.
    private static let mostBits = 49
    /// Bits of an input's factor.
    private static let inputBits = 20...36

    /// Nil where no ring holds the map.
    func best() -> CoefficientPlan? {
        for exponent in 11...15 {
            let degree = 1 << exponent
            guard matrix.rowCount * matrix.columnCount <= degree,
                let bound = SecurityBound.maximumModulusBits(degree: degree, security: security)
            else { continue }
            if let plan = plan(degree: degree, bits: min(bound, Self.mostBits)) { return plan }
        }
        return nil
    }

    private func plan(degree: Int, bits: Int) -> CoefficientPlan? {
        let room = bits - Int(Double.log2(max(capacity, 1)).rounded(.up)) - 2
        var best: (input: Int, error: Double)?
        for inputBits in Self.inputBits where room - inputBits >= 1 {
            let error = deviation(degree, inputBits, room - inputBits, .secretKey)
            if error < best?.error ?? .infinity { best = (inputBits, error) }
        }
        guard let best, NoisePrediction.deviationsOfBound * best.error <= errorTarget,
            let parameters = try? CKKSParameters.make(
                degree: degree, baseBits: bits, scaleBits: best.input, levels: 0, digits: .none,
                security: security)
        else { return nil }
        let layout = CoefficientLayout(
            degree: degree, inputCount: matrix.columnCount, outputCount: matrix.rowCount,
            weightFactor: Double.exp2(Double(room - best.input)))
        return CoefficientPlan(
            parameters: parameters,
            program: CoefficientProgram(layout: layout, matrix: matrix, bias: bias, origin: origin),
            deviations: Dictionary(
                uniqueKeysWithValues: EncryptionMode.allCases.map {
                    ($0, deviation(degree, best.input, room - best.input, $0))
                }))
    }

    /// Deviation of the worst score: fresh noise and rounded inputs times weights, rounded weights times inputs, the
    /// re-randomization.
    private func deviation(
        _ degree: Int, _ inputBits: Int, _ weightBits: Int, _ mode: EncryptionMode
    ) -> Double {
        let fresh = 10.5 * (mode == .secretKey ? 1 : freshGrowth(degree))
        let energy =
            (0..<matrix.rowCount).map { row in
                matrix.row(row).reduce(0) { $0 + $1.value * $1.value }
            }.max() ?? 0
        let inputUnit = Double.exp2(-2 * Double(inputBits))
        let weightUnit = Double.exp2(-2 * Double(weightBits))
        let carried = energy * (fresh + 1.0 / 12) * inputUnit
        let rounded = input.worstSquares.reduce(0, +) / 12 * weightUnit
        let crossed = Double(matrix.columnCount) * fresh / 12 * inputUnit * weightUnit
        let masked = 10.5 * freshGrowth(degree) * inputUnit * weightUnit
        return (carried + rounded + crossed + masked).squareRoot()
    }

    /// Variance of a public-key encryption's noise in variances of the error.
    private func freshGrowth(_ degree: Int) -> Double { 4 * Double(degree) / 3 + 1 }
}
