/// What a key's file says of it without the passphrase.
///
/// The file detects damage by itself, but only opening the key proves that nobody changed it; until
/// then all of this is a hint.
public struct KeyInfo: Sendable, Hashable {
    /// Who the key is.
    public let identity: KeyIdentity
    /// What may be done with the key.
    public let state: KeyState
    /// How many decryptions were shared.
    public let shareCount: UInt64
    /// How often the record changed.
    public let revision: UInt64
    /// Seconds since 1970 when the record changed last.
    public let changedAt: UInt64
    /// Argon2id's passes.
    public let derivationPasses: UInt64
    /// Argon2id's memory.
    public let derivationMemoryBytes: UInt64
    /// Bytes of the sealed secret.
    public let sealedByteCount: Int

    init(_ file: KeyFile) {
        identity = file.identity
        state = file.header.state
        shareCount = file.header.shareCount
        revision = file.header.revision
        changedAt = file.header.changedAt
        derivationPasses = file.header.derivation.passes
        derivationMemoryBytes = file.header.derivation.memoryBytes
        sealedByteCount = file.payload.count
    }
}

/// A key that has been opened; wiped when it goes out of scope.
public struct UnlockedKey: ~Copyable {
    /// Who the key is.
    public let identity: KeyIdentity
    /// The record as it was when read or updated last.
    public internal(set) var record: KeyRecord
    /// The secret.
    public let payload: SecretBytes

    /// Kept so that the record can be changed without asking for the passphrase again.
    let wrapping: WrappingKey

    /// Gives the secret away and forgets the rest.
    public consuming func takePayload() -> SecretBytes { payload }
}

extension KeyVault {
    /// One line of a listing: a name, and what its file says or why it cannot be read.
    public struct Entry: Sendable {
        /// The name of the key.
        public let name: String
        /// What the file says, or why it cannot be read.
        public let info: Result<KeyInfo, SecretsError>
    }

    /// All keys by name; needs no passphrase.
    ///
    /// A file that cannot be read does not hide the others.
    public func list() throws(SecretsError) -> [Entry] {
        let directory = try directory()
        var entries: [Entry] = []
        for name in try directory.names().compactMap(KeyName.name(ofFile:)).sorted() {
            do throws(SecretsError) {
                let file = try read(name, in: directory)
                entries.append(Entry(name: name, info: .success(KeyInfo(file))))
            } catch {
                entries.append(Entry(name: name, info: .failure(error)))
            }
        }
        return entries
    }

    /// What the file of one key says; needs no passphrase.
    ///
    /// - Throws: `SecretsError.unknownKey`, `.permissionsTooOpen`, `.damaged` and their like.
    public func info(_ name: String) throws(SecretsError) -> KeyInfo {
        KeyInfo(try read(name, in: try directory()))
    }

    /// Opens a key: the secret, and the identity and record it is bound to, all authenticated.
    ///
    /// Takes most of a second and 256 MiB of memory for a moment, on purpose.
    ///
    /// - Throws: `SecretsError.wrongPassphrase`, `.altered`, `.keyDestroyed`, and what `info` throws.
    public func open(
        _ name: String, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> UnlockedKey {
        let file = try read(name, in: try directory())
        guard file.header.state != .destroyed else { throw .keyDestroyed(name: name) }
        let wrapping = try file.wrappingKey(passphrase)
        let opened = try file.openRecord(wrapping)
        let payload = try file.openPayload(opened.dataKey)
        return UnlockedKey(
            identity: file.identity, record: opened.record, payload: payload, wrapping: wrapping)
    }

    /// Copies a sealed key into a file of its own, still sealed under its passphrase.
    ///
    /// - Throws: `SecretsError.fileExists` when there is a file of that path, and what `info` throws.
    public func export(_ name: String, to path: String) throws(SecretsError) {
        let file = try read(name, in: try directory())
        try AtomicFile.write(
            path, mode: KeyVault.fileMode, replace: false, operations: operations,
            bytes: file.encoded())
    }
}
