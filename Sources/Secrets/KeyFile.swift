/// The bytes of one sealed key, taken apart; see docs/vault-format.md.
///
/// Invariant: `identity` and `header` are what `identityBytes` and `headerBytes` say, and a payload
/// is absent exactly when the key is destroyed.
struct KeyFile: Sendable {
    let kind: VaultFileKind
    let identity: KeyIdentity
    let header: RecordHeader
    let sealedRecord: [UInt8]
    let payload: [UInt8]

    private let identityBytes: [UInt8]
    private let identityDigest: Digest32
    private let payloadDigest: Digest32

    static let magic = [UInt8]("TACITVLT".utf8)
    static let version: UInt16 = 1
    static let preambleByteCount = 32

    static let maximumIdentityByteCount = KeyIdentity.maximumMetadataByteCount + 1024
    static let maximumRecordByteCount = KeyRecord.maximumLedgerByteCount + 1024
    static let maximumPayloadByteCount = 64 << 20
    static let maximumByteCount =
        preambleByteCount + maximumIdentityByteCount + maximumRecordByteCount
        + Sealing.sealedByteCount(maximumPayloadByteCount) + Digest32.byteCount

    private static let sealedKeyByteCount = 32

    // MARK: Sealing

    /// Seals a new key, or a backup.
    init(
        sealing payload: borrowing SecretBytes, kind: VaultFileKind = .key, identity: KeyIdentity,
        record: KeyRecord, derivation: KeyDerivation, wrapping: borrowing WrappingKey
    ) throws(SecretsError) {
        let dataKey = try SecretBytes(randomCount: 32, from: SystemRandomSource())
        let identityBytes = identity.encoded()
        let digest = KeyFile.digest(ofIdentity: identityBytes, kind: kind)
        let sealed = try Sealing.sealPayload(payload, key: dataKey, identity: digest)
        try self.init(
            kind: kind, identity: identity, identityBytes: identityBytes, record: record,
            derivation: derivation, wrapping: wrapping, dataKey: dataKey, payload: sealed)
    }

    /// The same key with a new record, and with the payload as it was sealed.
    func resealed(
        record: KeyRecord, derivation: KeyDerivation, wrapping: borrowing WrappingKey,
        dataKey: borrowing SecretBytes
    ) throws(SecretsError) -> KeyFile {
        try KeyFile(
            kind: kind, identity: identity, identityBytes: identityBytes, record: record,
            derivation: derivation, wrapping: wrapping, dataKey: dataKey, payload: payload)
    }

    /// The same identity with neither payload nor data key.
    func destroyed(
        record: KeyRecord, wrapping: borrowing WrappingKey
    ) throws(SecretsError) -> KeyFile {
        let nothing = try SecretBytes(count: KeyFile.sealedKeyByteCount)
        return try KeyFile(
            kind: kind, identity: identity, identityBytes: identityBytes, record: record,
            derivation: header.derivation, wrapping: wrapping, dataKey: nothing, payload: [])
    }

    private init(
        kind: VaultFileKind, identity: KeyIdentity, identityBytes: [UInt8], record: KeyRecord,
        derivation: KeyDerivation, wrapping: borrowing WrappingKey, dataKey: borrowing SecretBytes,
        payload: [UInt8]
    ) throws(SecretsError) {
        guard record.ledgerByteCount <= KeyRecord.maximumLedgerByteCount else {
            throw .tooLarge(
                what: "the ledgers of the key", bytes: record.ledgerByteCount,
                limit: KeyRecord.maximumLedgerByteCount)
        }
        self.kind = kind
        self.identity = identity
        self.identityBytes = identityBytes
        self.payload = payload
        identityDigest = KeyFile.digest(ofIdentity: identityBytes, kind: kind)
        payloadDigest = Digest32.blake2b(payload)
        header = RecordHeader(
            record: record, derivation: derivation, commitment: wrapping.commitment,
            nonce: SystemRandomSource().publicBytes(count: RecordHeader.nonceByteCount))
        let ledgers = record.encodedLedgers()
        var plain = try SecretBytes(count: KeyFile.sealedKeyByteCount + ledgers.count)
        plain.withUnsafeMutableBytes { plain in
            dataKey.withUnsafeBytes { plain.copyMemory(from: $0) }
            UnsafeMutableRawBufferPointer(rebasing: plain[KeyFile.sealedKeyByteCount...])
                .copyBytes(from: ledgers)
        }
        sealedRecord = Sealing.sealRecord(
            plain, key: wrapping.key, nonce: header.nonce,
            associated: KeyFile.associated(identityDigest, payloadDigest, header))
    }

    /// What the record's seal covers besides its content: identity, payload and clear part.
    private static func associated(
        _ identity: Digest32, _ payload: Digest32, _ header: RecordHeader
    ) -> [UInt8] {
        identity.bytes + payload.bytes + header.encoded()
    }

    private static func digest(ofIdentity bytes: [UInt8], kind: VaultFileKind) -> Digest32 {
        var hasher = Hasher32(domain: "tacit vault identity")
        hasher.update(preambleStart(kind: kind, identityByteCount: bytes.count))
        hasher.update(bytes)
        return hasher.finalize()
    }

    private static func preambleStart(kind: VaultFileKind, identityByteCount: Int) -> [UInt8] {
        var writer = FieldWriter()
        writer.append(magic)
        writer.append(version)
        writer.append(kind.rawValue)
        writer.append(UInt32(identityByteCount))
        return writer.bytes
    }

    // MARK: Opening

    /// Derives the wrapping key and checks it against the commitment.
    func wrappingKey(_ passphrase: borrowing Passphrase) throws(SecretsError) -> WrappingKey {
        let wrapping = try header.derivation.derive(passphrase)
        guard wrapping.commitment == header.commitment else {
            throw .wrongPassphrase(name: identity.name)
        }
        return wrapping
    }

    /// The authenticated record and the data key.
    func openRecord(
        _ wrapping: borrowing WrappingKey
    ) throws(SecretsError) -> OpenedRecord {
        guard
            let plain = try Sealing.openRecord(
                sealedRecord[...], key: wrapping.key, nonce: header.nonce,
                associated: KeyFile.associated(identityDigest, payloadDigest, header)),
            plain.count >= KeyFile.sealedKeyByteCount
        else { throw .altered(name: identity.name, part: "record") }
        let books = plain.withUnsafeBytes { [UInt8]($0.dropFirst(KeyFile.sealedKeyByteCount)) }
        let ledgers: [UInt32: [UInt8]]
        do { ledgers = try KeyRecord.ledgers(decoding: books) } catch {
            throw .altered(name: identity.name, part: "ledgers")
        }
        let record = KeyRecord(
            state: header.state, shareCount: header.shareCount, ledgers: ledgers,
            revision: header.revision, changedAt: header.changedAt)
        return OpenedRecord(
            record: record, dataKey: try plain.slice(0..<KeyFile.sealedKeyByteCount))
    }

    /// The payload, all of it authenticated.
    func openPayload(_ dataKey: borrowing SecretBytes) throws(SecretsError) -> SecretBytes {
        guard header.state != .destroyed else { throw .keyDestroyed(name: identity.name) }
        guard
            let payload = try Sealing.openPayload(
                payload[...], key: dataKey, identity: identityDigest)
        else { throw .altered(name: identity.name, part: "secret") }
        return payload
    }

    // MARK: Bytes

    /// The whole file.
    func encoded() -> [UInt8] {
        var writer = FieldWriter()
        writer.append(KeyFile.preambleStart(kind: kind, identityByteCount: identityBytes.count))
        writer.append(UInt32(RecordHeader.byteCount + sealedRecord.count))
        writer.append(UInt32(0))
        writer.append(UInt64(payload.count))
        writer.append(identityBytes)
        writer.append(header.encoded())
        writer.append(sealedRecord)
        writer.append(payload)
        writer.append(Digest32.blake2b(writer.bytes).bytes)
        return writer.bytes
    }

    /// Takes a file apart without a passphrase.
    ///
    /// - Throws: `SecretsError.notAKeyFile`, `.wrongFileKind`, `.damaged`, `.unsupportedVersion`,
    ///   `.derivationTooCostly`.
    init(
        decoding bytes: [UInt8], kind: VaultFileKind = .key, path: String
    ) throws(SecretsError) {
        let end = try VaultFileKind.check(bytes, is: kind, path: path)
        do {
            var reader = FieldReader(bytes[VaultFileKind.headByteCount..<end])
            let identityCount = Int(try reader.integer(UInt32.self))
            let recordCount = Int(try reader.integer(UInt32.self))
            guard try reader.integer(UInt32.self) == 0 else { throw FieldReader.Malformed() }
            let payloadCount = try reader.integer(UInt64.self)
            guard payloadCount <= UInt64(bytes.count) else { throw FieldReader.Malformed() }
            identityBytes = [UInt8](try reader.take(identityCount))
            identity = try KeyIdentity(decoding: identityBytes[...], path: path)
            header = try RecordHeader(
                decoding: try reader.take(RecordHeader.byteCount), path: path)
            sealedRecord = [UInt8](try reader.take(recordCount - RecordHeader.byteCount))
            payload = [UInt8](try reader.take(Int(payloadCount)))
            try reader.end()
        } catch let error as SecretsError {
            throw error
        } catch {
            throw .damaged(path: path, reason: "lengths do not add up")
        }
        guard payload.isEmpty == (header.state == .destroyed) else {
            throw .damaged(path: path, reason: "state and content disagree")
        }
        self.kind = kind
        identityDigest = KeyFile.digest(ofIdentity: identityBytes, kind: kind)
        payloadDigest = Digest32.blake2b(payload)
    }
}

/// A record that passed its seal.
struct OpenedRecord: ~Copyable {
    var record: KeyRecord
    let dataKey: SecretBytes
}
