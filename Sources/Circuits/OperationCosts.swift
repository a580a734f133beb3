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
    /// One rotation by itself, such as a fold.
    public var fullRotation: Double
    /// One giant rotation, whose result is added to others.
    public var giantRotation: Double
    /// What a sum of giant rotations costs once.
    public var giantSum: Double
    /// Having to own one more rotation key; 0 when only time counts.
    public var key: Double

    /// Sets every cost; a giant rotation costs what one by itself does unless it is given.
    public init(
        decomposition: Double, hoistedRotation: Double, plainMultiplication: Double,
        innerSum: Double, fullRotation: Double, giantRotation: Double? = nil,
        giantSum: Double = 0, key: Double = 0
    ) {
        self.decomposition = decomposition
        self.hoistedRotation = hoistedRotation
        self.plainMultiplication = plainMultiplication
        self.innerSum = innerSum
        self.fullRotation = fullRotation
        self.giantRotation = giantRotation ?? fullRotation
        self.giantSum = giantSum
        self.key = key
    }

    /// Costs that count for a transform whose input stands at `level`.
    ///
    /// - Parameters:
    ///   - parameters: the scheme's parameters.
    ///   - level: level of the sources; the giants are one below.
    ///   - rescalesLast: whether giants and folds come before the rescale, at `level`.
    ///   - weights: what the parts take.
    ///   - key: price of one more rotation key.
    public init(
        parameters: CKKSParameters, level: Int, rescalesLast: Bool = false,
        weights: OperationWeights = .first, key: Double = 0
    ) {
        let special = Double(parameters.specialModuli.count)
        let upper = Shape(parameters, max(level, 1))
        let lower = rescalesLast ? upper : Shape(parameters, max(level - 1, 0))
        func innerProduct(_ shape: Shape) -> Double {
            weights.innerProduct * 2 * shape.digits * (shape.limbs + special)
        }
        func decomposition(_ shape: Shape) -> Double {
            weights.decomposition * (shape.limbs + shape.digits * (shape.limbs + special))
        }
        func division(_ shape: Shape) -> Double { weights.division * 2 * (special + shape.limbs) }
        let giant = decomposition(lower) + innerProduct(lower)
        let full = giant + division(lower)
        self.init(
            decomposition: decomposition(upper),
            hoistedRotation: innerProduct(upper) + weights.permutation * (upper.limbs + special),
            plainMultiplication: weights.plainProduct * 2 * (upper.limbs + special),
            innerSum: division(upper), fullRotation: full,
            giantRotation: weights.sharesDivisions ? giant : full,
            giantSum: weights.sharesDivisions ? division(lower) : 0, key: key)
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
