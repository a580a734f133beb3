import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

/// What comes from outside is checked before it is used; nothing stops the program.
@Suite struct ValidationTests {
    /// A polynomial with one residue raised to its modulus, which the ring's own checks would refuse.
    private func spoiled(_ polynomial: Polynomial<Evaluation>, limb: Int) -> Polynomial<Evaluation>
    {
        var copy = polynomial
        let modulus = copy.modulus(limb).value
        copy.withMutableLimb(limb) { $0[$0.count - 1] = modulus }
        return copy
    }

    @Test func ciphertexts() throws {
        let f = try Sets.insecureSingle.get()
        let a = try f.encrypt(f.values(1), 2)
        try a.validate(in: f.context)
        try a.validate(in: f.context, keyID: f.keys.keyID)
        try f.evaluator.square(a).validate(in: f.context)
        func make(
            _ polynomials: [Polynomial<Evaluation>]? = nil, level: Int = 2, scale: Double? = nil,
            seed: Seed? = nil
        ) -> Ciphertext {
            Ciphertext(
                polynomials: polynomials ?? a.polynomials, level: level, scale: scale ?? a.scale,
                keyID: a.keyID, seed: seed)
        }
        let p = a.polynomials
        let low = p.map { $0.restricted(to: f.context.basis(atLevel: 1)) }
        let bad: [(String, Ciphertext)] = [
            ("level above the chain", make(level: 5)), ("negative level", make(level: -1)),
            ("level of other limbs", make(level: 1)), ("limbs of another level", make(low)),
            ("one polynomial", make([p[0]])), ("no polynomial", make([])),
            ("four polynomials", make(p + p)),
            ("seed beside three", make(p + [p[0]], seed: a.seed)),
            ("mixed limbs", make([p[0], low[1]])),
            ("residue of limb 0", make([spoiled(p[0], limb: 0), p[1]])),
            ("residue of the last limb", make([p[0], spoiled(p[1], limb: 2)])),
            ("scale nan", make(scale: .nan)), ("scale infinite", make(scale: .infinity)),
            ("scale negative", make(scale: -2)), ("scale zero", make(scale: 0)),
            ("scale beyond the modulus", make(scale: 0x1p200)),
        ]
        for (name, ciphertext) in bad {
            #expect(throws: CKKSError.self, "\(name)") { try ciphertext.validate(in: f.context) }
        }
        let stranger = KeyID(from: SeededRandomSource(seed: 99))
        #expect(throws: CKKSError.self) { try a.validate(in: f.context, keyID: stranger) }
        let other = try Sets.insecurePairs.get()
        #expect(throws: CKKSError.self) { try a.validate(in: other.context) }
    }

    @Test func switchingAndPublicKeys() throws {
        let f = try Sets.insecureSingle.get()
        let other = try Sets.insecurePairs.get()
        let key = try #require(f.keys.relinearization)
        try f.keys.validate(in: f.context)
        #expect(throws: CKKSError.self) { try f.keys.validate(in: other.context) }
        #expect(throws: CKKSError.self) { try key.validate(in: other.context) }
        #expect(throws: CKKSError.self) { try Evaluator(context: other.context, keys: f.keys) }
        func make(
            _ bodies: [Polynomial<Evaluation>], level: Int,
            purpose: KeySwitchingPurpose = .relinearization
        ) throws {
            _ = try KeySwitchingKey(
                purpose: purpose, keyID: key.keyID, level: level, seed: key.seed, bodies: bodies,
                context: f.context)
        }
        let b = key.bodies
        try make(b, level: 4)
        let special = f.parameters.specialModuli.count
        let limbs = b[0].limbCount
        let bad: [(String, [Polynomial<Evaluation>], Int)] = [
            ("wrong level", b, 3), ("level above", b, 5), ("negative level", b, -1),
            ("no digits", [], 4), ("too few digits", Array(b.dropLast()), 4),
            ("too many digits", b + [b[0]], 4),
            ("special limbs missing", b.map { $0.restricted(to: $0.basis.dropLast(special)) }, 4),
            ("residue", [b[0], spoiled(b[1], limb: limbs - 1)] + b[2...], 4),
            ("other ring", other.keys.relinearization?.bodies ?? [], 4),
        ]
        for (name, bodies, level) in bad {
            #expect(throws: CKKSError.self, "\(name)") { try make(bodies, level: level) }
        }
        #expect(throws: CKKSError.self) { try make(b, level: 4, purpose: .galois(.identity)) }
        func makePublic(_ body: Polynomial<Evaluation>, _ level: Int) throws {
            _ = try PublicKey(
                keyID: key.keyID, level: level, seed: key.seed, body: body, context: f.context)
        }
        let body = f.keys.publicKey.body
        try makePublic(body, 4)
        #expect(throws: CKKSError.self) { try makePublic(body, 3) }
        #expect(throws: CKKSError.self) { try makePublic(body, 9) }
        #expect(throws: CKKSError.self) { try makePublic(spoiled(body, limb: 4), 4) }
    }

    @Test func bundlesOfStrangeKeys() throws {
        let f = try Sets.insecureSingle.get()
        let key = try #require(f.keys.relinearization)
        let rotation = GaloisElement.rotation(by: 1, degree: 1024)
        let galois = try #require(f.keys.galois[rotation])
        let second = try Fixture(f.parameters, seed: 1234)
        #expect(throws: CKKSError.self) {
            try EvaluationKeys(
                publicKey: f.keys.publicKey, relinearization: second.keys.relinearization)
        }
        #expect(throws: CKKSError.self) {
            try EvaluationKeys(publicKey: f.keys.publicKey, relinearization: galois)
        }
        #expect(throws: CKKSError.self) {
            try EvaluationKeys(publicKey: f.keys.publicKey, galois: [rotation: key])
        }
        #expect(throws: CKKSError.self) {
            try EvaluationKeys(
                publicKey: f.keys.publicKey,
                galois: [.rotation(by: 2, degree: 1024): galois])
        }
        #expect(throws: CKKSError.self) {
            try EvaluationKeys(
                publicKey: Sets.insecurePairs.get().keys.publicKey, relinearization: key)
        }
    }

    @Test func operandsOfOtherParametersThrow() throws {
        let f = try Sets.insecureSingle.get()
        let other = try Sets.insecurePairs.get()
        let a = try f.encrypt(f.values(1), 1)
        let b = try other.encrypt(other.values(1), 1)
        let e = f.evaluator
        let p = try other.encode(other.values(2), 1, extended: true)
        let calls: [(String, () throws -> Any)] = [
            ("add", { try e.add(a, b) }), ("subtract", { try e.subtract(b, a) }),
            ("negate", { try e.negate(b) }), ("addPlain", { try e.addPlain(a, p) }),
            ("multiplyPlain", { try e.multiplyPlain(a, p) }),
            ("multiplyInteger", { try e.multiplyInteger(b, 2) }),
            ("multiplyScalar", { try e.multiplyScalar(b, 2) }),
            ("addScalar", { try e.addScalar(b, 2) }), ("multiply", { try e.multiply(a, b) }),
            ("square", { try e.square(b) }), ("relinearize", { try e.relinearize(b) }),
            ("rescale", { try e.rescale(b) }), ("truncate", { try e.truncate(b, toLevel: 0) }),
            ("dropLevel", { try e.dropLevel(b, to: 0) }), ("rotate", { try e.rotate(b, by: 1) }),
            ("conjugate", { try e.conjugate(b) }),
            (
                "weightedRotationSum",
                { try e.weightedRotationSum(a, [WeightedRotation(by: 1, weights: p)]) }
            ),
            ("rotatedSum", { try e.rotatedSum([(a, 1), (b, 1)]) }),
            ("sumOfProducts", { try e.sumOfProducts([a, b], [a, b]) }),
            ("weightedSum", { try e.weightedSum([a, b], [1.0, 2.0]) }),
            ("weightedSum of plaintexts", { try e.weightedSum([a], [p]) }),
            ("rerandomize", { try e.rerandomize(b) }),
            ("decode", { try f.encoder.decode(p) }),
            ("encrypt", { try f.withSecret { try f.encryptor.encrypt(p, secretKey: $0) } }),
            ("encrypt publicly", { try f.encryptor.encrypt(p, publicKey: f.keys.publicKey) }),
            (
                "encrypt under another key",
                { try f.encryptor.encryptZero(level: 0, scale: 2, publicKey: other.keys.publicKey) }
            ),
            ("decrypt", { try f.withSecret { try other.decryptor.decrypt(b, secretKey: $0) } }),
            (
                "key generation",
                { try f.withSecret { try other.generator.publicKey(for: $0, level: 0) } }
            ),
        ]
        for (name, call) in calls { #expect(throws: CKKSError.self, "\(name)") { _ = try call() } }
    }
}
