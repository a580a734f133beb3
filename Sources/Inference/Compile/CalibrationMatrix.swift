package import CKKS
import Circuits

/// A matrix product of 64 diagonals, split as the compiler splits one: its time tells what transforms take in programs.
package struct CalibrationMatrix: Sendable {
    private static let diagonals = 64

    private let prepared: PreparedLinearTransform
    /// What the plan counts, in transforms of one limb.
    package let transforms: Double
    /// The rotation keys it needs: the level of each amount.
    package let rotations: [Int: Int]

    /// Prepares the product.
    ///
    /// - Parameters:
    ///   - context: a ring and its parameters.
    ///   - level: level of the operand, at least 1.
    ///   - parts: what rotations take, by which the product is split.
    /// - Throws: `CircuitsError`.
    package init(context: CKKSContext, level: Int, parts: RotationParts) throws {
        let parameters = context.parameters
        let weights = parts.weights(parameters, level: level)
        let values = (0..<parameters.slotCount).map { Double($0 % 17) / 16 - 0.5 }
        let transform = try LinearTransform(
            DiagonalMatrix(
                slotCount: parameters.slotCount,
                diagonals: Dictionary(
                    uniqueKeysWithValues: (0..<Self.diagonals).map { ($0, values) })))
        let plan = try transform.plan(
            level: level, parameters: parameters,
            costs: OperationCosts(parameters: parameters, level: level, weights: weights))
        prepared = try transform.prepare(plan, encoder: SlotEncoder(context: context))
        transforms = plan.cost
        rotations = plan.rotations
    }

    /// Multiplies a ciphertext of the level, at that level's scale; `evaluator` has keys for the rotations.
    package func apply(to ciphertext: Ciphertext, evaluator: Evaluator) throws {
        _ = try prepared.apply(to: [ciphertext], engine: evaluator)
    }
}
