import CKKS
import ComplexModule
import RealModule
import Ring
import Secrets
import TestSupport
import Testing

/// The error of each operation over 1,000 random cases, each with keys, values and noise of its own:
/// its root mean square is within half a bit of the predicted one, and no slot's is more than one
/// bit above the median's.
@Suite struct NoiseOverKeysTests {
    private static let caseCount = 1000

    /// Squared errors by slot, summed over cases.
    private struct Tally {
        var squares: [Double] = []

        mutating func add(_ found: [Complex<Double>], _ expected: [Complex<Double>]) {
            if squares.isEmpty { squares = Array(repeating: 0, count: found.count) }
            for slot in found.indices {
                squares[slot] += (found[slot] - expected[slot]).lengthSquared
            }
        }

        func expect(_ predicted: Double, _ what: String, cases: Int) {
            let mean = squares.reduce(0, +) / Double(squares.count * cases)
            let bits = Double.log2(mean.squareRoot() / predicted)
            #expect(abs(bits) < 0.5, "\(what): \(bits) bits off")
            let sorted = squares.sorted()
            let excess = Double.log2(sorted[sorted.count - 1] / sorted[sorted.count / 2]) / 2
            #expect(excess < 1, "\(what): the worst slot is \(excess) bits above the median")
        }
    }

    /// Special primes no larger than the digits, so that the key's errors show beside the rounding.
    private static func parameters() throws -> CKKSParameters {
        let free = try CKKSParameters.insecure(
            degree: 128, baseBits: 42, scaleBits: 40, levels: 2, digits: .smallestModulus)
        let special = try PrimeLadder.prime(
            degree: 128, nearest: 0x1.02p42, excluding: Set(free.moduli))
        return try .insecure(literal: free, specialModuli: [special])
    }

    /// What one case measures.
    private struct Case {
        let context: CKKSContext
        let encoder: SlotEncoder
        let encryptor: Encryptor
        let decryptor: Decryptor
        let generator: KeyGenerator
        let level: Int

        init(_ context: CKKSContext, source: some RandomSource) {
            self.context = context
            encoder = SlotEncoder(context: context)
            encryptor = Encryptor(context: context, source: source)
            decryptor = Decryptor(context: context)
            generator = KeyGenerator(context: context, source: source)
            level = context.parameters.maxLevel
        }

        func run(_ values: [Complex<Double>], _ tallies: inout [String: Tally]) throws {
            let secret = try generator.secretKey()
            let keys = try generator.evaluationKeys(
                for: secret, publicKeyLevel: level, relinearizationLevel: level,
                rotations: [1: level, 5: level], threadCount: 1)
            let e = try Evaluator(context: context, keys: keys)
            func slots(_ ciphertext: Ciphertext) throws -> [Complex<Double>] {
                try decryptor.decrypt(ciphertext, secretKey: secret)
            }
            func tally(
                _ name: String, _ found: Ciphertext, _ expected: [Complex<Double>]
            ) throws {
                tallies[name, default: Tally()].add(try slots(found), expected)
            }
            let plaintext = try encoder.encode(values, level: level)
            let a = try encryptor.encrypt(plaintext, secretKey: secret)
            try tally("symmetric", a, values)
            try tally(
                "public", encryptor.encrypt(plaintext, publicKey: keys.publicKey), values)
            let before = try slots(a)
            try tally("rotate", e.rotate(a, by: 1), rotated(before, 1))
            let product = try e.square(a)
            let squares = try slots(product)
            // At the scale of a product the noise is below the precision of decoded doubles.
            let difference =
                try decryptor.phase(e.relinearize(product), secretKey: secret).polynomial
                - decryptor.phase(product, secretKey: secret).polynomial
            tallies["relinearize", default: Tally()].add(
                try encoder.decode(
                    Plaintext(polynomial: difference, level: level, scale: product.scale)),
                [Complex<Double>](repeating: .zero, count: squares.count))
            try tally("relinearize and rescale", e.relinearizeAndRescale(product), squares)
            try tally("rescale", e.rescale(e.multiplyScalar(a, 1)), before)
            let one = try encoder.encode(constant: 1, level: level, scale: 1, extended: true)
            try tally(
                "weighted rotations",
                e.weightedRotationSum(a, [1, 5].map { WeightedRotation(by: $0, weights: one) }),
                zipped(rotated(before, 1), rotated(before, 5), +))
        }
    }

    @Test func everyOperationIsAsPredictedInEverySlot() throws {
        let parameters = try Self.parameters()
        let context = try CKKSContext(parameters)
        let source = SeededRandomSource(seed: 2024)
        var generator = TestGenerator(seed: 2025)
        var tallies: [String: Tally] = [:]
        let one = Case(context, source: source)
        for _ in 0..<Self.caseCount {
            let values = (0..<parameters.slotCount).map { _ in
                Complex(generator.real(in: -1...1), generator.real(in: -1...1))
            }
            try one.run(values, &tallies)
        }
        let noise = NoiseEstimate(parameters: parameters)
        let top = parameters.maxLevel
        let pending = parameters.scale(atLevel: top) * parameters.scale(atLevel: top)
        let below = parameters.scale(atLevel: top - 1)
        let keySwitch = noise.keySwitchVarianceBeforeRounding(level: top)
        let dropped = parameters.groupProduct(atLevel: top)
        let predicted: [String: Double] = [
            "symmetric": noise.freshSymmetric(level: top),
            "public": noise.freshPublic(level: top),
            "rotate": noise.keySwitch(level: top),
            "relinearize": noise.slotDeviation(
                variance: noise.keySwitchVariance(level: top), scale: pending),
            "relinearize and rescale": noise.slotDeviation(
                variance: noise.divisionVariance + keySwitch / (dropped * dropped), scale: below),
            "rescale": noise.rescale(fromLevel: top),
            "weighted rotations": noise.slotDeviation(
                variance: 2 * keySwitch + noise.divisionVariance,
                scale: parameters.scale(atLevel: top)),
        ]
        #expect(tallies.count == predicted.count)
        for (name, tally) in tallies {
            tally.expect(predicted[name] ?? 0, name, cases: Self.caseCount)
        }
    }
}
