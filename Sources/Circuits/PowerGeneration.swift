/// The order in which basis polynomials are computed, each at depth ceil(log2 of its index).
///
/// x^{a+b} = x^a · x^b, or T_{a+b} = 2 T_a T_b - T_{|a-b|}.
struct PowerGeneration {
    /// One product.
    struct Step: Sendable, Hashable {
        let index: Int
        let left: Int
        let right: Int
    }

    /// Steps in an order that can be followed.
    let steps: [Step]

    /// Finds steps for a set of indices of at least 1, with few others on the way.
    init(basis: PolynomialBasis, needed: Set<Int>) {
        var wanted = needed.subtracting([0, 1])
        var steps: [Step] = []
        var done = Set([0, 1])
        while let index = wanted.max() {
            wanted.remove(index)
            done.insert(index)
            let step = Self.step(for: index, basis: basis, wanted: wanted)
            steps.append(step)
            wanted.formUnion(Self.operands(of: step, basis: basis).subtracting([0, 1]))
        }
        self.steps = steps.reversed()
    }

    /// Indices a step reads.
    static func operands(of step: Step, basis: PolynomialBasis) -> Set<Int> {
        basis == .power
            ? [step.left, step.right] : [step.left, step.right, abs(step.left - step.right)]
    }

    private static func step(for index: Int, basis: PolynomialBasis, wanted: Set<Int>) -> Step {
        let half = 1 << (index.ceilingLog2 - 1)
        var best: (step: Step, new: Int)?
        // Both parts at most `half`, the largest index of the depth below.
        for left in ((index + 1) / 2)...half {
            let step = Step(index: index, left: left, right: index - left)
            let new = operands(of: step, basis: basis).subtracting(wanted)
                .subtracting([0, 1]).count
            if new < best?.new ?? .max { best = (step, new) }
        }
        return best?.step ?? Step(index: index, left: index - 1, right: 1)
    }
}
