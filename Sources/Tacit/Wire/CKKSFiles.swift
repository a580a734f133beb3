import CKKS
import Inference
import Secrets

/// A client's evaluation keys as a file.
enum EvaluationKeysCodec {
    static func bytes(_ keys: EvaluationKeys, context: CKKSContext) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: .evaluationKeys, scheme: .ckks, ring: keys.ringDigest, keyID: keys.keyID)
        return try Frame.bytes(header) { writer throws(WireError) in
            try writer.evaluationKeys(keys)
        }
    }

    static func read(_ bytes: [UInt8], card: Card, context: CKKSContext) throws -> EvaluationKeys {
        try Frame.read(bytes, as: .evaluationKeys) { header, reader throws(WireError) in
            try body(header, &reader, card, context)
        }
    }

    /// The same from a file, piece by piece.
    static func read(path: String, card: Card, context: CKKSContext) throws -> EvaluationKeys {
        try Frame.read(path: path, as: .evaluationKeys) { header, reader throws(WireError) in
            try body(header, &reader, card, context)
        }
    }

    private static func body(
        _ header: FrameHeader, _ reader: inout ByteReader, _ card: Card, _ context: CKKSContext
    ) throws(WireError) -> EvaluationKeys {
        try header.check(ring: card.ringDigest)
        return try reader.evaluationKeys(keyID: try header.requiredKeyID(), context: context)
    }
}

/// A client's public key as a file.
enum PublicKeyCodec {
    static func bytes(_ key: PublicKey, context: CKKSContext) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: .publicKey, scheme: .ckks, ring: key.ringDigest, keyID: key.keyID)
        return try Frame.bytes(header) { writer throws(WireError) in try writer.publicKey(key) }
    }

    static func read(_ bytes: [UInt8], level: Int, context: CKKSContext) throws -> PublicKey {
        try Frame.read(bytes, as: .publicKey) { header, reader throws(WireError) in
            try header.check(ring: context.parameters.ringDigest)
            return try reader.publicKey(
                keyID: try header.requiredKeyID(), level: level, context: context)
        }
    }
}

extension FrameHeader {
    /// The key id of a kind that carries one.
    func requiredKeyID() throws(WireError) -> KeyID {
        guard let keyID else { throw WireError(.header(reason: "no key id")) }
        return keyID
    }
}
