import BigNum
import Secrets

/// The search for the secret primes of a key.
enum PrimeSearch {
    /// A random prime p = 3 mod 4 of exactly `bits` bits, a multiple of 64, whose two highest bits are set.
    ///
    /// No prime from 3 to 13 divides p - 1, so that two such primes hardly ever have a common factor beside 2 there; that
    /// takes less than two bits from the choice of each.
    ///
    /// Products of two such primes have exactly `2 bits` bits. Every candidate is drawn for itself, so that the ones that
    /// are rejected say nothing about the one that is kept, for which all tests have the same outcome.
    static func prime(
        bits: Int, from source: some RandomSource
    ) throws(PaillierError) -> SecretNatural {
        while true {
            let draws = try SecretNatural.randoms(count: drawnTogether, bits: bits, from: source)
            for draw in draws {
                let candidate = draw.withEndsSet
                if candidate.minus(1).hasFactorPublished(of: smallestPrimes) { continue }
                if candidate.hasFactorPublished(of: smallPrimes) { continue }
                guard candidate.mayBePrimePublished else { continue }
                if try isPrime(candidate, rounds: 8, from: source) { return candidate }
            }
        }
    }

    /// Whether an odd number whose highest bit is set passes so many rounds of Miller's and Rabin's test, with random bases.
    ///
    /// A composite passes a round with a probability below 1/4 whatever it is. For random ones that is far too pessimistic:
    /// FIPS 186-5, table B.1, asks for four rounds at 1536 bits and five at 1024.
    static func isPrime(
        _ candidate: SecretNatural, rounds: Int, from source: some RandomSource
    ) throws(PaillierError) -> Bool {
        let bases = try SecretNatural.randoms(
            count: rounds, bits: 64 * candidate.limbCount, from: source)
        return candidate.isProbablePrimePublished(bases: bases)
    }

    /// Candidates whose bits are drawn together.
    private static let drawnTogether = 32

    private static let smallestPrimes = SmallPrimes([3, 5, 7, 11, 13])

    /// The odd primes below 2^13: a wider search costs more than the powers that it saves.
    private static let smallPrimes = SmallPrimes(primes(below: 1 << 13).filter { $0 > 2 })

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
