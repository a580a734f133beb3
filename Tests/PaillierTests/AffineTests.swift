import BigNum
import Paillier
import TestSupport
import Testing

@Suite struct FixedPointTests {
    @Test func encodingRoundsToNearest() throws {
        let codec = try FixedPointCodec(fractionBits: 8, maximumMagnitude: 1000)
        let cases: [(Double, Int)] = [
            (0, 0), (-0.0, 0), (1, 256), (-1, -256), (0.001953125, 1), (-0.001953125, -1),
            (0.00195, 0), (1000, 256_000), (-999.5, -255_872), (.leastNonzeroMagnitude, 0),
            (-1e-300, 0),
        ]
        for (value, expected) in cases {
            #expect(try codec.encode(value) == BigInt(expected), "\(value)")
        }
        #expect(codec.bound == 256_000)
    }

    @Test func encodingAndDecodingAreInverse() throws {
        var generator = TestGenerator(seed: 30)
        for fractionBits in [0, 1, 20, 40, 52, 100, 1024] {
            let codec = try FixedPointCodec(fractionBits: fractionBits, maximumMagnitude: 1e6)
            let unit = Double(sign: .plus, exponent: -fractionBits, significand: 1)
            for _ in 0..<200 {
                let value = generator.real(in: -1e6...1e6)
                let decoded = codec.decode(try codec.encode(value))
                #expect((decoded - value).magnitude <= unit / 2)
                if fractionBits >= 100 { #expect(decoded == value) }
            }
        }
    }

    @Test func decodingHugeIntegersRoundsOnce() {
        // 2^1500 + tie + 1 over 2^1400: beyond the doubles before scaling, well within after.
        let tie = (BigInt(1) << 1500) + (BigInt(1) << (1500 - 53))
        #expect(FixedPointCodec.decode(tie, fractionBits: 1024) == 0x1p476)
        #expect(FixedPointCodec.decode(tie + 1, fractionBits: 1024) == 0x1.0000000000001p476)
        #expect(FixedPointCodec.decode(-tie - 1, fractionBits: 1024) == -0x1.0000000000001p476)
        #expect(FixedPointCodec.decode(tie, fractionBits: 0) == .infinity)
        #expect(FixedPointCodec.decode(3, fractionBits: 1) == 1.5)
    }

    @Test func badNumbersAndFormatsAreRefused() throws {
        let codec = try FixedPointCodec(fractionBits: 8, maximumMagnitude: 10)
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(throws: PaillierError.valueNotFinite(index: 1)) {
                try codec.encode([1, value])
            }
        }
        for value in [(10.0).nextUp, (-10.0).nextDown, 1e300] {
            #expect(throws: PaillierError.valueOutOfRange(index: 2, maximum: 10)) {
                try codec.encode([10, -10, value])
            }
        }
        for bits in [-1, 1025, Int.max, Int.min] {
            #expect(throws: PaillierError.self) {
                try FixedPointCodec(fractionBits: bits, maximumMagnitude: 1)
            }
        }
        for maximum in [0, -1, Double.nan, .infinity] {
            #expect(throws: PaillierError.self) {
                try FixedPointCodec(fractionBits: 8, maximumMagnitude: maximum)
            }
        }
    }

    @Test func exponentsAreTheSameForAllMagnitudes() throws {
        let fixture = try Fixture.make()
        let codec = try FixedPointCodec(fractionBits: 60, maximumMagnitude: 1e10)
        let tensor = try fixture.encryptor().encrypt([1e-9, 1e9], codec: codec)
        #expect(tensor.fractionBits == 60 && tensor.bound == codec.bound)
        #expect(try fixture.key.decrypt(tensor)[1] == 1e9)
    }
}

@Suite struct AffineTests {
    @Test func layersAreThoseOfTheIntegers() throws {
        let fixture = try Fixture.make()
        var generator = TestGenerator(seed: 31)
        let evaluator = try fixture.evaluator(.fixedBase)
        for (rows, columns) in [(1, 1), (3, 5), (5, 3), (2, 0), (0, 2)] {
            let input = (0..<columns).map { _ in generator.bigInt(bits: 40) }
            let weights = (0..<rows).map { _ in
                (0..<columns).map { _ in generator.bigInt(bits: 30) }
            }
            let bias = (0..<rows).map { _ in generator.bigInt(bits: 60) }
            let map = try PaillierAffine(weights: weights, bias: bias, columnCount: columns)
            let tensor = try PaillierTensor(
                fixture.encryptor().encrypt(input), fractionBits: 0, bound: BigInt(1) << 40,
                for: fixture.publicKey)
            let output = try evaluator.apply(map, to: tensor)
            let expected = zip(weights, bias).map { row, bias in
                BigInt.sum(zip(row, input).map { $0 * $1 }) + bias
            }
            #expect(try fixture.key.decrypt(output.ciphertexts) == expected)
            #expect(output.bound == fixture.publicKey.plaintextBound)
        }
    }

    @Test func realLayersAgreeWithDoubles() throws {
        let fixture = try Fixture.make()
        var generator = TestGenerator(seed: 32)
        let codec = try FixedPointCodec(fractionBits: 40, maximumMagnitude: 100)
        let x = (0..<10).map { _ in generator.real(in: -100...100) }
        let weights = (0..<3).map { _ in (0..<10).map { _ in generator.real(in: -2...2) } }
        let bias = (0..<3).map { _ in generator.real(in: -5...5) }
        let map = try PaillierAffine(
            weights: weights, bias: bias, columnCount: 10, inputFractionBits: 40, fractionBits: 40)
        let output = try fixture.evaluator().apply(
            map, to: fixture.encryptor().encrypt(x, codec: codec))
        #expect(output.fractionBits == 80)
        for (row, value) in try fixture.key.decrypt(output).enumerated() {
            let expected = zip(weights[row], x).reduce(bias[row]) { $0 + $1.0 * $1.1 }
            #expect((value - expected).magnitude < 1e-9)
        }
    }

    @Test func overflowIsRefusedBeforeComputing() throws {
        let fixture = try Fixture.make()
        let key = fixture.publicKey
        let limit = key.plaintextBound
        let input = try fixture.encryptor().encrypt([1, 1])
        func tensor(bound: BigInt) throws -> PaillierTensor {
            try PaillierTensor(input, fractionBits: 0, bound: bound, for: key)
        }
        let evaluator = try fixture.evaluator()
        // 2 b + 1 * b + bias: exactly at the limit, and one above.
        let bound = (limit - 7).quotientAndRemainder(dividingBy: 3, rounding: .floor).quotient
        let rest = limit - bound * 3
        for (bias, fits) in [(rest, true), (-rest, true), (rest + 1, false), (-rest - 1, false)] {
            let map = try PaillierAffine(weights: [[2, -1]], bias: [bias], columnCount: 2)
            if fits {
                let output = try evaluator.apply(map, to: tensor(bound: bound))
                #expect(try fixture.key.decrypt(output.ciphertexts) == [bias + 1])
            } else {
                let expected = PaillierError.overflowPossible(
                    row: 0, bits: limit.bitWidth, availableBits: key.plaintextBits)
                #expect(throws: expected) { try evaluator.apply(map, to: tensor(bound: bound)) }
            }
        }
        let map = try PaillierAffine(weights: [[1, 1], [9, 9]], bias: [0, 0], columnCount: 2)
        #expect(throws: PaillierError.overflowPossible(row: 1, bits: 8, availableBits: 6)) {
            try evaluator.apply(map, to: tensor(bound: 10), outputBound: 100)
        }
        #expect(try evaluator.apply(map, to: tensor(bound: 5), outputBound: 100).bound == 100)
        #expect(throws: PaillierError.self) { try tensor(bound: limit + 1) }
        #expect(throws: PaillierError.self) { try tensor(bound: -1) }
        let large = try tensor(bound: limit - 4)
        #expect(throws: PaillierError.self) { try evaluator.add(large, large) }
    }

    @Test func weightsDoNotShowInTheResponse() throws {
        let fixture = try Fixture.make()
        let evaluator = try fixture.evaluator(.fixedBase)
        let input = try PaillierTensor(
            fixture.encryptor().encrypt([3, 4]), fractionBits: 0, bound: 10, for: fixture.publicKey)
        // Zero, unit and dense rows: none of the outputs is a bare product of the inputs.
        let map = try PaillierAffine(
            weights: [[0, 0], [1, 0], [0, 1], [12345, -999]], bias: [0, 0, 0, 5], columnCount: 2)
        let first = try evaluator.apply(map, to: input)
        let second = try evaluator.apply(map, to: input)
        #expect(try fixture.key.decrypt(first.ciphertexts) == [0, 3, 4, 33044])
        let all = first.ciphertexts + second.ciphertexts + input.ciphertexts
        #expect(Set(all).count == 10)
        for c in first.ciphertexts {
            // Each could have come from outside: unit, in range, and not an open message.
            _ = try PaillierCiphertext(
                value: c.value, keyID: c.keyID, for: fixture.publicKey)
            #expect(c.value.bitWidth > 4000)
        }
        #expect(first.fractionBits == second.fractionBits && first.bound == second.bound)
    }

    @Test func shapesAndExponentsMustAgree() throws {
        let fixture = try Fixture.make()
        let key = fixture.publicKey
        #expect(throws: PaillierError.self) {
            try PaillierAffine(weights: [[1], [1, 2]], bias: [0, 0], columnCount: 1)
        }
        #expect(throws: PaillierError.self) {
            try PaillierAffine(weights: [[1]], bias: [], columnCount: 1)
        }
        #expect(throws: PaillierError.self) {
            try PaillierAffine(weights: [[1]], bias: [0], columnCount: 1, fractionBits: -1)
        }
        #expect(throws: PaillierError.valueNotFinite(index: 3)) {
            try PaillierAffine(
                weights: [[1, 2], [3, .nan]], bias: [0, 0], columnCount: 2, inputFractionBits: 8,
                fractionBits: 8)
        }
        let evaluator = try fixture.evaluator()
        let map = try PaillierAffine(weights: [[1, 2]], bias: [0], columnCount: 2)
        let encrypted = try fixture.encryptor().encrypt([1, 2, 3])
        let three = try PaillierTensor(encrypted, fractionBits: 0, bound: 3, for: key)
        #expect(
            throws: PaillierError.shape(what: "inputs of an affine map", expected: 2, found: 3)
        ) {
            try evaluator.apply(map, to: three)
        }
        let other = try PaillierTensor(encrypted, fractionBits: 1, bound: 3, for: key)
        #expect(throws: PaillierError.exponentMismatch(expected: 0, found: 1)) {
            try evaluator.add(three, other)
        }
        let sum = try evaluator.add(three, three)
        #expect(try fixture.key.decrypt(sum) == [2, 4, 6] && sum.bound == 6)
    }

    @Test func valuesBeyondTheDeclaredBoundAreNoticed() throws {
        let fixture = try Fixture.make()
        let tensor = try PaillierTensor(
            fixture.encryptor().encrypt([1, 12]), fractionBits: 0, bound: 10, for: fixture.publicKey
        )
        #expect(throws: PaillierError.plaintextOverflow(index: 1)) {
            try fixture.key.decrypt(tensor)
        }
    }
}
