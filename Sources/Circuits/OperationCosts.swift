public import CKKS

/// Relative costs of the operations a linear transform is made of; the split search minimizes their sum.
///
/// The unit is one number-theoretic transform of one limb. The defaults count transforms and inner
/// products of hybrid key switching with hoisted, postponed mod-down baby steps at the input level
/// and giant steps one level below.
public struct OperationCosts: Sendable, Hashable {
    /// Decomposition of a source, once, when any of its baby steps is a rotation.
    public var decomposition: Double
    /// One baby rotation.
    public var hoistedRotation: Double
    /// One product with a plaintext diagonal, accumulated.
    public var plainMultiplication: Double
    /// Closing one inner sum: its mod-down and rescale.
    public var innerSum: Double
    /// One giant rotation or fold.
    public var fullRotation: Double
    /// Having to own one more rotation key; 0 when only time counts.
    public var key: Double

    /// Sets every cost.
    public init(
        decomposition: Double, hoistedRotation: Double, plainMultiplication: Double,
        innerSum: Double, fullRotation: Double, key: Double = 0
    ) {
        self.decomposition = decomposition
        self.hoistedRotation = hoistedRotation
        self.plainMultiplication = plainMultiplication
        self.innerSum = innerSum
        self.fullRotation = fullRotation
        self.key = key
    }

    /// Costs that count for a transform whose input stands at `level`.
    ///
    /// - Parameters:
    ///   - parameters: the scheme's parameters.
    ///   - level: level of the sources; the giants are one below.
    ///   - rescalesLast: whether giants and folds come before the rescale, at `level`.
    ///   - key: price of one more rotation key.
    public init(
        parameters: CKKSParameters, level: Int, rescalesLast: Bool = false, key: Double = 0
    ) {
        let special = Double(parameters.specialModuli.count)
        let upper = Shape(parameters, max(level, 1))
        let lower = rescalesLast ? upper : Shape(parameters, max(level - 1, 0))
        let product = 0.4  // inner product per digit, limb and key half, in transforms
        func innerProduct(_ shape: Shape) -> Double {
            product * 2 * shape.digits * (shape.limbs + special)
        }
        func decomposition(_ shape: Shape) -> Double {
            shape.limbs + shape.digits * (shape.limbs + special)
        }
        self.init(
            decomposition: decomposition(upper),
            hoistedRotation: innerProduct(upper) + 0.2 * (upper.limbs + special),
            plainMultiplication: 0.15 * 2 * (upper.limbs + special),
            innerSum: 2 * (special + upper.limbs),
            fullRotation: decomposition(lower) + innerProduct(lower)
                + 2 * (special + lower.limbs),
            key: key)
    }

    private struct Shape {
        let limbs: Double
        let digits: Double

        init(_ parameters: CKKSParameters, _ level: Int) {
            let clamped = min(level, parameters.maxLevel)
            limbs = Double(parameters.limbCount(atLevel: clamped))
            digits = Double(parameters.digitCount(atLevel: clamped))
        }
    }
}
