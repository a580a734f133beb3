/// How a linear transform is evaluated on ciphertexts, and what it needs; nothing here depends on weights.
///
/// y = sum over giants g of rot(sum over sources k and babies i of p · rot(x_k, i), g), with
/// p = rot(diagonal_{g+i}, -g) (Halevi and Shoup, "Faster Homomorphic Linear Transformations in
/// HElib", CRYPTO 2018, section 4.1). Babies are hoisted at the input level; every inner sum is
/// rescaled before its giant rotation, so that giants and folds work, and need keys, one level lower.
public struct LinearTransformPlan: Sendable, Hashable {
    /// One product of an inner sum.
    public struct Term: Sendable, Hashable {
        /// Position of the source.
        public let source: Int
        /// Baby rotation of the source, 0..<slotCount.
        public let baby: Int
        /// Amount of the diagonal, congruent to baby + giant.
        public let amount: Int
    }

    /// One inner sum and the giant rotation of its result.
    public struct Group: Sendable, Hashable {
        /// Giant rotation, 0..<slotCount.
        public let giant: Int
        /// The products; not empty.
        public let terms: [Term]
    }

    /// Number of slots.
    public let slotCount: Int
    /// Level of the sources.
    public let inputLevel: Int
    /// Number of sources.
    public let sourceCount: Int
    /// The chosen baby step.
    public let babyStep: Int
    /// Inner sums of every output, by ascending giant; empty for an output without diagonals.
    public let outputs: [[Group]]
    /// Baby rotations of every source, ascending, 0 included where it is used.
    public let babies: [[Int]]
    /// Rotations of the folds, in order.
    public let folds: [Int]
    /// Whether the conjugate is added after the folds.
    public let takesRealPart: Bool
    /// Whether giants and folds come before the rescale.
    public let rescalesLast: Bool
    /// Estimated cost in the units of the `OperationCosts` it was made with.
    public internal(set) var cost: Double

    /// Level of the outputs.
    public var outputLevel: Int { inputLevel - 1 }
    /// Level of giants, folds and conjugation.
    public var foldLevel: Int { rescalesLast ? inputLevel : outputLevel }

    /// Plans a transform from its pattern alone.
    ///
    /// - Parameters:
    ///   - amounts: rotation amounts of the non-zero diagonals by output, then source.
    ///   - folds: rotation amounts of the folds.
    ///   - takesRealPart: whether the conjugate is added after the folds.
    ///   - rescalesLast: whether giants and folds come before the rescale, which then rounds once only; their keys
    ///     are needed one level higher.
    ///   - slotCount: a power of two of at least 2.
    ///   - level: level of the sources, at least 1.
    ///   - costs: what operations cost.
    ///   - babyStep: a forced baby step; nil searches.
    /// - Throws: `CircuitsError.levelTooLow`, `.invalidBabyStep`, `.invalidSlotCount` or `.mapShape`.
    public init(
        amounts: [[[Int]]], folds: [Int] = [], takesRealPart: Bool = false,
        rescalesLast: Bool = false, slotCount: Int, level: Int, costs: OperationCosts,
        babyStep: Int? = nil
    ) throws(CircuitsError) {
        guard slotCount >= 2, slotCount & (slotCount - 1) == 0 else {
            throw .invalidSlotCount(slotCount)
        }
        guard level >= 1 else {
            throw .levelTooLow(circuit: "linear transform", depth: 1, available: level)
        }
        guard let width = amounts.first?.count, width > 0,
            amounts.allSatisfy({ $0.count == width })
        else {
            throw .mapShape(reason: "every output needs the same positive number of sources")
        }
        if let babyStep, babyStep < 1 { throw .invalidBabyStep(babyStep) }
        let canonical = amounts.map { output in
            output.map { Set($0.map { $0.modulo(slotCount) }).sorted() }
        }
        let search = RotationSplitSearch(
            amounts: canonical, slotCount: slotCount, foldCount: folds.count, costs: costs)
        let split = babyStep.map { search.best(step: min($0, slotCount)) } ?? search.best()
        self.slotCount = slotCount
        self.inputLevel = level
        self.sourceCount = width
        self.babyStep = split.step
        self.folds = folds.map { $0.modulo(slotCount) }
        self.takesRealPart = takesRealPart
        self.rescalesLast = rescalesLast
        self.outputs = canonical.map { Self.groups(of: $0, split) }
        let terms = outputs.joined().flatMap(\.terms)
        self.babies = (0..<width).map { source in
            Set(terms.lazy.filter { $0.source == source }.map(\.baby)).sorted()
        }
        self.cost = 0
        self.cost = estimate(costs)
    }

    private static func groups(of sources: [[Int]], _ split: RotationSplit) -> [Group] {
        var terms: [Int: [Term]] = [:]
        for (source, amounts) in sources.enumerated() {
            for amount in amounts {
                let (baby, giant) = split.parts(of: amount)
                terms[giant, default: []].append(
                    Term(source: source, baby: baby, amount: amount))
            }
        }
        return terms.sorted { $0.key < $1.key }.map { Group(giant: $0.key, terms: $0.value) }
    }

    private func estimate(_ costs: OperationCosts) -> Double {
        let sources = babies.count { $0.contains { $0 != 0 } }
        let time =
            Double(sources) * costs.decomposition
            + Double(hoistedRotationCount) * costs.hoistedRotation
            + Double(plainMultiplicationCount) * costs.plainMultiplication
            + Double(outputs.reduce(0) { $0 + $1.count }) * costs.innerSum
            + Double(giantRotationCount) * costs.giantRotation
            + Double(outputs.count { $0.contains { $0.giant != 0 } }) * costs.giantSum
            + Double(fullRotationCount - giantRotationCount) * costs.fullRotation
        return time + Double(rotations.count) * costs.key
    }
}

extension LinearTransformPlan {
    /// Rotations (in 1..<slotCount) whose Galois keys are needed, each with the highest level it is used at.
    public var rotations: [Int: Int] {
        var levels: [Int: Int] = [:]
        let folded = outputs.allSatisfy(\.isEmpty) ? [] : folds
        let lower = folded + outputs.joined().map(\.giant)
        for amount in lower where amount != 0 { levels[amount] = foldLevel }
        for baby in babies.joined() where baby != 0 { levels[baby] = inputLevel }
        return levels
    }

    /// Baby rotations, which share one decomposition per source.
    public var hoistedRotationCount: Int {
        babies.reduce(0) { $0 + $1.count { $0 != 0 } }
    }

    /// Giant rotations, which are added up.
    public var giantRotationCount: Int { outputs.joined().count { $0.giant != 0 } }

    /// Giant rotations, folds and conjugations, which decompose on their own.
    public var fullRotationCount: Int {
        giantRotationCount
            + (folds.count + (takesRealPart ? 1 : 0)) * outputs.count { !$0.isEmpty }
    }

    /// All key switches.
    public var keySwitchCount: Int { hoistedRotationCount + fullRotationCount }

    /// Whether inner sums are formed over the special primes too, with one mod-down per sum instead of one
    /// per baby rotation; plaintexts are then extended.
    public var postponesModDown: Bool {
        guard hoistedRotationCount > 0 else { return false }
        let sums = outputs.joined().reduce(0) { $0 + Set($1.terms.map(\.source)).count }
        return sums <= hoistedRotationCount
    }

    /// Products with encoded diagonals.
    public var plainMultiplicationCount: Int {
        outputs.joined().reduce(0) { $0 + $1.terms.count }
    }
}
