/// Who a sealed key is; fixed when the key is stored, and associated data of everything sealed.
public struct KeyIdentity: Sendable, Hashable {
    /// The name in the vault.
    public let name: String
    /// The random id that evaluation keys and ciphertexts carry.
    public let keyID: KeyID
    /// What sort of key it is; the vault does not interpret it.
    public let kind: String
    /// Seconds since 1970 when the key was stored.
    public let createdAt: UInt64
    /// Public bytes of the scheme, such as a ring digest; the vault does not interpret them.
    public let metadata: [UInt8]

    /// Most bytes of metadata.
    public static let maximumMetadataByteCount = 1 << 20

    /// Most bytes of a kind.
    static let maximumKindByteCount = 64

    static let format: UInt16 = 1

    /// Layout: see docs/vault-format.md, "Identity".
    func encoded() -> [UInt8] {
        var writer = FieldWriter()
        writer.append(KeyIdentity.format)
        writer.append(UInt16(0))
        writer.append(keyID.bytes)
        writer.append(createdAt)
        writer.append(text: kind)
        writer.append(text: name)
        writer.append(UInt32(metadata.count))
        writer.append(metadata)
        return writer.bytes
    }

    init(
        name: String, keyID: KeyID, kind: String, createdAt: UInt64, metadata: [UInt8]
    ) throws(SecretsError) {
        try KeyName.validate(name)
        guard !kind.isEmpty, kind.utf8.count <= KeyIdentity.maximumKindByteCount else {
            throw .tooLarge(
                what: "the kind of the key", bytes: kind.utf8.count,
                limit: KeyIdentity.maximumKindByteCount)
        }
        guard metadata.count <= KeyIdentity.maximumMetadataByteCount else {
            throw .tooLarge(
                what: "the metadata of the key", bytes: metadata.count,
                limit: KeyIdentity.maximumMetadataByteCount)
        }
        self.name = name
        self.keyID = keyID
        self.kind = kind
        self.createdAt = createdAt
        self.metadata = metadata
    }

    init(decoding bytes: ArraySlice<UInt8>, path: String) throws(SecretsError) {
        do {
            var reader = FieldReader(bytes)
            guard try reader.integer(UInt16.self) == KeyIdentity.format,
                try reader.integer(UInt16.self) == 0
            else { throw FieldReader.Malformed() }
            let keyID = try KeyID(bytes: try reader.take(KeyID.byteCount))
            let createdAt = try reader.integer(UInt64.self)
            let kind = try reader.text()
            let name = try reader.text()
            let count = Int(try reader.integer(UInt32.self))
            let metadata = [UInt8](try reader.take(count))
            try reader.end()
            try self.init(
                name: name, keyID: keyID, kind: kind, createdAt: createdAt, metadata: metadata)
        } catch {
            throw .damaged(path: path, reason: "malformed identity")
        }
    }
}

/// Which texts name a key: what is also a harmless file name everywhere.
enum KeyName {
    static let maximumByteCount = 64
    static let fileSuffix = ".key"

    static func isValid(_ name: String) -> Bool {
        let bytes = [UInt8](name.utf8)
        guard let first = bytes.first, bytes.count <= maximumByteCount else { return false }
        return isAlphanumeric(first)
            && bytes.allSatisfy { byte in
                isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    static func validate(_ name: String) throws(SecretsError) {
        guard isValid(name) else { throw .invalidName(name) }
    }

    static func file(_ name: String) -> String { name + fileSuffix }

    /// The key's name, or nil for files that are no keys.
    static func name(ofFile file: String) -> String? {
        guard file.hasSuffix(fileSuffix) else { return nil }
        let name = String(file.dropLast(fileSuffix.count))
        return isValid(name) ? name : nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
