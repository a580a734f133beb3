import CKKS
import RealModule

/// The Paillier back end: one affine map in fixed point, with the plaintext space checked up front.
struct PaillierCompiler {
    let model: ImportedModel
    let options: CompileOptions
    let inputs: InputRanges

    /// Fraction bits beyond the asked precision, so that rounding inputs and weights does not show.
    private static let guardBits = 12

    func compile() throws -> CompiledModel {
        guard let map = model.network.composedAffineMap() else {
            throw CompileError.schemeUnsuitable(
                scheme: "paillier",
                reason: "it adds and scales only, and the model has activations or "
                    + "products of values", wayOut: "compile with --scheme ckks")
        }
        let bits = options.precisionBits + Self.guardBits
        let outputBound = bound(map.matrix, map.bias)
        let gain = largestRowSum(map.matrix)
        guard outputBound.isFinite, gain.isFinite else {
            throw CompileError.valuesTooLarge(
                node: model.network[model.network.output].origin.description,
                magnitude: max(outputBound, gain))
        }
        // Bits by which the input's rounding may grow in a score.
        let inputBits = max(0, Int(Double.log2(max(gain, 1)).rounded(.up)))
        let weightBits = bits + magnitudeBits
        let card = PaillierCard(
            modulusBits: options.paillierBits, inputFractionBits: bits + inputBits,
            outputFractionBits: bits + inputBits + weightBits,
            scoreSlotBits: slotBits(
                gain: gain, bias: map.bias, fractionBits: bits + inputBits + weightBits))
        let program = PaillierProgram(
            matrix: map.matrix, bias: map.bias, weightFractionBits: weightBits)
        try checkRoom(card, outputBound)
        let modelCard = ModelCard(
            name: options.modelName, modelID: ModelCard.randomID(),
            input: ModelCard.Input(
                name: model.inputs.map(\.name).joined(separator: ", "),
                shape: model.network[model.network.input].shape,
                ranges: inputs.forCard),
            output: ModelCard.Output(
                count: model.network.outputCount, bound: max(outputBound, 1),
                errorBound: errorBound(card, program),
                publicKeyErrorBound: errorBound(card, program), tail: model.tail,
                disclosure: options.disclosure.isFull ? nil : options.disclosure),
            scheme: .paillier(card))
        return CompiledModel(
            card: modelCard, network: model.network, program: .paillier(program),
            certificate: certificate(card, program, outputBound))
    }

    /// Largest score that accepted inputs can give.
    private func bound(_ matrix: SparseMatrix, _ bias: [Double]) -> Double {
        (0..<matrix.rowCount).map { row in
            matrix.row(row).reduce(abs(bias[row])) {
                $0 + abs($1.value) * inputs.elements[$1.column].magnitude
            }
        }.max() ?? 0
    }

    /// Largest sum of the magnitudes in a row: the most by which an input's error may grow.
    private func largestRowSum(_ matrix: SparseMatrix) -> Double {
        (0..<matrix.rowCount).map { row in
            matrix.row(row).reduce(0) { $0 + abs($1.value) }
        }.max() ?? 0
    }

    /// Bits of a score in a shared ciphertext: for any inputs the encoding accepts, its sign and a guard bit included.
    ///
    /// Rounded up to whole bytes, which says less about the weights. Nil where sharing does not pay: a single score,
    /// or scores so wide that no two fit.
    private func slotBits(gain: Double, bias: [Double], fractionBits: Int) -> Int? {
        guard bias.count > 1 else { return nil }
        let largest = max(1, inputs.forCard.map(\.magnitude).max() ?? 1)
        let score = max(1, gain * largest + (bias.map(abs).max() ?? 0))
        guard score.isFinite else { return nil }
        let bits = Int(Double.log2(score).rounded(.up)) + fractionBits + 3
        let slot = (bits + 7) / 8 * 8
        return 2 * slot <= options.paillierBits - 3 ? slot : nil
    }

    /// Bits by which a weight's rounding may grow in a score.
    private var magnitudeBits: Int {
        let sum = inputs.elements.reduce(0) { $0 + $1.magnitude }
        return max(0, Int(Double.log2(max(sum, 1)).rounded(.up)))
    }

    private func errorBound(_ card: PaillierCard, _ program: PaillierProgram) -> Double {
        Double.exp2(-Double(options.precisionBits + Self.guardBits) + 1)
    }

    private func checkRoom(_ card: PaillierCard, _ outputBound: Double) throws {
        // Positive and negative scores each have a third of the plaintext space.
        let needed = Double.log2(max(outputBound, 1)) + Double(card.outputFractionBits) + 2
        guard needed < Double(card.modulusBits) - 2 else {
            throw CompileError.schemeUnsuitable(
                scheme: "paillier",
                reason:
                    "scores need \(Int(needed)) bits of a \(card.modulusBits)-bit plaintext space",
                wayOut: "ask for less --precision or a narrower --range")
        }
    }

    private func certificate(
        _ card: PaillierCard, _ program: PaillierProgram, _ outputBound: Double
    ) -> Certificate {
        let network = model.network
        let layer = Certificate.Layer(
            name: network[network.output].origin.description,
            operation: "affine \(network.inputCount) -> \(network.outputCount)", level: 0,
            scaleBits: Double(card.outputFractionBits), magnitude: outputBound, keySwitches: 0,
            errorBits: Double(options.precisionBits + Self.guardBits),
            publicKeyErrorBits: Double(options.precisionBits + Self.guardBits))
        let security = card.modulusBits == 2048 ? 112 : card.modulusBits == 3072 ? 128 : 140
        return Certificate(
            layers: [layer], approximations: [], approximationEffect: nil,
            askedPrecisionBits: options.precisionBits, outputMagnitude: 1,
            errorBound: errorBound(card, program), typicalError: errorBound(card, program),
            publicKeyTypicalError: errorBound(card, program), keySwitchCount: 0,
            rowsPerCiphertext: 1,
            modulusBits: Double(card.modulusBits), modulusBound: card.modulusBits,
            security: security,
            rangeSource: options.calibrationRows.isEmpty
                ? (options.inputRange == nil ? "assumed" : "declared")
                : "calibrated on \(options.calibrationRows.count) rows",
            reasons: ["paillier: asked for; exact integers, no evaluation keys but the public key"]
                + (card.scoreSlotBits.map { slot in
                    ["\((card.modulusBits - 3) / slot) scores of \(slot) bits fit a ciphertext"]
                } ?? []), flooding: nil, sharing: nil,
            predictedMilliseconds: milliseconds(card, program), costSource: options.costs.source,
            unhidden: nil)
    }

    private func milliseconds(_ card: PaillierCard, _ program: PaillierProgram) -> Double {
        let scores = program.matrix.rowCount
        let weight = program.matrix.values.reduce(0) { max($0, abs($1)) }
        let bits = max(1, Double(program.weightFractionBits) + Double.log2(max(weight, 0x1p-100)))
        var (answers, exponent) = (scores, bits)
        if let slot = card.scoreSlotBits {
            let perAnswer = min(scores, max(1, (card.modulusBits - 3) / slot))
            answers = (scores + perAnswer - 1) / perAnswer
            exponent += Double((perAnswer - 1) * slot)
        }
        return options.costs.paillierMilliseconds(
            rows: options.rows, inputs: program.matrix.columnCount, answers: answers,
            exponentBits: exponent, modulusBits: card.modulusBits)
    }
}
