extension KeyVault {
    /// What a rotation made of one key.
    public struct Rotation: Sendable, Hashable {
        /// The new key, under the old name.
        public let current: KeyIdentity
        /// The old key, for decryption only, under its retired name.
        public let retired: KeyIdentity
    }

    /// The name of a key after it made room for another: its name, a dot, and the first digits of its id.
    public static func retiredName(_ name: String, keyID: KeyID) -> String {
        "\(name).\(keyID.shortDescription)"
    }

    /// Puts a new key under the name of an old one, which stays for decryption only under its retired name.
    ///
    /// Both are sealed under the same passphrase. First the old key is copied to its retired name, then the new one
    /// takes its place in one rename: whenever the process ends, the old key is there, and the name holds the old
    /// or the new one. Repeated after such an end, the rotation completes.
    ///
    /// - Parameters:
    ///   - keyID: The random id of the new key.
    ///   - payload: The new secret; kind and metadata are the old key's.
    ///   - passphrase: What opens the old key.
    /// - Throws: `SecretsError.keyDestroyed`, `.nameTooLongToRotate`, `.wrongPassphrase`, `.keyExists` when another key
    ///   bears the retired name, and what writing throws.
    @discardableResult
    public func rotate(
        _ name: String, keyID: KeyID, payload: borrowing SecretBytes,
        passphrase: borrowing Passphrase
    ) throws(SecretsError) -> Rotation {
        let directory = try lockedDirectory()
        let file = try read(name, in: directory)
        guard file.header.state != .destroyed else { throw .keyDestroyed(name: name) }
        guard keyID != file.identity.keyID else { throw .keyExists(name: name, vault: path) }
        let suffix = KeyVault.retiredName("", keyID: keyID).utf8.count
        guard name.utf8.count + suffix <= KeyName.maximumByteCount else {
            throw .nameTooLongToRotate(name: name, limit: KeyName.maximumByteCount - suffix)
        }
        let retired = try retiring(file, passphrase)
        let successor = try succeeding(file.identity, keyID, payload, passphrase)
        try addOrComplete(retired, in: directory)
        try replace(name, by: successor, in: directory, shredding: false)
        return Rotation(current: successor.identity, retired: retired.identity)
    }

    /// The same secret and books under the retired name, for decryption only.
    private func retiring(
        _ file: KeyFile, _ passphrase: borrowing Passphrase
    ) throws(SecretsError) -> KeyFile {
        let wrapping = try file.wrappingKey(passphrase)
        let opened = try file.openRecord(wrapping)
        let payload = try file.openPayload(opened.dataKey)
        var record = opened.record.next()
        record.state = .decryptOnly
        let old = file.identity
        return try KeyFile(
            sealing: payload,
            identity: KeyIdentity(
                name: KeyVault.retiredName(old.name, keyID: old.keyID), keyID: old.keyID,
                kind: old.kind, createdAt: old.createdAt, metadata: old.metadata),
            record: record, derivation: file.header.derivation, wrapping: wrapping)
    }

    /// A new key of the same kind under the same name.
    private func succeeding(
        _ old: KeyIdentity, _ keyID: KeyID, _ payload: borrowing SecretBytes,
        _ passphrase: borrowing Passphrase
    ) throws(SecretsError) -> KeyFile {
        guard payload.count <= KeyFile.maximumPayloadByteCount else {
            throw .tooLarge(
                what: "the secret", bytes: payload.count, limit: KeyFile.maximumPayloadByteCount)
        }
        let now = KeyVault.now()
        let derivation = KeyDerivation(cost: cost)
        return try KeyFile(
            sealing: payload,
            identity: KeyIdentity(
                name: old.name, keyID: keyID, kind: old.kind, createdAt: now,
                metadata: old.metadata),
            record: KeyRecord(
                state: .active, shareCount: 0, ledgers: [:], revision: 1, changedAt: now),
            derivation: derivation, wrapping: try derivation.derive(passphrase))
    }

    /// Adds a retired key, or replaces what a rotation that did not end left of the same key.
    private func addOrComplete(
        _ file: KeyFile, in directory: borrowing Directory
    ) throws(SecretsError) {
        let name = file.identity.name
        guard try directory.names().contains(KeyName.file(name)) else {
            return try add(file, to: directory)
        }
        guard try read(name, in: directory).identity == file.identity else {
            throw .keyExists(name: name, vault: path)
        }
        try replace(name, by: file, in: directory, shredding: false)
    }
}
