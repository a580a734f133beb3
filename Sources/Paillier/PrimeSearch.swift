import BigNum
import Secrets

/// The search for the secret primes of a key.
enum PrimeSearch {
    /// A random prime p = 3 mod 4 of exactly `bits` bits whose two highest bits are set.
    ///
    /// Products of two such primes have exactly `2 bits` bits. Starting at a random number, the candidates of one
    /// stretch are sieved, and the first prime among them is taken; a stretch without any is thrown away.
    ///
    /// With a `partner` p, primes q of gcd(p-1, q-1) other than 2 are passed over, which a third of them have.
    static func prime(
        bits: Int, partner: BigInt? = nil, from source: some RandomSource
    ) throws(PaillierError) -> BigInt {
        while true {
            var start = try BigInt.random(bits: bits, from: source)
            start = start.lowBits(bits - 2) + (BigInt(3) << (bits - 2))
            start = ((start >> 2) << 2) + 3
            for step in survivors(start: start) {
                let candidate = start + BigInt(4 * step)
                // Passing the top would change the width; another start is as good.
                guard candidate.bitWidth == bits else { break }
                if let partner, BigInt.gcd(partner - 1, candidate - 1) != 2 { continue }
                guard candidate.mayBePrime else { continue }
                if candidate.isProbablePrime(rounds: roundsForRandomCandidates) { return candidate }
            }
        }
    }

    /// Baillie-PSW and five Miller-Rabin rounds, as many as FIPS 186-5, table B.1, asks for at 1024 bits without
    /// Baillie-PSW (four at 1536).
    static let roundsForRandomCandidates = 29

    /// Steps k for which `start + 4 k` has no factor among the sieve's primes.
    private static func survivors(start: BigInt) -> [Int] {
        var isComposite = [Bool](repeating: false, count: stretch)
        for prime in sievePrimes {
            // start + 4 k = 0 mod prime  <=>  k = -start / 4
            let residue = start.residue(modulo: UInt64(prime))
            let quarter = UInt64(prime) / 4 + 1
            let inverse = prime % 4 == 3 ? quarter : (3 * UInt64(prime) + 1) / 4
            let first = (UInt64(prime) - residue) % UInt64(prime) * inverse % UInt64(prime)
            for step in stride(from: Int(first), to: stretch, by: prime) {
                isComposite[step] = true
            }
        }
        return isComposite.indices.filter { !isComposite[$0] }
    }

    /// Candidates sieved at once: several times the expected distance of primes.
    private static let stretch = 4096

    /// The odd primes below 2^15.
    private static let sievePrimes: [Int] = primes(below: 1 << 15).filter { $0 > 2 }

    /// All primes below a bound, by the sieve of Eratosthenes.
    static func primes(below bound: Int) -> [Int] {
        var isComposite = [Bool](repeating: false, count: max(2, bound))
        var result: [Int] = []
        for value in 2..<max(2, bound) where !isComposite[value] {
            result.append(value)
            if value < bound / value + 1 {
                for multiple in stride(from: value * value, to: bound, by: value) {
                    isComposite[multiple] = true
                }
            }
        }
        return result
    }
}
