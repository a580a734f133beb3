import RingKernels

/// The tables of the transform between N coefficients and N/2 complex slots, see `rk_fft_plan`.
package final class CanonicalEmbedding: @unchecked Sendable {
    /// The ring, whose degree is twice the number of slots.
    package let context: RingContext
    private let memory: Buffer
    private let plan: UnsafeMutablePointer<rk_fft_plan>

    /// Tables for half the ring's degree.
    ///
    /// - Parameters:
    ///   - context: the ring.
    ///   - cosines: cos(2π (5^j mod 4 len) / (4 len)) for j < len/2, one run after another for
    ///     len = 2, 4, …, N/2.
    ///   - sines: the sines of the same angles.
    package init(context: RingContext, cosines: [Double], sines: [Double]) {
        let count = context.degree / 2
        precondition(
            cosines.count == count - 1 && sines.count == count - 1, "tables of another size")
        self.context = context
        memory = Buffer(wordCount: 2 * count)
        plan = .allocate(capacity: 1)
        plan.initialize(to: rk_fft_plan())
        let doubles = UnsafeMutableRawPointer(memory.words)
            .bindMemory(to: Double.self, capacity: 2 * count)
        rk_fft_plan_init(
            plan, doubles, cosines, sines, UInt32(count.trailingZeroBitCount),
            context.kernels.fft_lanes)
    }

    deinit {
        plan.deallocate()
        memory.deallocate()
    }

    /// N/2 times the coefficients that have the given slots; missing slots are zero.
    ///
    /// Of a polynomial with real coefficients; the first N/2 and the others are the real and the
    /// imaginary parts of the transform.
    package func coefficients(real: [Double], imaginary: [Double]?) -> RealVector {
        let count = context.degree / 2
        precondition(real.count <= count && (imaginary?.count ?? 0) <= count, "too many slots")
        let input = RealVector(context: context)
        input.set(real, at: 0, filling: count)
        input.set(imaginary ?? [], at: count, filling: count)
        let output = RealVector(context: context)
        context.kernels.fft_inverse(
            output.values, output.values + count, input.values, input.values + count, plan)
        return output
    }

    /// The slots of coefficients, which are used up: real and, unless only those are wanted,
    /// imaginary parts.
    package func slots(
        of coefficients: consuming RealVector, realOnly: Bool
    ) -> (real: [Double], imaginary: [Double]) {
        let count = context.degree / 2
        let scratch = RealVector(context: context, isSecret: coefficients.isSecret)
        context.kernels.fft_forward(
            scratch.values, scratch.values + count, coefficients.values,
            coefficients.values + count, plan)
        return (scratch.array(0..<count), realOnly ? [] : scratch.array(count..<(2 * count)))
    }
}

/// N doubles in pooled, aligned memory: coefficients on their way between slots and residues.
package final class RealVector: @unchecked Sendable {
    private let storage: Storage
    private let context: RingContext
    fileprivate let values: UnsafeMutablePointer<Double>
    let isSecret: Bool

    /// How many numbers, N.
    package var count: Int { context.degree }

    /// Undefined values; what is secret is wiped in the end.
    init(context: RingContext, isSecret: Bool = false) {
        self.context = context
        self.isSecret = isSecret
        storage = Storage(
            pool: context.pool, degree: context.degree, limbCount: 1, isSecret: isSecret)
        values = UnsafeMutableRawPointer(storage.limb(0))
            .bindMemory(to: Double.self, capacity: context.degree)
    }

    /// Coefficients, completed by zeros; at most N.
    package convenience init(_ coefficients: [Double], context: RingContext) {
        precondition(coefficients.count <= context.degree, "too many coefficients")
        self.init(context: context)
        set(coefficients, at: 0, filling: context.degree)
    }

    fileprivate func set(_ numbers: [Double], at start: Int, filling count: Int) {
        numbers.withUnsafeBufferPointer { source in
            if let base = source.baseAddress {
                (values + start).update(from: base, count: numbers.count)
            }
        }
        (values + start + numbers.count).update(repeating: 0, count: count - numbers.count)
    }

    /// Some of the numbers.
    package func array(_ range: Range<Int>) -> [Double] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "out of range")
        return Array(UnsafeBufferPointer(start: values + range.lowerBound, count: range.count))
    }

    /// The polynomial of the numbers times a factor, rounded to the nearest integers, ties to even.
    ///
    /// - Parameters:
    ///   - factor: multiplies every number, rounded to a double.
    ///   - basis: the limbs wanted.
    ///   - bound: what the magnitudes must stay below.
    ///   - team: who transforms the limbs.
    /// - Returns: the largest magnitude, infinite where a product is not a number; and the
    ///   polynomial, or nil when that is not below the bound, or not below 2^62.
    package func rounded(
        times factor: Double, basis: Basis, bound: Double, team: ThreadTeam
    ) -> (largest: Double, polynomial: Polynomial<Evaluation>?) {
        let (largest, integers) = rounded(times: factor, bound: bound)
        guard let integers else { return (largest, nil) }
        let result = Polynomial<Evaluation>(uninitialized: context, basis: basis)
        team.forEach(basis.count) { position, _ in
            let index = basis.indices[position]
            let limb = result.storage.limb(position)
            integers.reduce(to: limb, context.tables[index].modulus)
            context.kernels.forward_ntt(limb, context.tables[index].plan)
        }
        return (largest, result)
    }

    /// The numbers times a factor, rounded to the nearest integers, ties to even.
    ///
    /// - Returns: the largest magnitude, infinite where a product is not a number; and the integers, or nil when that is
    ///   not below the bound, or not below 2^62.
    package func rounded(
        times factor: Double, bound: Double
    ) -> (largest: Double, integers: IntegerVector?) {
        let words = Storage(
            pool: context.pool, degree: context.degree, limbCount: 1, isSecret: isSecret)
        let integers = UnsafeMutableRawPointer(words.limb(0))
            .bindMemory(to: Int64.self, capacity: context.degree)
        let largest = context.kernels.round_i64(integers, values, factor, context.degree)
        guard largest < Swift.min(bound, 0x1p62) else { return (largest, nil) }
        return (largest, IntegerVector(context: context, storage: words, largest: largest))
    }
}

/// N integers below 2^62 in pooled, aligned memory: coefficients on their way to residues.
///
/// Never written after it is made.
package final class IntegerVector: @unchecked Sendable {
    package let context: RingContext
    private let storage: Storage
    private let fitsFiftyBits: Bool

    fileprivate init(context: RingContext, storage: Storage, largest: Double) {
        self.context = context
        self.storage = storage
        fitsFiftyBits = largest < 0x1p50
    }

    /// Residues modulo a prime of the ring.
    func reduce(to limb: UnsafeMutablePointer<UInt64>, _ modulus: ModulusPointer) {
        let integers = UnsafeRawPointer(storage.limb(0)).assumingMemoryBound(to: Int64.self)
        let kernels = context.kernels
        (fitsFiftyBits ? kernels.reduce_i50 : kernels.reduce_i64)(
            limb, integers, context.degree, modulus)
    }
}

extension RealVector {
    /// The coefficients nearest to zero of a polynomial over one limb or two, times a factor.
    ///
    /// One limb: exact before the product with the factor. Two: x_0 + q_0 t with x_0 and t the
    /// centered residues of the mixed radix, each exact; the product and the sum are rounded, and
    /// |q_0 t| is at most twice the magnitude of the sum, so the relative error is below 2^-51. For
    /// magnitudes up to (q_0 q_1 - q_0) / 2 that is the centered representative.
    ///
    /// The limbs are wiped with the polynomial; the result is secret if the polynomial is.
    package convenience init(
        centering polynomial: Polynomial<Coefficient>, limbs: Int, factor: Double
    ) {
        let context = polynomial.context
        precondition(limbs == 1 || limbs == 2 && polynomial.limbCount >= 2, "one limb or two")
        self.init(context: context, isSecret: polynomial.storage.isSecret)
        let (first, degree) = (polynomial.basis.indices[0], context.degree)
        let kernels = context.kernels
        guard limbs == 2 else {
            kernels.center(
                values, polynomial.limb(0), factor, degree, context.tables[first].modulus)
            return
        }
        let second = polynomial.basis.indices[1]
        let (q, p) = (context.moduli[first], context.moduli[second])
        // t = (x_1 - X_0) / q_0 mod q_1, X_0 the centered x_0.
        let quotient = Storage(
            pool: context.pool, degree: degree, limbCount: 2, isSecret: isSecret)
        let (t, high) = (quotient.limb(0), quotient.limb(1))
        context.singleConverter(from: first, to: second)
            .convert([t], [polynomial.limb(0)], context: context, count: degree)
        let inverse = p.inverse(p.reduce(q.value))
        kernels.subtract_multiply_scalar(
            t, polynomial.limb(1), t, inverse, p.shoupFactor(inverse), degree,
            context.tables[second].modulus)
        let quotients = UnsafeMutableRawPointer(high).bindMemory(to: Double.self, capacity: degree)
        kernels.center(quotients, t, 1, degree, context.tables[second].modulus)
        kernels.center(values, polynomial.limb(0), 1, degree, context.tables[first].modulus)
        let modulus = Double(q.value)
        for place in 0..<degree {
            values[place] = (values[place] + modulus * quotients[place]) * factor
        }
    }

    /// The largest magnitude.
    package var largestMagnitude: Double {
        // Several at a time: one maximum after another would wait for the last.
        var largest: (Double, Double, Double, Double) = (0, 0, 0, 0)
        for place in stride(from: 0, to: count, by: 4) {
            largest.0 = Swift.max(largest.0, values[place].magnitude)
            largest.1 = Swift.max(largest.1, values[place + 1].magnitude)
            largest.2 = Swift.max(largest.2, values[place + 2].magnitude)
            largest.3 = Swift.max(largest.3, values[place + 3].magnitude)
        }
        return Swift.max(Swift.max(largest.0, largest.1), Swift.max(largest.2, largest.3))
    }

    /// Whether all numbers are finite, without a branch for each.
    package static func areFinite(_ numbers: [Double]) -> Bool {
        // An exponent of ones carries into the sign.
        let (exponent, one) = (UInt64(0x7ff) << 52, UInt64(1) << 52)
        var carries: UInt64 = 0
        for number in numbers { carries |= (number.bitPattern & exponent) &+ one }
        return carries >> 63 == 0
    }
}

extension RingContext {
    fileprivate func singleConverter(from source: Int, to target: Int) -> ConverterConstants {
        guard let converter = try? converter(from: Basis([source]), to: Basis([target])) else {
            preconditionFailure("two limbs of one modulus")
        }
        return converter.constants
    }
}

extension Polynomial where Form == Coefficient {
    /// Whether all limbs are those of the integers that the first two limbs have nearest to zero.
    package var isDeterminedByTwoLimbs: Bool {
        guard limbCount > 2 else { return true }
        let rest = Basis(Array(basis.indices.dropFirst(2)))
        guard let converter = try? context.converter(from: basis.prefix(2), to: rest) else {
            return false
        }
        let lifted = Storage(
            pool: context.pool, degree: context.degree, limbCount: rest.count,
            isSecret: storage.isSecret)
        converter.constants.convert(
            (0..<rest.count).map { lifted.limb($0) }, [limb(0), limb(1)], context: context,
            count: context.degree)
        return (0..<rest.count).allSatisfy { position in
            let (a, b) = (lifted.limb(position), limb(position + 2))
            var difference: UInt64 = 0
            for place in 0..<context.degree { difference |= a[place] ^ b[place] }
            return difference == 0
        }
    }
}
