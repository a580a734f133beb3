/// What is in a backup, or came out of one.
public struct BackupEntry: Sendable, Hashable {
    /// What became of a key when its backup was restored.
    public enum Outcome: String, Sendable, Hashable {
        /// The vault had no key of the name.
        case added
        /// The vault had an older copy.
        case replaced
        /// The vault has the very same.
        case unchanged
    }

    /// The name of the key.
    public let name: String
    /// The id of the key.
    public let keyID: KeyID
    /// The state it had when the backup was made.
    public let state: KeyState
    /// The revision it had when the backup was made.
    public let revision: UInt64
    /// What became of it.
    public let outcome: Outcome
}

extension KeyVault {
    /// Writes sealed keys into one file, which is sealed once more under a passphrase of its own.
    ///
    /// The keys stay sealed under their own passphrases, which are not needed; without them a backup is of no use.
    ///
    /// - Parameters:
    ///   - names: Which keys; all when nil.
    /// - Returns: How many keys are in it.
    /// - Throws: `SecretsError.fileExists`, `.unknownKey`, `.tooLarge` above 64 MiB, and what reading throws: a
    ///   vault with an unreadable key is not backed up in part.
    @discardableResult
    public func backUp(
        _ names: [String]? = nil, to path: String, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> Int {
        let files = try sealedFiles(names)
        var writer = FieldWriter()
        writer.append(KeyVault.backupFormat)
        writer.append(UInt16(0))
        writer.append(UInt32(files.count))
        for file in files {
            let bytes = file.encoded()
            writer.append(UInt64(bytes.count))
            writer.append(bytes)
        }
        var bytes = writer.bytes
        guard bytes.count <= KeyFile.maximumPayloadByteCount else {
            throw .tooLarge(
                what: "the backup", bytes: bytes.count, limit: KeyFile.maximumPayloadByteCount)
        }
        let now = KeyVault.now()
        let derivation = KeyDerivation(cost: cost)
        let backup = try KeyFile(
            sealing: SecretBytes(moving: &bytes), kind: .backup,
            identity: KeyIdentity(
                name: "backup", keyID: KeyID(from: SystemRandomSource()), kind: "backup",
                createdAt: now, metadata: []),
            record: KeyRecord(
                state: .active, shareCount: 0, ledgers: [:], revision: 1, changedAt: now),
            derivation: derivation, wrapping: try derivation.derive(passphrase))
        try AtomicFile.write(
            path, mode: KeyVault.fileMode, replace: false, operations: operations,
            bytes: backup.encoded())
        return files.count
    }

    /// Puts keys of a backup into the vault, and never an older one over a newer.
    ///
    /// Everything is checked before anything is changed. Then each key appears, or is replaced, as a whole; after a
    /// process that ended in between, the same command restores the rest. The record of a restored key, with its
    /// state and share count, is that of the day of the backup.
    ///
    /// - Parameters:
    ///   - names: Which keys; all when nil.
    /// - Throws: `SecretsError.newerInVault`, `.otherKeyInVault`, `.notInBackup`, `.wrongPassphrase`, `.damaged` and
    ///   their like.
    @discardableResult
    public func restore(
        from path: String, _ names: [String]? = nil, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> [BackupEntry] {
        let files = try KeyVault.chosen(names, of: try openBackup(path, passphrase), path)
        let directory = try lockedDirectory()
        let present = Set(try directory.names())
        var plan: [(file: KeyFile, entry: BackupEntry)] = []
        for file in files {
            let name = file.identity.name
            let own =
                present.contains(KeyName.file(name)) ? try read(name, in: directory) : nil
            plan.append((file, try KeyVault.entry(file, replacing: own)))
        }
        for (file, entry) in plan {
            switch entry.outcome {
            case .added: try add(file, to: directory)
            case .replaced: try replace(entry.name, by: file, in: directory, shredding: false)
            case .unchanged: break
            }
        }
        return plan.map(\.entry)
    }

    private static let backupFormat: UInt16 = 1
    private static let maximumBackupCount: UInt32 = 1 << 16

    /// The keys' files as they are, by name.
    private func sealedFiles(_ names: [String]?) throws(SecretsError) -> [KeyFile] {
        let directory = try directory()
        let all = try directory.names().compactMap(KeyName.name(ofFile:))
        var files: [KeyFile] = []
        for name in Set(names ?? all).sorted() {
            files.append(try read(name, in: directory))
        }
        return files
    }

    /// The keys of a backup, all of it authenticated.
    private func openBackup(
        _ path: String, _ passphrase: borrowing Passphrase
    ) throws(SecretsError) -> [KeyFile] {
        let bytes = try readOutside(path, limit: KeyFile.maximumByteCount)
        let backup = try KeyFile(decoding: bytes, kind: .backup, path: path)
        let opened = try backup.openRecord(try backup.wrappingKey(passphrase))
        let payload = try backup.openPayload(opened.dataKey)
        return try payload.withUnsafeBytes { (bytes) throws(SecretsError) in
            try KeyVault.files(decoding: [UInt8](bytes), path: path)
        }
    }

    static func files(decoding bytes: [UInt8], path: String) throws(SecretsError) -> [KeyFile] {
        var files: [KeyFile] = []
        do {
            var reader = FieldReader(bytes)
            guard try reader.integer(UInt16.self) == backupFormat,
                try reader.integer(UInt16.self) == 0
            else { throw FieldReader.Malformed() }
            let count = try reader.integer(UInt32.self)
            guard count <= maximumBackupCount else { throw FieldReader.Malformed() }
            for _ in 0..<count {
                let length = try reader.integer(UInt64.self)
                guard length <= UInt64(reader.rest.count) else { throw FieldReader.Malformed() }
                let file = try KeyFile(
                    decoding: [UInt8](try reader.take(Int(length))), path: path)
                guard files.last.map({ $0.identity.name < file.identity.name }) ?? true else {
                    throw FieldReader.Malformed()
                }
                files.append(file)
            }
            try reader.end()
        } catch let error as SecretsError {
            throw error
        } catch {
            throw .damaged(path: path, reason: "malformed backup")
        }
        return files
    }

    private static func chosen(
        _ names: [String]?, of files: [KeyFile], _ path: String
    ) throws(SecretsError) -> [KeyFile] {
        guard let names else { return files }
        for name in names where !files.contains(where: { $0.identity.name == name }) {
            throw .notInBackup(name: name, path: path)
        }
        return files.filter { names.contains($0.identity.name) }
    }

    /// What restoring a key does to the vault's own copy.
    private static func entry(
        _ file: KeyFile, replacing own: KeyFile?
    ) throws(SecretsError) -> BackupEntry {
        let outcome: BackupEntry.Outcome
        if let own {
            let name = own.identity.name
            guard own.identity == file.identity else { throw .otherKeyInVault(name: name) }
            if own.encoded() == file.encoded() {
                outcome = .unchanged
            } else if own.header.revision < file.header.revision {
                outcome = .replaced
            } else {
                throw .newerInVault(
                    name: name, vault: own.header.revision, backup: file.header.revision)
            }
        } else {
            outcome = .added
        }
        return BackupEntry(
            name: file.identity.name, keyID: file.identity.keyID, state: file.header.state,
            revision: file.header.revision, outcome: outcome)
    }
}
