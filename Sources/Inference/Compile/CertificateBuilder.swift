import CKKS
import RealModule

/// Collects what the search found into the certificate.
struct CertificateBuilder {
    let model: ImportedModel
    let options: CompileOptions
    let fitted: Network
    let plan: CKKSPlan
    let outputMagnitude: Double
    /// What columns would cost for the same rows, in butterflies; nil where they cannot run the network.
    let columnCost: Double?
    /// Noise added to answers.
    let rooms: HidingPlan.Rooms

    func build() throws -> Certificate {
        let typical = plan.noise.variances(.secretKey, .typical)
        let publicly = plan.noise.variances(.publicKey, .typical)
        let layers = try plan.program.steps.indices.map {
            try layer($0, typical.steps[$0], publicly.steps[$0])
        }
        let parameters = plan.parameters
        let bound = SecurityBound.maximumModulusBits(
            degree: parameters.degree, security: options.security)
        return Certificate(
            layers: layers, approximations: approximations,
            approximationEffect: try approximationEffect(),
            askedPrecisionBits: options.precisionBits, outputMagnitude: outputMagnitude,
            errorBound: plan.noise.bound(.secretKey) + (rooms.flooding?.scoreBound ?? 0),
            typicalError: rooms.typical(typical.output.rootMean),
            publicKeyTypicalError: rooms.typical(publicly.output.rootMean),
            keySwitchCount: layers.reduce(0) { $0 + $1.keySwitches },
            rowsPerCiphertext: plan.program.rowCapacity, modulusBits: parameters.logQP,
            modulusBound: bound ?? 0, security: options.security.rawValue,
            rangeSource: rangeSource, reasons: reasons, flooding: rooms.flooding,
            sharing: rooms.sharing, predictedMilliseconds: milliseconds,
            costSource: options.costs.source, unhidden: nil)
    }

    private var milliseconds: Double {
        let groups = (options.rows + plan.program.rowCapacity - 1) / plan.program.rowCapacity
        return options.costs.milliseconds(butterflies: serverCost * plan.parameters.butterflies)
            + options.costs.milliseconds(
                reading: groups * plan.program.inputLayouts.count, groups: groups,
                parameters: plan.parameters, level: plan.program.inputLevel)
            + options.costs.milliseconds(
                answers: groups, parameters: plan.parameters, places: plan.parameters.degree,
                flooding: rooms.flooding)
    }

    /// The plan's cost without what it counts for the client's further ciphertexts.
    private var serverCost: Double {
        let groups = (options.rows + plan.program.rowCapacity - 1) / plan.program.rowCapacity
        return plan.cost
            - Double(groups)
            * LayoutSearch.clientCost(
                ciphertexts: plan.program.inputLayouts.count, parameters: plan.parameters,
                level: plan.program.inputLevel)
    }

    private func layer(
        _ index: Int, _ variances: [Double], _ publicKeyVariances: [Double]
    ) throws -> Certificate.Layer {
        let step = plan.program.steps[index]
        let stepPlan = try plan.program.plan(of: step, parameters: plan.parameters)
        return Certificate.Layer(
            name: step.origin.description, operation: describe(step), level: step.level,
            scaleBits: Double.log2(plan.noise.scale(of: index)),
            magnitude: plan.noise.figures[index].magnitude, keySwitches: stepPlan.keySwitchCount,
            errorBits: -Double.log2(variances.rootMean),
            publicKeyErrorBits: -Double.log2(publicKeyVariances.rootMean))
    }

    private func describe(_ step: SlotProgram.Step) -> String {
        switch step.operation {
        case .input: "encrypted rows of \(step.layout.elementCount)"
        case .sum(let sources, _): "sum of \(sources.count)"
        case .fold(_, let matrix): "fold \(matrix.columnCount) -> \(matrix.rowCount)"
        case .pendingSquare: "square"
        case .product: "product"
        case .affine(let terms, _, _, _):
            "affine \(terms.map { "\($0.matrix.columnCount)" }.joined(separator: "+")) -> "
                + "\(step.layout.elementCount)"
        case .polynomial(_, let polynomial):
            polynomial.isSquare ? "square" : "polynomial of degree \(polynomial.degree)"
        }
    }

    private var approximations: [Certificate.Approximation] {
        fitted.nodes.compactMap { node in
            guard case .activation(_, .fitted(let fit)) = node.operation else { return nil }
            return Certificate.Approximation(
                name: node.origin.description, function: "\(fit.function)",
                interval: fit.series.interval, degree: fit.series.degree,
                maximumError: fit.maximumError)
        }
    }

    /// Largest difference of the outputs with and without approximations, over the calibration rows.
    private func approximationEffect() throws -> Double? {
        guard !options.calibrationRows.isEmpty, !approximations.isEmpty else { return nil }
        let exact = try ClearExecutor(model.network).run(options.calibrationRows)
        let approximate = try ClearExecutor(fitted).run(options.calibrationRows)
        return zip(exact.joined(), approximate.joined()).map { abs($0 - $1) }.max()
    }

    private var rangeSource: String {
        if !options.calibrationRows.isEmpty {
            return "calibrated on \(options.calibrationRows.count) rows"
        }
        return options.inputRange == nil ? "assumed" : "declared"
    }

    private var reasons: [String] {
        var reasons: [String] = []
        let network = model.network
        if options.scheme == .auto {
            reasons.append(
                network.isAffine
                    ? "ckks: faster than paillier by orders of magnitude; --scheme paillier gives "
                        + "small keys and exact integers"
                    : "ckks: the model is not affine, paillier cannot run it")
        }
        let layouts = plan.program.inputLayouts
        if layouts.count == 1, layouts[0].plainStride != nil {
            reasons.append("slots: one copy of the input per \(layouts[0].period) positions")
        } else {
            reasons.append(
                "slots: the client repeats its input over \(layouts.count) "
                    + "ciphertext\(layouts.count == 1 ? "" : "s")"
                    + (layouts[0].imaginary == nil ? "" : ", imaginary parts included")
                    + ", so that the first map needs few rotations")
        }
        if let columnCost {
            let cost = plan.cost * plan.parameters.butterflies
            reasons.append(
                LayoutCosts(
                    rows: options.rows, slots: cost, columns: columnCost, costs: options.costs
                ).text)
        }
        reasons.append(
            "degree \(plan.parameters.degree): the smallest ring with \(plan.lowering.inputLevel) levels "
                + "at \(options.security.rawValue)-bit security and the asked precision")
        return reasons
    }
}

extension [Double] {
    /// Root of the mean.
    fileprivate var rootMean: Double { (reduce(0, +) / Double(Swift.max(1, count))).squareRoot() }
}
