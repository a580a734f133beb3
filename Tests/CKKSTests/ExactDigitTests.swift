import BigNum
import CKKS
import Ring
import TestSupport
import Testing

/// The digits of key switching: both engines form the same integers, at the ends of their range
/// too.
@Suite struct ExactDigitTests {
    /// Integers whose digits for D are at the ends: around ±D/2 closely, and within and beyond the
    /// sliver of 2^-40 where the formula decides.
    private func edges(_ product: BigInt) -> [BigInt] {
        let half = product >> 1
        var result: [BigInt] = [0, 1, -1, product, product - 1, product + 1, -product]
        for distance in -4...4 {
            result.append(half + BigInt(distance))
            result.append(BigInt(distance) - half)
        }
        for shift in [38, 40, 42, 44, 46, 48, 49, 50, 51, 52, 60] {
            result.append(half + (product >> shift))
            result.append(half - (product >> shift))
            result.append((product >> shift) - half)
            result.append(-half - (product >> shift))
        }
        return result
    }

    @Test(arguments: ExactSets.all) func digitsAreIdentical(_ pair: ExactPair) throws {
        let alpha = pair.parameters.digitLimbCount
        for level in pair.levels {
            let primes = pair.primes(level)
            let digits = stride(from: 0, to: primes.count, by: alpha).map {
                Array(primes[$0..<min($0 + alpha, primes.count)])
            }
            let modulus = pair.modulus(level)
            var generator = TestGenerator(seed: 21)
            var values = digits.flatMap { digit in
                // Multiples of D added: the same digit from other places of Q.
                edges(pair.product(digit)).flatMap {
                    [$0, $0 + pair.product(digit) * ExactPair.uniform(below: modulus, &generator)]
                }
            }
            values += pair.coefficients(level, seed: 22)
            for batch in batches(values, of: pair.parameters.degree) {
                let centered = batch.map { $0.centered(modulo: modulus) }
                let raised = pair.context.raisedDigits(
                    try pair.polynomial(centered, level), level: level)
                #expect(raised.count == digits.count)
                for (digit, polynomial) in zip(digits, raised.polynomials()) {
                    #expect(polynomial.basis == pair.context.extendedBasis(atLevel: level))
                    let lift = CenteredLift(digit)
                    let found = polynomial.toCoefficient().bigCoefficients()
                    #expect(found == centered.map(lift.lift), "\(pair.name), level \(level)")
                }
            }
        }
    }

    private func batches(_ values: [BigInt], of count: Int) -> [[BigInt]] {
        stride(from: 0, to: values.count, by: count).map { start in
            (0..<count).map { values[(start + $0) % values.count] }
        }
    }

    /// The lift by its own definition: congruent, and nearest to zero outside the sliver.
    @Test(arguments: ExactSets.all) func liftIsNearestToZero(_ pair: ExactPair) throws {
        let primes = pair.parameters.moduli
        var generator = TestGenerator(seed: 23)
        for count in 1...min(4, primes.count) {
            let lift = CenteredLift(Array(primes.prefix(count)))
            let product = pair.product(Array(primes.prefix(count)))
            #expect(lift.product == product)
            let values =
                edges(product)
                + (0..<200).map { _ in ExactPair.uniform(below: product * product, &generator) }
            for value in values {
                let x = lift.lift(value)
                #expect((value - x).isDivisible(by: product))
                // |X| <= D/2 (1 + 2^-40).
                #expect((x.magnitude << 41) <= product << 40 + product)
                let nearest = value.centered(modulo: product)
                let distance = (product >> 1) - nearest.magnitude
                if distance > (product >> 40) {
                    #expect(x == nearest)
                    #expect(lift.roundedQuotient(value) == value.roundedQuotient(by: product))
                }
                #expect(lift.roundedQuotient(value) * product + x == value)
            }
        }
    }
}
