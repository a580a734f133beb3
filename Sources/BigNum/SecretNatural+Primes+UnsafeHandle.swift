import CGMP

/// Small odd primes to look for in secret numbers, several in a word.
package struct SmallPrimes: Sendable {
    /// The product of some primes, times a power of two that brings it to 64 bits.
    struct Group: Sendable {
        let divisor: UInt
        let reciprocal: UInt
        /// Inverses modulo 2^64: x is a multiple of a prime p if and only if x / p mod 2^64 is at most (2^64 - 1) / p.
        let inverses: [UInt]
        let limits: [UInt]
    }

    let groups: [Group]

    /// Takes odd primes in ascending order.
    package init(_ primes: [Int]) {
        var groups: [Group] = []
        var (product, members): (UInt, [UInt]) = (1, [])
        func close() {
            var divisor = product << UInt(product.leadingZeroBitCount)
            let reciprocal = tacit_divisor_make(&divisor, 1).reciprocal
            let inverses = members.map { prime in
                var inverse = prime  // right modulo 8
                for _ in 0..<5 { inverse &*= 2 &- prime &* inverse }
                return inverse
            }
            groups.append(
                Group(
                    divisor: divisor, reciprocal: reciprocal, inverses: inverses,
                    limits: members.map { UInt.max / $0 }))
        }
        for prime in primes.map({ UInt($0) }) {
            let (next, overflow) = product.multipliedReportingOverflow(by: prime)
            if overflow {
                close()
                (product, members) = (prime, [prime])
            } else {
                product = next
                members.append(prime)
            }
        }
        if !members.isEmpty { close() }
        self.groups = groups
    }
}

/// Primality of secret numbers, of a sequence of operations that depends on their sizes alone. What a test finds is public:
/// rejected candidates of a search are independent of the one that is kept, for which every test says the same.
extension SecretNatural {
    /// The number with its two highest and its two lowest bits set.
    package var withEndsSet: SecretNatural {
        let result = SecretNatural(copying: limbs[0], limbCount: limbCount)
        result.limbs[0][limbCount - 1] |= 3 << 62
        result.limbs[0][0] |= 3
        return result
    }

    /// Whether one of the primes divides the number.
    package func hasFactorPublished(of primes: SmallPrimes) -> Bool {
        for group in primes.groups {
            let residue = tacit_sec_residue(limbs[0], limbCount, group.divisor, group.reciprocal)
            var found: UInt = 0
            for index in group.inverses.indices {
                let quotient = residue &* group.inverses[index]
                found |= group.limits[index].borrow(subtracting: quotient) ^ 1
            }
            if Self.published(found) { return true }
        }
        return false
    }

    /// False for most composites, by one power of two on the vector kernels; true where those are missing.
    ///
    /// For odd numbers whose highest bit is set.
    package var mayBePrimePublished: Bool {
        guard let digits = DigitModulus(limbs, bits: 64 * limbCount) else { return true }
        let (power, one) = digits.fermatPower(of: self)
        return power.mod(self).equalsPublished(one)
    }

    /// Whether the number passes a round of the test of Miller and Rabin for every base, each of as many limbs;
    /// false for all composites but with a probability of 1/4 for each base that is random.
    ///
    /// For odd numbers of any size whose highest bit is set. How often 2 divides the number less one is public by decision: once,
    /// for primes that are 3 modulo 4.
    package func isProbablePrimePublished(bases: [SecretNatural]) -> Bool {
        let less = minus(1)
        var twos = 1
        while twos < 63, less.lowBitsPublished(1 << UInt(twos)) == 0 { twos += 1 }
        let one = SecretNatural(1, limbCount: limbCount)
        let exponent = less.shiftedRight(by: twos)
        let ring = SquareModulus(secret: self)
        let together = ring.digits == nil ? 1 : Lanes.count
        for first in stride(from: 0, to: bases.count, by: together) {
            let group = Array(bases[first..<min(first + together, bases.count)])
            let powers =
                ring.digits == nil
                ? group.map { $0.power(exponent, modulo: ring) }
                : ring.powers(group, exponent).map { ring.residue($0) }
            for power in powers {
                // One, or minus one at first or after one of the squarings.
                var residue = power
                var passes = residue.minus(one).difference.zeroBit
                for round in 0..<twos {
                    if round > 0 { residue = residue.times(residue).mod(self) }
                    passes |= residue.minus(less).difference.zeroBit
                }
                guard Self.published(passes) else { return false }
            }
        }
        return true
    }

    /// The power modulo m alone, by GMP, for a base of as many limbs as m.
    private func power(_ exponent: SecretNatural, modulo ring: SquareModulus) -> SecretNatural {
        precondition(limbCount == ring.limbCount, "a base of another width than the modulus")
        let result = SecretNatural(limbCount: limbCount)
        withUnsafePointer(to: ring.divisor) {
            tacit_residue_power(
                result.limbs[0], limbs[0], exponent.limbs[0], exponent.limbCount, $0)
        }
        return result
    }
}

extension UInt {
    /// 1 if the number is smaller than another, else 0.
    fileprivate func borrow(subtracting other: UInt) -> UInt {
        ((~self & other) | ((~self | other) & (self &- other))) >> 63
    }
}
