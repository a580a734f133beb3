/// A prime modulus q below 2^50, with scalar arithmetic for constants.
///
/// The arithmetic is not constant time: it serves public values (moduli, roots, factors) only.
/// Polynomials are computed by the kernels.
public struct Modulus: Sendable, Hashable {
    /// The prime q.
    public let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }

    /// Whether q is a prime in [2^7, 2^50) that is 1 modulo 4N.
    public static func isSupported(_ value: UInt64, degree: Int) -> Bool {
        value >= 1 << 7 && value < 1 << 50 && value % UInt64(4 * degree) == 1
            && Modulus(value).isPrime
    }

    /// x mod q of any word.
    package func reduce(_ x: UInt64) -> UInt64 { x % value }

    /// x mod q of any signed word.
    package func reduce(_ x: Int64) -> UInt64 {
        let magnitude = x.magnitude % value
        return x < 0 ? negate(magnitude) : magnitude
    }

    /// a + b of residues.
    package func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let sum = a + b
        return sum >= value ? sum - value : sum
    }

    /// a - b of residues.
    package func subtract(_ a: UInt64, _ b: UInt64) -> UInt64 {
        a >= b ? a - b : a + value - b
    }

    /// -a of a residue.
    package func negate(_ a: UInt64) -> UInt64 { a == 0 ? 0 : value - a }

    /// a b of residues.
    package func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
        value.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
    }

    /// a^exponent of a residue.
    package func power(_ a: UInt64, _ exponent: UInt64) -> UInt64 {
        var result = 1 % value
        var base = a
        var rest = exponent
        while rest != 0 {
            if rest & 1 == 1 { result = multiply(result, base) }
            base = multiply(base, base)
            rest >>= 1
        }
        return result
    }

    /// 1/a of a residue that is not zero.
    package func inverse(_ a: UInt64) -> UInt64 {
        precondition(a != 0, "zero has no inverse")
        return power(a, value - 2)
    }

    /// floor(w 2^64 / q), the second word of Shoup's multiplication by the constant w.
    package func shoupFactor(_ w: UInt64) -> UInt64 {
        value.dividingFullWidth((high: w, low: 0)).quotient
    }

    /// The representative of a residue in (-q/2, q/2).
    package func centered(_ a: UInt64) -> Int64 {
        a > value / 2 ? Int64(a) - Int64(value) : Int64(a)
    }

    /// The primitive 2N-th root of unity psi = g^((q-1)/2N) of the smallest g >= 2 that gives one.
    package func primitiveRoot(degree: Int) -> UInt64 {
        let order = UInt64(2 * degree)
        precondition((value - 1) % order == 0, "modulus does not fit the degree")
        var candidate: UInt64 = 2
        while true {
            let root = power(candidate, (value - 1) / order)
            if power(root, order / 2) == value - 1 { return root }
            candidate += 1
        }
    }

    /// Miller-Rabin with the first twelve primes as bases, which is exact below 2^64.
    ///
    /// Source: J. Sorenson and J. Webster, "Strong pseudoprimes to twelve prime bases" (2015).
    package var isPrime: Bool {
        let bases: [UInt64] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
        if value < 2 { return false }
        for prime in bases where value % prime == 0 { return value == prime }
        let shift = (value - 1).trailingZeroBitCount
        let odd = (value - 1) >> UInt64(shift)
        return bases.allSatisfy { base in
            var power = power(base, odd)
            if power == 1 || power == value - 1 { return true }
            for _ in 1..<max(shift, 1) {
                power = multiply(power, power)
                if power == value - 1 { return true }
            }
            return false
        }
    }
}
