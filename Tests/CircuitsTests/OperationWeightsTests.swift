import CKKS
import Circuits
import TestSupport
import Testing

/// What parts of a key switch take decides how rotations are split.
@Suite struct OperationWeightsTests {
    let parameters: CKKSParameters

    init() throws { parameters = try tinyParameters() }

    private func weights(
        decomposition: Double = 1, innerProduct: Double = 0.4, sharesDivisions: Bool = true
    ) -> OperationWeights {
        OperationWeights(
            decomposition: decomposition, innerProduct: innerProduct, permutation: 0.2,
            plainProduct: 0.15, division: 1, sharesDivisions: sharesDivisions)
    }

    private func plan(_ weights: OperationWeights, count: Int) throws -> LinearTransformPlan {
        try LinearTransformPlan(
            amounts: [[Array(0..<count)]], slotCount: 4096, level: 3, costs: costs(weights))
    }

    private func costs(_ weights: OperationWeights) -> OperationCosts {
        OperationCosts(parameters: parameters, level: 3, weights: weights)
    }

    @Test("dear raising makes few giant rotations, dear products with keys few rotations at all")
    func splitsFollowWeights() throws {
        let raising = weights(decomposition: 8, innerProduct: 0.05)
        let products = weights(decomposition: 0.5, innerProduct: 8)
        for count in [24, 64, 200] {
            let (few, balanced) = (
                try plan(raising, count: count), try plan(products, count: count)
            )
            #expect(few.fullRotationCount < balanced.fullRotationCount)
            #expect(balanced.keySwitchCount < few.keySwitchCount)
            // Each is the cheapest of all by its own weights.
            for (chosen, own) in [(few, raising), (balanced, products)] {
                for step in 1...count {
                    let other = try LinearTransformPlan(
                        amounts: [[Array(0..<count)]], slotCount: 4096, level: 3,
                        costs: costs(own), babyStep: step)
                    #expect(chosen.cost <= other.cost)
                }
            }
        }
    }

    @Test("giant rotations that are added up are brought down once")
    func sharedDivisions() {
        let (shared, apart) = (
            costs(weights(sharesDivisions: true)), costs(weights(sharesDivisions: false))
        )
        #expect(shared.fullRotation == apart.fullRotation)
        #expect(apart.giantRotation == apart.fullRotation && apart.giantSum == 0)
        #expect(abs(shared.giantRotation + shared.giantSum - apart.giantRotation) < 1e-9)
        #expect(shared.giantSum > 0)
    }

    @Test("a split's cost counts its parts")
    func costIsTheSumOfItsParts() throws {
        let chosen = costs(weights())
        let plan = try plan(weights(), count: 64)
        let expected =
            chosen.decomposition + Double(plan.hoistedRotationCount) * chosen.hoistedRotation
            + Double(plan.plainMultiplicationCount) * chosen.plainMultiplication
            + Double(plan.giantRotationCount + 1) * chosen.innerSum
            + Double(plan.giantRotationCount) * chosen.giantRotation + chosen.giantSum
        #expect(plan.giantRotationCount > 0)
        #expect(abs(plan.cost - expected) < 1e-9)
    }

    @Test(
        "weights that are no positive numbers are found out",
        arguments: [0, -1, .nan, .infinity, 1e4])
    func badWeights(value: Double) {
        #expect(weights().isWellFormed)
        #expect(!weights(decomposition: value).isWellFormed)
        #expect(!weights(innerProduct: value).isWellFormed)
    }
}
