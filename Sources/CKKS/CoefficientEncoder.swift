import RealModule
import Ring
package import Secrets

/// Encodes numbers as the coefficients of a plaintext, for products of polynomials instead of slots.
public struct CoefficientEncoder: Sendable {
    /// The context of the plaintexts.
    public let context: CKKSContext

    /// An encoder of a context.
    public init(context: CKKSContext) { self.context = context }

    /// Encodes round(value · factor) as coefficients, the rest is zero.
    ///
    /// - Parameters:
    ///   - values: up to N finite numbers, the constant coefficient first.
    ///   - factor: what they are multiplied by before rounding.
    ///   - level: level of the plaintext.
    ///   - scale: the scale it is labelled with; `factor` when nil.
    /// - Throws: `CKKSError.operandCount`, `.notFinite`, `.valueTooLarge`,
    ///   `.levelOutOfRange`.
    public func encode(
        _ values: [Double], factor: Double, level: Int, scale: Double? = nil
    ) throws(CKKSError) -> Plaintext {
        let degree = context.parameters.degree
        try context.parameters.checkLevel(level, "encode")
        guard values.count <= degree else {
            throw .operandCount(
                operation: "encode", reason: "\(values.count) values for \(degree) coefficients")
        }
        let bound = Double.exp2(context.parameters.logQ(atLevel: level) - 2)
        var integers = [Double](repeating: 0, count: degree)
        var largest = 0.0
        for (index, value) in values.enumerated() {
            guard value.isFinite else { throw .notFinite(index: index) }
            let scaled = (value * factor).rounded(.toNearestOrEven)
            guard abs(scaled) < bound else {
                throw .valueTooLarge(
                    index: index, magnitude: abs(value), scaleBits: .log2(factor), level: level,
                    modulusBits: context.parameters.logQ(atLevel: level))
            }
            integers[index] = scaled
            largest = Swift.max(largest, abs(scaled))
        }
        return Plaintext(
            polynomial: try polynomial(integers, largest: largest, level: level), level: level,
            scale: scale ?? factor)
    }

    private func polynomial(_ integers: [Double], largest: Double, level: Int) throws(CKKSError)
        -> Polynomial<Evaluation>
    {
        guard largest >= 0x1p52 else {
            return try polynomial(integers.map { Int64($0) }, level: level)
        }
        do throws(RingError) {
            return try ExactDouble.polynomial(
                rounding: integers, largest: largest, context: context.ring,
                basis: context.basis(atLevel: level)
            ).toEvaluation()
        } catch {
            throw .ring(error)
        }
    }

    private func polynomial(_ integers: [Int64], level: Int) throws(CKKSError)
        -> Polynomial<Evaluation>
    {
        let basis = context.basis(atLevel: level)
        let residues = basis.indices.map { index in
            let modulus = context.ring.moduli[index]
            // A multiple of the prime above 2^52 makes every integer positive without a branch.
            let offset = ((UInt64(1) << 53) / modulus.value) * modulus.value
            return integers.map { modulus.reduce(UInt64(bitPattern: $0) &+ offset) }
        }
        do {
            return try Polynomial<Coefficient>(
                residues: residues, context: context.ring, basis: basis
            ).toEvaluation()
        } catch {
            throw .ring(error)
        }
    }

    /// The centered coefficients of a plaintext, divided by a factor.
    public func decode(_ plaintext: Plaintext, factor: Double) throws(CKKSError) -> [Double] {
        try context.requireRing(plaintext.polynomial, "decode")
        return plaintext.polynomial.toCoefficient().centeredDoubles().map { $0 / factor }
    }

    /// A plaintext whose coefficients are uniform modulo Q but for some that are zero, or Gaussian: added to a ciphertext,
    /// it hides every other coefficient perfectly.
    ///
    /// - Parameters:
    ///   - places: the coefficients that stay.
    ///   - flood: noise for those; none where nil.
    ///   - level: level of the plaintext.
    ///   - scale: the scale it is labelled with.
    ///   - source: randomness; never the same twice.
    /// - Throws: `CKKSError.levelOutOfRange`, `.noSecretMemory`.
    package func mask(
        keeping places: [Int], flood: NoiseFlood? = nil, level: Int, scale: Double,
        source: any RandomSource
    ) throws(CKKSError) -> Plaintext {
        try context.parameters.checkLevel(level, "mask")
        let basis = context.basis(atLevel: level)
        // What is drawn is uniform in either form; here it stands for coefficients.
        var uniform = Polynomial<Coefficient>.uniform(
            seed: Seed(from: source), stream: UniformStream.mask, digit: 0, context: context.ring,
            basis: basis)
        let noise = try flood?.residues(
            count: places.count, context: context, basis: basis, source: source)
        for position in 0..<basis.count {
            uniform.withMutableLimb(position) { limb in
                for (index, place) in places.enumerated() where limb.indices.contains(place) {
                    limb[place] = noise?[position][index] ?? 0
                }
            }
        }
        return Plaintext(polynomial: uniform.toEvaluation(), level: level, scale: scale)
    }
}
