import BigNum
import CKKS
import ComplexModule
import RealModule
import Ring
import TestSupport
import Testing

@Suite struct EncoderTests {
    static let tiny = Result {
        try CKKSContext(
            .insecure(degree: 64, baseBits: 45, scaleBits: 30, levels: 3, digits: .none))
    }
    /// Levels of three limbs and more, scales far beyond words.
    static let wide = Result {
        try CKKSContext(
            .insecure(degree: 256, baseBits: 120, scaleBits: 100, levels: 2, digits: .none))
    }

    private func values(_ count: Int, seed: UInt64, size: Double = 1) -> [Complex<Double>] {
        var generator = TestGenerator(seed: seed)
        return (0..<count).map { _ in
            Complex(generator.real(in: -size...size), generator.real(in: -size...size))
        }
    }

    /// Centered coefficients by the integers of BigNum, without the encoder's own CRT.
    private func coefficients(_ plaintext: Plaintext) -> [BigInt] {
        let polynomial = plaintext.polynomial.toCoefficient()
        let moduli = (0..<polynomial.limbCount).map { BigInt(polynomial.modulus($0).value) }
        let product = BigInt.product(moduli)
        let limbs = polynomial.residues()
        return (0..<polynomial.context.degree).map { place in
            var sum = BigInt(0)
            for (position, modulus) in moduli.enumerated() {
                let rest = product.exactQuotient(by: modulus)
                let inverse = rest.inverse(modulo: modulus) ?? BigInt(0)
                sum += rest * inverse * BigInt(limbs[position][place])
            }
            return sum.centered(modulo: product)
        }
    }

    /// Σ c_k ζ^(k·5^j) by definition, in O(N^2).
    private func embedding(_ coefficients: [Double], slots: Int) -> [Complex<Double>] {
        let degree = coefficients.count
        var power = 1
        return (0..<slots).map { _ in
            defer { power = power * 5 % (2 * degree) }
            var sum = Complex<Double>.zero
            for (k, c) in coefficients.enumerated() {
                let angle = Double.pi * Double(k * power % (2 * degree)) / Double(degree)
                sum += Complex(c * Double.cos(angle), c * Double.sin(angle))
            }
            return sum
        }
    }

    @Test func encodingIsTheCanonicalEmbedding() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let x = values(32, seed: 1)
        for level in 0...3 {
            let plaintext = try encoder.encode(x, level: level)
            let exact = coefficients(plaintext).map { $0.toDouble() / plaintext.scale }
            let report = try PrecisionReport(
                expected: x, found: embedding(exact, slots: 32))
            // Rounding alone: sqrt(N/12)/Δ, and some room for the worst slot.
            #expect(report.largestError < 8 * (64.0 / 12).squareRoot() / plaintext.scale)
            let decoded = try encoder.decode(plaintext)
            let same = try PrecisionReport(
                expected: embedding(exact, slots: 32), found: decoded)
            #expect(same.largestError < 1e-13)
        }
    }

    @Test func automorphismsRotateAndConjugateSlots() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let x = values(32, seed: 2)
        let plaintext = try encoder.encode(x, level: 1)
        for amount in [0, 1, 5, 31, -3] {
            let moved = Plaintext(
                polynomial: plaintext.polynomial.applying(.rotation(by: amount, degree: 64)),
                level: 1, scale: plaintext.scale)
            let report = try PrecisionReport(
                expected: rotated(x, amount), found: encoder.decode(moved))
            #expect(report.worstBits > 24)
        }
        let turned = Plaintext(
            polynomial: plaintext.polynomial.applying(.conjugation(degree: 64)), level: 1,
            scale: plaintext.scale)
        let report = try PrecisionReport(
            expected: x.map(\.conjugate), found: encoder.decode(turned))
        #expect(report.worstBits > 24)
    }

    @Test(arguments: [16, 32, 1024, 8192])
    func roundTripsThroughEveryDecodingPath(degree: Int) throws {
        // One, two and more limbs at levels 0, 1, 2.
        let context = try CKKSContext(
            .insecure(degree: degree, baseBits: 45, scaleBits: 40, levels: 3, digits: .none))
        let encoder = SlotEncoder(context: context)
        let x = values(degree / 2, seed: 3)
        for level in 0...3 {
            let found = try encoder.decode(encoder.encode(x, level: level))
            let report = try PrecisionReport(expected: x, found: found)
            let expected = (Double(degree) / 12).squareRoot() * 0x1p-40
            #expect(report.rootMeanSquare < 1.5 * expected)
            #expect(report.rootMeanSquare > 0.5 * expected)
        }
    }

    @Test func decodingPathsAgreeToTheLastBit() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let x = values(32, seed: 4)
        let lowest = try encoder.decode(encoder.encode(x, level: 0, scale: 0x1p30))
        for level in 1...3 {
            #expect(try encoder.decode(encoder.encode(x, level: level, scale: 0x1p30)) == lowest)
        }
    }

    @Test func largeScalesAreExactIntegers() throws {
        let context = try Self.wide.get()
        let encoder = SlotEncoder(context: context)
        // Coefficients beyond 2^62 and beyond 2^63: whole numbers come back exactly.
        let numbers: [Double] = [0x1p62, -0x1p62, 0x1p63, 0x1.fffffffffffffp99, -0x1p100, 3, -7, 0]
        let plaintext = try encoder.encodeCoefficients(numbers, level: 2, scale: 1)
        let exact = coefficients(plaintext)
        for (number, integer) in zip(numbers, exact) {
            #expect(BigInt(exactly: number) == integer)
        }
        let x = values(128, seed: 5)
        for level in 0...2 {
            let report = try PrecisionReport(
                expected: x, found: encoder.decode(encoder.encode(x, level: level)))
            #expect(report.worstBits > 48)
        }
        let constant = try encoder.encode(constant: -0.75, level: 2)
        #expect(
            coefficients(constant)[0] == BigInt(exactly: -0.75 * constant.scale))
        let others = coefficients(constant).dropFirst().map(\.isZero)
        #expect(!others.contains(false))
    }

    @Test func roundsToNearestTiesToEven() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let numbers = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2.4, -2.6, 1e9 + 0.5]
        let exact = coefficients(try encoder.encodeCoefficients(numbers, level: 1, scale: 1))
        #expect(
            exact.prefix(9).map { $0.toDouble() } == [0, 2, 2, 0, -2, 0, 2, -3, 1_000_000_000])
        let back = try encoder.decodeCoefficients(
            encoder.encodeCoefficients(numbers, level: 1, scale: 1024))
        #expect(back.count == 64)
        #expect(zip(numbers, back).allSatisfy { abs($0 - $1) <= 0.5 / 1024 })
    }

    @Test func realNumbersConstantsAndShortLists() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let short = try encoder.decodeReal(encoder.encode([1, -2, 0.5], level: 0))
        #expect(short.count == 32)
        #expect(zip(short, [1, -2, 0.5, 0, 0]).allSatisfy { abs($0 - $1) < 1e-7 })
        let empty = try encoder.decodeReal(encoder.encode([Double](), level: 0))
        #expect(empty == [Double](repeating: 0, count: 32))
        let constant = try encoder.decode(encoder.encode(constant: 2.25, level: 2))
        #expect(constant.allSatisfy { ($0 - Complex(2.25)).length < 1e-8 })
    }

    @Test func extendedPlaintextsCarryTheSameIntegers() throws {
        let f = try Sets.insecurePairs.get()
        let x = f.values(9)
        let plain = try f.encode(x, 2)
        let extended = try f.encode(x, 2, extended: true)
        let extra = f.parameters.specialModuli.count
        #expect(extended.polynomial.limbCount == plain.polynomial.limbCount + extra)
        #expect(extended.polynomial.restricted(to: plain.polynomial.basis) == plain.polynomial)
        #expect(coefficients(extended) == coefficients(plain))
        #expect(try f.encoder.decode(extended) == f.encoder.decode(plain))
    }

    @Test func refusesWhatCannotBeEncoded() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        for bad in [Double.nan, .infinity, -.infinity] {
            #expect(throws: CKKSError.notFinite(index: 2)) {
                try encoder.encode([0, 1, bad], level: 1)
            }
            #expect(throws: CKKSError.notFinite(index: 1)) {
                try encoder.encode([Complex(0, 1), Complex(0, bad)], level: 1)
            }
            #expect(throws: CKKSError.notFinite(index: 0)) {
                try encoder.encode(constant: bad, level: 1)
            }
            #expect(throws: CKKSError.notFinite(index: 1)) {
                try encoder.encodeCoefficients([1, bad], level: 1)
            }
            #expect(throws: CKKSError.self) { try encoder.encode([1], level: 1, scale: bad) }
        }
        #expect(throws: CKKSError.tooManyValues(count: 33, slots: 32)) {
            try encoder.encode([Double](repeating: 0, count: 33), level: 1)
        }
        #expect(throws: CKKSError.tooManyValues(count: 65, slots: 64)) {
            try encoder.encodeCoefficients([Double](repeating: 0, count: 65), level: 1)
        }
        for level in [-1, 4, Int.max] {
            #expect(
                throws: CKKSError.levelOutOfRange(operation: "encode", level: level, maximum: 3)
            ) { try encoder.encode([1], level: level) }
        }
        for scale in [0.0, -4, 0.5] {
            #expect(throws: CKKSError.invalidScale(operation: "encode", scale: scale)) {
                try encoder.encode([1], level: 1, scale: scale)
            }
        }
        #expect(throws: CKKSError.noKeySwitching(operation: "encode extended")) {
            try encoder.encode([1], level: 1, extended: true)
        }
    }

    @Test func refusesValuesBeyondAQuarterOfTheModulus() throws {
        let context = try Self.tiny.get()
        let encoder = SlotEncoder(context: context)
        let bound = Double.exp2(context.parameters.logQ(atLevel: 0) - 2)
        let fits = try encoder.encode(constant: bound * 0.999, level: 0, scale: 1)
        #expect(try abs(encoder.decode(fits)[0].real / (bound * 0.999) - 1) < 1e-9)
        #expect(throws: CKKSError.self) {
            try encoder.encode(constant: bound * 1.001, level: 0, scale: 1)
        }
        let error = refusal { try encoder.encode([1, -1e30, 3], level: 1) }
        if case .valueTooLarge(let index, let magnitude, let scaleBits, let level, _) = error {
            #expect(index == 1 && magnitude == 1e30 && level == 1)
            #expect(abs(scaleBits - 30) < 0.5)
        } else {
            Issue.record("a value beyond the modulus gave \(String(describing: error))")
        }
        // So large that the transform itself overflows.
        #expect(throws: CKKSError.self) {
            try encoder.encode([Double](repeating: 1e308, count: 32), level: 3)
        }
    }
}
