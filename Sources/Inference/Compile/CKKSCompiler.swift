import CKKS
import RealModule
import Secrets

/// The lattice back end: levels, layouts, parameters, keys, card and certificate for a fitted network.
struct CKKSCompiler {
    let model: ImportedModel
    let options: CompileOptions
    let inputs: InputRanges
    /// The network without functions.
    let fitted: Network

    /// Calibrated output ranges are trusted up to this factor; beyond, `decrypt` refuses.
    static let calibratedHeadroom = 16.0
    /// The same for networks with fitted functions, whose polynomials explode outside their intervals: a score this
    /// large tells of a row that left them.
    static let fittedHeadroom = 4.0
    /// Proven bounds are cut here, far above what any modulus holds.
    private static let largestBound = 0x1p200
    /// Reference magnitude of the outputs when no calibration tells it.
    private static let assumedOutputMagnitude = 64.0

    func compile() throws -> CompiledModel {
        let normalization = normalizesInput ? InputNormalization(ranges: inputs.elements) : nil
        let form = try circuitForm(normalization)
        let ranges = try formRanges(form, normalization)
        let lowering = try Lowering(form, weights: options.costs.weights)
        try checkMagnitudes(lowering, ranges)
        let output = outputFigures(form, ranges)
        if let plan = coefficientPlan(form, ranges, output) {
            return coefficientModel(plan, normalization, output)
        }
        if options.layout == .coefficients {
            throw CompileError.schemeUnsuitable(
                scheme: "layout coefficients",
                reason: "it takes a single affine map whose inputs times outputs fit one polynomial"
                    + (lowering.firstThatIsNeither.map { ", and this model has \($0)" } ?? ""),
                wayOut: "leave --layout away")
        }
        let search = try search(lowering, FoldedNetwork(network: form, folds: []), ranges, output)
        let columns = ColumnSearch(
            lowering: lowering, figures: search.figures, capacity: output.room(in: form),
            errorTarget: output.errorTarget, rows: options.rows, security: options.security,
            hiding: hiding, costs: options.costs)
        let columnPlan = plan(in: columns)
        if options.layout == .columns {
            guard let columnPlan else {
                throw CompileError.schemeUnsuitable(
                    scheme: "layout columns",
                    reason: lowering.firstThatIsNeither.map {
                        "it takes affine maps of one value and squares in a row only, and this model has \($0)"
                    }
                        ?? "its weights of at most \(ColumnSearch.weightBits.upperBound) bits do not reach \(options.precisionBits) bits of precision",
                    wayOut: lowering.firstThatIsNeither == nil
                        ? "ask for fewer --precision bits, or leave --layout away"
                        : "leave --layout away")
            }
            return columnModel(columnPlan, columns, normalization, output, slotCost: nil)
        }
        var plan = try search.best()
        if let folded = try form.foldingRepeatedColumns(),
            let other = try? self.search(folded, normalization, output).best(),
            other.weightedCost * other.parameters.butterflies
                < plan.weightedCost * plan.parameters.butterflies
        {
            plan = other
        }
        let slotCost = plan.cost * plan.parameters.butterflies
        if options.layout == .auto, let columnPlan, columnPlan.cost < slotCost {
            return columnModel(columnPlan, columns, normalization, output, slotCost: slotCost)
        }
        let keys = try KeyRequirements(program: plan.program, parameters: plan.parameters)
        let rooms = hiding.rooms(
            plan.hidden, bound: plan.noise.bound(.secretKey), magnitude: output.magnitude)
        let lattice = CKKSCard(
            parameters: .init(plan.parameters),
            layout: .slots(inputs: plan.program.inputLayouts, output: plan.program.outputLayout),
            inputLevel: plan.program.inputLevel, normalization: normalization, keys: keys,
            flooding: rooms.flooding, sharing: rooms.sharing)
        let card = card(lattice, output, bound: plan.noise.bound)
        let certificate = try CertificateBuilder(
            model: model, options: options, fitted: fitted, plan: plan,
            outputMagnitude: output.magnitude, columnCost: columnPlan?.cost, rooms: rooms
        ).build()
        return CompiledModel(
            card: card, network: model.network, program: .ckks(plan.program),
            certificate: certificate)
    }

    private func search(
        _ lowering: Lowering, _ folded: FoldedNetwork, _ ranges: ValueRanges,
        _ output: OutputFigures
    ) throws -> ParameterSearch {
        let postponing = try Lowering(
            folded.network, folds: folded.folds, weights: options.costs.weights,
            postponesRescales: true)
        return ParameterSearch(
            lowering: lowering,
            postponing: postponing.inputLevel < lowering.inputLevel ? postponing : nil,
            figures: lowering.values.map { ranges.figures(of: $0) },
            outputCapacity: max(
                output.room(in: folded.network),
                ranges.largest(of: lowering.lowestValues, lowering.network)),
            errorTarget: output.errorTarget, rows: options.rows, security: options.security,
            hiding: hiding, precisionBits: options.precisionBits)
    }

    /// The search for a network whose sums of elements stand alone.
    private func search(
        _ folded: FoldedNetwork, _ normalization: InputNormalization?, _ output: OutputFigures
    ) throws -> ParameterSearch {
        let ranges = try formRanges(folded.network, normalization)
        return try search(
            Lowering(folded.network, folds: folded.folds, weights: options.costs.weights), folded,
            ranges, output)
    }

    /// The noise to be added to answers.
    var hiding: HidingPlan {
        HidingPlan(flooding: options.flooding, sharing: options.sharing)
    }

    /// Whether every operation on the input is an affine map, which then takes the scaling for free.
    private var normalizesInput: Bool {
        let network = fitted
        let readers = network.valueIDs.filter {
            network[$0].operation.sources.contains(network.input)
        }
        return network.output != network.input
            && readers.allSatisfy { id in
                guard case .affine(let map) = network[id].operation else { return false }
                return !map.terms.allSatisfy { $0.matrix.isIdentity }
            }
    }

    /// Whether the network has polynomials in the place of functions.
    private var isFitted: Bool {
        fitted.nodes.contains {
            if case .activation(_, .fitted) = $0.operation { true } else { false }
        }
    }

    private func circuitForm(_ normalization: InputNormalization?) throws -> Network {
        let plain = try fitted.propagatedRanges(
            input: inputs.elements, limit: Self.largestBound)
        return try CircuitForm.rewrite(fitted, ranges: plain, normalization: normalization)
    }

    /// Calibrated and propagated ranges of the circuit's values.
    private func formRanges(_ form: Network, _ normalization: InputNormalization?) throws
        -> ValueRanges
    {
        let box = normalization.map { n in n.radii.map { _ in Interval(-1, 1) } } ?? inputs.elements
        let propagated = try form.propagatedRanges(input: box, limit: Self.largestBound)
        guard !options.calibrationRows.isEmpty else {
            return ValueRanges(propagated: propagated, calibrated: nil, statistics: nil)
        }
        let rows = options.calibrationRows.map { normalization?.apply(to: $0) ?? $0 }
        let calibrated = try form.calibratedRanges(rows, margin: CompileOptions.innerMargin)
        return ValueRanges(
            propagated: propagated, calibrated: calibrated, statistics: try form.statistics(rows))
    }

    private func checkMagnitudes(_ lowering: Lowering, _ ranges: ValueRanges) throws {
        for id in lowering.values where !(ranges.magnitude(of: id) < 0x1p80) {
            throw CompileError.valuesTooLarge(
                node: lowering.place(of: id).description,
                magnitude: ranges.magnitude(of: id))
        }
    }

    private func outputFigures(_ form: Network, _ ranges: ValueRanges) -> OutputFigures {
        let worst = max(ranges.propagated[form.output].magnitude, 0x1p-10)
        let precision = Double.exp2(-Double(options.precisionBits))
        guard let calibrated = ranges.calibrated?[form.output].magnitude, calibrated > 0 else {
            let magnitude = min(worst, Self.assumedOutputMagnitude)
            return OutputFigures(
                magnitude: magnitude, capacity: worst, errorTarget: magnitude * precision)
        }
        let magnitude = calibrated / (1 + 2 * CompileOptions.innerMargin)
        let headroom = isFitted ? Self.fittedHeadroom : Self.calibratedHeadroom
        return OutputFigures(
            magnitude: magnitude, capacity: min(worst, headroom * calibrated),
            errorTarget: magnitude * precision)
    }

    /// The public card of a plan in any layout; `bound` is its own error bound, by who encrypts.
    func card(
        _ lattice: CKKSCard, _ output: OutputFigures, bound: (EncryptionMode) -> Double
    ) -> ModelCard {
        let flooded = lattice.flooding?.scoreBound ?? 0
        return ModelCard(
            name: options.modelName, modelID: ModelCard.randomID(),
            input: ModelCard.Input(
                name: model.inputs.map(\.name).joined(separator: ", "),
                shape: model.network[model.network.input].shape,
                ranges: inputs.forCard),
            output: ModelCard.Output(
                count: model.network.outputCount, bound: output.capacity,
                errorBound: bound(.secretKey) + flooded,
                publicKeyErrorBound: bound(.publicKey) + flooded,
                tail: model.tail,
                disclosure: options.disclosure.isFull ? nil : options.disclosure),
            scheme: .ckks(lattice))
    }
}

/// What the outputs are expected to be, and how exact.
struct OutputFigures {
    /// Expected magnitude, to which the asked precision refers.
    let magnitude: Double
    /// Magnitude the last modulus must hold; larger scores are refused by `decrypt`.
    let capacity: Double
    /// Largest error an output may have.
    let errorTarget: Double

    /// Magnitude that level 0 has to hold: outputs with their errors, and the constants added to them; primes lie a
    /// little beside the power of two that they are chosen for.
    func room(in network: Network) -> Double {
        var largest = capacity + errorTarget
        if case .affine(let map) = network[network.output].operation {
            largest = max(largest, map.bias.lazy.map(abs).max() ?? 0)
        }
        return largest * (1 + 0x1p-6)
    }
}

/// Ranges of a network's values from both sources.
struct ValueRanges {
    /// Bounds that hold for all accepted inputs.
    let propagated: NetworkRanges
    /// What calibration rows showed, widened; nil without rows.
    let calibrated: NetworkRanges?
    /// What calibration rows say about every value; nil without rows.
    let statistics: [ValueStatistics]?

    /// Expected magnitude of a value.
    func magnitude(of id: ValueID) -> Double {
        calibrated.map { min($0[id].magnitude, propagated[id].magnitude) }
            ?? propagated[id].magnitude
    }

    /// Largest expected magnitude among values, the output's own excepted.
    func largest(of ids: [ValueID], _ network: Network) -> Double {
        ids.filter { $0 != network.output }.map { 4 * magnitude(of: $0) }.max() ?? 0
    }
}

extension InputNormalization {
    /// `(x - center) / radius`, element by element.
    public func apply(to row: [Double]) -> [Double] {
        row.indices.map { (row[$0] - centers[$0]) / radii[$0] }
    }
}

extension ModelCard {
    /// A fresh random identity.
    static func randomID() -> String {
        KeyID(from: SystemRandomSource()).description
    }
}
