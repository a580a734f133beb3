package import Secrets

/// What a file of ours holds.
public enum FrameKind: UInt16, Sendable, CaseIterable {
    /// A compiled model with its weights; stays with the server.
    case model = 1
    /// The public description of a model: what goes in, what comes out, which keys.
    case card = 2
    /// A public key for encryption.
    case publicKey = 3
    /// The keys a server computes with.
    case evaluationKeys = 4
    /// Encrypted rows.
    case request = 5
    /// Encrypted results.
    case response = 6
    /// Encrypted rows packed for sums, or such a sum.
    case packedRows = 7

    /// The kind as tools print it.
    var name: String {
        switch self {
        case .model: "model"
        case .card: "card"
        case .publicKey: "public key"
        case .evaluationKeys: "evaluation keys"
        case .request: "request"
        case .response: "response"
        case .packedRows: "packed rows"
        }
    }

    /// The kind with its article, for messages.
    var article: String {
        switch self {
        case .model: "a compiled model"
        case .card: "a model card"
        case .publicKey: "a public key"
        case .evaluationKeys: "evaluation keys"
        case .request: "encrypted rows"
        case .response: "encrypted results"
        case .packedRows: "packed encrypted rows"
        }
    }
}

/// What ties files together.
public enum FrameIdentity: Sendable {
    /// Parameters: degree, primes, ring kind; under Paillier, the size of the modulus.
    case ring
    /// The random name of the secret key.
    case key
    /// The digest of the model card.
    case card

    var explanation: String {
        switch self {
        case .ring: "made for other encryption parameters"
        case .key: "belongs to another secret key"
        case .card: "made for another model, or for another version of it"
        }
    }
}

/// The scheme that a file's ciphertexts and keys belong to.
package enum FrameScheme: UInt8, Sendable {
    /// Not about a scheme.
    case none = 0
    case ckks = 1
    case paillier = 2
}

/// The head of a file: kind, scheme, and the identities that its kind carries.
///
/// Keys carry ring and key; requests and responses all three; a model ring and card; a card the ring (its own digest is the
/// trailer of its frame). Layout, little-endian, 104 bytes: magic 8, version 2, kind 2, scheme 1, zero 3, body length 8, ring
/// 32, key 16, card 32; an identity that the kind does not carry is zero. After the body stands the digest of head and body:
/// BLAKE2b-256 in version 1, that of eight lanes (`LaneHasher`) in version 2, which requests and responses are written in.
package struct FrameHeader: Sendable, Equatable {
    /// Version of the format: what the frame's digest is, and which forms of ciphertexts there are.
    package let version: UInt16
    package let kind: FrameKind
    package let scheme: FrameScheme
    package let ring: Digest32
    package let keyID: KeyID?
    package let card: Digest32?

    static let magic: [UInt8] = [0x89] + Array("TCT".utf8) + [0x0D, 0x0A, 0x1A, 0x0A]
    static let byteCount = 104

    /// Bytes that a frame has beside its body.
    package static let overhead = byteCount + Digest32.byteCount

    /// The version that a kind is written in; all before it are read.
    ///
    /// What names other things by its digest stays with the first.
    package static func newestVersion(_ kind: FrameKind) -> UInt16 {
        switch kind {
        case .request, .response: 2
        case .model, .card, .publicKey, .evaluationKeys, .packedRows: 1
        }
    }

    private static func carried(_ kind: FrameKind) -> (key: Bool, card: Bool) {
        switch kind {
        case .model: (false, true)
        case .card: (false, false)
        case .publicKey, .evaluationKeys: (true, false)
        case .request, .response, .packedRows: (true, true)
        }
    }

    /// A head; throws `WireProblem.header` when an identity is missing that the kind carries, or there is one that it does
    /// not carry.
    package init(
        kind: FrameKind, scheme: FrameScheme, ring: Digest32, keyID: KeyID? = nil,
        card: Digest32? = nil, version: UInt16? = nil
    ) throws(WireError) {
        let carried = Self.carried(kind)
        guard carried.key == (keyID != nil), carried.card == (card != nil) else {
            throw WireError(.header(reason: "identities do not fit \(kind.article)"))
        }
        self.version = version ?? Self.newestVersion(kind)
        self.kind = kind
        self.scheme = scheme
        self.ring = ring
        self.keyID = keyID
        self.card = card
    }

    /// Refuses another kind, and a version that is not of the kind.
    func check(kind: FrameKind) throws(WireError) {
        guard self.kind == kind else {
            throw WireError(.wrongKind(expected: kind, found: self.kind))
        }
        let known = Self.newestVersion(kind)
        guard version <= known else {
            throw WireError(.unknownVersion(found: Int(version), known: Int(known)))
        }
    }

    /// Refuses a file that was made for something else.
    package func check(
        ring: Digest32? = nil, keyID: KeyID? = nil, card: Digest32? = nil
    ) throws(WireError) {
        if let ring, self.ring != ring {
            throw WireError(
                .mismatch(
                    identity: .ring, expected: ring.shortDescription,
                    found: self.ring.shortDescription))
        }
        if let keyID, let own = self.keyID, own != keyID {
            throw WireError(
                .mismatch(
                    identity: .key, expected: keyID.shortDescription,
                    found: own.shortDescription))
        }
        if let card, let own = self.card, own != card {
            throw WireError(
                .mismatch(
                    identity: .card, expected: card.shortDescription, found: own.shortDescription))
        }
    }

    /// The 104 bytes.
    func bytes(bodyByteCount: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes(Self.magic)
        writer.u16(version)
        writer.u16(kind.rawValue)
        writer.u8(scheme.rawValue)
        writer.bytes([0, 0, 0])
        writer.u64(UInt64(bodyByteCount))
        writer.digest(ring)
        writer.bytes(keyID?.bytes ?? [UInt8](repeating: 0, count: KeyID.byteCount))
        writer.bytes(card?.bytes ?? [UInt8](repeating: 0, count: Digest32.byteCount))
        return writer.memory
    }

    /// Reads a head; also says how long the body is.
    static func parse(_ bytes: [UInt8]) throws(WireError) -> (FrameHeader, bodyByteCount: UInt64) {
        guard bytes.prefix(8).elementsEqual(magic.prefix(bytes.count)), !bytes.isEmpty else {
            throw WireError(VaultFileKind.begins(bytes) ? .vaultFile : .notTacit)
        }
        guard bytes.count >= byteCount else { throw WireError(.truncated(part: "the header")) }
        var reader = ByteReader(Array(bytes[8..<byteCount]))
        let version = try reader.u16("version")
        let rawKind = try reader.u16("kind")
        let kind = FrameKind(rawValue: rawKind)
        let known = FrameHasher.newestVersion
        guard (1...known).contains(version) else {
            throw WireError(.unknownVersion(found: Int(version), known: Int(known)))
        }
        guard let kind else { throw WireError(.unknownKind(Int(rawKind))) }
        guard let scheme = FrameScheme(rawValue: try reader.u8("scheme")) else {
            throw WireError(.header(reason: "unknown scheme"))
        }
        guard try reader.bytes(3, "reserved bytes") == [0, 0, 0] else {
            throw WireError(.header(reason: "reserved bytes are not zero"))
        }
        let length = try reader.u64("body length")
        let ring = try reader.digest("ring digest")
        let key = try reader.keyID("key id")
        let card = try reader.digest("card digest")
        let carried = carried(kind)
        guard carried.key || key.bytes.allSatisfy({ $0 == 0 }),
            carried.card || card.bytes.allSatisfy({ $0 == 0 })
        else {
            throw WireError(.header(reason: "an identity that \(kind.article) does not carry"))
        }
        let header = try FrameHeader(
            kind: kind, scheme: scheme, ring: ring, keyID: carried.key ? key : nil,
            card: carried.card ? card : nil, version: version)
        return (header, length)
    }
}
