/// What a file of the vault's formats holds; see docs/vault-format.md, "Kinds".
public enum VaultFileKind: UInt16, Sendable, Hashable {
    /// One sealed key.
    case key = 1
    /// Sealed keys, sealed once more under a passphrase.
    case backup = 2
    /// One key, sealed to the public key of a device.
    case box = 3

    /// The kind with its article, for messages.
    var article: String {
        switch self {
        case .key: "a sealed key"
        case .backup: "a backup"
        case .box: "a key sealed to a device"
        }
    }

    /// Which command takes it.
    var advice: String {
        switch self {
        case .key: "see `tacit keys import`"
        case .backup: "see `tacit keys restore`"
        case .box: "see `tacit keys accept`"
        }
    }

    /// Bytes of magic, version and kind.
    static let headByteCount = 12

    /// Whether bytes begin as every file of the vault's formats does.
    package static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: KeyFile.magic) }

    /// Checks what all kinds have in common: magic, checksum, version, and the kind itself.
    ///
    /// - Returns: where the checksum begins.
    static func check(
        _ bytes: [UInt8], is expected: VaultFileKind, path: String
    ) throws(SecretsError) -> Int {
        guard bytes.starts(with: KeyFile.magic) || KeyFile.magic.starts(with: bytes),
            !bytes.isEmpty
        else { throw .notAKeyFile(path: path) }
        let end = bytes.count - Digest32.byteCount
        guard end >= KeyFile.preambleByteCount,
            Digest32.blake2b([UInt8](bytes[..<end])).bytes == [UInt8](bytes[end...])
        else { throw .damaged(path: path, reason: "cut short or changed") }
        let version = UInt16(bytes[8]) | UInt16(bytes[9]) << 8
        guard version == KeyFile.version else {
            throw .unsupportedVersion(path: path, version: Int(version))
        }
        guard let found = VaultFileKind(rawValue: UInt16(bytes[10]) | UInt16(bytes[11]) << 8) else {
            throw .notAKeyFile(path: path)
        }
        guard found == expected else {
            throw .wrongFileKind(path: path, expected: expected, found: found)
        }
        return end
    }
}
