import CKKS
import RealModule
import Ring
import TestSupport
import Testing

@Suite struct ParameterTests {
    /// Shapes over all degrees, one to three primes per level, short and long chains.
    static let shapes: [(degree: Int, base: Int, scale: Int, levels: Int)] = [
        (1024, 30, 22, 4), (1024, 49, 49, 30), (2048, 40, 25, 8), (4096, 45, 30, 20),
        (4096, 120, 100, 12), (8192, 48, 38, 3), (8192, 50, 40, 40), (8192, 60, 50, 20),
        (16384, 50, 30, 20), (16384, 70, 60, 15), (32768, 50, 35, 20), (32768, 100, 98, 10),
        (32768, 110, 99, 10), (65536, 50, 45, 50), (65536, 150, 100, 10), (65536, 60, 55, 25),
    ]

    @Test func scalesStayAtTheirTarget() throws {
        var worst = 0.0
        for shape in Self.shapes {
            let parameters = try CKKSParameters.insecure(
                degree: shape.degree, baseBits: shape.base, scaleBits: shape.scale,
                levels: shape.levels)
            #expect(parameters.maxLevel == shape.levels)
            for level in 0...shape.levels {
                let drift = abs(Double.log2(parameters.scale(atLevel: level)) - Double(shape.scale))
                worst = max(worst, drift)
                #expect(drift < 0.5, "\(shape) at level \(level)")
                if level > 0 {
                    let scale = parameters.scale(atLevel: level)
                    #expect(
                        parameters.scale(atLevel: level - 1)
                            == scale * scale / parameters.groupProduct(atLevel: level))
                    #expect(
                        abs(
                            parameters.logQ(atLevel: level) - parameters.logQ(atLevel: level - 1)
                                - Double(shape.scale)) < 1)
                }
            }
            #expect(abs(parameters.logQ(atLevel: 0) - Double(shape.base)) < 0.5)
            let all = parameters.moduli + parameters.specialModuli
            #expect(Set(all).count == all.count)
            #expect(
                all.allSatisfy { $0 < 1 << 50 && $0 % UInt64(4 * shape.degree) == 1 })
        }
        #expect(worst > 0)
    }

    @Test func atFortyBitsScalesDriftByThousandthsOnly() throws {
        let parameters = try CKKSParameters.make(
            degree: 32768, baseBits: 50, scaleBits: 40, levels: 15)
        for scale in parameters.scales { #expect(abs(Double.log2(scale) - 40) < 0.001) }
    }

    @Test func everyDigitIsCovered() throws {
        for policy in [
            DigitPolicy.automatic, .smallestModulus, .digitCount(3), .limbsPerDigit(2),
            .digitCount(1),
        ] {
            let parameters = try CKKSParameters.insecure(
                degree: 4096, baseBits: 50, scaleBits: 40, levels: 7, digits: policy)
            let special = parameters.specialModuli.map { Double.log2(Double($0)) }.reduce(0, +)
            var digits = 0
            let moduli = parameters.moduli
            for start in stride(from: 0, to: moduli.count, by: parameters.digitLimbCount) {
                let digit = moduli[start..<min(start + parameters.digitLimbCount, moduli.count)]
                #expect(digit.map { Double.log2(Double($0)) }.reduce(0, +) <= special)
                digits += 1
            }
            #expect(digits == parameters.digitCount)
            #expect(parameters.digitCount(atLevel: 0) == 1)
        }
        #expect(
            try CKKSParameters.insecure(
                degree: 4096, baseBits: 50, scaleBits: 40, levels: 7, digits: .digitCount(4)
            ).digitCount == 4)
    }

    @Test func automaticUsesTheRoomUnderTheBound() throws {
        let tight = try CKKSParameters.make(
            degree: 16384, baseBits: 50, scaleBits: 40, levels: 8)
        #expect(tight.logQP.rounded() <= 430)
        #expect(tight.digitCount > 3)
        let loose = try CKKSParameters.make(
            degree: 32768, baseBits: 50, scaleBits: 40, levels: 8)
        #expect(loose.digitCount <= 3)
        let none = try CKKSParameters.make(
            degree: 2048, baseBits: 30, scaleBits: 22, levels: 1, digits: .none)
        #expect(none.specialModuli.isEmpty && none.digitCount == 0)
        #expect(none.securityMargins.margin == 1)
    }

    @Test func shapesTellTheDegreeBeforePrimesAreChosen() throws {
        for (base, scale, levels) in [
            (50, 40, 2), (45, 35, 4), (50, 40, 8), (50, 40, 15), (60, 30, 1),
        ] {
            for security in SecurityLevel.allCases {
                let shape = CKKSShape(baseBits: base, scaleBits: scale, levels: levels)
                let degree = try #require(shape.smallestDegree(security: security))
                let parameters = try CKKSParameters.make(
                    degree: degree, baseBits: base, scaleBits: scale, levels: levels,
                    security: security)
                #expect(abs(parameters.logQ - Double(shape.logQ)) < 1)
                if degree > 1024 {
                    #expect(throws: CKKSError.self) {
                        try CKKSParameters.make(
                            degree: degree / 2, baseBits: base, scaleBits: scale, levels: levels,
                            security: security)
                    }
                }
            }
        }
        let shape = CKKSShape(baseBits: 50, scaleBits: 40, levels: 1)
        #expect(shape.smallestDegree(security: .bits128, minimum: 16384) == 16384)
        #expect(
            CKKSShape(baseBits: 50, scaleBits: 50, levels: 60).smallestDegree(security: .bits256)
                == nil)
    }

    @Test func choicesAreReproducibleAndDigestsTellThemApart() throws {
        func make(_ scale: Int, _ digits: DigitPolicy = .digitCount(2)) throws -> CKKSParameters {
            try .insecure(
                degree: 2048, baseBits: 45, scaleBits: scale, levels: 3, digits: digits)
        }
        let first = try make(40)
        #expect(try make(40) == first)
        #expect(try make(40).ringDigest == first.ringDigest)
        let literal = try CKKSParameters(
            degree: 16384, baseGroup: Sets.real16384.get().parameters.baseGroup,
            levelGroups: Sets.real16384.get().parameters.levelGroups,
            specialModuli: Sets.real16384.get().parameters.specialModuli,
            digitLimbCount: Sets.real16384.get().parameters.digitLimbCount,
            topScale: 0x1p40, security: .bits128)
        #expect(try literal == Sets.real16384.get().parameters)
        let digests = try [
            first, make(39), make(40, .digitCount(1)), make(40, .none),
            .insecure(degree: 1024, baseBits: 45, scaleBits: 40, levels: 3),
        ].map(\.ringDigest)
        #expect(Set(digests).count == digests.count)
    }

    @Test func refusesLiteralParametersByName() throws {
        let good = try Sets.real8192.get().parameters
        func build(
            degree: Int = 8192, base: [UInt64]? = nil, levels: [[UInt64]]? = nil,
            special: [UInt64]? = nil, alpha: Int? = nil, scale: Double = 0x1p38
        ) throws -> CKKSParameters {
            try CKKSParameters(
                degree: degree, baseGroup: base ?? good.baseGroup,
                levelGroups: levels ?? good.levelGroups,
                specialModuli: special ?? good.specialModuli,
                digitLimbCount: alpha ?? good.digitLimbCount, topScale: scale, security: .bits128)
        }
        #expect(try build() == good)
        let bad: [(String, () throws -> CKKSParameters)] = [
            ("degree", { try build(degree: 0) }), ("degree", { try build(degree: 8191) }),
            ("degree", { try build(degree: 512) }), ("degree", { try build(degree: 1 << 40) }),
            ("degree", { try build(degree: .min) }),
            ("modulus", { try build(degree: 65536) }),
            ("moduli", { try build(base: []) }),
            ("moduli", { try build(levels: good.levelGroups + [[]]) }),
            ("moduli", { try build(levels: [good.baseGroup]) }),
            ("moduli", { try build(levels: Array(repeating: [17], count: 200)) }),
            ("modulus", { try build(base: [0]) }), ("modulus", { try build(base: [1]) }),
            ("modulus", { try build(base: [.max]) }),
            ("modulus", { try build(base: [good.baseGroup[0] + 32768 * 2]) }),
            ("modulus", { try build(base: [(1 << 50) + 32769]) }),
            ("digitLimbCount", { try build(alpha: 0) }),
            ("digitLimbCount", { try build(alpha: -1) }),
            ("digitLimbCount", { try build(alpha: 65) }),
            ("digitLimbCount", { try build(special: []) }),
            ("specialModuli", { try build(levels: [], special: [good.levelGroups[0][0]]) }),
            ("topScale", { try build(scale: .nan) }),
            ("topScale", { try build(scale: .infinity) }),
            ("topScale", { try build(scale: 0) }),
            ("topScale", { try build(scale: -0x1p38) }),
            ("scale at level 0", { try build(scale: 0x1p50) }),
            ("scale at level 0", { try build(scale: 0x1p10) }),
        ]
        for (index, (name, make)) in bad.enumerated() {
            let error = refusal(make)
            if case .invalidParameter(let found, _, _) = error {
                #expect(found == name, "case \(index)")
            } else {
                Issue.record("case \(index) (\(name)) gave \(String(describing: error))")
            }
        }
    }

    @Test func refusesShapesByName() {
        func make(_ degree: Int, _ base: Int, _ scale: Int, _ levels: Int, _ d: DigitPolicy) throws
        {
            _ = try CKKSParameters.make(
                degree: degree, baseBits: base, scaleBits: scale, levels: levels, digits: d)
        }
        let bad: [(Int, Int, Int, Int, DigitPolicy)] = [
            (100, 40, 30, 1, .automatic), (8192, 19, 30, 1, .automatic),
            (8192, 151, 30, 1, .automatic), (8192, 40, 19, 1, .automatic),
            (8192, 40, 101, 1, .automatic), (8192, 40, 30, -1, .automatic),
            (8192, 40, 30, 61, .automatic), (8192, 40, 30, 2, .digitCount(0)),
            (8192, 40, 30, 2, .digitCount(4)), (8192, 40, 30, 2, .limbsPerDigit(-1)),
            (65536, 40, 20, 30, .automatic), (16384, 50, 40, 10, .automatic),
        ]
        for (degree, base, scale, levels, digits) in bad {
            #expect(throws: CKKSError.self) { try make(degree, base, scale, levels, digits) }
        }
        #expect(
            throws: CKKSError.insecure(degree: 8192, modulusBits: 260, bound: 214, security: 128)
        ) { try make(8192, 50, 40, 4, .digitCount(5)) }
    }

    @Test func everyErrorIsOneLineThatSaysWhatToDo() {
        let errors: [CKKSError] = [
            .invalidParameter(name: "a", value: "b", expected: "c"),
            .notEnoughPrimes(degree: 1, bits: 20, hint: "x"),
            .insecure(degree: 1024, modulusBits: 30, bound: 26, security: 128),
            .noSecureModulus(degree: 1024, security: 256),
            .levelOutOfRange(operation: "o", level: 9, maximum: 3),
            .levelMismatch(operation: "o", left: 1, right: 2),
            .scaleMismatch(operation: "o", level: 1, leftBits: 40, rightBits: 80),
            .scaleTooLarge(operation: "o", level: 0, scaleBits: 80, modulusBits: 50),
            .noLevelLeft(operation: "o"), .wrongDegree(operation: "o", found: 3, expected: 2),
            .notFinite(index: 3),
            .valueTooLarge(index: 1, magnitude: 1e9, scaleBits: 40, level: 0, modulusBits: 50),
            .tooManyValues(count: 5, slots: 4), .invalidScale(operation: "o", scale: .nan),
            .decryptionOverflow(level: 0, scaleBits: 40, modulusBits: 50),
            .keyMismatch(operation: "o", left: "a", right: "b"),
            .ringMismatch(operation: "o", left: "a", right: "b"),
            .noKeySwitching(operation: "o"), .missingRelinearizationKey,
            .missingGaloisKey(rotation: 3, level: 2, available: 1),
            .missingGaloisKey(rotation: nil, level: 2, available: 1),
            .missingPublicKey(operation: "o"), .keyLevelTooLow(key: "k", keyLevel: 1, level: 2),
            .malformed(object: "o", reason: "r"), .plaintextNotExtended(operation: "o", index: 0),
            .ring(.overlappingBases), .noSecretMemory(bytes: 10),
            .operandCount(operation: "o", reason: "give more"),
        ]
        for error in errors {
            #expect(error.description.count > 5)
            #expect(!error.description.contains("\n"))
        }
    }
}
