import BigNum
import Inference
import Paillier
import Secrets

/// Files of the Paillier scheme: keys, requests, responses.
enum PaillierFiles {
    /// Most rows of one file.
    static let maximumRowCount = 1 << 20

    /// Writes a public key, as itself or as the evaluation keys of a server.
    static func publicKey(_ key: PaillierPublicKey, kind: FrameKind, card: Card) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: kind, scheme: .paillier, ring: card.ringDigest, keyID: key.id)
        return try Frame.bytes(header) { writer throws(WireError) in
            try writer.paillierPublicKey(key)
        }
    }

    /// Reads a public key of the card's width.
    static func publicKey(_ bytes: [UInt8], kind: FrameKind, card: Card) throws
        -> PaillierPublicKey
    {
        let accepts112 = try paillier(card).modulusBits == 2048
        return try Frame.read(bytes, as: kind) { header, reader throws(WireError) in
            try header.check(ring: card.ringDigest)
            return try reader.paillierPublicKey(
                keyID: try header.requiredKeyID(), accepting112BitSecurity: accepts112)
        }
    }

    /// The head of encrypted rows or scores.
    static func header(_ kind: FrameKind, card: Card, key: PaillierPublicKey) throws -> FrameHeader
    {
        try FrameHeader(
            kind: kind, scheme: .paillier, ring: card.ringDigest, keyID: key.id, card: card.digest)
    }

    /// Writes encrypted rows or scores.
    static func bytes(
        _ vectors: [PaillierTensor], kind: FrameKind, card: Card, key: PaillierPublicKey
    ) throws -> [UInt8] {
        try Frame.bytes(header(kind, card: card, key: key)) { writer throws(WireError) in
            try writer.paillierVectors(vectors, key: key)
        }
    }

    /// Reads encrypted scores.
    static func response(
        _ bytes: [UInt8], card: Card, key: PaillierPublicKey
    ) throws -> [PaillierTensor] {
        let expected = try responseExpectation(card, key: key)
        return try Frame.read(bytes, as: .response) { header, reader throws(WireError) in
            try header.check(ring: card.ringDigest, keyID: key.id, card: card.digest)
            return try reader.paillierVectors(expected, limit: maximumRowCount)
        }
    }

    /// What encrypted rows must be.
    static func requestExpectation(
        _ card: Card, key: PaillierPublicKey
    ) throws -> PaillierExpectation {
        let codec = try inputCodec(card)
        return PaillierExpectation(
            key: key, fractionBits: codec.fractionBits, bound: codec.bound, count: card.inputCount)
    }

    /// How scores share ciphertexts; nil where each has its own.
    static func scorePacking(_ card: Card, key: PaillierPublicKey) throws -> PaillierPacking? {
        try paillier(card).scoreSlotBits.map { bits in
            try PaillierPacking(
                bound: (BigInt(1) << (bits - 1)) - 1, plaintextBits: key.plaintextBits)
        }
    }

    /// What encrypted scores must be.
    static func responseExpectation(
        _ card: Card, key: PaillierPublicKey
    ) throws -> PaillierExpectation {
        let count = card.contents.output.count
        return PaillierExpectation(
            key: key, fractionBits: try paillier(card).outputFractionBits, bound: nil,
            count: try scorePacking(card, key: key)?.plaintextCount(of: count) ?? count)
    }

    /// How inputs become integers: one exponent and one bound for all.
    static func inputCodec(_ card: Card) throws -> FixedPointCodec {
        try FixedPointCodec(
            fractionBits: paillier(card).inputFractionBits,
            maximumMagnitude: max(card.contents.input.ranges.map(\.magnitude).max() ?? 1, 1))
    }

    /// The Paillier part of a card.
    static func paillier(_ card: Card) throws -> PaillierCard {
        guard case .paillier(let paillier) = card.contents.scheme else {
            throw TacitError(
                .wrongScheme, "the model runs under \(card.contents.scheme.name), not paillier")
        }
        return paillier
    }
}
