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
        try Self.requireFinite(values)
        return try plaintext(
            context.embedding.coefficients(real: values, imaginary: nil),
            factor: request.scale / Double(slotCount), request
        ) { Self.largest(values.map { abs($0) }) }
    }

    /// Encodes complex numbers, one per slot; missing ones are zero.
    ///
    /// Otherwise as for real numbers.
    @_disfavoredOverload  // so that lists of number literals are real
    public func encode(
        _ values: [Complex<Double>], level: Int, scale: Double? = nil, extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        try encode(
            real: values.map { $0.real }, imaginary: values.map { $0.imaginary }, level: level,
            scale: scale, extended: extended)
    }

    /// Encodes complex numbers by their real and imaginary parts, as many of each.
    package func encode(
        real: [Double], imaginary: [Double], level: Int, scale: Double? = nil,
        extended: Bool = false
    ) throws(CKKSError) -> Plaintext {
        let request = try Request(parameters, real.count, slotCount, level, scale, extended)
        try Self.requireFinite(real)
        try Self.requireFinite(imaginary)
        return try plaintext(
            context.embedding.coefficients(real: real, imaginary: imaginary),
            factor: request.scale / Double(slotCount), request
        ) { Self.largest(zip(real, imaginary).map { Complex($0, $1).length }) }
    }

    /// The integer coefficients of a plaintext at a level's scale, before they become residues.
    ///
    /// - Returns: nil for coefficients that words do not hold, and for what `encode` refuses as too large.
    /// - Throws: otherwise as `encode(_:level:scale:extended:)`.
    func integers(
        real: [Double], imaginary: [Double]?, level: Int
    ) throws(CKKSError) -> IntegerVector? {
        let request = try Request(parameters, real.count, slotCount, level, nil, false)
        try Self.requireFinite(real)
        if let imaginary { try Self.requireFinite(imaginary) }
        return context.embedding.coefficients(real: real, imaginary: imaginary).rounded(
            times: request.scale / Double(slotCount), bound: usableBound(level)
        ).integers
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
        return try plaintext(
            RealVector(values, context: context.ring), factor: request.scale, request
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
        let (real, imaginary) = context.embedding.slots(
            of: try coefficients(plaintext), realOnly: false)
        return zip(real, imaginary).map { Complex($0, $1) }
    }

    /// Decodes the real parts of the slots.
    ///
    /// - Throws: as `decode(_:)`.
    public func decodeReal(_ plaintext: Plaintext) throws(CKKSError) -> [Double] {
        context.embedding.slots(of: try coefficients(plaintext), realOnly: true).real
    }

    /// Decodes the N coefficients themselves, the inverse of `encodeCoefficients`.
    ///
    /// - Throws: as `decode(_:)`.
    public func decodeCoefficients(_ plaintext: Plaintext) throws(CKKSError) -> [Double] {
        try coefficients(plaintext).array(0..<parameters.degree)
    }

    /// The coefficients over the scale, within 2^-50 of their own magnitude.
    private func coefficients(_ plaintext: Plaintext) throws(CKKSError) -> RealVector {
        try context.requireRing(plaintext.polynomial, "decode")
        let factor = 1 / plaintext.scale
        let coefficients = centered(
            plaintext.polynomial.coefficients(
                over: context.basis(atLevel: plaintext.level), team: context.team), factor)
        guard coefficients.largestMagnitude < usableBound(plaintext.level) * factor else {
            throw .decryptionOverflow(
                level: plaintext.level, scaleBits: plaintext.scaleBits,
                modulusBits: parameters.logQ(atLevel: plaintext.level))
        }
        return coefficients
    }

    /// The centered coefficients times a factor.
    ///
    /// Of more than two limbs almost always the first two suffice, which the others confirm; else
    /// exact CRT over integers.
    private func centered(_ polynomial: Polynomial<Coefficient>, _ factor: Double) -> RealVector {
        if polynomial.limbCount == 1 {
            return RealVector(centering: polynomial, limbs: 1, factor: factor)
        }
        if polynomial.isDeterminedByTwoLimbs {
            let vector = RealVector(centering: polynomial, limbs: 2, factor: factor)
            let pair = Double(polynomial.modulus(0).value) * Double(polynomial.modulus(1).value)
            if polynomial.limbCount == 2 || vector.largestMagnitude < 0.49 * pair * factor {
                return vector
            }
        }
        return RealVector(
            polynomial.centeredDoubles().map { $0 * factor }, context: context.ring)
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
        if RealVector.areFinite(values) { return }
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
    }

    private static func largest(_ magnitudes: [Double]) -> (index: Int, magnitude: Double) {
        let best = magnitudes.enumerated().max { $0.element < $1.element }
        return (best?.offset ?? 0, best?.element ?? 0)
    }

    /// Rounds coefficients times `factor` into a plaintext; `largest` names a culprit when they do
    /// not fit.
    private func plaintext(
        _ coefficients: RealVector, factor: Double, _ request: Request,
        largest: () -> (index: Int, magnitude: Double)
    ) throws(CKKSError) -> Plaintext {
        let (bound, basis) = (usableBound(request.level), request.basis(context))
        let rounded = coefficients.rounded(
            times: factor, basis: basis, bound: bound, team: context.team)
        guard rounded.largest < bound else {
            let (index, magnitude) = largest()
            throw tooLarge(index, magnitude, request.scale, request.level)
        }
        let polynomial: Polynomial<Evaluation>
        if let words = rounded.polynomial {
            polynomial = words
        } else {
            polynomial = try beyondWords(coefficients, factor, largest: rounded.largest, basis)
        }
        return Plaintext(
            polynomial: polynomial, level: request.level, scale: request.scale,
            isExtended: request.extended)
    }

    /// Rounds coefficients that words do not hold.
    private func beyondWords(
        _ coefficients: RealVector, _ factor: Double, largest: Double, _ basis: Basis
    ) throws(CKKSError) -> Polynomial<Evaluation> {
        do throws(RingError) {
            return try ExactDouble.polynomial(
                rounding: coefficients.array(0..<parameters.degree).map { $0 * factor },
                largest: largest, context: context.ring, basis: basis
            ).toEvaluation()
        } catch {
            throw .ring(error)
        }
    }
}
