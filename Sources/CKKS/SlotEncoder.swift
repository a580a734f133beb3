public import ComplexModule
public import RealModule
import Ring

/// Encodes numbers into plaintexts and back: the canonical embedding, N/2 complex slots.
///
/// Slot j of a polynomial m at scale Δ is m(exp(i·π·5^j/N))/Δ (eprint 2016/421, §3.2). Double
/// precision throughout; every coefficient is rounded to the nearest integer, ties to even, which
/// moves a slot by about sqrt(N/12)/Δ. Above scales of about 50 bits the doubles' own precision,
/// 2^-50 of the largest value, is coarser. At most a quarter of the modulus is used, so a decryption
/// that fills more is recognized as not meant.
public struct SlotEncoder: Sendable {
    /// The context encoded for.
    public let context: CKKSContext

    /// An encoder of a context.
    public init(context: CKKSContext) {
        self.context = context
    }

    private var parameters: CKKSParameters { context.parameters }

    /// Number of slots, N/2.
    public var slotCount: Int { parameters.slotCount }

    /// Encodes real numbers, one per slot; missing ones are zero.
    ///
    /// - Parameters:
    ///   - values: at most N/2 finite numbers.
    ///   - level: level of the plaintext.
    ///   - scale: the factor; by default the level's.
    ///   - extended: also over the special primes, for `weightedRotationSum`.
    /// - Throws: `CKKSError.tooManyValues`, `.notFinite`, `.valueTooLarge`, `.levelOutOfRange`,
    ///   `.invalidScale`.
    public func encode(
        _ values: [Double], level: Int, scale: Double? = nil, extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        let request = try Request(parameters, values.count, slotCount, level, scale, extended)
        var real = values + Array(repeating: 0, count: slotCount - values.count)
        var imaginary = [Double](repeating: 0, count: slotCount)
        try Self.requireFinite(values)
        context.fft.inverse(&real, &imaginary)
        return try plaintext(
            real, imaginary, factor: request.scale / Double(slotCount), request
        ) { Self.largest(values.map { abs($0) }) }
    }

    /// Encodes complex numbers, one per slot; missing ones are zero.
    ///
    /// Otherwise as for real numbers.
    @_disfavoredOverload  // so that lists of number literals are real
    public func encode(
        _ values: [Complex<Double>], level: Int, scale: Double? = nil, extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        let request = try Request(parameters, values.count, slotCount, level, scale, extended)
        let padding = [Double](repeating: 0, count: slotCount - values.count)
        var real = values.map(\.real) + padding
        var imaginary = values.map(\.imaginary) + padding
        try Self.requireFinite(real)
        try Self.requireFinite(imaginary)
        context.fft.inverse(&real, &imaginary)
        return try plaintext(
            real, imaginary, factor: request.scale / Double(slotCount), request
        ) { Self.largest(values.map(\.length)) }
    }

    /// Encodes numbers as the coefficients of the polynomial, without any transform.
    ///
    /// Products are then negacyclic
    /// convolutions. Missing ones are zero; at most N.
    ///
    /// - Throws: as `encode(_:level:scale:extended:)`.
    public func encodeCoefficients(
        _ values: [Double], level: Int, scale: Double? = nil, extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        let request = try Request(
            parameters, values.count, parameters.degree, level, scale, extended)
        try Self.requireFinite(values)
        let all = values + Array(repeating: 0, count: parameters.degree - values.count)
        return try plaintext(
            Array(all[..<slotCount]), Array(all[slotCount...]), factor: request.scale, request
        ) { Self.largest(values.map { abs($0) }) }
    }

    /// Encodes one number for every slot: a constant polynomial, exact but for one rounding.
    ///
    /// - Throws: as `encode(_:level:scale:extended:)`.
    public func encode(
        constant value: Double, level: Int, scale: Double? = nil, extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        let request = try Request(parameters, 1, slotCount, level, scale, extended)
        let basis = request.basis(context)
        let residues = try self.residues(
            ofConstant: value, level: level, scale: request.scale, basis: basis)
        var polynomial = Polynomial<Evaluation>(zero: context.ring, basis: basis)
        polynomial.addConstant(residues)
        return Plaintext(
            polynomial: polynomial, level: level, scale: request.scale, isExtended: extended)
    }

    /// round(value·scale) modulo each prime of a basis.
    func residues(ofConstant value: Double, level: Int, scale: Double, basis: Basis)
        throws(CKKSError) -> [UInt64]
    {
        guard value.isFinite else { throw .notFinite(index: 0) }
        let product = (value * scale).rounded(.toNearestOrEven)
        guard abs(product) < usableBound(level) else {
            throw tooLarge(0, abs(value), scale, level)
        }
        return basis.indices.map {
            ExactDouble.residue(of: product, modulo: context.ring.moduli[$0])
        }
    }

    /// Decodes the slots.
    ///
    /// - Throws: `CKKSError.decryptionOverflow` when a coefficient exceeds a quarter of the
    ///   modulus.
    public func decode(_ plaintext: Plaintext) throws(CKKSError) -> [Complex<Double>] {
        var (real, imaginary) = try halves(plaintext)
        context.fft.forward(&real, &imaginary)
        return zip(real, imaginary).map { Complex($0, $1) }
    }

    /// Decodes the real parts of the slots.
    ///
    /// - Throws: as `decode(_:)`.
    public func decodeReal(_ plaintext: Plaintext) throws(CKKSError) -> [Double] {
        var (real, imaginary) = try halves(plaintext)
        context.fft.forward(&real, &imaginary)
        return real
    }

    /// Decodes the N coefficients themselves, the inverse of `encodeCoefficients`.
    ///
    /// - Throws: as `decode(_:)`.
    public func decodeCoefficients(_ plaintext: Plaintext) throws(CKKSError) -> [Double] {
        let (low, high) = try halves(plaintext)
        return low + high
    }

    /// The coefficients over the scale: the first N/2 and the others.
    private func halves(_ plaintext: Plaintext) throws(CKKSError) -> ([Double], [Double]) {
        try context.requireRing(plaintext.polynomial, "decode")
        let basis = context.basis(atLevel: plaintext.level)
        let coefficients = CenteredDoubles.coefficients(
            plaintext.polynomial.restricted(to: basis).toCoefficient())
        let bound = usableBound(plaintext.level)
        let largest = coefficients.reduce(0) { Swift.max($0, abs($1)) }
        guard largest < bound else {
            throw .decryptionOverflow(
                level: plaintext.level, scaleBits: plaintext.scaleBits,
                modulusBits: parameters.logQ(atLevel: plaintext.level))
        }
        let factor = 1 / plaintext.scale
        return (
            coefficients[..<slotCount].map { $0 * factor },
            coefficients[slotCount...].map { $0 * factor }
        )
    }
}

extension SlotEncoder {
    /// What every encoding is asked for, checked.
    private struct Request {
        let level: Int
        let scale: Double
        let extended: Bool

        init(
            _ parameters: CKKSParameters, _ count: Int, _ room: Int, _ level: Int,
            _ scale: Double?, _ extended: Bool
        ) throws(CKKSError) {
            try parameters.checkLevel(level, "encode")
            guard count <= room else { throw .tooManyValues(count: count, slots: room) }
            if extended, parameters.specialModuli.isEmpty {
                throw .noKeySwitching(operation: "encode extended")
            }
            let scale = scale ?? parameters.scale(atLevel: level)
            guard scale.isFinite, scale >= 1 else {
                throw .invalidScale(operation: "encode", scale: scale)
            }
            self.level = level
            self.scale = scale
            self.extended = extended
        }

        func basis(_ context: CKKSContext) -> Basis {
            extended ? context.extendedBasis(atLevel: level) : context.basis(atLevel: level)
        }
    }

    /// A quarter of the modulus; infinite beyond the range of doubles.
    private func usableBound(_ level: Int) -> Double {
        Double.exp2(parameters.logQ(atLevel: level) - 2)
    }

    private func tooLarge(_ index: Int, _ magnitude: Double, _ scale: Double, _ level: Int)
        -> CKKSError
    {
        .valueTooLarge(
            index: index, magnitude: magnitude, scaleBits: log2OfScale(scale), level: level,
            modulusBits: parameters.logQ(atLevel: level))
    }

    private static func requireFinite(_ values: [Double]) throws(CKKSError) {
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
    }

    private static func largest(_ magnitudes: [Double]) -> (index: Int, magnitude: Double) {
        let best = magnitudes.enumerated().max { $0.element < $1.element }
        return (best?.offset ?? 0, best?.element ?? 0)
    }

    /// Rounds coefficients times `factor` into a plaintext; `largest` names a culprit when they do
    /// not fit.
    private func plaintext(
        _ low: [Double], _ high: [Double], factor: Double, _ request: Request,
        largest: () -> (index: Int, magnitude: Double)
    ) throws(CKKSError) -> Plaintext {
        let scaled = ExactDouble.scaled(low, high, by: factor)
        guard scaled.largest < usableBound(request.level) else {
            let (index, magnitude) = largest()
            throw tooLarge(index, magnitude, request.scale, request.level)
        }
        let polynomial: Polynomial<Coefficient>
        do {
            polynomial = try ExactDouble.polynomial(
                rounding: scaled.values, largest: scaled.largest, context: context.ring,
                basis: request.basis(context))
        } catch {
            throw .ring(error)
        }
        return Plaintext(
            polynomial: polynomial.toEvaluation(), level: request.level, scale: request.scale,
            isExtended: request.extended)
    }
}
