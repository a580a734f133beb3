import CKKS
import Circuits
import RealModule

/// Parameters and factors for a chain of affine maps and squares on columns.
struct ColumnPlan {
    let parameters: CKKSParameters
    let program: ColumnProgram
    /// Predicted variance of every score, by who encrypts.
    let variances: [EncryptionMode: [Double]]
    /// Predicted mean variance of the values after every step, by who encrypts.
    let stepVariances: [EncryptionMode: [Double]]
    /// The noise of answers that may have to be hidden.
    let hidden: HidingPlan.Noise
    /// Work for all rows, in butterflies of transforms.
    let cost: Double
}

/// Finds parameters for columns: one ciphertext per feature, rows in the slots.
///
/// Weights become integers, so affine maps cost no level; values grow by their factors instead, and only squares rescale.
/// One level per square, relinearization keys only.
struct ColumnSearch {
    let lowering: Lowering
    /// Figures of every live value, in order.
    let figures: [ValueFigures]
    let capacity: Double
    let errorTarget: Double
    let rows: Int
    let security: SecurityLevel
    let hiding: HidingPlan
    let costs: CostConstants

    /// Bits of a weight.
    static let weightBits = 8...30
    /// Bits of a level; more than one prime holds only where noise has to be hidden.
    private var scaleBits: ClosedRange<Int> { hiding.isEmpty ? 22...48 : 22...100 }
    /// A step before factors are known: a map, or nil for a square.
    private struct Link {
        let map: (matrix: SparseMatrix, bias: [Double])?
        let source: ValueFigures
        let result: ValueFigures
        let origin: Network.Origin
    }

    /// Parameters that were not made yet.
    private struct Shape {
        let degree: Int
        let weightBits: Int
        let scaleBits: Int
    }

    /// Nil for networks of another kind, or where nothing holds them.
    func best() -> ColumnPlan? {
        guard let links = links() else { return nil }
        for exponent in 12...15 {
            let degree = 1 << exponent
            var shapes: [(shape: Shape, bits: Int)] = []
            for weightBits in Self.weightBits {
                let found = scaleBits.lazy
                    .map { Shape(degree: degree, weightBits: weightBits, scaleBits: $0) }
                    .first { bound(links, $0) <= errorTarget }
                if let found { shapes.append((found, totalBits(links, found))) }
            }
            for (shape, _) in shapes.sorted(by: { $0.bits < $1.bits }) {
                if let plan = plan(links, shape) { return plan }
            }
        }
        return nil
    }

    private func links() -> [Link]? {
        guard lowering.isChain else { return nil }
        var links: [Link] = []
        for (index, id) in lowering.values.enumerated().dropFirst() {
            let node = lowering.network[id]
            let map: (SparseMatrix, [Double])?
            switch node.operation {
            case .affine(let affine) where affine.terms.count == 1:
                map = (affine.terms[0].matrix, affine.bias)
            case .activation(_, .polynomial(let polynomial)) where polynomial.isSquare:
                map = nil
            default: return nil
            }
            let widths = map.map { $0.0.rowCount * $0.0.columnCount } ?? 0
            guard widths <= ColumnProgram.largestMatrix else { return nil }
            links.append(
                Link(
                    map: map, source: figures[index - 1], result: figures[index],
                    origin: node.origin))
        }
        return links.contains { $0.map != nil } ? links : nil
    }

    private var levels: Int { lowering.values.count { isSquare($0) } }

    private func isSquare(_ id: ValueID) -> Bool {
        if case .activation = lowering.network[id].operation { return true }
        return false
    }

    /// What the weights of a map are multiplied by.
    private func factor(_ matrix: SparseMatrix, _ bits: Int) -> Double {
        let largest = matrix.values.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return 1 }
        return Double.exp2(Double(bits) - Double.log2(largest).rounded(.up))
    }

    /// Bits of the base group, so that every value fits at its level.
    private func baseBits(_ links: [Link], _ shape: Shape) -> Int {
        var factor = 1.0
        var level = levels
        var needed = 0.0
        for (index, link) in links.enumerated() {
            let isLast = index == links.count - 1
            let magnitude = isLast ? capacity : 4 * link.result.magnitude
            if let map = link.map {
                factor *= self.factor(map.matrix, shape.weightBits)
            } else {
                factor *= factor
                // Before the rescale the scale counts twice.
                let pending = Double.log2(max(1, magnitude * factor)) + Double(2 * shape.scaleBits)
                needed = max(needed, pending - Double(level * shape.scaleBits))
                level -= 1
            }
            let bits = Double.log2(max(1, magnitude * factor)) + Double(shape.scaleBits)
            needed = max(needed, bits - Double(level * shape.scaleBits))
        }
        return Int(needed.rounded(.up)) + 2
    }

    private func totalBits(_ links: [Link], _ shape: Shape) -> Int {
        baseBits(links, shape) + levels * shape.scaleBits
    }

    private func bound(_ links: [Link], _ shape: Shape) -> Double {
        let worst = variances(links, shape, .secretKey, typical: false).max() ?? .infinity
        return NoisePrediction.deviationsOfBound * worst.squareRoot()
            + hiding.bound(hidden(links, shape))
    }

    /// The noise that depends on the computation; rounded weights are a model of their own, not noise.
    private func hidden(_ links: [Link], _ shape: Shape) -> HidingPlan.Noise {
        let worst =
            variances(links, shape, .publicKey, typical: false, countsWeights: false).max()
            ?? .infinity
        return .slots(
            bound: NoisePrediction.deviationsOfBound * worst.squareRoot(), degree: shape.degree,
            scale: Double.exp2(Double(shape.scaleBits)) * factor(links, shape),
            ciphertexts: links[links.count - 1].result.largest.count)
    }

    /// What the scores come multiplied by.
    private func factor(_ links: [Link], _ shape: Shape) -> Double {
        links.reduce(1) { product, link in
            link.map.map { product * factor($0.matrix, shape.weightBits) } ?? product * product
        }
    }

    /// Variances of the scores' real parts, in their own units.
    private func variances(
        _ links: [Link], _ shape: Shape, _ mode: EncryptionMode, typical: Bool,
        countsWeights: Bool = true, observe: (_ mean: Double) -> Void = { _ in }
    ) -> [Double] {
        let degree = Double(shape.degree)
        let unit = degree / 2 * Double.exp2(-2 * Double(shape.scaleBits))
        let growth = 4 * degree / 3 + 1
        let division = unit / 12 * (1 + degree * 2 / 3)
        let fresh = unit * (10.5 * (mode == .secretKey ? 1 : growth) + 1.0 / 12)
        var factor = 1.0
        var known = [Double](
            repeating: fresh, count: links[0].source.largest.count)
        for link in links {
            let squares = typical ? link.source.meanSquares : link.source.worstSquares
            guard let map = link.map else {
                known = known.indices.map {
                    4 * squares[$0] * factor * factor * known[$0] + division
                }
                factor *= factor
                observe(known.mean / (factor * factor))
                continue
            }
            let weight = self.factor(map.matrix, shape.weightBits)
            known = (0..<map.matrix.rowCount).map { row in
                map.matrix.row(row).reduce(0.0) { sum, entry in
                    sum + entry.value * entry.value * weight * weight * known[entry.column]
                        + (countsWeights ? squares[entry.column] * factor * factor / 12 : 0)
                }
            }
            factor *= weight
            observe(known.mean / (factor * factor))
        }
        let masked = unit * 10.5 * growth
        return known.map { ($0 + masked) / (factor * factor) }
    }

    private func plan(_ links: [Link], _ shape: Shape) -> ColumnPlan? {
        let base = baseBits(links, shape)
        guard
            let parameters = try? CKKSParameters.make(
                degree: shape.degree, baseBits: max(base, shape.scaleBits + 2),
                scaleBits: shape.scaleBits, levels: levels,
                digits: levels > 0 ? .automatic : .none, security: security)
        else { return nil }
        var factor = 1.0
        var level = levels
        var steps: [ColumnProgram.Step] = []
        for link in links {
            if let map = link.map {
                let weight = self.factor(map.matrix, shape.weightBits)
                factor *= weight
                steps.append(
                    .init(
                        operation: .affine(
                            matrix: map.matrix, bias: map.bias, factor: weight,
                            valueFactor: factor), level: level, origin: link.origin))
            } else {
                factor *= factor
                steps.append(.init(operation: .square, level: level, origin: link.origin))
                level -= 1
            }
        }
        let layout = ColumnLayout(
            slotCount: parameters.slotCount, inputCount: links[0].source.largest.count,
            outputCount: links[links.count - 1].result.largest.count, outputFactor: factor)
        let program = ColumnProgram(layout: layout, steps: steps)
        var stepVariances: [EncryptionMode: [Double]] = [:]
        var variances: [EncryptionMode: [Double]] = [:]
        for mode in EncryptionMode.allCases {
            variances[mode] = self.variances(links, shape, mode, typical: true) {
                stepVariances[mode, default: []].append($0)
            }
        }
        return ColumnPlan(
            parameters: parameters, program: program, variances: variances,
            stepVariances: stepVariances, hidden: hidden(links, shape),
            cost: cost(program, parameters))
    }

    private func cost(_ program: ColumnProgram, _ parameters: CKKSParameters) -> Double {
        var total = 0.0
        var width = program.layout.inputCount
        // Multiply-accumulates of one vector in transforms of one limb.
        let productCost =
            costs.columnNanoseconds * Double(parameters.degree)
            / (costs.butterflyNanoseconds * parameters.butterflies)
        for step in program.steps {
            let limbs = Double(parameters.limbCount(atLevel: step.level))
            switch step.operation {
            case .affine(let matrix, _, _, _):
                total +=
                    Double(matrix.rowCount * matrix.columnCount) * 2 * limbs * productCost
                width = matrix.rowCount
            case .square:
                let costs = OperationCosts(
                    parameters: parameters, level: step.level, rescalesLast: true,
                    weights: self.costs.weights)
                total += Double(width) * costs.fullRotation
            }
        }
        let groups = (rows + parameters.slotCount - 1) / parameters.slotCount
        return Double(groups) * total * parameters.butterflies
    }

    /// Bound of the scores' errors, without noise that is added to them.
    func errorBound(_ plan: ColumnPlan, _ mode: EncryptionMode) -> Double {
        guard let links = links() else { return .infinity }
        let shape = Shape(
            degree: plan.parameters.degree, weightBits: weightBits(plan, links),
            scaleBits: Int(Double.log2(plan.parameters.scale(atLevel: levels)).rounded()))
        let worst = variances(links, shape, mode, typical: false).max() ?? .infinity
        return NoisePrediction.deviationsOfBound * worst.squareRoot()
    }

    private func weightBits(_ plan: ColumnPlan, _ links: [Link]) -> Int {
        for (link, step) in zip(links, plan.program.steps) {
            guard let map = link.map, case .affine(_, _, let factor, _) = step.operation else {
                continue
            }
            return Self.weightBits.first { self.factor(map.matrix, $0) == factor } ?? 8
        }
        return 8
    }
}

extension CKKSParameters {
    /// Butterflies of one transform of one limb: the common measure of costs over several degrees.
    var butterflies: Double { Double(degree) / 2 * Double.log2(Double(degree)) }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(Swift.max(1, count)) }
}
