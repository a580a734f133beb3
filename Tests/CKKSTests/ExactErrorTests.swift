import BigNum
import CKKS
import Ring
import Secrets
import TestSupport
import Testing

/// What the fast engine refuses, the exact one refuses with the same words.
@Suite struct ExactErrorTests {
    private static let pair = Result { try firstSet() }

    private static func firstSet() throws -> ExactPair { try #require(ExactSets.all.first) }

    /// Both engines throw, and the same.
    private func refused(
        _ fast: () throws -> Ciphertext, _ exact: () throws -> ExactCiphertext,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (left, right) = (refusal(fast), refusal(exact))
        #expect(left != nil, sourceLocation: sourceLocation)
        // By their words: an error that carries NaN differs from itself.
        #expect(left?.description == right?.description, sourceLocation: sourceLocation)
    }

    @Test func operands() throws {
        let pair = try Self.pair.get()
        let (f, e) = (pair.fast, pair.exact)
        let (a, low) = (try pair.ciphertext(2, seed: 1), try pair.ciphertext(1, seed: 2))
        let coarse = try pair.ciphertext(2, seed: 3, scale: 0x1p9)
        let large = try pair.ciphertext(2, seed: 4, scale: 0x1p60)
        let three = try pair.ciphertext(2, seed: 5, polynomials: 3)
        let (x, y) = (try e.importing(a), try e.importing(low))
        let (u, v, w) = (try e.importing(coarse), try e.importing(large), try e.importing(three))
        refused({ try f.add(a, low) }, { try e.add(x, y) })
        refused({ try f.subtract(low, a) }, { try e.subtract(y, x) })
        refused({ try f.add(a, coarse) }, { try e.add(x, u) })
        refused({ try f.subtract(a, coarse) }, { try e.subtract(x, u) })
        refused({ try f.multiply(a, low) }, { try e.multiply(x, y) })
        refused({ try f.multiply(three, a) }, { try e.multiply(w, x) })
        refused({ try f.multiply(a, three) }, { try e.multiply(x, w) })
        refused({ try f.multiply(large, large) }, { try e.multiply(v, v) })
        refused({ try f.square(large) }, { try e.square(v) })
        refused({ try f.square(three) }, { try e.square(w) })
        refused({ try f.rotate(three, by: 1) }, { try e.rotate(w, by: 1) })
        refused({ try f.conjugate(three) }, { try e.conjugate(w) })
        refused({ try f.rerandomize(three) }, { try e.rerandomize(w) })
        guard case .operandCount = refusal({ try e.rotatedSum([]) }) else {
            Issue.record("a sum of nothing was not refused")
            return
        }
        refused(
            { try f.weightedSum([a], [Plaintext]()) }, { try e.weightedSum([x], [Plaintext]()) })
    }

    @Test func plaintextsAndNumbers() throws {
        let pair = try Self.pair.get()
        let (f, e) = (pair.fast, pair.exact)
        let a = try pair.ciphertext(2, seed: 6)
        let large = try pair.ciphertext(2, seed: 7, scale: 0x1p95)
        let (x, v) = (try e.importing(a), try e.importing(large))
        let low = try pair.plaintext(1, seed: 8)
        let fine = try pair.fixture.encode(pair.fixture.values(9), 2)
        let level = try pair.plaintext(2, seed: 10)
        refused({ try f.addPlain(a, low) }, { try e.addPlain(x, low) })
        refused({ try f.addPlain(a, fine) }, { try e.addPlain(x, fine) })
        refused({ try f.multiplyPlain(a, low) }, { try e.multiplyPlain(x, low) })
        refused({ try f.multiplyPlain(large, level) }, { try e.multiplyPlain(v, level) })
        for value in [Double.nan, .infinity, 1e300, -1e28] {
            refused({ try f.addScalar(a, value) }, { try e.addScalar(x, value) })
            refused(
                { try f.multiplyScalar(a, value, resultScale: 0x1p40) },
                { try e.multiplyScalar(x, value, resultScale: 0x1p40) })
        }
        for scale in [0, 0.5, -1, Double.nan, .infinity, 0x1p100] {
            refused(
                { try f.multiplyScalar(a, 1, resultScale: scale) },
                { try e.multiplyScalar(x, 1, resultScale: scale) })
        }
        let plain = WeightedRotation(by: 1, weights: level)
        let still = WeightedRotation(by: 0, weights: fine)
        for sums in [[[plain]], [[]], [[still, plain]]] {
            refused(
                { try f.weightedRotationSums(a, sums, rescaling: false)[0] },
                { try e.weightedRotationSums(x, sums, rescaling: false)[0] })
        }
    }

    @Test func levels() throws {
        let pair = try Self.pair.get()
        let (f, e) = (pair.fast, pair.exact)
        let (a, bottom) = (try pair.ciphertext(1, seed: 11), try pair.ciphertext(0, seed: 12))
        let three = try pair.ciphertext(0, seed: 13, polynomials: 3)
        let large = try pair.ciphertext(2, seed: 14, scale: 0x1p60)
        let (x, y, w) = (try e.importing(a), try e.importing(bottom), try e.importing(three))
        let v = try e.importing(large)
        for level in [-1, 2, Int.max] {
            refused({ try f.truncate(a, toLevel: level) }, { try e.truncate(x, toLevel: level) })
            refused({ try f.dropLevel(a, to: level) }, { try e.dropLevel(x, to: level) })
        }
        refused({ try f.truncate(large, toLevel: 0) }, { try e.truncate(v, toLevel: 0) })
        refused({ try f.dropLevel(a, to: 0) }, { try e.dropLevel(x, to: 0) })
        refused({ try f.rescale(bottom) }, { try e.rescale(y) })
        refused({ try f.rescale(a) }, { try e.rescale(x) })
        refused({ try f.relinearizeAndRescale(three) }, { try e.relinearizeAndRescale(w) })
        let weights = try pair.fixture.encode(pair.fixture.values(15), 0, extended: true)
        let sums = [[WeightedRotation(by: 1, weights: weights)]]
        refused(
            { try f.weightedRotationSums(bottom, sums, rescaling: true)[0] },
            { try e.weightedRotationSums(y, sums, rescaling: true)[0] })
    }

    @Test func keys() throws {
        let pair = try Self.pair.get()
        let generator = KeyGenerator(context: pair.context, source: SeededRandomSource(seed: 16))
        let top = pair.parameters.maxLevel
        let low = try pair.fixture.withSecret {
            try generator.evaluationKeys(
                for: $0, publicKeyLevel: 0, relinearizationLevel: 0, rotations: [1: 0])
        }
        let bare = try EvaluationKeys(publicKey: low.publicKey)
        let a = try pair.ciphertext(top, seed: 17)
        let three = try pair.ciphertext(top, seed: 18, polynomials: 3)
        for keys in [low, bare, nil] {
            let f = try Evaluator(context: pair.context, keys: keys)
            let e = try ExactEvaluator(context: pair.context, keys: keys)
            let (x, w) = (try e.importing(a), try e.importing(three))
            refused({ try f.relinearize(three) }, { try e.relinearize(w) })
            refused({ try f.rotate(a, by: 1) }, { try e.rotate(x, by: 1) })
            refused({ try f.rotate(a, by: 3) }, { try e.rotate(x, by: 3) })
            refused({ try f.conjugate(a) }, { try e.conjugate(x) })
            refused({ try f.rerandomize(a) }, { try e.rerandomize(x) })
        }
        let conversion = try pair.fixture.withSecret {
            try generator.conversionKey(from: generator.secretKey(), to: $0, level: top)
        }
        let x = try pair.exact.importing(a)
        refused(
            { try pair.fast.convert(a, with: conversion) },
            { try pair.exact.convert(x, with: conversion) })
    }

    /// A ciphertext of another secret key or of other parameters is refused by every operation.
    @Test func strangers() throws {
        let pair = try Self.pair.get()
        let parameters = pair.parameters
        let other = try Fixture(parameters, seed: 19)
        let engine = try ExactEvaluator(context: other.context, keys: other.keys)
        let a = try other.encrypt(other.values(20), 1)
        let stranger = try engine.importing(a)
        let own = try pair.exact.importing(pair.ciphertext(1, seed: 21, scale: a.scale))
        let mine = try pair.exact.exporting(own)
        let p = try pair.plaintext(1, seed: 22)
        let (f, e) = (pair.fast, pair.exact)
        refused({ try f.add(mine, a) }, { try e.add(own, stranger) })
        refused({ try f.subtract(a, mine) }, { try e.subtract(stranger, own) })
        refused({ try f.negate(a) }, { try e.negate(stranger) })
        refused({ try f.addPlain(a, p) }, { try e.addPlain(stranger, p) })
        refused({ try f.multiplyPlain(a, p) }, { try e.multiplyPlain(stranger, p) })
        refused({ try f.multiplyInteger(a, 2) }, { try e.multiplyInteger(stranger, 2) })
        refused({ try f.multiplyScalar(a, 2) }, { try e.multiplyScalar(stranger, 2) })
        refused({ try f.addScalar(a, 2) }, { try e.addScalar(stranger, 2) })
        refused({ try f.multiply(a, mine) }, { try e.multiply(stranger, own) })
        refused({ try f.square(a) }, { try e.square(stranger) })
        refused({ try f.relinearize(a) }, { try e.relinearize(stranger) })
        refused({ try f.rescale(a) }, { try e.rescale(stranger) })
        refused({ try f.relinearizeAndRescale(a) }, { try e.relinearizeAndRescale(stranger) })
        refused({ try f.truncate(a, toLevel: 0) }, { try e.truncate(stranger, toLevel: 0) })
        refused({ try f.dropLevel(a, to: 0) }, { try e.dropLevel(stranger, to: 0) })
        refused({ try f.rotate(a, by: 1) }, { try e.rotate(stranger, by: 1) })
        refused({ try f.conjugate(a) }, { try e.conjugate(stranger) })
        refused({ try f.rerandomize(a) }, { try e.rerandomize(stranger) })
        #expect(isKeyMismatch(refusal { try e.importing(a) }))
        #expect(isKeyMismatch(refusal { try e.exporting(stranger) }))
    }

    private func isKeyMismatch(_ error: CKKSError?) -> Bool {
        if case .keyMismatch = error { true } else { false }
    }

    private func isRingMismatch(_ error: CKKSError?) -> Bool {
        if case .ringMismatch = error { true } else { false }
    }

    @Test func otherParameters() throws {
        let (pair, other) = (try Self.pair.get(), ExactSets.all[1])
        let foreign = try other.ciphertext(1, seed: 23)
        let x = try other.exact.importing(foreign)
        let own = try pair.exact.importing(pair.ciphertext(1, seed: 24))
        let e = try ExactEvaluator(context: pair.context)
        #expect(isRingMismatch(refusal { try e.importing(foreign) }))
        #expect(isRingMismatch(refusal { try e.exporting(x) }))
        #expect(isRingMismatch(refusal { try e.add(own, x) }))
        #expect(isRingMismatch(refusal { try e.multiply(x, own) }))
        #expect(isRingMismatch(refusal { try e.negate(x) }))
        #expect(isRingMismatch(refusal { try e.rescale(x) }))
        #expect(isRingMismatch(refusal { try e.rotate(x, by: 1) }))
        #expect(isRingMismatch(refusal { try e.addPlain(own, other.plaintext(1, seed: 25)) }))
        #expect(
            isRingMismatch(
                refusal { try ExactEvaluator(context: pair.context, keys: other.fixture.keys) }))
        let plaintext = try other.plaintext(1, seed: 26)
        let writer = ExactEncryptor(context: pair.context)
        let key = pair.fixture.keys.publicKey
        #expect(isRingMismatch(refusal { try writer.encrypt(plaintext, publicKey: key) }))
        #expect(
            isRingMismatch(
                refusal {
                    try writer.encryptZero(
                        level: 0, scale: 4, publicKey: other.fixture.keys.publicKey)
                }))
        other.fixture.withSecret { secret in
            let reader = ExactDecryptor(context: pair.context)
            #expect(isRingMismatch(refused { try reader.phase(foreign, secretKey: secret) }))
            #expect(isRingMismatch(refused { try writer.encrypt(plaintext, secretKey: secret) }))
        }
    }

    /// As `refusal`, for bodies that use a borrowed key.
    private func refused(_ body: () throws -> Any) -> CKKSError? { refusal(body) }

    @Test func encryptionAndDecryption() throws {
        let pair = try Self.pair.get()
        let source = SeededRandomSource(seed: 27)
        let fast = Encryptor(context: pair.context, source: source)
        let exact = ExactEncryptor(context: pair.context, source: source)
        let low = try pair.fixture.keys.publicKey.trimmed(toLevel: 0, context: pair.context)
        let plaintext = try pair.plaintext(1, seed: 28)
        #expect(
            try same(
                { try fast.encrypt(plaintext, publicKey: low) },
                { try exact.encrypt(plaintext, publicKey: low) }))
        for (level, scale) in [(1, 4), (-1, 4), (99, 4), (0, 0), (0, .nan), (0, .infinity)] {
            #expect(
                try same(
                    { try fast.encryptZero(level: level, scale: scale, publicKey: low) },
                    { try exact.encryptZero(level: level, scale: scale, publicKey: low) }))
        }
        let a = try Fixture(pair.parameters, seed: 29).encrypt([], 1)
        let noise = try pair.ciphertext(1, seed: 30)
        pair.fixture.withSecret { key in
            let reader = ExactDecryptor(context: pair.context)
            let decryptor = pair.fixture.decryptor
            let stranger = refused { try reader.phase(a, secretKey: key) }
            #expect(isKeyMismatch(stranger))
            #expect(stranger == refused { try decryptor.phase(a, secretKey: key) })
            let overflow = refused { try reader.decrypt(noise, secretKey: key) }
            #expect(overflow != nil)
            #expect(overflow == refused { try decryptor.decrypt(noise, secretKey: key) })
        }
    }

    /// Whether both throw the same.
    private func same(_ fast: () throws -> Ciphertext, _ exact: () throws -> Ciphertext) throws
        -> Bool
    {
        let (left, right) = (refusal(fast), refusal(exact))
        return try #require(left).description == #require(right).description
    }
}
