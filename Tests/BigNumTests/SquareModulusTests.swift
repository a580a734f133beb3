import BigNum
import IntegerKernels
import TestSupport
import Testing

@Suite struct SquareModulusTests {
    /// Odd moduli of whole limbs: extreme and random ones, of one limb and more.
    private static let moduli: [BigInt] = {
        var generator = TestGenerator(seed: 40)
        return [64, 128, 320, 1536].flatMap { bits in
            let top = BigInt(1) << (bits - 1)
            let random = BigInt(bytes: generator.bytes(count: bits / 8)).lowBits(bits - 2)
            return [top + 1, top + random * 2 + 1, (top << 1) - 1, (top << 1) - 59]
        }
    }()

    @Test(arguments: [true, false])
    func powersAgreeWithGMP(_ vectors: Bool) throws {
        var generator = TestGenerator(seed: 41)
        for modulus in Self.moduli {
            let ring = try SquareModulus(modulus, usesVectors: vectors)
            let extremes = [
                0, 1, modulus - 1, modulus, modulus + 1, ring.square - 1, ring.square - modulus,
            ]
            let bases =
                extremes + (0..<5).map { _ in generator.bigInt(bits: 4000).mod(ring.square) }
            for base in bases {
                let exponents: [BigInt] = [
                    0, 1, 2, 31, 32, 33, modulus - 1, generator.bigInt(bits: 64).magnitude,
                ]
                for exponent in exponents {
                    let power = ring.powerSecret(
                        base, exponent: exponent, exponentBits: modulus.bitWidth)
                    #expect(try power == base.power(exponent, modulo: ring.square))
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func longChainsOfExtremeOperandsStayExact(_ vectors: Bool) throws {
        // All-ones halves are where carries and the conditional subtractions are at their limits.
        for modulus in Self.moduli {
            let ring = try SquareModulus(modulus, usesVectors: vectors)
            let exponent = (BigInt(1) << 127) - 1
            for offset in 0..<8 {
                let base = ring.square - BigInt(offset) - 1
                let power = ring.powerSecret(base, exponent: exponent, exponentBits: 127)
                #expect(try power == base.power(exponent, modulo: ring.square))
            }
        }
    }

    @Test(arguments: [true, false])
    func fixedBaseTablesAgreeWithGMP(_ vectors: Bool) throws {
        var generator = TestGenerator(seed: 42)
        for modulus in [Self.moduli[1], Self.moduli[9]] {
            let ring = try SquareModulus(modulus, usesVectors: vectors)
            let base = generator.bigInt(bits: 4000).mod(ring.square)
            for (windowBits, spread) in [(1, 4), (4, 8), (5, 4), (6, 8), (7, 4), (8, 8), (8, 4)] {
                let bits = 203
                let shape = FixedBaseTable.Shape(
                    exponentBits: bits, windowBits: windowBits, spread: spread)
                let table = try FixedBaseTable(
                    ring: ring, base: ring.element(public: base), shape: shape)
                #expect(table.byteCount == shape.byteCount(ring))
                var exponents: [BigInt] = [0, 1, 2, (BigInt(1) << bits) - 1, BigInt(1) << 202]
                exponents += (0..<10).map { _ in generator.bigInt(bits: bits).magnitude }
                let powers = table.powers(exponents, ring: ring)
                for (exponent, power) in zip(exponents, powers) {
                    #expect(try power == base.power(exponent, modulo: ring.square))
                    #expect(table.power(exponent, ring: ring) == power)
                }
                #expect(table.powers([], ring: ring).isEmpty)
            }
        }
    }

    @Test(arguments: [true, false])
    func multiExponentiationAgreesWithSeparatePowers(_ vectors: Bool) throws {
        var generator = TestGenerator(seed: 43)
        let ring = try SquareModulus(Self.moduli[9], usesVectors: vectors)
        var bases: [BigInt] = []
        while bases.count < 6 {
            let base = generator.bigInt(bits: 700).mod(ring.square)
            if BigInt.gcd(base, ring.modulus) == 1 { bases.append(base) }
        }
        for bits in [1, 2, 8, 33, 64, 200] {
            var rows = (0..<5).map { _ in bases.map { _ in generator.bigInt(bits: bits) } }
            rows.append(bases.map { _ in 0 })
            rows.append([0, 0, -1, 0, 0, 1])
            rows.append(bases.map { _ in BigInt(1) << bits })
            let found = try products(ring, bases, rows)
            for (index, row) in rows.enumerated() {
                var expected = BigInt(1)
                for (base, exponent) in zip(bases, row) {
                    expected =
                        try (expected * base.power(exponent, modulo: ring.square)).mod(ring.square)
                }
                #expect(found[index] == expected)
            }
        }
        #expect(try products(ring, [], [[]]) == [1])
        #expect(try products(ring, bases, []) == [])
    }

    @Test func basesWithoutInverseAreRefused() throws {
        let ring = try SquareModulus((BigInt(1) << 64) - 1)
        let shape = FixedBaseTable.Shape(exponentBits: 64, windowBits: 4, spread: 4)
        if ik_is_supported() != 0 {
            #expect(throws: BigNumError.notInvertible(operation: "table of powers")) {
                try FixedBaseTable(ring: ring, base: ring.element(public: 3), shape: shape)
            }
        }
        #expect(throws: BigNumError.notInvertible(operation: "inverse of a batch")) {
            try products(ring, [2, 3], [[1, -1]])
        }
    }

    @Test func unsuitableModuliAreRefused() {
        #expect(throws: BigNumError.modulusEven(operation: "SquareModulus")) {
            try SquareModulus(BigInt(1) << 63)
        }
        #expect(throws: BigNumError.modulusWidth(bits: 63, unit: 64)) {
            try SquareModulus((BigInt(1) << 63) - 1)
        }
        #expect(throws: BigNumError.modulusWidth(bits: 64, unit: 64)) {
            try SquareModulus(-((BigInt(1) << 64) - 1))
        }
    }
}

/// Products of powers as numbers.
func products(
    _ ring: SquareModulus, _ bases: [BigInt], _ rows: [[BigInt]]
) throws(BigNumError) -> [BigInt] {
    try MultiExponentiation.products(
        ring: ring, bases: bases.map { ring.element(public: $0) }, rows: rows
    ).map { ring.value($0).published() }
}

/// The ring's operations on plain integers.
extension SquareModulus {
    func powerSecret(_ base: BigInt, exponent: BigInt, exponentBits: Int) -> BigInt {
        powersSecret([base], exponent: exponent, exponentBits: exponentBits)[0]
    }

    func powersSecret(_ bases: [BigInt], exponent: BigInt, exponentBits: Int) -> [BigInt] {
        powers(
            bases.map { SecretNatural($0) },
            SecretNatural(exponent, limbCount: (exponentBits + 63) / 64)
        ).map { value($0).published() }
    }
}

extension FixedBaseTable {
    func power(_ exponent: BigInt, ring: SquareModulus) -> BigInt {
        powers([exponent], ring: ring)[0]
    }

    func powers(_ exponents: [BigInt], ring: SquareModulus) -> [BigInt] {
        elements(exponents.map { SecretNatural($0) }, ring: ring).map { ring.value($0).published() }
    }
}
