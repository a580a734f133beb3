public import CKKS
package import Secrets

/// A coefficient program whose weights are encoded; made once, used for every request.
public struct PreparedCoefficients: Sendable {
    /// The program.
    public let program: CoefficientProgram
    /// Parameters and tables.
    public let context: CKKSContext
    private let weights: Plaintext
    private let bias: Plaintext
    /// The bias at the places of all rows, by limb.
    private let biasResidues: [[UInt64]]
    private let source: any RandomSource

    /// Encodes weights and biases.
    ///
    /// - Throws: `CKKSError` when a weight does not fit.
    public init(_ program: CoefficientProgram, context: CKKSContext) throws(CKKSError) {
        try self.init(program, context: context, source: SystemRandomSource())
    }

    /// The same with another source of masks, for tests.
    package init(
        _ program: CoefficientProgram, context: CKKSContext, source: any RandomSource
    ) throws(CKKSError) {
        let encoder = CoefficientEncoder(context: context)
        let scale = context.parameters.scale(atLevel: 0)
        let layout = program.layout
        self.program = program
        self.context = context
        self.source = source
        weights = try encoder.encode(
            layout.weights(program.matrix), factor: layout.weightFactor, level: 0, scale: 1)
        bias = try encoder.encode(
            layout.biases(program.bias), factor: layout.weightFactor * scale, level: 0, scale: scale
        )
        biasResidues = bias.residues(at: layout.places)
    }

    /// Multiplies, adds the bias, and masks every coefficient that holds no score.
    ///
    /// - Parameters:
    ///   - input: one ciphertext of rows.
    ///   - engine: the arithmetic.
    ///   - rowCount: how many rows it holds; nil for as many as it can.
    /// - Throws: `RunError`.
    public func run<Engine: SlotArithmetic>(
        _ input: Engine.Ciphertext, engine: Engine, rowCount: Int? = nil
    ) throws(RunError) -> Engine.Ciphertext {
        try run(input, engine: engine, rowCount: rowCount, flood: nil)
    }

    /// What a server sends: the scores of the first rows, re-randomized, and nothing of the other coefficients.
    ///
    /// - Parameters:
    ///   - input: one ciphertext of rows.
    ///   - evaluator: with the client's keys.
    ///   - rowCount: how many rows it holds.
    ///   - placeRowCount: for how many rows there shall be places; those without a row are zero.
    ///   - flood: noise for every score.
    /// - Throws: `RunError`.
    package func answer(
        _ input: Ciphertext, evaluator: Evaluator, rowCount: Int, placeRowCount: Int,
        flood: NoiseFlood?
    ) throws(RunError) -> CoefficientAnswer {
        let layout = program.layout
        do {
            return try evaluator.answer(
                input, times: weights, adding: biasResidues, at: layout.places(ofRows: rowCount),
                flood: flood, source: source
            ).padded(toPlaceCount: layout.places(ofRows: placeRowCount).count)
        } catch {
            throw RunError(step: 1, origin: program.origin.description, reason: "\(error)")
        }
    }

    /// `run` with noise on the coefficients that hold scores.
    package func run<Engine: SlotArithmetic>(
        _ input: Engine.Ciphertext, engine: Engine, rowCount: Int?, flood: NoiseFlood?
    ) throws(RunError) -> Engine.Ciphertext {
        do {
            let mask = try CoefficientEncoder(context: context).mask(
                keeping: program.layout.places(ofRows: rowCount), flood: flood, level: 0,
                scale: bias.scale, source: source)
            let product = try engine.multiplyPlain(input, weights)
            return try engine.addPlain(engine.addPlain(product, bias), mask)
        } catch {
            throw RunError(step: 1, origin: program.origin.description, reason: "\(error)")
        }
    }
}
