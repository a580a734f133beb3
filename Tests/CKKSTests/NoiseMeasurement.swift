import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport

/// The errors that operations at one level make, over random cases: keys, values and noise of their
/// own.
///
/// Errors are differences of phases, which are polynomials of integers, so that nothing is rounded
/// before slots are made of them.
struct NoiseMeasurement {
    let context: CKKSContext
    let level: Int
    /// By operation.
    private(set) var tallies: [String: NoiseTally] = [:]
    private let encoder: SlotEncoder
    private let encryptor: Encryptor
    private let generator: KeyGenerator
    private let source: SeededRandomSource
    private var values: TestGenerator

    init(_ context: CKKSContext, level: Int, seed: UInt64) {
        self.context = context
        self.level = level
        source = SeededRandomSource(seed: seed)
        values = TestGenerator(seed: seed + 1)
        encoder = SlotEncoder(context: context)
        encryptor = Encryptor(context: context, source: source)
        generator = KeyGenerator(context: context, source: source)
    }

    /// Keys that serve a few cases.
    private struct Keys: ~Copyable {
        let secret: SecretKey
        let other: SecretKey
        let conversion: KeySwitchingKey
        let evaluator: Evaluator
        let publicKey: PublicKey
        let decryptor: Decryptor

        static func make(_ generator: KeyGenerator, level: Int, source: SeededRandomSource) throws
            -> Keys
        {
            let secret = try generator.secretKey()
            let other = try generator.secretKey()
            let conversion = try generator.conversionKey(from: secret, to: other, level: level)
            let keys = try generator.evaluationKeys(
                for: secret, publicKeyLevel: level, relinearizationLevel: level,
                rotations: [1: level, 5: level], threadCount: 1)
            let evaluator = try Evaluator(context: generator.context, keys: keys, source: source)
            return Keys(
                secret: secret, other: other, conversion: conversion, evaluator: evaluator,
                publicKey: keys.publicKey, decryptor: Decryptor(context: generator.context))
        }

        func phase(_ ciphertext: Ciphertext) throws -> Polynomial<Evaluation> {
            try decryptor.phase(ciphertext, secretKey: secret).polynomial
        }
    }

    /// Adds cases, so many of them under the same keys.
    mutating func run(caseCount: Int, perKey: Int) throws {
        for first in stride(from: 0, to: caseCount, by: perKey) {
            let keys = try Keys.make(generator, level: level, source: source)
            for _ in first..<min(first + perKey, caseCount) {
                let operands = try fresh(keys)
                try switches(keys, operands)
                if level > 0 { try products(keys, operands) }
            }
        }
    }

    /// Two messages and their encryptions, with the phase of the first.
    private struct Operands {
        let messages: (Plaintext, Plaintext)
        let ciphertexts: (Ciphertext, Ciphertext)
        let phase: Polynomial<Evaluation>
    }

    private mutating func randomSlots() -> [Complex<Double>] {
        (0..<context.parameters.slotCount).map { _ in
            Complex(values.real(in: -1...1), values.real(in: -1...1))
        }
    }

    private mutating func tally(
        _ operation: String, _ error: Polynomial<Evaluation>, scale: Double
    ) throws {
        let slots = try encoder.decode(Plaintext(polynomial: error, level: level, scale: scale))
        tallies[operation, default: NoiseTally()].add(slots)
    }

    private mutating func fresh(_ keys: borrowing Keys) throws -> Operands {
        let (x, y) = (randomSlots(), randomSlots())
        let (m, w) = (try encoder.encode(x, level: level), try encoder.encode(y, level: level))
        let a = try encryptor.encrypt(m, secretKey: keys.secret)
        let b = try encryptor.encrypt(w, secretKey: keys.secret)
        let phase = try keys.phase(a)
        // Finer scales are beyond the encoder's doubles.
        if m.scale < 0x1p46 {
            let decoded = try encoder.decode(m)
            tallies["encode", default: NoiseTally()].add(zip(decoded, x).map { $0 - $1 })
        }
        try tally("encrypt, secret key", phase - m.polynomial, scale: m.scale)
        let open = try encryptor.encrypt(m, publicKey: keys.publicKey)
        try tally("encrypt, public key", keys.phase(open) - m.polynomial, scale: m.scale)
        try tally(
            "rerandomize", keys.phase(keys.evaluator.rerandomize(a)) - phase, scale: m.scale)
        try tally(
            "add", keys.phase(keys.evaluator.add(a, b)) - m.polynomial - w.polynomial,
            scale: m.scale)
        return Operands(messages: (m, w), ciphertexts: (a, b), phase: phase)
    }

    private mutating func switches(_ keys: borrowing Keys, _ operands: Operands) throws {
        let (e, a, scale) = (
            keys.evaluator, operands.ciphertexts.0, operands.messages.0.scale
        )
        let degree = context.parameters.degree
        let one = operands.phase.applying(.rotation(by: 1, degree: degree))
        let five = operands.phase.applying(.rotation(by: 5, degree: degree))
        try tally("rotate", keys.phase(e.rotate(a, by: 1)) - one, scale: scale)
        let hoisted = try e.rotations(a, by: [1, 5])
        try tally("rotate, hoisted", keys.phase(hoisted[1]) - five, scale: scale)
        let unit = try encoder.encode(constant: 1, level: level, scale: 1, extended: true)
        let sum = try e.weightedRotationSum(
            a, [1, 5].map { WeightedRotation(by: $0, weights: unit) })
        try tally("hoisted sum", keys.phase(sum) - one - five, scale: scale)
        let added = try e.rotatedSum([(a, 1), (a, 5)])
        try tally("rotated sum", keys.phase(added) - one - five, scale: scale)
        let converted = try e.convert(a, with: keys.conversion)
        let found = try keys.decryptor.phase(converted, secretKey: keys.other).polynomial
        try tally("key switch", found - operands.phase, scale: scale)
    }

    private mutating func products(_ keys: borrowing Keys, _ operands: Operands) throws {
        let e = keys.evaluator
        let ((m, w), (a, b)) = (operands.messages, operands.ciphertexts)
        let scaled = try e.multiplyPlain(a, w)
        try tally(
            "multiply by plaintext", keys.phase(scaled) - m.polynomial * w.polynomial,
            scale: scaled.scale)
        let product = try e.multiply(a, b)
        let (phase, clear) = (try keys.phase(product), m.polynomial * w.polynomial)
        try tally("multiply", phase - clear, scale: product.scale)
        try tally(
            "relinearize", keys.phase(e.relinearize(product)) - phase, scale: product.scale)
        let short = try multiple(keys.phase(e.relinearizeAndRescale(product)))
        try tally("relinearize and rescale", short - phase, scale: product.scale)
        try tally("multiply, relinearize, rescale", short - clear, scale: product.scale)
        try tally(
            "rescale of three", multiple(keys.phase(e.rescale(product))) - phase,
            scale: product.scale)
        try tally(
            "rescale", multiple(keys.phase(e.rescale(scaled))) - keys.phase(scaled),
            scale: scaled.scale)
        try weighted(keys, operands)
    }

    private mutating func weighted(_ keys: borrowing Keys, _ operands: Operands) throws {
        let weights = try [randomSlots(), randomSlots()].map {
            try encoder.encode($0, level: level, extended: true)
        }
        let (amounts, a) = ([1, 5], operands.ciphertexts.0)
        let sum = try keys.evaluator.weightedRotationSums(
            a, [zip(amounts, weights).map { WeightedRotation(by: $0, weights: $1) }],
            rescaling: true)[0]
        var expected = Polynomial<Evaluation>(zero: context.ring, basis: operands.phase.basis)
        for (amount, weight) in zip(amounts, weights) {
            expected.multiplyAccumulate(
                operands.phase.applying(
                    .rotation(by: amount, degree: context.parameters.degree)), weight.polynomial)
        }
        try tally(
            "hoisted sum with weights", multiple(keys.phase(sum)) - expected,
            scale: a.scale * weights[0].scale)
    }

    /// q times a phase one level below, q the level's group, over all limbs of the level.
    private func multiple(_ phase: Polynomial<Evaluation>) -> Polynomial<Evaluation> {
        let group = context.basis(atLevel: level).subtracting(phase.basis)
        var multiple = phase
        for index in group.indices {
            let prime = context.ring.moduli[index].value
            multiple.multiply(byScalars: [UInt64](repeating: prime, count: phase.basis.count))
        }
        return .joined(multiple, Polynomial(zero: context.ring, basis: group))
    }
}

extension NoiseMeasurement {
    /// The root mean square that `NoiseEstimate` gives for each operation.
    var predictions: [String: Double] {
        let parameters = context.parameters
        let noise = NoiseEstimate(parameters: parameters)
        let scale = parameters.scale(atLevel: level)
        func deviation(_ variance: Double, _ scale: Double) -> Double {
            noise.slotDeviation(variance: variance, scale: scale)
        }
        func root(_ parts: Double...) -> Double {
            parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let (fresh, rounding) = (noise.freshSymmetricVariance, noise.divisionVariance)
        let key = noise.keySwitchVarianceBeforeRounding(level: level)
        var predictions = [
            "encode": deviation(noise.encodingVariance, scale),
            "encrypt, secret key": deviation(fresh, scale),
            "encrypt, public key": deviation(noise.freshPublicVariance, scale),
            "rerandomize": deviation(noise.freshPublicVariance, scale),
            "add": deviation(2 * fresh, scale),
            "rotate": noise.keySwitch(level: level),
            "rotate, hoisted": noise.keySwitch(level: level),
            "key switch": noise.keySwitch(level: level),
            "hoisted sum": deviation(2 * key + rounding, scale),
            "rotated sum": deviation(2 * key + rounding, scale),
        ]
        guard level > 0 else { return predictions }
        let pending = scale * scale
        let below = pending / parameters.groupProduct(atLevel: level)
        // The mean square of values that are uniform in the square of half side 1.
        let size = (2.0 / 3).squareRoot()
        let error = deviation(fresh, scale)
        let product = root(size * error, size * error, error * error)
        let switched = deviation(key + rounding, pending)
        let division = deviation(rounding, below)
        predictions["multiply by plaintext"] = size * error
        predictions["multiply"] = product
        predictions["relinearize"] = switched
        predictions["relinearize and rescale"] = root(deviation(key, pending), division)
        predictions["multiply, relinearize, rescale"] = root(
            product, deviation(key, pending), division)
        predictions["rescale"] = division
        predictions["rescale of three"] = deviation(noise.divisionVarianceOfProduct, below)
        predictions["hoisted sum with weights"] = root(
            size * deviation(key, scale), size * deviation(key, scale), division)
        return predictions
    }
}
