import BigNum
import IntegerKernels
import TestSupport
import Testing

/// Eight operands at once: what a machine without the vector kernels computes one by one must be the same.
@Suite struct BatchTests {
    /// Moduli of every number of digits that the kernels have, and one beyond.
    private static let widths = [64, 512, 1024, 1536, 2048, 2560, 3072, 3584, 4096, 4608]

    private static func moduli(_ bits: Int) -> [BigInt] {
        var generator = TestGenerator(seed: UInt64(bits))
        let top = BigInt(1) << (bits - 1)
        let random = BigInt(bytes: generator.bytes(count: bits / 8)).lowBits(bits - 2)
        return [top + 1, (top << 1) - 1, top + random * 2 + 1]
    }

    /// Nine bases: a full batch and one more; zero, one, the ends of both halves, all ones, random.
    private static func bases(_ modulus: BigInt) -> [BigInt] {
        var generator = TestGenerator(seed: 50)
        let square = modulus * modulus
        let bits = 2 * modulus.bitWidth
        let ones = ((BigInt(1) << (bits - 1)) - 1).mod(square)
        return [
            0, 1, modulus - 1, modulus, square - 1, square - modulus, ones,
            generator.bigInt(bits: bits).mod(square), generator.bigInt(bits: bits).mod(square),
        ]
    }

    @Test(arguments: widths)
    func powersOfManyBasesAgreeWithGMP(_ bits: Int) throws {
        for modulus in Self.moduli(bits) {
            for vectors in bits <= 1024 ? [true, false] : [true] {
                let ring = try SquareModulus(modulus, usesVectors: vectors)
                let bases = Self.bases(modulus)
                for count in [0, 1, 7, 9] {
                    for exponent in [BigInt(0), 1, (BigInt(1) << 63) - 1] {
                        let powers = ring.powersSecret(
                            Array(bases[..<count]), exponent: exponent, exponentBits: 64)
                        #expect(powers.count == count)
                        for (base, power) in zip(bases, powers) {
                            #expect(try power == base.power(exponent, modulo: ring.square))
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [512, 3072])
    func longChainsStayExactInEveryLane(_ bits: Int) throws {
        for modulus in Self.moduli(bits) {
            let ring = try SquareModulus(modulus)
            let exponent = (BigInt(1) << 600) - 1
            let bases = (1...8).map { ring.square - BigInt($0) }
            let powers = ring.powersSecret(bases, exponent: exponent, exponentBits: 600)
            for (base, power) in zip(bases, powers) {
                #expect(try power == base.power(exponent, modulo: ring.square))
            }
        }
    }

    @Test func fixedBasePowersOfFullAndPartialBatchesAgree() throws {
        var generator = TestGenerator(seed: 51)
        let ring = try SquareModulus(Self.moduli(1024)[2])
        var base = generator.bigInt(bits: 2000).mod(ring.square)
        while BigInt.gcd(base, ring.modulus) != 1 { base += 1 }
        let shape = FixedBaseTable.Shape(exponentBits: 512, windowBits: 6, spread: 4)
        let table = try FixedBaseTable(ring: ring, base: ring.element(public: base), shape: shape)
        for count in [5, 6, 7, 8, 13, 15, 16, 17, 39, 41] {
            let exponents =
                [BigInt(0), (BigInt(1) << 512) - 1]
                + (2..<count).map { _ in generator.bigInt(bits: 512).magnitude }
            for (exponent, power) in zip(exponents, table.powers(exponents, ring: ring)) {
                #expect(try power == base.power(exponent, modulo: ring.square))
            }
        }
    }

    @Test func manyRowsOfExponentsAgree() throws {
        var generator = TestGenerator(seed: 52)
        let ring = try SquareModulus(Self.moduli(512)[2])
        var bases: [BigInt] = []
        while bases.count < 19 {
            let base = generator.bigInt(bits: 1000).mod(ring.square)
            if BigInt.gcd(base, ring.modulus) == 1 { bases.append(base) }
        }
        let rows = (0..<21).map { row in
            bases.map { _ in row % 5 == 4 ? 0 : generator.bigInt(bits: [1, 8, 53, 65][row % 4]) }
        }
        let found = try products(ring, bases, rows)
        for (row, product) in zip(rows, found) {
            var expected = BigInt(1)
            for (base, exponent) in zip(bases, row) {
                expected =
                    try (expected * base.power(exponent, modulo: ring.square)).mod(ring.square)
            }
            #expect(product == expected)
        }
    }

    @Test func digitsComeBack() {
        var generator = TestGenerator(seed: 53)
        for count in [1, 2, 13, 24, 48, 64] {
            for limbs in [
                (0..<count).map { _ in UInt(truncatingIfNeeded: generator.next()) },
                [UInt](repeating: .max, count: count), [UInt](repeating: 0, count: count),
            ] {
                let digits = (64 * count + 51) / 52
                var split = [UInt](repeating: 1, count: digits + 3)
                var back = [UInt](repeating: 1, count: count)
                ik_to_digits(&split, split.count, limbs, count)
                #expect(split.allSatisfy { $0 >> 52 == 0 } && split.suffix(3) == [0, 0, 0])
                ik_from_digits(&back, count, split, digits)
                #expect(back == limbs)
            }
        }
    }

    @Test func widthsBeyondTheKernelsAreLeftToGMP() {
        #expect(ik_digits(4096) == 80 && ik_digits(4144) == 80 && ik_digits(4145) == 0)
        for bits in stride(from: 64, through: 4096, by: 64) {
            let digits = ik_digits(bits)
            #expect(digits % 10 == 0 && 52 * digits >= bits + 16)
        }
    }
}
