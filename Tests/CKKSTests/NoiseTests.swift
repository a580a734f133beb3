import CKKS
import ComplexModule
import RealModule
import Ring
import TestSupport
import Testing

/// Measured deviations over all slots against the formulas: within half a bit.
@Suite struct NoiseTests {
    private func expectWithinHalfABit(
        _ measured: Double, _ predicted: Double, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let bits = Double.log2(measured / predicted)
        #expect(abs(bits) < 0.5, "\(what): \(bits) bits off", sourceLocation: sourceLocation)
    }

    static let sets = [Sets.insecurePairs, Sets.insecureThin, Sets.real8192, Sets.real16384]

    @Test func freshEncryptions() throws {
        // At 60 bits of scale the encoder's doubles are coarser than the errors.
        for set in [Sets.insecureThin, Sets.tightSpecial, Sets.real8192, Sets.real16384] {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let x = f.values(1)
            for level in [0, f.parameters.maxLevel] {
                let symmetric = try f.encrypt(x, level)
                expectWithinHalfABit(
                    try f.deviation(symmetric, x), noise.freshSymmetric(level: level), "symmetric")
                let encrypted = try f.encryptor.encrypt(
                    f.encode(x, level), publicKey: f.keys.publicKey)
                expectWithinHalfABit(
                    try f.deviation(encrypted, x), noise.freshPublic(level: level), "public")
                let encoding = noise.slotDeviation(
                    variance: noise.encodingVariance, scale: f.parameters.scale(atLevel: level))
                let decoded = try PrecisionReport(
                    expected: x, found: f.encoder.decode(f.encode(x, level)))
                expectWithinHalfABit(decoded.rootMeanSquare, encoding, "encoding")
            }
        }
    }

    @Test func keySwitches() throws {
        for set in Self.sets + [Sets.tightSpecial] {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let x = f.values(2)
            for level in 0...f.parameters.maxLevel {
                let a = try f.encrypt(x, level)
                // What the switch adds, slot by slot.
                let before = rotated(try f.decrypt(a), 1)
                let after = try f.evaluator.rotate(a, by: 1)
                expectWithinHalfABit(
                    try f.deviation(after, before), noise.keySwitch(level: level),
                    "rotation at level \(level) of \(f.parameters.degree)")
            }
        }
    }

    @Test func rescales() throws {
        for set in Self.sets {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let x = f.values(3)
            for level in 1...f.parameters.maxLevel {
                let product = try f.evaluator.multiplyScalar(f.encrypt(x, level), 1)
                let before = try f.decrypt(product)
                expectWithinHalfABit(
                    try f.deviation(f.evaluator.rescale(product), before),
                    noise.rescale(fromLevel: level), "rescale")
            }
            let level = f.parameters.maxLevel
            let a = try f.encrypt(x, level)
            let square = try f.evaluator.square(a)
            expectWithinHalfABit(
                try f.deviation(f.evaluator.rescale(square), f.decrypt(square)),
                noise.slotDeviation(
                    variance: noise.divisionVarianceOfProduct,
                    scale: f.parameters.scale(atLevel: level - 1)), "rescale of three")
        }
    }

    @Test func manyRotationsLeaveNoBiasInAnySlot() throws {
        let f = try Sets.real8192.get()
        let noise = NoiseEstimate(parameters: f.parameters)
        let level = f.parameters.maxLevel
        let x = [Complex<Double>](repeating: Complex(0.5), count: f.slots)
        var sum = [Complex<Double>](repeating: .zero, count: f.slots)
        let rounds = 24
        for _ in 0..<rounds {
            let a = try f.encrypt(x, level)
            let before = rotated(try f.decrypt(a), 1)
            let after = try f.decrypt(f.evaluator.rotate(a, by: 1))
            for slot in sum.indices { sum[slot] += after[slot] - before[slot] }
        }
        let deviation = noise.keySwitch(level: level) * Double(rounds).squareRoot()
        // Uncentered digits would put N times as much into slot 0 as into the others.
        #expect(sum[0].length < 10 * deviation)
        #expect(sum.allSatisfy { $0.length < worstSlot * deviation })
    }

    @Test func postponedModDownAddsOneRounding() throws {
        let f = try Sets.tightSpecial.get()
        let noise = NoiseEstimate(parameters: f.parameters)
        let level = f.parameters.maxLevel
        let x = f.values(5)
        let a = try f.encrypt(x, level)
        let amounts = [1, 2, 3, 5, 8, -1, 64]
        let ones = try f.encoder.encode(
            constant: 1, level: level, scale: 1, extended: true)
        let sum = try f.evaluator.weightedRotationSum(
            a, amounts.map { WeightedRotation(by: $0, weights: ones) })
        var expected = [Complex<Double>](repeating: .zero, count: f.slots)
        let before = try f.decrypt(a)
        for amount in amounts {
            for (slot, value) in rotated(before, amount).enumerated() { expected[slot] += value }
        }
        let variance =
            Double(amounts.count) * noise.keySwitchVarianceBeforeRounding(level: level)
            + noise.divisionVariance
        expectWithinHalfABit(
            try f.deviation(sum, expected),
            noise.slotDeviation(variance: variance, scale: a.scale), "seven rotations")
    }

    @Test func precisionReportsCount() throws {
        let report = try PrecisionReport(expected: [1, 2, 3, 4], found: [1, 2.5, 3, 4.25])
        #expect(report.worstBits == 1 && report.worstSlot == 1 && report.largestError == 0.5)
        #expect(report.medianBits == 2)
        #expect(abs(report.meanBits + Double.log2(0.1875)) < 1e-12)
        #expect(try PrecisionReport(expected: [1.0], found: [1.0]).worstBits > 1000)
        #expect(try PrecisionReport(expected: [1.0], found: [.nan]).worstBits == -.infinity)
        #expect(throws: CKKSError.self) { try PrecisionReport(expected: [1.0], found: []) }
        #expect(throws: CKKSError.self) {
            try PrecisionReport(expected: [Double](), found: [])
        }
    }
}
