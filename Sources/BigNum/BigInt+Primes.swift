import CGMP

extension BigInt {
    /// Whether `self` is a prime, by GMP's Baillie-PSW test and further Miller-Rabin rounds.
    ///
    /// No composite is known that passes Baillie-PSW (Baillie and Wagstaff 1980; Pomerance, Selfridge and
    /// Wagstaff 1980); `rounds` of 24 are covered by it in GMP, each one above adds a Miller-Rabin round with a
    /// base from GMP's fixed stream. Values below 2 are not prime.
    public func isProbablePrime(rounds: Int = 32) -> Bool {
        guard signum > 0 else { return false }
        return mpz_probab_prime_p(&storage.raw, Int32(clamping: rounds)) != 0
    }

    /// The smallest probable prime above `self`.
    public var nextPrime: BigInt {
        signum <= 0 ? 2 : BigInt.make { mpz_nextprime($0, &storage.raw) }
    }

    /// Whether `self` is `b^k` for some `k >= 2`; so are 0 and 1.
    public var isPerfectPower: Bool { mpz_perfect_power_p(&storage.raw) != 0 }

    /// Whether `self` is a square; so are 0 and 1.
    public var isPerfectSquare: Bool { mpz_perfect_square_p(&storage.raw) != 0 }

    /// The floor of the square root, or nil for a negative value.
    public var squareRoot: BigInt? {
        isNegative ? nil : BigInt.make { mpz_sqrt($0, &storage.raw) }
    }
}
