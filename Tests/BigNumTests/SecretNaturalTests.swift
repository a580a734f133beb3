import BigNum
import IntegerKernels
import TestSupport
import Testing

@Suite struct SecretNaturalTests {
    /// Numbers of so many limbs of which each is at an end of its range, one off, a lone high bit, or random.
    private static func number(limbs: Int, _ generator: inout TestGenerator) -> BigInt {
        BigInt(
            words: (0..<limbs).map { _ in
                switch generator.integer(in: 0...7) {
                case 0, 1: 0
                case 2, 3: UInt64.max
                case 4: 1
                case 5: UInt64.max - 1
                case 6: 1 << 63
                default: generator.next()
                }
            })
    }

    /// The same with the highest bit set.
    private static func divisor(limbs: Int, _ generator: inout TestGenerator) -> BigInt {
        let value = number(limbs: limbs, &generator)
        let top = BigInt(1) << (64 * limbs - 1)
        return value < top ? value + top : value
    }

    @Test func quotientsAndRemaindersAgreeWithGMP() {
        var generator = TestGenerator(seed: 60)
        for _ in 0..<20_000 {
            let (count, size) = (generator.integer(in: 1...9), generator.integer(in: 1...5))
            let b = Self.divisor(limbs: size, &generator)
            var a = Self.number(limbs: count, &generator)
            // Multiples of the divisor and their neighbors are where quotients' digits are wrong at first.
            if count > size, generator.integer(in: 0...1) == 0 {
                a = b * Self.number(limbs: count - size, &generator)
                a += BigInt(generator.integer(in: 0...2)) - 1
            }
            guard !a.isNegative else { continue }
            let expected = a.quotientAndRemainder(dividingBy: b, rounding: .floor)
            let (x, y) = (SecretNatural(a, limbCount: count), SecretNatural(b))
            let found = x.quotientAndRemainder(dividingBy: y)
            #expect(found.quotient.limbCount == count && found.remainder.limbCount == size)
            #expect(
                found.quotient.published() == expected.quotient
                    && found.remainder.published() == expected.remainder, "\(a) by \(b)")
            #expect(x.mod(y).published() == expected.remainder)
        }
    }

    @Test func productsDifferencesAndShiftsAgreeWithGMP() {
        var generator = TestGenerator(seed: 61)
        for _ in 0..<2_000 {
            let (count, size) = (generator.integer(in: 1...7), generator.integer(in: 1...7))
            let a = Self.number(limbs: count, &generator)
            let b = Self.number(limbs: size, &generator)
            let (x, y) = (SecretNatural(a, limbCount: count), SecretNatural(b, limbCount: size))
            #expect(x.times(y).published() == a * b)
            let bits = generator.integer(in: 0...63)
            #expect(x.shiftedRight(by: bits).published() == a >> bits)
            let word = generator.integer(in: 0...2)
            #expect(
                x.minus(UInt(word)).published()
                    == (a - BigInt(word)).mod(BigInt(1) << (64 * count)))
            let m = Self.number(limbs: count, &generator)
            let other = SecretNatural(m, limbCount: count)
            if a <= m { #expect(x.subtracted(from: other).published() == m - a) }
            #expect(x.isBelowPublished(other) == (a < m))
            #expect(x.equalsPublished(other) == (a == m) && x.equalsPublished(x))
            #expect(x.isZeroPublished == a.isZero)
            #expect(x.isAtLeastMagnitudePublished(-m) == (a >= m))
            for bits in [0, 1, 63, 64, 64 * count - 1] {
                #expect(
                    x.isNearPublished(other, bits: bits)
                        == ((a - m).magnitude < BigInt(1) << bits))
            }
        }
        let small = SecretNatural(5, limbCount: 1)
        #expect(!small.isAtLeastMagnitudePublished(BigInt(1) << 64))
        #expect(small.lowBitsPublished(3) == 1 && !small.isFullPublished)
    }

    @Test func bytesComeBack() {
        var generator = TestGenerator(seed: 62)
        for count in [1, 7, 8, 9, 192] {
            let bytes = generator.bytes(count: count)
            let number = bytes.withUnsafeBytes { SecretNatural(bigEndian: $0) }
            #expect(number.published() == BigInt(bytes: bytes))
            for width in [1, 8, count, count + 9] {
                var written = [UInt8](repeating: 1, count: width)
                written.withUnsafeMutableBytes { number.write(bigEndianTo: $0) }
                let padded = [UInt8](repeating: 0, count: width) + bytes
                #expect(written == Array(padded.suffix(width)))
            }
        }
    }

    @Test func residuesOfSignedNumbersAgree() {
        var generator = TestGenerator(seed: 63)
        let n = Self.divisor(limbs: 4, &generator)
        let modulus = SecretNatural(n)
        for value in [BigInt(0), 1, -1, n - 1, 1 - n, BigInt(1) << 64, -(BigInt(1) << 128)] {
            let residue = SecretNatural(residueOf: value, modulo: modulus)
            #expect(residue.limbCount == 4 && residue.published() == value.mod(n))
        }
    }

    @Test func commonFactorsAreFound() {
        var generator = TestGenerator(seed: 64)
        for _ in 0..<50 {
            let factor = BigInt(generator.integer(in: 0...3) * 2 + 1)
            let cofactor = (BigInt(3) << 254).roundedQuotient(by: factor)
            let a = (cofactor + BigInt(generator.integer(in: 1...1000))) * factor
            var m = (cofactor + BigInt(generator.integer(in: 1...1000))) * factor
            if !m.isOdd { m += factor }
            let isCoprime = BigInt.gcd(a, m) == 1
            #expect(SecretNatural(a).isCoprimePublished(to: SecretNatural(m)) == isCoprime)
        }
    }

    @Test(arguments: [64, 512, 1024, 1536, 2048, 2560])
    func primesPassAndCompositesHardlyEver(_ bits: Int) {
        var generator = TestGenerator(seed: UInt64(bits) + 54)
        let bases = (0..<9).map { _ in
            SecretNatural(
                BigInt(bytes: generator.bytes(count: bits / 8)), limbCount: bits / 64)
        }
        var value = (BigInt(3) << (bits - 2)) + generator.bigInt(bits: bits - 3).magnitude
        // Primes that are 3 and 1 modulo 4, and the odd numbers before them.
        for residue in [3, 1] {
            repeat { value = value.nextPrime } while value.lowWord & 3 != residue
            let prime = SecretNatural(value)
            #expect(prime.mayBePrimePublished && prime.isProbablePrimePublished(bases: bases))
            let composite = SecretNatural(value - 2)
            guard !(value - 2).isProbablePrime() else { continue }
            #expect(!composite.isProbablePrimePublished(bases: bases))
            #expect(
                composite.mayBePrimePublished == (ik_is_supported() == 0 || ik_digits(bits) == 0))
        }
    }

    @Test func numbersThatFoolFermatAreFound() throws {
        // Carmichael numbers (6k+1)(12k+1)(18k+1) with the highest bit of their limb set: only roots of one tell.
        var found = 0
        var k = 193_000
        while found < 3 {
            k += 1
            let factors = [6 * k + 1, 12 * k + 1, 18 * k + 1].map { BigInt($0) }
            guard factors.allSatisfy({ $0.isProbablePrime() }) else { continue }
            let product = BigInt.product(factors)
            guard product.bitWidth == 64 else { break }
            found += 1
            #expect(try BigInt(2).power(product - 1, modulo: product) == 1)
            let bases = [2, 3, 5, 7, 11, 13].map { SecretNatural(BigInt($0)) }
            #expect(!SecretNatural(product).isProbablePrimePublished(bases: bases))
        }
        #expect(found == 3)
    }

    @Test func smallFactorsAreFound() {
        let primes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 8191]
        let small = SmallPrimes(primes)
        var generator = TestGenerator(seed: 65)
        for _ in 0..<2_000 {
            let value = Self.number(limbs: generator.integer(in: 1...4), &generator)
            let expected = primes.contains { value.residue(modulo: UInt64($0)) == 0 }
            #expect(SecretNatural(value, limbCount: 4).hasFactorPublished(of: small) == expected)
        }
        #expect(SecretNatural(8191).hasFactorPublished(of: small))
        #expect(!SecretNatural(8193 * 8209).hasFactorPublished(of: SmallPrimes([8191])))
        let ends = SecretNatural(0, limbCount: 2).withEndsSet.published()
        #expect(ends == (BigInt(3) << 126) + 3)
    }
}
