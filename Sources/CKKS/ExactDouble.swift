import Ring

/// Doubles as exact integers in residues.
enum ExactDouble {
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

    /// A polynomial of the nearest integers, ties to even; magnitudes are at most `largest`, finite
    /// and beyond the words that `RealVector.rounded` takes.
    static func polynomial(
        rounding values: [Double], largest: Double, context: RingContext, basis: Basis
    ) throws(RingError) -> Polynomial<Coefficient> {
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
