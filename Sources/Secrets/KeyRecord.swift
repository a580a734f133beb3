/// What may be done with a key.
public enum KeyState: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Encrypts and decrypts.
    case active = 1
    /// Decrypts what exists; nothing new is encrypted under it.
    case decryptOnly = 2
    /// The secret is gone; the identity stays as a reminder.
    case destroyed = 3

    /// The state in words.
    public var description: String {
        switch self {
        case .active: "active"
        case .decryptOnly: "decrypt-only"
        case .destroyed: "destroyed"
        }
    }
}

/// The changeable part of a sealed key.
public struct KeyRecord: Sendable, Hashable {
    /// What may be done with the key.
    public internal(set) var state: KeyState
    /// How many decryptions were shared with others.
    public var shareCount: UInt64
    /// Further books about the key, by tag; at most 1 MiB together; sealed like the key.
    public var ledgers: [UInt32: [UInt8]]
    /// Counts the changes of this record.
    public internal(set) var revision: UInt64
    /// Seconds since 1970 when the record changed last.
    public internal(set) var changedAt: UInt64

    /// Most bytes of all ledgers together, with 8 bytes for each.
    public static let maximumLedgerByteCount = 1 << 20

    var ledgerByteCount: Int { ledgers.values.reduce(0) { $0 + $1.count + 8 } }

    /// Ledger count, then tag, length and bytes of each, by ascending tag.
    func encodedLedgers() -> [UInt8] {
        var writer = FieldWriter()
        writer.append(UInt32(ledgers.count))
        for (tag, bytes) in ledgers.sorted(by: { $0.key < $1.key }) {
            writer.append(tag)
            writer.append(UInt32(bytes.count))
            writer.append(bytes)
        }
        return writer.bytes
    }

    static func ledgers(decoding bytes: [UInt8]) throws(FieldReader.Malformed) -> [UInt32: [UInt8]]
    {
        var reader = FieldReader(bytes)
        var ledgers: [UInt32: [UInt8]] = [:]
        let count = try reader.integer(UInt32.self)
        var last: UInt32?
        for _ in 0..<count {
            let tag = try reader.integer(UInt32.self)
            if let last, tag <= last { throw FieldReader.Malformed() }
            last = tag
            let length = Int(try reader.integer(UInt32.self))
            ledgers[tag] = [UInt8](try reader.take(length))
        }
        try reader.end()
        return ledgers
    }
}

/// The clear part of a record as it is stored: associated data of the sealed part.
struct RecordHeader: Sendable, Hashable {
    var state: KeyState
    var derivation: KeyDerivation
    var revision: UInt64
    var changedAt: UInt64
    var shareCount: UInt64
    /// Commits to the wrapping key, and tells a wrong passphrase from an altered file.
    var commitment: [UInt8]
    var nonce: [UInt8]

    static let format: UInt16 = 1
    static let byteCount = 112
    static let commitmentByteCount = 32
    static let nonceByteCount = 24

    func encoded() -> [UInt8] {
        var writer = FieldWriter()
        writer.append(RecordHeader.format)
        writer.append(state.rawValue)
        writer.append(KeyDerivation.argon2id)
        writer.append(UInt32(truncatingIfNeeded: derivation.passes))
        writer.append(derivation.memoryBytes)
        writer.append(derivation.salt)
        writer.append(revision)
        writer.append(changedAt)
        writer.append(shareCount)
        writer.append(commitment)
        writer.append(nonce)
        return writer.bytes
    }

    init(
        record: KeyRecord, derivation: KeyDerivation, commitment: [UInt8], nonce: [UInt8]
    ) {
        state = record.state
        revision = record.revision
        changedAt = record.changedAt
        shareCount = record.shareCount
        self.derivation = derivation
        self.commitment = commitment
        self.nonce = nonce
    }

    init(decoding bytes: ArraySlice<UInt8>, path: String) throws(SecretsError) {
        do {
            var reader = FieldReader(bytes)
            guard try reader.integer(UInt16.self) == RecordHeader.format,
                let state = KeyState(rawValue: try reader.integer(UInt8.self)),
                try reader.integer(UInt8.self) == KeyDerivation.argon2id
            else { throw FieldReader.Malformed() }
            self.state = state
            let passes = UInt64(try reader.integer(UInt32.self))
            let memory = try reader.integer(UInt64.self)
            let salt = [UInt8](try reader.take(KeyDerivation.saltByteCount))
            derivation = KeyDerivation(passes: passes, memoryBytes: memory, salt: salt)
            revision = try reader.integer()
            changedAt = try reader.integer()
            shareCount = try reader.integer()
            commitment = [UInt8](try reader.take(RecordHeader.commitmentByteCount))
            nonce = [UInt8](try reader.take(RecordHeader.nonceByteCount))
            try reader.end()
        } catch {
            throw .damaged(path: path, reason: "malformed record")
        }
        guard derivation.isAcceptable else {
            throw .derivationTooCostly(
                path: path, passes: derivation.passes, memoryBytes: derivation.memoryBytes)
        }
    }
}
