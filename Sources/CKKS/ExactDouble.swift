import BigNum
import Ring

/// Doubles as exact integers in residues, and back.
enum ExactDouble {
    /// Doubles below this are rounded by adding and subtracting 1.5·2^52, which vectorizes.
    private static let fastBound = 0x1p51
    private static let magic = 0x1.8p52
    /// Doubles below this fit a signed word with room for sums.
    private static let wordBound = 0x1p62

    /// An integer-valued double modulo a prime; any magnitude.
    ///
    /// `powers` may hold the residues of
    /// powers of two.
    static func residue(of value: Double, modulo modulus: Modulus, powers: [UInt64] = [])
        -> UInt64
    {
        if abs(value) < wordBound { return modulus.reduce(Int64(value)) }
        // |value| = significand·2^exponent with a significand of 53 bits.
        let exponent = Int(value.exponent) - 52
        let significand = value.significandBitPattern | 1 << 52
        let power =
            exponent < powers.count ? powers[exponent] : modulus.power(2, UInt64(exponent))
        let residue = modulus.multiply(modulus.reduce(significand), power)
        return value < 0 ? modulus.negate(residue) : residue
    }

    /// A polynomial of the nearest integers, ties to even; magnitudes are at most `largest`, finite.
    static func polynomial(
        rounding values: [Double], largest: Double, context: RingContext, basis: Basis
    ) throws(RingError) -> Polynomial<Coefficient> {
        if largest < fastBound {
            let offset = Int64(bitPattern: magic.bitPattern)
            let words = values.map { Int64(bitPattern: ($0 + magic).bitPattern) &- offset }
            return try Polynomial(signedCoefficients: words, context: context, basis: basis)
        }
        if largest < wordBound {
            let words = values.map { Int64($0.rounded(.toNearestOrEven)) }
            return try Polynomial(signedCoefficients: words, context: context, basis: basis)
        }
        // An integer-valued double is a significand times a power of two: exact in residues.
        let integers = values.map { $0.rounded(.toNearestOrEven) }
        var polynomial = Polynomial<Coefficient>(zero: context, basis: basis)
        for position in 0..<basis.count {
            let modulus = polynomial.modulus(position)
            // 2^e for every exponent e that can occur beyond the significand.
            var powers: [UInt64] = [1]
            for _ in 0..<Swift.max(0, Int(largest.exponent) - 51) {
                powers.append(modulus.add(powers[powers.count - 1], powers[powers.count - 1]))
            }
            polynomial.withMutableLimb(position) { limb in
                for place in limb.indices {
                    limb[place] = residue(of: integers[place], modulo: modulus, powers: powers)
                }
            }
        }
        return polynomial
    }
}

/// Centered coefficients as doubles.
enum CenteredDoubles {
    /// The representative nearest to zero of every coefficient, as a double.
    static func coefficients(_ polynomial: Polynomial<Coefficient>) -> [Double] {
        switch polynomial.limbCount {
        case 1: return oneLimb(polynomial)
        case 2: return leadingPair(polynomial).map(double)
        default: return manyLimbs(polynomial)
        }
    }

    private static func oneLimb(_ polynomial: Polynomial<Coefficient>) -> [Double] {
        let modulus = polynomial.modulus(0)
        return polynomial.withLimb(0) { limb in
            limb.indices.map { Double(modulus.centered(limb[$0])) }
        }
    }

    /// Garner on the first two limbs: x = x0 + q0·((x1 - x0)·q0^-1 mod q1), centered, in words of
    /// 128 bits.
    private static func leadingPair(_ polynomial: Polynomial<Coefficient>) -> [Int128] {
        let (first, second) = (polynomial.modulus(0), polynomial.modulus(1))
        let inverse = second.inverse(second.reduce(first.value))
        let product = Int128(first.value) * Int128(second.value)
        let half = product / 2
        return polynomial.withLimb(0) { low in
            polynomial.withLimb(1) { high in
                low.indices.map { place in
                    let difference = second.subtract(high[place], second.reduce(low[place]))
                    let quotient = second.multiply(difference, inverse)
                    let value = Int128(first.value) * Int128(quotient) + Int128(low[place])
                    return value > half ? value - product : value
                }
            }
        }
    }

    /// More than two limbs: almost always a coefficient is small, and then the first two limbs give
    /// it, which the other limbs confirm; else exact CRT over integers.
    private static func manyLimbs(_ polynomial: Polynomial<Coefficient>) -> [Double] {
        let candidates = leadingPair(polynomial)
        for position in 2..<polynomial.limbCount {
            let confirmed = polynomial.withLimb(position) { limb in
                let modulus = polynomial.modulus(position)
                for place in limb.indices
                where residue(candidates[place], modulus) != limb[place] { return false }
                return true
            }
            if !confirmed { return polynomial.bigCoefficients().map { $0.toDouble() } }
        }
        return candidates.map(double)
    }

    /// A number of at most 100 bits as a double, to one unit in the last place; the standard
    /// library's conversion is generic and slow.
    private static func double(_ value: Int128) -> Double {
        let magnitude = value.magnitude
        let high = Double(UInt64(truncatingIfNeeded: magnitude >> 64))
        let result = high * 0x1p64 + Double(UInt64(truncatingIfNeeded: magnitude))
        return value < 0 ? -result : result
    }

    /// A signed number of at most 100 bits modulo a prime.
    private static func residue(_ value: Int128, _ modulus: Modulus) -> UInt64 {
        let magnitude = value.magnitude
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        let remainder = modulus.value.dividingFullWidth(
            (high: modulus.reduce(high), low: UInt64(truncatingIfNeeded: magnitude))
        ).remainder
        return value < 0 ? modulus.negate(remainder) : remainder
    }
}
