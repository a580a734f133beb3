public import CKKS

/// A linear transform whose diagonals and biases are encoded, ready for ciphertexts.
///
/// Immutable and shared between threads; it serves every engine of the same parameters.
public struct PreparedLinearTransform: Sendable {
    /// How it is evaluated.
    public let plan: LinearTransformPlan
    /// Encoded diagonals by output, group and term, each rotated back by its giant.
    let weights: [[[Plaintext]]]
    /// Encoded biases at the output level, by output.
    let biases: [Plaintext?]
    /// Scale of the sources; nil for their level's.
    let sourceScale: Double?
    /// Scale of the sums before they are rescaled.
    let pendingScale: Double

    private static let name = "linear transform"

    /// Encodes the diagonals at the input level's scale and the biases at the output level's.
    ///
    /// - Parameters:
    ///   - transform: the transform that `plan` was made from.
    ///   - plan: its plan.
    ///   - encoder: an encoder of the same parameters.
    ///   - sourceScale: scale of the sources; nil for their level's. The diagonals are encoded at the scale that takes
    ///     them to the level below.
    /// - Throws: `CircuitsError.scheme` when a value does not fit, `.slotCountMismatch` or `.mapShape`.
    public init(
        _ transform: LinearTransform, plan: LinearTransformPlan, encoder: SlotEncoder,
        sourceScale: Double? = nil
    ) throws(CircuitsError) {
        guard encoder.slotCount == plan.slotCount, transform.slotCount == plan.slotCount else {
            throw .slotCountMismatch(
                circuit: Self.name, circuitSlots: plan.slotCount,
                parameterSlots: encoder.slotCount)
        }
        guard transform.matrices.count == plan.outputs.count,
            transform.sourceCount == plan.sourceCount
        else {
            throw .mapShape(reason: "the plan is of another map; plan this one")
        }
        let parameters = encoder.context.parameters
        let level = parameters.scale(atLevel: plan.inputLevel)
        let source = sourceScale ?? level
        let pending =
            parameters.scale(atLevel: plan.outputLevel)
            * parameters.groupProduct(atLevel: plan.inputLevel)
        // Where products rescale to their level's scale, plaintexts carry exactly that.
        let isRegular = source == level && abs(pending - level * level) <= 0x1p-45 * pending
        let scale = isRegular ? level : pending / source
        var weights: [[[Plaintext]]] = []
        for (row, groups) in zip(transform.matrices, plan.outputs) {
            var encoded: [[Plaintext]] = []
            for group in groups {
                encoded.append(try Self.encode(group, row, plan, scale: scale, encoder))
            }
            weights.append(encoded)
        }
        var biases: [Plaintext?] = []
        for bias in transform.biases {
            guard let bias else {
                biases.append(nil)
                continue
            }
            biases.append(
                try Self.encode(
                    bias, level: plan.outputLevel, scale: nil, extended: false, encoder))
        }
        self.plan = plan
        self.sourceScale = sourceScale
        self.pendingScale = scale * source
        self.weights = weights
        self.biases = biases
    }

    init(
        plan: LinearTransformPlan, weights: [[[Plaintext]]], biases: [Plaintext?],
        sourceScale: Double?, pendingScale: Double
    ) {
        self.plan = plan
        self.weights = weights
        self.biases = biases
        self.sourceScale = sourceScale
        self.pendingScale = pendingScale
    }

    private static func encode(
        _ group: LinearTransformPlan.Group, _ row: [DiagonalMatrix], _ plan: LinearTransformPlan,
        scale: Double, _ encoder: SlotEncoder
    ) throws(CircuitsError) -> [Plaintext] {
        var encoded: [Plaintext] = []
        for term in group.terms {
            guard let diagonal = row[term.source].diagonals[term.amount] else {
                throw .mapShape(reason: "the plan is of another map; plan this one")
            }
            encoded.append(
                try encode(
                    diagonal.rotated(by: -group.giant), level: plan.inputLevel, scale: scale,
                    extended: plan.postponesModDown, encoder))
        }
        return encoded
    }

    private static func encode(
        _ values: SlotVector, level: Int, scale: Double?, extended: Bool, _ encoder: SlotEncoder
    ) throws(CircuitsError) -> Plaintext {
        do throws(CKKSError) {
            switch values {
            case .real(let real):
                return try encoder.encode(real, level: level, scale: scale, extended: extended)
            case .complex(let complex):
                return try encoder.encode(complex, level: level, scale: scale, extended: extended)
            }
        } catch {
            throw .scheme(circuit: name, error)
        }
    }
}

extension PreparedLinearTransform {
    /// Evaluates the transform on ciphertexts.
    ///
    /// - Parameters:
    ///   - sources: one per source, at the plan's input level and the scale this was prepared for.
    ///   - engine: the arithmetic; it needs Galois keys for `plan.rotations`.
    /// - Returns: one ciphertext per output, one level below, at that level's scale.
    /// - Throws: `CircuitsError.operandCount`, `.operandMismatch`, or `.scheme` with what the engine
    ///   refused, for instance a missing key.
    public func apply<Engine: SlotArithmetic>(
        to sources: [Engine.Ciphertext], engine: Engine
    ) throws(CircuitsError) -> [Engine.Ciphertext] {
        try engine.check(
            sources, count: plan.sourceCount, level: plan.inputLevel, scale: sourceScale,
            Self.name)
        do throws(CKKSError) {
            let sums =
                try plan.postponesModDown
                ? postponedSums(sources, engine) : directSums(sources, engine)
            var outputs: [Engine.Ciphertext] = []
            for (output, groups) in plan.outputs.enumerated() {
                var y = try combined(sums[output], groups, sources, engine)
                if !groups.isEmpty {
                    for fold in plan.folds {
                        y = try engine.rotatedSum([(y, 0), (y, fold)])
                    }
                    if plan.takesRealPart { y = try engine.add(y, engine.conjugate(y)) }
                    if plan.rescalesLast { y = try engine.rescale(y) }
                }
                if let bias = biases[output] { y = try engine.addPlain(y, bias) }
                outputs.append(y)
            }
            return outputs
        } catch {
            throw .scheme(circuit: Self.name, error)
        }
    }

    /// Rotates the rescaled inner sums by their giants and adds them up.
    private func combined<Engine: SlotArithmetic>(
        _ sums: [Engine.Ciphertext], _ groups: [LinearTransformPlan.Group],
        _ sources: [Engine.Ciphertext], _ engine: Engine
    ) throws(CKKSError) -> Engine.Ciphertext {
        guard !groups.isEmpty else {
            return try engine.rescale(
                engine.multiplyScalar(sources[0], 0, resultScale: pendingScale))
        }
        let terms = zip(sums, groups).map { (ciphertext: $0, amount: $1.giant) }
        return try terms.count == 1 && terms[0].amount == 0
            ? terms[0].ciphertext : engine.rotatedSum(terms)
    }

    /// Rescaled inner sums whose mod-down is postponed to the end of the sum, and merged with the rescale where
    /// one source is all; per source, babies are shared.
    private func postponedSums<Engine: SlotArithmetic>(
        _ sources: [Engine.Ciphertext], _ engine: Engine
    ) throws(CKKSError) -> [[Engine.Ciphertext]] {
        let isMerged = plan.sourceCount == 1 && !plan.rescalesLast
        var sums = plan.outputs.map { [Engine.Ciphertext?](repeating: nil, count: $0.count) }
        for (position, source) in sources.enumerated() {
            var places: [(output: Int, group: Int)] = []
            var requests: [[WeightedRotation]] = []
            for (output, groups) in plan.outputs.enumerated() {
                for (index, group) in groups.enumerated() {
                    let encoded = zip(group.terms, weights[output][index])
                    let terms = encoded.filter { $0.0.source == position }
                        .map { WeightedRotation(by: $0.0.baby, weights: $0.1) }
                    guard !terms.isEmpty else { continue }
                    places.append((output, index))
                    requests.append(terms)
                }
            }
            guard !requests.isEmpty else { continue }
            let partial = try engine.weightedRotationSums(
                source, requests, rescaling: isMerged)
            for (place, sum) in zip(places, partial) {
                let known = sums[place.output][place.group]
                sums[place.output][place.group] =
                    try known.map { known throws(CKKSError) in try engine.add(known, sum) } ?? sum
            }
        }
        let whole = sums.map { $0.compactMap(\.self) }
        return isMerged || plan.rescalesLast ? whole : try rescaled(whole, engine)
    }

    private func rescaled<Engine: SlotArithmetic>(
        _ sums: [[Engine.Ciphertext]], _ engine: Engine
    ) throws(CKKSError) -> [[Engine.Ciphertext]] {
        var results: [[Engine.Ciphertext]] = []
        for row in sums {
            var result: [Engine.Ciphertext] = []
            for sum in row { result.append(try engine.rescale(sum)) }
            results.append(result)
        }
        return results
    }

    /// Rescaled inner sums over rotated sources.
    private func directSums<Engine: SlotArithmetic>(
        _ sources: [Engine.Ciphertext], _ engine: Engine
    ) throws(CKKSError) -> [[Engine.Ciphertext]] {
        var rotated: [[Int: Engine.Ciphertext]] = []
        for (source, babies) in zip(sources, plan.babies) {
            let amounts = babies.filter { $0 != 0 }
            var byAmount = [0: source]
            if !amounts.isEmpty {
                for (amount, result) in zip(amounts, try engine.rotations(source, by: amounts)) {
                    byAmount[amount] = result
                }
            }
            rotated.append(byAmount)
        }
        var sums: [[Engine.Ciphertext]] = []
        for (output, groups) in plan.outputs.enumerated() {
            var row: [Engine.Ciphertext] = []
            for (index, group) in groups.enumerated() {
                let operands = group.terms.compactMap { rotated[$0.source][$0.baby] }
                row.append(try engine.weightedSum(operands, weights[output][index]))
            }
            sums.append(row)
        }
        return plan.rescalesLast ? sums : try rescaled(sums, engine)
    }
}

extension LinearTransform {
    /// Encodes the transform for a plan.
    ///
    /// - Throws: as `PreparedLinearTransform.init`.
    public func prepare(
        _ plan: LinearTransformPlan, encoder: SlotEncoder, sourceScale: Double? = nil
    ) throws(CircuitsError) -> PreparedLinearTransform {
        try PreparedLinearTransform(
            self, plan: plan, encoder: encoder, sourceScale: sourceScale)
    }
}
