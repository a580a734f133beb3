import CKKS
import Inference
import Ring

/// What the parts of a key switch take: from differences between sums of more and fewer rotations.
extension Calibration {
    /// Transforms measured at a time, and rotations between two measurements.
    private static let (transforms, further) = (64, rotations - 1)

    static func parts(
        context: CKKSContext, evaluator: Evaluator, zero: Ciphertext
    ) throws -> RotationParts {
        let level = zero.level
        let transform = transform(context)
        let plaintext = try SlotEncoder(context: context).encode(
            [0.5], level: level, extended: true)
        /// Nanoseconds of sums of the same rotations.
        func sums(_ count: Int, of rotations: Int) throws -> Double {
            let terms = (1...rotations).map { WeightedRotation(by: $0, weights: plaintext) }
            let sums = [[WeightedRotation]](repeating: terms, count: count)
            return try fastest {
                _ = try evaluator.weightedRotationSums(zero, sums, rescaling: false)
            }
        }
        func giants(_ count: Int) throws -> Double {
            let terms = (1...count).map { (ciphertext: zero, amount: $0) }
            return try fastest { _ = try evaluator.rotatedSum(terms) }
        }
        let (one, many) = (try sums(1, of: 1), try sums(1, of: 1 + further))
        let (two, both) = (try sums(2, of: 1), try sums(2, of: 1 + further))
        let count = Double(further)
        let plain = (both - many - (two - one)) / count / transform
        return RotationParts(
            plain: plain, hoisted: (many - one) / count / transform - plain,
            division: (two - one) / transform - plain,
            giant: (try giants(1 + further) - giants(1)) / count / transform)
    }

    /// Nanoseconds of one transform of one limb, there or back.
    private static func transform(_ context: CKKSContext) -> Double {
        var polynomial = Polynomial<Evaluation>(zero: context.ring, basis: Basis(1..<2))
        return fastest {
            for _ in 0..<(transforms / 2) { polynomial = polynomial.toCoefficient().toEvaluation() }
        } / Double(transforms)
    }
}
