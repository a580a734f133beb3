public import CKKS

/// When a product goes back to two polynomials.
public enum RelinearizationOrder: Sendable, Hashable {
    /// After the rescale: the key is needed one level lower, which makes it smaller and its use cheaper.
    case afterRescale
    /// Before the rescale: the noise of the key switch is divided by the rescale.
    case beforeRescale
}

/// How a polynomial is evaluated on ciphertexts: a straight-line program with exact scales.
///
/// Powers keep whatever scale their products have; every coefficient is encoded at the scale that brings
/// its power to the scale of the sum it is added to, so nothing drifts and no level is spent on
/// adjusting. The result stands at `outputLevel` on that level's scale.
public struct PolynomialPlan: Sendable {
    /// A basis polynomial: rescale(left · right), or rescale(2 · left · right - T_{|left-right|}).
    struct Power: Sendable {
        let index: Int
        let left: Int
        let right: Int
        /// Level of the pending product.
        let level: Int
        /// Scale of the pending product.
        let scale: Double
    }

    /// A coefficient times a power.
    struct Term: Sendable {
        let power: Int
        let coefficient: SlotCoefficient
        /// Scale the coefficient is encoded at: the sum's over the power's.
        let coefficientScale: Double
    }

    /// A factor times a power.
    struct Product: Sendable {
        let factor: Branch
        let power: Int
    }

    /// rescale(sum of products and terms) + constant.
    struct Branch: Sendable {
        /// Level of the pending sum.
        let level: Int
        /// Scale of the pending sum.
        let scale: Double
        /// Scale after the rescale.
        let resultScale: Double
        /// A leading square with an integer factor, which needs no encoded coefficient.
        var square: (power: Int, factor: Int)?
        var products: [Product] = []
        var terms: [Term] = []
        var constant: SlotCoefficient = .shared(0)
    }

    /// The polynomial.
    public let polynomial: SlotPolynomial
    /// Level of the argument, which stands on that level's scale.
    public let inputLevel: Int
    /// Levels consumed.
    public let depth: Int
    /// When products are relinearized.
    public let order: RelinearizationOrder
    /// The products that make powers, in order.
    let powers: [Power]
    /// The outermost sum; nil at depth 0.
    let root: Branch?

    /// Level of the result.
    public var outputLevel: Int { inputLevel - depth }
    /// Products of two ciphertexts.
    public private(set) var productCount = 0
    /// Relinearizations, the key switches of the evaluation.
    public private(set) var relinearizationCount = 0
    /// Rescales.
    public private(set) var rescaleCount = 0
    /// Products with an encoded coefficient.
    public private(set) var termCount = 0
    /// Highest level a relinearization key is needed at; nil if none is.
    public private(set) var relinearizationLevel: Int?

    /// Plans an evaluation.
    ///
    /// - Parameters:
    ///   - polynomial: the polynomial; per-slot coefficients need as many slots as the parameters have.
    ///   - level: level of the argument, at least `polynomial.depth`.
    ///   - parameters: the scheme's parameters.
    ///   - order: when products are relinearized.
    /// - Throws: `CircuitsError.levelTooLow`, `.levelOutOfRange` or `.slotCountMismatch`.
    public init(
        _ polynomial: SlotPolynomial, level: Int, parameters: CKKSParameters,
        order: RelinearizationOrder = .afterRescale
    ) throws(CircuitsError) {
        let name = polynomial.circuitName
        guard (0...parameters.maxLevel).contains(level) else {
            throw .levelOutOfRange(circuit: name, level: level, maximum: parameters.maxLevel)
        }
        guard polynomial.depth <= level else {
            throw .levelTooLow(circuit: name, depth: polynomial.depth, available: level)
        }
        if let slots = polynomial.slotCount, slots != parameters.slotCount {
            throw .slotCountMismatch(
                circuit: name, circuitSlots: slots, parameterSlots: parameters.slotCount)
        }
        self.polynomial = polynomial
        self.inputLevel = level
        self.depth = polynomial.depth
        self.order = order
        guard polynomial.depth > 0 else {
            powers = []
            root = nil
            return
        }
        var builder = PolynomialPlanBuilder(
            polynomial: polynomial, level: level, parameters: parameters)
        root = builder.build()
        powers = builder.powers
        count()
    }

    /// Adopts a plan that was made before.
    init(
        _ polynomial: SlotPolynomial, inputLevel: Int, depth: Int, order: RelinearizationOrder,
        powers: [Power], root: Branch?
    ) {
        self.polynomial = polynomial
        self.inputLevel = inputLevel
        self.depth = depth
        self.order = order
        self.powers = powers
        self.root = root
        if root != nil { count() }
    }

    private mutating func count() {
        for power in powers { countProduct(level: power.level) }
        productCount += powers.count
        if let root { count(root) }
    }

    private mutating func countProduct(level: Int) {
        rescaleCount += 1
        relinearizationCount += 1
        let key = order == .afterRescale ? level - 1 : level
        relinearizationLevel = max(relinearizationLevel ?? 0, key)
    }

    private mutating func count(_ branch: Branch) {
        let products = branch.products.count + (branch.square == nil ? 0 : 1)
        productCount += products
        termCount += branch.terms.count
        if products > 0 { countProduct(level: branch.level) } else { rescaleCount += 1 }
        for product in branch.products { count(product.factor) }
    }
}

extension SlotPolynomial {
    /// How errors name the circuit.
    var circuitName: String { "polynomial of degree \(degree)" }

    /// Plans the encrypted evaluation.
    ///
    /// - Parameters:
    ///   - level: level of the argument.
    ///   - parameters: the scheme's parameters.
    ///   - order: when products are relinearized.
    /// - Throws: as `PolynomialPlan.init`.
    public func plan(
        level: Int, parameters: CKKSParameters, order: RelinearizationOrder = .afterRescale
    ) throws(CircuitsError) -> PolynomialPlan {
        try PolynomialPlan(self, level: level, parameters: parameters, order: order)
    }
}
