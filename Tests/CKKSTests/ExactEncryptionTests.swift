import BigNum
import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

/// Encryption and decryption by whole integers: the same randomness gives the same ciphertexts,
/// either engine reads the other's, and phases are equal to the last coefficient.
@Suite struct ExactEncryptionTests {
    @Test(arguments: ExactSets.all) func seededSourcesGiveEqualCiphertexts(_ pair: ExactPair) throws
    {
        for level in pair.levels {
            let plaintext = try pair.fixture.encode(pair.fixture.values(91), level)
            let extended = try pair.fixture.encode(
                pair.fixture.values(91), level, extended: true)
            let fast = Encryptor(context: pair.context, source: SeededRandomSource(seed: 92))
            let exact = ExactEncryptor(context: pair.context, source: SeededRandomSource(seed: 92))
            try pair.fixture.withSecret { key in
                for message in [plaintext, extended] {
                    let a = try fast.encrypt(message, secretKey: key)
                    let b = try exact.encrypt(message, secretKey: key)
                    equal(a, b)
                    #expect(b.isSeeded)
                }
            }
            let publicKey = pair.fixture.keys.publicKey
            for message in [plaintext, extended] {
                equal(
                    try fast.encrypt(message, publicKey: publicKey),
                    try exact.encrypt(message, publicKey: publicKey))
            }
            equal(
                try fast.encryptZero(level: level, scale: 0x1p20, publicKey: publicKey),
                try exact.encryptZero(level: level, scale: 0x1p20, publicKey: publicKey))
        }
    }

    @Test(arguments: ExactSets.all) func encodingAndEncryptingAtOnceAreTheTwoSteps(
        _ pair: ExactPair
    ) throws {
        let fixture = pair.fixture
        let values = fixture.values(97)
        let (real, imaginary) = (values.map(\.real), values.map(\.imaginary))
        for level in pair.levels {
            for imaginary in [nil, imaginary] {
                let plaintext =
                    try imaginary.map {
                        try fixture.encoder.encode(real: real, imaginary: $0, level: level)
                    } ?? fixture.encoder.encode(real, level: level)
                func encryptor() -> Encryptor {
                    Encryptor(context: pair.context, source: SeededRandomSource(seed: 98))
                }
                try fixture.withSecret { key in
                    equal(
                        try encryptor().encrypt(
                            real: real, imaginary: imaginary, level: level, secretKey: key),
                        try encryptor().encrypt(plaintext, secretKey: key))
                }
            }
        }
    }

    private func equal(
        _ a: Ciphertext, _ b: Ciphertext, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(a.polynomials == b.polynomials, sourceLocation: sourceLocation)
        #expect(a.seed == b.seed, sourceLocation: sourceLocation)
        #expect(a.level == b.level && a.scale == b.scale, sourceLocation: sourceLocation)
        #expect(a.keyID == b.keyID, sourceLocation: sourceLocation)
    }

    @Test(arguments: ExactSets.all) func eachEngineReadsTheOther(_ pair: ExactPair) throws {
        let fixture = pair.fixture
        let noise = NoiseEstimate(parameters: pair.parameters)
        let reader = ExactDecryptor(context: pair.context)
        let writer = ExactEncryptor(context: pair.context)
        for level in pair.levels {
            let values = fixture.values(93)
            let plaintext = try fixture.encode(values, level)
            // Scales above 50 bits are finer than the encoder's doubles.
            let bound = 8 * noise.freshPublic(level: level) + 0x1p-44
            try fixture.withSecret { key in
                let written = [
                    try writer.encrypt(plaintext, secretKey: key),
                    try writer.encrypt(plaintext, publicKey: fixture.keys.publicKey),
                    try fixture.encryptor.encrypt(plaintext, secretKey: key),
                    try fixture.encryptor.encrypt(plaintext, publicKey: fixture.keys.publicKey),
                ]
                for ciphertext in written {
                    try ciphertext.validate(in: pair.context, keyID: key.keyID)
                    let fast = try fixture.decryptor.decrypt(ciphertext, secretKey: key)
                    let exact = try reader.decrypt(ciphertext, secretKey: key)
                    #expect(
                        try PrecisionReport(expected: values, found: exact).largestError < bound)
                    #expect(fast == exact)
                    let real = try reader.decryptReal(ciphertext, secretKey: key)
                    #expect(real == exact.map(\.real))
                }
                // Two encryptions by the system's randomness are never the same.
                #expect(written[0].polynomials[0] != written[2].polynomials[0])
                #expect(written[1].polynomials[1] != written[3].polynomials[1])
            }
        }
    }

    @Test(arguments: ExactSets.all) func phasesAreEqual(_ pair: ExactPair) throws {
        for level in pair.levels {
            for count in 2...3 {
                let a = try pair.ciphertext(level, seed: 94, polynomials: count)
                try pair.fixture.withSecret { key in
                    let fast = try pair.fixture.decryptor.phase(a, secretKey: key)
                    let exact = try ExactDecryptor(context: pair.context).phase(a, secretKey: key)
                    #expect(fast.polynomial == exact.polynomial)
                    #expect(fast.level == exact.level && fast.scale == exact.scale)
                }
            }
        }
    }

    @Test(arguments: ExactSets.all) func seededSourcesRerandomizeEqually(_ pair: ExactPair) throws {
        for level in pair.levels {
            let a = try pair.ciphertext(level, seed: 95)
            let fast = try Evaluator(
                context: pair.context, keys: pair.fixture.keys,
                source: SeededRandomSource(seed: 96))
            let exact = try ExactEvaluator(
                context: pair.context, keys: pair.fixture.keys,
                source: SeededRandomSource(seed: 96))
            let (left, right) = (
                try fast.rerandomize(a), try exact.rerandomize(exact.importing(a))
            )
            #expect(try pair.difference(left, right) == 0)
            #expect(left.polynomials != a.polynomials)
        }
    }

    /// A whole computation, as the slots see it: products, rotations and sums down the levels.
    @Test(arguments: ExactSets.all) func computationsDecryptToTheSameSlots(_ pair: ExactPair) throws
    {
        func run<Engine: SlotArithmetic>(_ engine: Engine, _ start: Engine.Ciphertext) throws
            -> Engine.Ciphertext
        {
            var value = start
            for level in pair.levels.reversed().dropLast() {
                let rotated = try engine.rotate(value, by: 1)
                value = try engine.relinearizeAndRescale(engine.multiply(value, rotated))
                value = try engine.addScalar(value, 0.125)
                #expect(engine.level(of: value) == level - 1)
            }
            return try engine.conjugate(engine.subtract(value, engine.rotate(value, by: 2)))
        }
        func clear(_ start: [Complex<Double>]) -> [Complex<Double>] {
            var value = start
            for _ in pair.levels.dropFirst() {
                value = zipped(value, rotated(value, 1), *).map { $0 + Complex(0.125) }
            }
            return zipped(value, rotated(value, 2), -).map(\.conjugate)
        }
        let values = pair.fixture.values(97, size: 0.7)
        let start = try pair.fixture.encrypt(values, pair.parameters.maxLevel)
        let fast = try run(pair.fast, start)
        let exact = try run(pair.exact, pair.exact.importing(start))
        #expect(try pair.difference(fast, exact) == 0)
        let scale = pair.parameters.scale(atLevel: 0)
        // Half the bits of the scale are ample at these depths.
        #expect(
            try pair.fixture.error(pair.exact.exporting(exact), clear(values)) < 1
                / scale.squareRoot())
    }
}
