import CKKS
import RealModule

/// What layouts cost for a request, for the plan.
struct LayoutCosts {
    let rows: Int
    /// Butterflies of transforms, or their equal.
    let slots: Double?
    let columns: Double
    let costs: CostConstants

    var text: String {
        func time(_ butterflies: Double) -> String {
            let milliseconds = costs.milliseconds(butterflies: butterflies)
            return milliseconds < 1000
                ? "\(milliseconds.formattedBits) ms" : "\((milliseconds / 1000).formattedBits) s"
        }
        let other = slots.map { "slots \(time($0)), " } ?? ""
        return "a request of \(rows) row\(rows == 1 ? "" : "s"): \(other)columns \(time(columns))"
    }
}

/// Many rows through affine maps and squares: one ciphertext per feature.
extension CKKSCompiler {
    /// The plan in columns, where it may be taken or compared.
    func plan(in search: ColumnSearch) -> ColumnPlan? {
        guard options.layout == .columns || (options.layout == .auto && options.rows > 1) else {
            return nil
        }
        return search.best()
    }

    /// Card and certificate of a plan in columns.
    func columnModel(
        _ plan: ColumnPlan, _ search: ColumnSearch, _ normalization: InputNormalization?,
        _ output: OutputFigures, slotCost: Double?
    ) -> CompiledModel {
        let program = plan.program
        let keys = KeyRequirements(
            rotations: [],
            relinearizationLevel: program.inputLevel > 0 ? program.inputLevel : nil,
            conjugationLevel: nil, responseLevel: 0)
        let rooms = hiding.rooms(
            plan.hidden, bound: search.errorBound(plan, .secretKey), magnitude: output.magnitude)
        let lattice = CKKSCard(
            parameters: .init(plan.parameters), layout: .columns(program.layout),
            inputLevel: program.inputLevel, normalization: normalization, keys: keys,
            flooding: rooms.flooding, sharing: rooms.sharing)
        let costs = LayoutCosts(
            rows: options.rows, slots: slotCost, columns: plan.cost, costs: options.costs)
        return CompiledModel(
            card: card(lattice, output) { search.errorBound(plan, $0) }, network: model.network,
            program: .columns(program),
            certificate: certificate(plan, search, output, costs, rooms))
    }

    private func milliseconds(_ plan: ColumnPlan, _ rooms: HidingPlan.Rooms) -> Double {
        let layout = plan.program.layout
        let groups = (options.rows + layout.slotCount - 1) / layout.slotCount
        return options.costs.milliseconds(butterflies: plan.cost)
            + options.costs.milliseconds(
                reading: groups * layout.inputCount, groups: groups, parameters: plan.parameters,
                level: plan.program.inputLevel)
            + options.costs.milliseconds(
                answers: groups * layout.outputCount, parameters: plan.parameters,
                places: plan.parameters.degree, flooding: rooms.flooding)
    }

    private func certificate(
        _ plan: ColumnPlan, _ search: ColumnSearch, _ output: OutputFigures, _ costs: LayoutCosts,
        _ rooms: HidingPlan.Rooms
    ) -> Certificate {
        let (program, parameters) = (plan.program, plan.parameters)
        func typical(_ mode: EncryptionMode) -> Double {
            let list = plan.variances[mode] ?? []
            return rooms.typical((list.reduce(0, +) / Double(max(1, list.count))).squareRoot())
        }
        var width = program.layout.inputCount
        var layers: [Certificate.Layer] = []
        for (index, step) in program.steps.enumerated() {
            var operation = "square of \(width) columns"
            var switches = width
            if case .affine(let matrix, _, _, _) = step.operation {
                operation = "columns \(matrix.columnCount) -> \(matrix.rowCount)"
                (width, switches) = (matrix.rowCount, 0)
            }
            func bits(_ mode: EncryptionMode) -> Double {
                let isLast = index == program.steps.count - 1
                let inner = (plan.stepVariances[mode]?[index] ?? 0).squareRoot()
                return -Double.log2(isLast ? typical(mode) : inner)
            }
            layers.append(
                Certificate.Layer(
                    name: step.origin.description, operation: operation,
                    level: step.level - (switches > 0 ? 1 : 0),
                    scaleBits: Double.log2(parameters.scale(atLevel: step.level)),
                    magnitude: search.figures[index + 1].magnitude, keySwitches: switches,
                    errorBits: bits(.secretKey), publicKeyErrorBits: bits(.publicKey)))
        }
        return Certificate(
            layers: layers, approximations: [], approximationEffect: nil,
            askedPrecisionBits: options.precisionBits, outputMagnitude: output.magnitude,
            errorBound: search.errorBound(plan, .secretKey) + (rooms.flooding?.scoreBound ?? 0),
            typicalError: typical(.secretKey),
            publicKeyTypicalError: typical(.publicKey),
            keySwitchCount: layers.reduce(0) { $0 + $1.keySwitches },
            rowsPerCiphertext: program.layout.slotCount, modulusBits: parameters.logQP,
            modulusBound: SecurityBound.maximumModulusBits(
                degree: parameters.degree, security: options.security) ?? 0,
            security: options.security.rawValue, rangeSource: rangeSource,
            reasons: [
                "columns: one ciphertext per feature, rows in the slots, no rotations", costs.text,
            ], flooding: rooms.flooding, sharing: rooms.sharing,
            predictedMilliseconds: milliseconds(plan, rooms), costSource: options.costs.source,
            unhidden: nil)
    }
}
