import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

@Suite struct KeyTests {
    @Test func secretsAreUniformTernaryAndNamed() throws {
        let f = try Sets.insecureThin.get()
        var counts = [0, 0, 0]
        var names: Set<KeyID> = []
        for _ in 0..<4 {
            let key = try f.generator.secretKey()
            names.insert(key.keyID)
            let bytes = try key.duplicateCoefficients()
            bytes.withUnsafeBytes { for byte in $0 { counts[Int(byte &+ 1)] += 1 } }
        }
        #expect(names.count == 4)
        let total = counts.reduce(0, +)
        #expect(total == 4 * 4096)
        // Five deviations of a binomial with p = 1/3.
        let room = 5 * (Double(total) * 2 / 9).squareRoot()
        for count in counts { #expect(abs(Double(count) - Double(total) / 3) < room) }
    }

    @Test func malformedSecretsAreRefused() throws {
        let id = KeyID(from: SeededRandomSource(seed: 1))
        func make(_ bytes: [UInt8]) throws {
            var bytes = bytes
            _ = try SecretKey(coefficients: SecretBytes(moving: &bytes), keyID: id)
        }
        try make([UInt8](repeating: 255, count: 1024))
        try make([0, 1, 255] + [UInt8](repeating: 0, count: 1021))
        for byte: UInt8 in [2, 3, 127, 128, 129, 253, 254] {
            var bytes = [UInt8](repeating: 1, count: 1024)
            bytes[1023] = byte
            #expect(throws: CKKSError.self) { try make(bytes) }
        }
        for count in [0, 8, 1000, 1023, 131_072] {
            #expect(throws: CKKSError.self) { try make([UInt8](repeating: 0, count: count)) }
        }
    }

    @Test func encryptionsAreSeededFreshAndNeverTheSame() throws {
        let f = try Sets.insecureSingle.get()
        let x = f.values(1)
        let (a, b) = (try f.encrypt(x, 2), try f.encrypt(x, 2))
        #expect(a.isSeeded && a.seed != b.seed)
        #expect(a.polynomials[0] != b.polynomials[0] && a.polynomials[1] != b.polynomials[1])
        let seed = try #require(a.seed)
        #expect(Encryptor.uniform(seed: seed, level: 2, context: f.context) == a.polynomials[1])
        #expect(try !f.evaluator.negate(a).isSeeded)
        #expect(try !f.evaluator.add(a, b).isSeeded)
        #expect(try !f.evaluator.addScalar(a, 1).isSeeded)
        // Without a seeded source.
        let fresh = Encryptor(context: f.context)
        let pair = try f.withSecret { key in
            try (0..<2).map { _ in try fresh.encrypt(f.encode(x, 1), secretKey: key) }
        }
        #expect(pair[0].polynomials[0] != pair[1].polynomials[0])
        #expect(try f.error(pair[0], x) < 1e-6)
    }

    @Test func seededSourcesRepeatKeysToTheBit() throws {
        let parameters = try Sets.insecureSingle.get().parameters
        let (a, b) = (try Fixture(parameters, seed: 5), try Fixture(parameters, seed: 5))
        #expect(a.keys.keyID == b.keys.keyID)
        #expect(a.keys.publicKey.body == b.keys.publicKey.body)
        #expect(a.keys.relinearization?.bodies == b.keys.relinearization?.bodies)
        for (element, key) in a.keys.galois {
            #expect(b.keys.galois[element]?.bodies == key.bodies)
        }
        let other = try Fixture(parameters, seed: 6)
        #expect(other.keys.publicKey.body != a.keys.publicKey.body)
    }

    @Test func publicKeyEncryptionAtEveryLevel() throws {
        for set in Sets.small {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let x = f.values(3)
            for level in 0...f.parameters.maxLevel {
                let a = try f.encryptor.encrypt(f.encode(x, level), publicKey: f.keys.publicKey)
                #expect(!a.isSeeded)
                #expect(try f.error(a, x) < worstSlot * noise.freshPublic(level: level))
            }
        }
    }

    @Test func trimmedKeysServeLowerLevels() throws {
        let f = try Sets.insecurePairs.get()
        let x = f.values(4)
        let relinearization = try #require(f.keys.relinearization)
        for level in 0..<f.parameters.maxLevel {
            let trimmed = try relinearization.trimmed(toLevel: level, context: f.context)
            #expect(trimmed.bodies.count == f.parameters.digitCount(atLevel: level))
            // The uniform halves expand limb by limb: trimming commutes with expanding.
            for (digit, uniform) in trimmed.uniforms.enumerated() {
                #expect(
                    uniform
                        == relinearization.uniforms[digit].restricted(
                            to: f.context.extendedBasis(atLevel: level)))
            }
            let galois = try f.keys.galois.mapValues {
                try $0.trimmed(toLevel: level, context: f.context)
            }
            let keys = try EvaluationKeys(
                publicKey: f.keys.publicKey.trimmed(toLevel: level, context: f.context),
                relinearization: trimmed, galois: galois)
            try keys.validate(in: f.context)
            let low = try Evaluator(context: f.context, keys: keys)
            let a = try f.encrypt(x, level)
            #expect(
                try low.rotate(a, by: 1).polynomials == f.evaluator.rotate(a, by: 1).polynomials)
            if level > 0 {
                let square = try low.square(a)
                #expect(
                    try low.relinearize(square).polynomials
                        == f.evaluator.relinearize(square).polynomials)
            }
            #expect(
                throws: CKKSError.keyLevelTooLow(
                    key: "the Galois key for rotation by 1", keyLevel: level, level: level + 1)
            ) { try low.rotate(f.encrypt(x, level + 1), by: 1) }
            #expect(throws: CKKSError.self) {
                try low.relinearize(low.square(f.encrypt(x, level + 1)))
            }
            #expect(throws: CKKSError.self) { try low.rerandomize(f.encrypt(x, level + 1)) }
        }
        #expect(throws: CKKSError.self) {
            try relinearization.trimmed(
                toLevel: f.parameters.maxLevel + 1, context: f.context)
        }
    }

    /// A key made at a level works there: what is generated needs no trimming.
    @Test func keysGeneratedAtALevel() throws {
        let f = try Sets.insecureThin.get()
        let x = f.values(5)
        let keys = try f.withSecret {
            try f.generator.evaluationKeys(
                for: $0, publicKeyLevel: 0, relinearizationLevel: 2,
                rotations: [1: 2, 3: 1, 0: 2, f.slots + 1: 3], conjugationLevel: 1)
        }
        // 1 and N/2 + 1 are one rotation, kept at the higher level; 0 needs no key.
        #expect(keys.galois.count == 3)
        #expect(keys.galois[.rotation(by: 1, degree: 4096)]?.level == 3)
        let e = try Evaluator(context: f.context, keys: keys)
        let a = try f.encrypt(x, 2)
        #expect(try f.error(e.rotate(a, by: 1), rotated(x, 1)) < 1e-4)
        #expect(
            try f.error(e.rescale(e.relinearize(e.square(a))), zipped(x, x, *)) < 1e-4)
    }

    @Test func conversionBetweenSecretKeys() throws {
        let f = try Sets.insecureSingle.get()
        let x = f.values(6)
        let level = f.parameters.maxLevel
        let a = try f.encrypt(x, level)
        let other = try f.generator.secretKey()
        let key = try f.withSecret {
            try f.generator.conversionKey(from: $0, to: other, level: level)
        }
        let moved = try f.evaluator.convert(a, with: key)
        #expect(moved.keyID == other.keyID)
        let found = try f.decryptor.decrypt(moved, secretKey: other)
        #expect(try PrecisionReport(expected: x, found: found).worstBits > 25)
        #expect(throws: CKKSError.self) { try f.evaluator.convert(moved, with: key) }
        let relinearization = try #require(f.keys.relinearization)
        #expect(throws: CKKSError.self) { try f.evaluator.convert(a, with: relinearization) }
    }

    @Test func anotherKeyIsRefusedByNameAndItsGarbageIsNotDecoded() throws {
        let f = try Sets.insecureSingle.get()
        let a = try f.encrypt(f.values(7), 2)
        let other = try f.generator.secretKey()
        #expect(
            throws: CKKSError.keyMismatch(
                operation: "decrypt", left: other.keyID.shortDescription,
                right: a.keyID.shortDescription)
        ) { try f.decryptor.decrypt(a, secretKey: other) }
        // With a forged name the phase is uniform and fills the modulus.
        let forged = Ciphertext(
            polynomials: a.polynomials, level: a.level, scale: a.scale, keyID: other.keyID)
        for bound in [nil, 1.0] {
            let error = refusal {
                try f.decryptor.decrypt(forged, secretKey: other, largestValue: bound)
            }
            if case .decryptionOverflow(let level, _, _) = error {
                #expect(level == (bound == nil ? 2 : 0))
            } else {
                Issue.record("garbage gave \(String(describing: error))")
            }
        }
        #expect(throws: CKKSError.self) { try f.evaluator.add(forged, forged) }
        let free = try Evaluator(context: f.context)
        #expect(throws: CKKSError.self) { try free.add(forged, a) }
        #expect(try free.add(forged, forged).keyID == other.keyID)
    }

    @Test func fewerLimbsDecryptToTheSameBits() throws {
        let f = try Sets.insecureThin.get()
        let x = f.values(8)
        let a = try f.encrypt(x, 5)
        let (all, few) = try f.withSecret { key in
            (
                try f.decryptor.decrypt(a, secretKey: key),
                try f.decryptor.decrypt(a, secretKey: key, largestValue: 2)
            )
        }
        #expect(all == few)
        let phase = try f.withSecret {
            try f.decryptor.phase(a, secretKey: $0, largestValue: 2)
        }
        #expect(phase.level == 0 || phase.polynomial.limbCount < 6)
        #expect(phase.level < 5)
    }

    /// What a key keeps between operations belongs to one ring, and changes no result.
    @Test func oneKeyServesSeveralRings() throws {
        let contexts = try [(49, 4), (45, 2)].map {
            try CKKSContext(
                .insecure(degree: 1024, baseBits: $0.0, scaleBits: 40, levels: $0.1))
        }
        let secret = try KeyGenerator(
            context: contexts[0], source: SeededRandomSource(seed: 5)
        ).secretKey()
        for round in 0..<3 {
            for context in contexts {
                let level = round % 2 == 0 ? context.parameters.maxLevel : 1
                let plaintext = try SlotEncoder(context: context).encode([1, 2, 3], level: level)
                func encrypted(_ key: borrowing SecretKey) throws -> Ciphertext {
                    try Encryptor(context: context, source: SeededRandomSource(seed: 6))
                        .encrypt(plaintext, secretKey: key)
                }
                // A key that has served nobody yet.
                let fresh = try SecretKey(
                    coefficients: secret.duplicateCoefficients(), keyID: secret.keyID)
                let ciphertext = try encrypted(secret)
                #expect(ciphertext.polynomials == (try encrypted(fresh)).polynomials)
                let decryptor = Decryptor(context: context)
                let phase = try decryptor.phase(ciphertext, secretKey: secret)
                #expect(
                    phase.polynomial
                        == (try decryptor.phase(ciphertext, secretKey: fresh)).polynomial)
                let slots = try SlotEncoder(context: context).decodeReal(phase)
                #expect(zip(slots, [1, 2, 3]).allSatisfy { abs($0 - $1) < 1e-6 })
            }
        }
    }

    @Test func ringsOfEqualParametersAreShared() throws {
        let f = try Sets.insecureSingle.get()
        let twin = try CKKSContext(f.parameters)
        #expect(twin.ring === f.context.ring)
        let x = f.values(9)
        let encrypted = try f.withSecret {
            try Encryptor(context: twin).encrypt(
                SlotEncoder(context: twin).encode(x, level: 1), secretKey: $0)
        }
        #expect(try f.error(f.evaluator.negate(encrypted), x.map { -$0 }) < 1e-6)
    }
}
