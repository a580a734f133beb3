import Secrets

@testable import CKKS
@testable import Tacit

/// Lattice files in a ring so small that a hundred thousand can be read in a minute.
struct TinyLattice {
    let context: CKKSContext
    let keys: EvaluationKeys
    let request: Ciphertext
    let responses: Ciphertext

    init() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 32, baseBits: 45, scaleBits: 35, levels: 2, digits: .limbsPerDigit(2))
        context = try CKKSContext(parameters)
        let source = RepeatedSource()
        let generator = KeyGenerator(context: context, source: source)
        let secret = try generator.secretKey()
        keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: 1, relinearizationLevel: 2, rotations: [1: 2, -3: 1],
            conjugationLevel: 0)
        let encryptor = Encryptor(context: context, source: source)
        let plaintext = try SlotEncoder(context: context).encode([1.5, -2, 0.25], level: 2)
        request = try encryptor.encrypt(plaintext, secretKey: secret)
        responses = try encryptor.encryptZero(
            level: 1, scale: parameters.scale(atLevel: 1), publicKey: keys.publicKey)
    }

    private var ring: Digest32 { context.parameters.ringDigest }
    private var card: Digest32 { Digest32.blake2b([1]) }

    func file(_ kind: FrameKind, body: Frame.BodyWriter) throws -> [UInt8] {
        let isKey = kind == .publicKey || kind == .evaluationKeys
        return try Frame.bytes(
            FrameHeader(
                kind: kind, scheme: .ckks, ring: ring, keyID: keys.keyID,
                card: isKey ? nil : card),
            body: body)
    }

    func batch(_ ciphertexts: [Ciphertext], _ kind: FrameKind) throws -> [UInt8] {
        try file(kind) { writer throws(WireError) in
            writer.int(ciphertexts.count)
            try writer.ciphertexts(ciphertexts)
        }
    }

    /// The same ciphertext with both polynomials written out.
    func unseeded(_ ciphertext: Ciphertext) -> Ciphertext {
        Ciphertext(
            polynomials: ciphertext.polynomials, level: ciphertext.level, scale: ciphertext.scale,
            keyID: ciphertext.keyID)
    }

    /// Reads a batch and computes with what was accepted.
    func readBatch(_ bytes: [UInt8], _ kind: FrameKind, like sample: Ciphertext) throws {
        let expected = CiphertextExpectation(
            level: sample.level, scale: sample.scale, mayBeSeeded: kind == .request,
            places: kind == .response ? [0, 3, 31] : nil)
        let ciphertexts = try Frame.read(bytes, as: kind) { _, reader throws(WireError) in
            let rows = try reader.int(in: 1...64, "the number of rows")
            return try reader.ciphertexts(
                expected, limit: rows, keyID: keys.keyID, context: context)
        }
        let evaluator = try Evaluator(context: context, keys: keys)
        for ciphertext in ciphertexts.prefix(2) {
            _ = try evaluator.rescale(evaluator.multiply(ciphertext, ciphertext))
            _ = try evaluator.rotate(ciphertext, by: 1)
        }
    }

    /// Reads evaluation keys and computes with what was accepted.
    func readKeys(_ bytes: [UInt8]) throws {
        let found = try Frame.read(bytes, as: .evaluationKeys) { header, reader throws(WireError) in
            try reader.evaluationKeys(keyID: keys.keyID, context: context)
        }
        let evaluator = try Evaluator(context: context, keys: found)
        _ = try? evaluator.rescale(evaluator.multiply(request, request))
        _ = try? evaluator.rotate(request, by: 1)
        _ = try? evaluator.rotate(request, by: -3)
    }

    /// Reads a public key and encrypts under what was accepted.
    func readPublicKey(_ bytes: [UInt8]) throws {
        let key = try Frame.read(bytes, as: .publicKey) { header, reader throws(WireError) in
            try reader.publicKey(keyID: keys.keyID, context: context)
        }
        _ = try Encryptor(context: context).encryptZero(
            level: key.level, scale: context.parameters.scale(atLevel: key.level), publicKey: key)
    }
}
