/// What the parts of key switching take on a machine, in transforms of one limb; `OperationCosts` counts with them.
///
/// Every weight is positive and below 1000 (`isWellFormed`). A program carries the weights it was compiled with: whoever prepares it splits rotations as its compiler did.
public struct OperationWeights: Sendable, Hashable, Codable {
    /// Raising a digit to a limb, its transform included; inverting a limb before.
    public var decomposition: Double
    /// An inner product with a key, for each digit, limb and half of the key.
    public var innerProduct: Double
    /// Permuting a limb of a hoisted rotation.
    public var permutation: Double
    /// A product with a plaintext, for each limb and half.
    public var plainProduct: Double
    /// Bringing a sum down from P, and rescaling it, for each limb and half.
    public var division: Double
    /// Whether giant rotations that are added up are counted as brought down from P together, as they are.
    public var sharesDivisions: Bool

    /// Sets every weight.
    public init(
        decomposition: Double, innerProduct: Double, permutation: Double, plainProduct: Double,
        division: Double, sharesDivisions: Bool
    ) {
        self.decomposition = decomposition
        self.innerProduct = innerProduct
        self.permutation = permutation
        self.plainProduct = plainProduct
        self.division = division
        self.sharesDivisions = sharesDivisions
    }

    /// Those of programs that carry none.
    public static let first = OperationWeights(
        decomposition: 1, innerProduct: 0.4, permutation: 0.2, plainProduct: 0.15, division: 1,
        sharesDivisions: false)

    /// One thread of a Zen 4 with AVX-512 IFMA.
    public static let assumed = OperationWeights(
        decomposition: 1, innerProduct: 0.4, permutation: 0.2, plainProduct: 0.15, division: 1,
        sharesDivisions: true)

    /// Whether every weight is a positive number of a sensible size; files are checked with this.
    public var isWellFormed: Bool {
        [decomposition, innerProduct, permutation, plainProduct, division].allSatisfy {
            $0.isFinite && $0 > 0 && $0 < 1000
        }
    }
}
