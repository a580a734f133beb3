package import CKKS
package import Circuits

/// Measured parts of rotations at one level, in transforms of one limb.
package struct RotationParts: Sendable {
    /// A product with a plaintext, over P too.
    package let plain: Double
    /// A hoisted rotation.
    package let hoisted: Double
    /// Bringing a sum down from P.
    package let division: Double
    /// A rotation that is added to others.
    package let giant: Double

    /// Sets every part.
    package init(plain: Double, hoisted: Double, division: Double, giant: Double) {
        self.plain = plain
        self.hoisted = hoisted
        self.division = division
        self.giant = giant
    }

    /// The weights that explain them.
    package func weights(_ parameters: CKKSParameters, level: Int) -> OperationWeights {
        let limbs = Double(parameters.limbCount(atLevel: level))
        let digits = Double(parameters.digitCount(atLevel: level))
        let all = limbs + Double(parameters.specialModuli.count)
        let permutation = OperationWeights.assumed.permutation
        let product = positive((hoisted - permutation * all) / (2 * digits * all))
        return OperationWeights(
            decomposition: positive(
                (giant - product * 2 * digits * all) / (limbs + digits * all)),
            innerProduct: product, permutation: permutation,
            plainProduct: positive(plain / (2 * all)), division: positive(division / (2 * all)),
            sharesDivisions: true)
    }

    /// A difference that noise made small or negative is no weight.
    private func positive(_ weight: Double) -> Double { min(max(weight, 0.02), 20) }
}
