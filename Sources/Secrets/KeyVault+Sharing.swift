extension KeyVault {
    /// The kind under which a vault keeps a device's own key.
    public static let deviceKind = "device"

    /// Makes this device's own pair of keys, under a name that is free.
    ///
    /// The public key is the metadata of the sealed secret one, so that it can be shown without the passphrase.
    ///
    /// - Throws: as `store`.
    @discardableResult
    public func makeDevice(
        _ name: String, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> DeviceKey {
        let pair = try SealedBox.makePair()
        let device = try DeviceKey(bytes: pair.publicKey)
        try store(
            name, kind: KeyVault.deviceKind, keyID: KeyID(from: SystemRandomSource()),
            metadata: device.bytes, payload: pair.secret, passphrase: passphrase)
        return device
    }

    /// The public key of this device; needs no passphrase.
    ///
    /// - Throws: `SecretsError.unknownKey`, `.notADeviceKey` and their like.
    public func device(_ name: String) throws(SecretsError) -> DeviceKey {
        let identity = try info(name).identity
        guard identity.kind == KeyVault.deviceKind, identity.metadata.count == DeviceKey.byteCount
        else { throw .notADeviceKey(name: name) }
        return try DeviceKey(bytes: identity.metadata)
    }

    /// Seals a key to another device, in a file that only that device can open.
    ///
    /// The other device gets identity, state, share count and ledgers as they are now; from then on both
    /// keep books of their own. The box does not say who made it: compare the key id that `accept` tells.
    ///
    /// - Throws: `SecretsError.fileExists`, `.deviceKeyNotShared`, `.notADevice`, and what `open` throws.
    @discardableResult
    public func share(
        _ name: String, with device: DeviceKey, to path: String, passphrase: borrowing Passphrase
    ) throws(SecretsError) -> KeyIdentity {
        let key = try open(name, passphrase: passphrase)
        let identity = key.identity
        guard identity.kind != KeyVault.deviceKind else { throw .deviceKeyNotShared(name: name) }
        let box = try KeyBox(sealing: key, to: device)
        try AtomicFile.write(
            path, mode: KeyVault.fileMode, replace: false, operations: operations,
            bytes: box.encoded())
        return identity
    }

    /// Adds the key in a box that was sealed to this device.
    ///
    /// - Parameters:
    ///   - device: The name of this device's own key.
    ///   - newName: What the key is called here; its own name when nil.
    ///   - passphrase: Opens the device's key, and seals the new one.
    /// - Throws: `SecretsError.boxForAnotherDevice`, `.keyExists`, `.wrongPassphrase`, `.damaged` and their like.
    @discardableResult
    public func accept(
        from path: String, device name: String, as newName: String? = nil,
        passphrase: borrowing Passphrase
    ) throws(SecretsError) -> KeyIdentity {
        if let newName { try KeyName.validate(newName) }
        let box = try KeyBox(
            decoding: try readOutside(path, limit: KeyBox.maximumByteCount), path: path)
        guard try device(name) == box.device else {
            throw .boxForAnotherDevice(path: path, device: name)
        }
        let own = try open(name, passphrase: passphrase)
        guard SealedBox.publicKey(of: own.payload) == box.device.bytes else {
            throw .altered(name: name, part: "public key")
        }
        let contents = try box.open(secret: own.payload, path: path)
        let old = contents.identity
        guard old.kind != KeyVault.deviceKind else { throw .deviceKeyNotShared(name: old.name) }
        let identity = try KeyIdentity(
            name: newName ?? old.name, keyID: old.keyID, kind: old.kind, createdAt: old.createdAt,
            metadata: old.metadata)
        try checkFree(identity.name, in: try directory())
        let derivation = KeyDerivation(cost: cost)
        let file = try KeyFile(
            sealing: contents.payload, identity: identity, record: contents.record,
            derivation: derivation, wrapping: try derivation.derive(passphrase))
        try add(file, to: try lockedDirectory())
        return identity
    }
}
