import RingKernels
import Synchronization

/// Exact, centered conversion of coefficients from one basis to another.
///
/// With D the product of the source moduli q_i, y_i = x_i (D/q_i)^-1 mod q_i, b_i the bit length of
/// q_i and R_i = floor(2^(51 + b_i) / q_i), a coefficient x in Z_D becomes the integer
///
///     v = (Σ floor(y_i R_i / 2^b_i) + 2^50) >> 51,    X = Σ y_i (D/q_i) - v D
///
/// modulo each target modulus. X ≡ x mod D and |X| ≤ D/2 · (1 + 2^-40): nearest to zero but for a
/// sliver at ±D/2, where the formula (integers only, the same on every machine) decides.
///
/// Source: S. Halevi, Y. Polyakov, V. Shoup, "An improved RNS variant of the BFV scheme" (2018),
/// section 2.1, with the real quotient in fixed point.
public struct BasisConverter: Sendable {
    /// The ring.
    public let context: RingContext
    /// The limbs read.
    public let source: Basis
    /// The limbs written.
    public let target: Basis
    let constants: ConverterConstants

    /// Precomputes the constants; `RingContext.converter(from:to:)` keeps converters for reuse.
    ///
    /// - Throws: `RingError.invalidBasis`, `.overlappingBases`, `.tooManyLimbs`.
    public init(context: RingContext, from source: Basis, to target: Basis) throws(RingError) {
        try context.validate(source)
        try context.validate(target)
        guard source.subtracting(target).count == source.count else { throw .overlappingBases }
        let maximum = Int(RK_CONVERTER_LIMBS)
        guard source.count <= maximum else {
            throw .tooManyLimbs(source.count, maximum: maximum)
        }
        self.init(
            context: context, source: source, target: target,
            constants: ConverterConstants(context: context, source: source, target: target))
    }

    init(context: RingContext, source: Basis, target: Basis, constants: ConverterConstants) {
        self.context = context
        self.source = source
        self.target = target
        self.constants = constants
    }

    /// The target limbs of a polynomial that has (at least) the source limbs.
    public func convert(_ polynomial: Polynomial<Coefficient>) -> Polynomial<Coefficient> {
        precondition(polynomial.context === context, "polynomial of another ring")
        let result = Polynomial<Coefficient>(uninitialized: context, basis: target)
        let inputs = source.indices.map { polynomial.limb(modulusIndex: $0) }
        let outputs = (0..<target.count).map { result.storage.limb($0) }
        constants.convert(outputs, inputs, context: context, count: context.degree)
        return result
    }

    /// A digit raised to a larger basis in evaluation form: the limbs of the source are taken from
    /// `evaluation`, all others are converted from `coefficients` and transformed.
    ///
    /// - Parameters:
    ///   - coefficients: A polynomial with (at least) the source limbs.
    ///   - evaluation: The same polynomial by its values.
    ///   - basis: The limbs of the result: those of source and target, in any order.
    public func raise(
        coefficients: Polynomial<Coefficient>, evaluation: Polynomial<Evaluation>, to basis: Basis
    ) -> Polynomial<Evaluation> {
        precondition(polynomialsBelong(coefficients, evaluation), "polynomial of another ring")
        precondition(
            basis.count == source.count + target.count && basis.contains(source)
                && basis.contains(target), "basis is not source and target")
        let result = Polynomial<Evaluation>(uninitialized: context, basis: basis)
        let inputs = source.indices.map { coefficients.limb(modulusIndex: $0) }
        let outputs = target.indices.map { result.storage.limb(basis.position(of: $0) ?? 0) }
        constants.convert(outputs, inputs, context: context, count: context.degree)
        for (position, index) in basis.indices.enumerated() {
            let limb = result.storage.limb(position)
            if source.position(of: index) != nil {
                limb.update(from: evaluation.limb(modulusIndex: index), count: context.degree)
            } else {
                context.kernels.forward_ntt(limb, context.tables[index].plan)
            }
        }
        return result
    }

    private func polynomialsBelong(
        _ a: Polynomial<Coefficient>, _ b: Polynomial<Evaluation>
    ) -> Bool {
        a.context === context && b.context === context
    }
}

extension RingContext {
    /// The converter between two bases, built on first use.
    ///
    /// - Throws: as `BasisConverter.init`.
    public func converter(from source: Basis, to target: Basis) throws(RingError) -> BasisConverter
    {
        let key = ConverterKey(source: source, target: target)
        // The cache keeps constants only: a converter would keep this context alive for ever.
        if let constants = caches.withLock({ $0.converters[key] }) {
            return BasisConverter(
                context: self, source: source, target: target, constants: constants)
        }
        let converter = try BasisConverter(context: self, from: source, to: target)
        caches.withLock { $0.converters[key] = converter.constants }
        return converter
    }
}
