import CKKS
import RealModule

/// A single affine map: one polynomial product does, without evaluation keys.
extension CKKSCompiler {
    /// The plan in coefficients; nil for other networks, for maps that are too large, or where another layout is asked.
    func coefficientPlan(_ form: Network, _ ranges: ValueRanges, _ output: OutputFigures)
        -> CoefficientPlan?
    {
        guard options.layout == .auto || options.layout == .coefficients,
            case .affine(let map) = form[form.output].operation, map.terms.count == 1,
            map.terms[0].source == form.input
        else { return nil }
        return CoefficientSearch(
            matrix: map.terms[0].matrix, bias: map.bias, origin: form[form.output].origin,
            input: ranges.figures(of: form.input),
            capacity: output.room(in: form),
            errorTarget: output.errorTarget, security: options.security, hiding: hiding
        ).best()
    }

    /// Card and certificate of a plan in coefficients.
    func coefficientModel(
        _ plan: CoefficientPlan, _ normalization: InputNormalization?, _ output: OutputFigures
    ) -> CompiledModel {
        let program = plan.program
        let rooms = hiding.rooms(
            plan.hidden, bound: plan.bound(.secretKey), magnitude: output.magnitude)
        let keys = KeyRequirements(
            rotations: [], relinearizationLevel: nil, conjugationLevel: nil, responseLevel: 0)
        let lattice = CKKSCard(
            parameters: .init(plan.parameters), layout: .coefficients(program.layout),
            inputLevel: 0, normalization: normalization, keys: keys, flooding: rooms.flooding,
            sharing: rooms.sharing)
        return CompiledModel(
            card: card(lattice, output, bound: plan.bound), network: model.network,
            program: .coefficients(program),
            certificate: certificate(plan, output, rooms))
    }

    private func certificate(
        _ plan: CoefficientPlan, _ output: OutputFigures, _ rooms: HidingPlan.Rooms
    ) -> Certificate {
        let (program, parameters) = (plan.program, plan.parameters)
        let typical = rooms.typical(plan.typical[.secretKey] ?? 0)
        let publicTypical = rooms.typical(plan.typical[.publicKey] ?? 0)
        let layer = Certificate.Layer(
            name: program.origin.description,
            operation: "affine \(program.matrix.columnCount) -> \(program.matrix.rowCount)",
            level: 0,
            scaleBits: Double.log2(parameters.scale(atLevel: 0) * program.layout.weightFactor),
            magnitude: output.magnitude, keySwitches: 0, errorBits: -Double.log2(typical),
            publicKeyErrorBits: -Double.log2(publicTypical))
        return Certificate(
            layers: [layer], approximations: [], approximationEffect: nil,
            askedPrecisionBits: options.precisionBits, outputMagnitude: output.magnitude,
            errorBound: plan.bound(.secretKey) + (rooms.flooding?.scoreBound ?? 0),
            typicalError: typical,
            publicKeyTypicalError: publicTypical,
            keySwitchCount: 0,
            rowsPerCiphertext: program.layout.rowCapacity, modulusBits: parameters.logQP,
            modulusBound: SecurityBound.maximumModulusBits(
                degree: parameters.degree, security: options.security) ?? 0,
            security: options.security.rawValue, rangeSource: rangeSource,
            reasons: [
                "coefficients: one product of polynomials is the whole affine map; no evaluation keys"
            ], flooding: rooms.flooding, sharing: rooms.sharing,
            predictedMilliseconds: milliseconds(plan, rooms), costSource: options.costs.source,
            unhidden: nil)
    }

    /// A product, the mask and the fresh encryption for every ciphertext of rows.
    private func milliseconds(_ plan: CoefficientPlan, _ rooms: HidingPlan.Rooms) -> Double {
        let layout = plan.program.layout
        let groups = (options.rows + layout.rowCapacity - 1) / layout.rowCapacity
        let limbs = Double(plan.parameters.limbCount(atLevel: 0))
        // Weights on both halves, the uniform mask and its transform, in transforms.
        let transforms = Double(groups) * 4 * limbs
        return options.costs.milliseconds(butterflies: transforms * plan.parameters.butterflies)
            + options.costs.milliseconds(
                reading: groups, groups: groups, parameters: plan.parameters, level: 0)
            + options.costs.milliseconds(
                answers: groups, parameters: plan.parameters,
                places: layout.outputCount * min(options.rows, layout.rowCapacity),
                flooding: rooms.flooding)
    }

    /// Where ranges come from.
    var rangeSource: String {
        if !options.calibrationRows.isEmpty {
            return "calibrated on \(options.calibrationRows.count) rows"
        }
        return options.inputRange == nil ? "assumed" : "declared"
    }
}
