#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension KeyVault {
    /// Seals a new key under a name that is free.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 letters, digits, '.', '-' and '_', beginning with a letter or digit.
    ///   - kind: What sort of key it is, for the caller.
    ///   - keyID: The random id of the key.
    ///   - metadata: Public bytes bound to the key for ever, at most 1 MiB.
    ///   - payload: The secret, at most 64 MiB.
    ///   - passphrase: What will open it.
    /// - Throws: `SecretsError.keyExists`, `.invalidName`, `.tooLarge`, `.diskFull` and their like.
    @discardableResult
    public func store(
        _ name: String, kind: String, keyID: KeyID, metadata: [UInt8] = [],
        payload: borrowing SecretBytes, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> KeyIdentity {
        let now = KeyVault.now()
        let identity = try KeyIdentity(
            name: name, keyID: keyID, kind: kind, createdAt: now, metadata: metadata)
        guard payload.count <= KeyFile.maximumPayloadByteCount else {
            throw .tooLarge(
                what: "the secret", bytes: payload.count, limit: KeyFile.maximumPayloadByteCount)
        }
        try checkFree(name, in: try directory())
        let derivation = KeyDerivation(cost: cost)
        let file = try KeyFile(
            sealing: payload, identity: identity,
            record: KeyRecord(
                state: .active, shareCount: 0, ledgers: [:], revision: 1, changedAt: now),
            derivation: derivation, wrapping: try derivation.derive(passphrase))
        try add(file, to: try lockedDirectory())
        return identity
    }

    /// Adds a key from a file that `export` wrote, under the name it has there.
    ///
    /// The copy stays sealed under its passphrase, which is not needed.
    ///
    /// - Throws: `SecretsError.keyExists`, `.notAKeyFile`, `.damaged` and their like.
    @discardableResult
    public func importKey(from path: String) throws(SecretsError) -> KeyIdentity {
        let bytes = try readOutside(path, limit: KeyFile.maximumByteCount)
        let file = try KeyFile(decoding: bytes, path: path)
        try add(file, to: try lockedDirectory())
        return file.identity
    }

    /// Seals the same key under another passphrase; its sealed payload stays byte by byte.
    ///
    /// The replaced file is overwritten as far as the disk lets us, but copies of it, and of what a
    /// disk keeps, still open with the old passphrase: if that one leaked, make a new key.
    ///
    /// - Throws: `SecretsError.wrongPassphrase`, `.altered`, `.diskFull` and their like.
    public func changePassphrase(
        _ name: String, from old: borrowing Passphrase, to new: borrowing Passphrase
    ) throws(SecretsError) {
        let directory = try lockedDirectory()
        let file = try read(name, in: directory)
        let opened = try file.openRecord(try file.wrappingKey(old))
        let derivation = KeyDerivation(cost: cost)
        let changed = try file.resealed(
            record: opened.record.next(), derivation: derivation,
            wrapping: try derivation.derive(new), dataKey: opened.dataKey)
        try replace(name, by: changed, in: directory, shredding: true)
    }

    /// Changes what may be done with a key.
    ///
    /// `.destroyed` removes the secret and is final.
    ///
    ///
    /// - Throws: `SecretsError.wrongState` for a destroyed key, `.wrongPassphrase` and their like.
    public func setState(
        _ name: String, to state: KeyState, passphrase: borrowing Passphrase
    ) throws(SecretsError) {
        let directory = try lockedDirectory()
        let file = try read(name, in: directory)
        guard file.header.state != .destroyed else {
            throw .wrongState(name: name, state: .destroyed, step: "becoming \(state)")
        }
        let wrapping = try file.wrappingKey(passphrase)
        let opened = try file.openRecord(wrapping)
        var record = opened.record.next()
        record.state = state
        let changed =
            state == .destroyed
            ? try file.destroyed(record: record, wrapping: wrapping)
            : try file.resealed(
                record: record, derivation: file.header.derivation, wrapping: wrapping,
                dataKey: opened.dataKey)
        try replace(name, by: changed, in: directory, shredding: state == .destroyed)
    }

    /// Changes the share count or the ledgers of an open key, durably, before it returns.
    ///
    /// `body` gets the record as it stands in the vault now, and may refuse by throwing.
    ///
    /// - Throws: `SecretsError.keyReplaced` when the passphrase or key is another one by now, what
    ///   `body` throws, and what writing throws.
    public func update(
        _ key: inout UnlockedKey, _ body: (inout KeyRecord) throws(SecretsError) -> Void
    ) throws(SecretsError) {
        let name = key.identity.name
        let directory = try lockedDirectory()
        let file = try read(name, in: directory)
        guard file.identity == key.identity, file.header.commitment == key.wrapping.commitment
        else { throw .keyReplaced(name: name) }
        guard file.header.state != .destroyed else { throw .keyDestroyed(name: name) }
        let opened = try file.openRecord(key.wrapping)
        var record = opened.record.next()
        try body(&record)
        let changed = try file.resealed(
            record: record, derivation: file.header.derivation, wrapping: key.wrapping,
            dataKey: opened.dataKey)
        try replace(name, by: changed, in: directory, shredding: false)
        key.record = record
    }

    /// Removes a key for good; needs no passphrase.
    ///
    /// The name is gone first; then the file is overwritten, as far as the disk lets us.
    ///
    /// - Throws: `SecretsError.unknownKey`, `.systemCall` and their like.
    public func remove(_ name: String) throws(SecretsError) {
        try KeyName.validate(name)
        let directory = try lockedDirectory()
        let temporary = Directory.temporaryName()
        do throws(SecretsError) {
            try directory.rename(KeyName.file(name), to: temporary)
        } catch {
            if case .systemCall(_, _, ENOENT) = error {
                throw .unknownKey(name: name, vault: path)
            }
            throw error
        }
        if try directory.sync() {
            try? overwrite(temporary, in: directory)
        }
        try directory.unlink(temporary)
        try directory.sync()
    }

    // MARK: Steps

    /// Reads a file outside the vault, which must be a regular one.
    func readOutside(_ path: String, limit: Int) throws(SecretsError) -> [UInt8] {
        let (folder, name) = try AtomicFile.split(path)
        let source = try Directory(path: folder, operations: operations)
        // Not blocking, lest a pipe hold us for ever.
        let opened = try source.open(name, O_RDONLY | O_NONBLOCK)
        guard try opened.status().kind == .file else { throw .notAKeyFile(path: path) }
        return try opened.readAll(limit: limit)
    }

    func checkFree(
        _ name: String, in directory: borrowing Directory
    ) throws(SecretsError) {
        if try directory.names().contains(KeyName.file(name)) {
            throw .keyExists(name: name, vault: path)
        }
    }

    func add(
        _ file: KeyFile, to directory: borrowing Directory
    ) throws(SecretsError) {
        let name = file.identity.name
        do throws(SecretsError) {
            try directory.writeFile(
                KeyName.file(name), mode: KeyVault.fileMode, replace: false, bytes: file.encoded())
        } catch {
            if case .fileExists = error { throw .keyExists(name: name, vault: path) }
            throw error
        }
    }

    /// Replaces a key's file in one step; then overwrites the old content, if asked and possible.
    func replace(
        _ name: String, by file: KeyFile, in directory: borrowing Directory, shredding: Bool
    ) throws(SecretsError) {
        let target = KeyName.file(name)
        var old: String?
        if shredding {
            // A second name keeps the old content in reach; not every file system has them.
            let temporary = Directory.temporaryName()
            if (try? directory.link(target, to: temporary)) != nil { old = temporary }
        }
        do throws(SecretsError) {
            try directory.writeFile(
                target, mode: KeyVault.fileMode, replace: true, bytes: file.encoded())
        } catch {
            // The second name may stand for the file in use: it is removed, never overwritten.
            if let old { try? directory.unlink(old) }
            throw error
        }
        guard let old else { return }
        if (try? directory.sync()) == true { try? overwrite(old, in: directory) }
        try? directory.unlink(old)
    }

    /// Writes zeros over a file that no key's name stands for any more, and no backup's either.
    private func overwrite(
        _ name: String, in directory: borrowing Directory
    ) throws(SecretsError) {
        var file = try directory.open(name, O_WRONLY)
        let status = try file.status()
        guard status.linkCount == 1 else { return }
        let zeros = [UInt8](repeating: 0, count: status.byteCount)
        try zeros.span.withUnsafeBytes { (bytes) throws(SecretsError) in try file.write(bytes) }
        try file.sync()
        try file.close()
    }
}

extension KeyRecord {
    /// The record before its next change.
    func next() -> KeyRecord {
        var next = self
        next.revision &+= 1
        next.changedAt = KeyVault.now()
        return next
    }
}
