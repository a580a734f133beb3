/// The bytes of one key sealed to a device; see docs/vault-format.md, "Boxes".
struct KeyBox: Sendable {
    /// Whom it is sealed to.
    let device: DeviceKey
    private let head: [UInt8]
    private let box: [UInt8]

    /// Magic, version, kind, zero, bytes of the box, the device's public key.
    static let headByteCount = 56

    static let maximumByteCount =
        headByteCount + contentHeadByteCount + KeyFile.maximumIdentityByteCount
        + KeyFile.maximumRecordByteCount + KeyFile.maximumPayloadByteCount + SealedBox.overhead
        + Digest32.byteCount

    /// The head again, lengths, state and share count.
    private static let contentHeadByteCount = headByteCount + 32

    // MARK: Sealing

    /// Seals an open key.
    init(sealing key: borrowing UnlockedKey, to device: DeviceKey) throws(SecretsError) {
        let identity = key.identity.encoded()
        let ledgers = key.record.encodedLedgers()
        let secretCount = key.payload.count
        let count =
            KeyBox.contentHeadByteCount + identity.count + ledgers.count + secretCount
        self.device = device
        head = KeyBox.head(boxByteCount: count + SealedBox.overhead, device)
        var writer = FieldWriter()
        writer.append(head)
        writer.append(UInt32(identity.count))
        writer.append(UInt32(ledgers.count))
        writer.append(UInt64(secretCount))
        writer.append(UInt64(key.record.state.rawValue))
        writer.append(key.record.shareCount)
        writer.append(identity)
        writer.append(ledgers)
        let front = writer.bytes
        var plain = try SecretBytes(count: count)
        plain.withUnsafeMutableBytes { plain in
            plain.copyBytes(from: front)
            key.payload.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: plain[front.count...]).copyMemory(from: $0)
            }
        }
        guard let box = SealedBox.seal(plain, to: device) else {
            throw .notADevice(device.description)
        }
        self.box = box
    }

    private static func head(boxByteCount: Int, _ device: DeviceKey) -> [UInt8] {
        var writer = FieldWriter()
        writer.append(KeyFile.magic)
        writer.append(KeyFile.version)
        writer.append(VaultFileKind.box.rawValue)
        writer.append(UInt32(0))
        writer.append(UInt64(boxByteCount))
        writer.append(device.bytes)
        return writer.bytes
    }

    // MARK: Bytes

    /// The whole file.
    func encoded() -> [UInt8] {
        let bytes = head + box
        return bytes + Digest32.blake2b(bytes).bytes
    }

    /// Takes a file apart without a key.
    ///
    /// - Throws: `SecretsError.notAKeyFile`, `.wrongFileKind`, `.damaged`, `.unsupportedVersion`.
    init(decoding bytes: [UInt8], path: String) throws(SecretsError) {
        let end = try VaultFileKind.check(bytes, is: .box, path: path)
        do {
            var reader = FieldReader(bytes[VaultFileKind.headByteCount..<end])
            guard try reader.integer(UInt32.self) == 0 else { throw FieldReader.Malformed() }
            let count = try reader.integer(UInt64.self)
            device = try DeviceKey(bytes: try reader.take(DeviceKey.byteCount))
            guard count == UInt64(reader.rest.count) else { throw FieldReader.Malformed() }
            box = [UInt8](reader.rest)
        } catch {
            throw .damaged(path: path, reason: "lengths do not add up")
        }
        head = [UInt8](bytes[..<KeyBox.headByteCount])
    }

    // MARK: Opening

    /// What was in a box.
    struct Contents: ~Copyable {
        let identity: KeyIdentity
        let record: KeyRecord
        let payload: SecretBytes
    }

    /// Opens the box with the device's secret.
    func open(
        secret: borrowing SecretBytes, path: String
    ) throws(SecretsError) -> Contents {
        guard let plain = try SealedBox.open(box[...], device, secret: secret) else {
            throw .altered(name: path, part: "box")
        }
        return try KeyBox.contents(of: plain, head: head, path: path)
    }

    /// Takes the opened content of a box apart; it begins with the head of its file.
    static func contents(
        of plain: borrowing SecretBytes, head: [UInt8], path: String
    ) throws(SecretsError) -> Contents {
        let front = plain.withUnsafeBytes { [UInt8]($0.prefix(KeyBox.contentHeadByteCount)) }
        let lengths = try lengths(front, head: head, plainCount: plain.count, path: path)
        let start = KeyBox.contentHeadByteCount
        let payloadStart = start + lengths.identity + lengths.ledgers
        let books = plain.withUnsafeBytes { [UInt8]($0[start..<payloadStart]) }
        let identity = try KeyIdentity(decoding: books[..<lengths.identity], path: path)
        let ledgers: [UInt32: [UInt8]]
        do { ledgers = try KeyRecord.ledgers(decoding: [UInt8](books[lengths.identity...])) } catch
        {
            throw .damaged(path: path, reason: "malformed ledgers")
        }
        let record = KeyRecord(
            state: lengths.state, shareCount: lengths.shares, ledgers: ledgers, revision: 1,
            changedAt: KeyVault.now())
        return Contents(
            identity: identity, record: record,
            payload: try plain.slice(payloadStart..<plain.count))
    }

    private struct Lengths {
        var identity, ledgers: Int
        var state: KeyState
        var shares: UInt64
    }

    private static func lengths(
        _ front: [UInt8], head: [UInt8], plainCount: Int, path: String
    ) throws(SecretsError) -> Lengths {
        do {
            var reader = FieldReader(front)
            guard [UInt8](try reader.take(KeyBox.headByteCount)) == head else {
                throw FieldReader.Malformed()
            }
            let identity = Int(try reader.integer(UInt32.self))
            let ledgers = Int(try reader.integer(UInt32.self))
            let payload = try reader.integer(UInt64.self)
            let state = UInt8(exactly: try reader.integer(UInt64.self))
                .flatMap(KeyState.init(rawValue:))
            let shares = try reader.integer(UInt64.self)
            guard identity <= KeyFile.maximumIdentityByteCount,
                ledgers <= KeyFile.maximumRecordByteCount,
                payload <= UInt64(KeyFile.maximumPayloadByteCount),
                plainCount == KeyBox.contentHeadByteCount + identity + ledgers + Int(payload),
                let state, state != .destroyed
            else { throw FieldReader.Malformed() }
            return Lengths(identity: identity, ledgers: ledgers, state: state, shares: shares)
        } catch {
            throw .damaged(path: path, reason: "malformed box")
        }
    }
}
