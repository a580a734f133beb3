import Inference
public import Secrets

extension KeyRing {
    /// Makes a new key for a card under the name of an old one, which stays for decryption only.
    ///
    /// The new key has another id: servers need its evaluation keys, and answers to older requests are decrypted with the
    /// retired key (`name(_:decrypting:)` finds it).
    ///
    /// - Returns: a client with the new key, and the identity of the old one under its retired name.
    /// - Throws: `TacitError` when the old key is of another ring, and what `KeyVault.rotate` throws.
    public func rotate(
        _ name: String, card: Card, passphrase: borrowing Passphrase
    ) throws -> (client: Client, retired: KeyIdentity) {
        guard try vault.info(name).identity.metadata == card.ringDigest.bytes else {
            throw TacitError(
                .mismatch,
                "key '\(name)' was made for other parameters than this model's (\(card.contents.name)); "
                    + "make one with: tacit keygen --name ANOTHER-NAME")
        }
        let secret = try ClientSecret(card: card)
        let made = try vault.rotate(
            name, keyID: secret.keyID, payload: secret.payload(), passphrase: passphrase)
        try remember(card)
        return (try Client(card: card, secret: secret), made.retired)
    }

    /// The name of the key that an answer is for: `name`, or the one that a rotation retired from it.
    ///
    /// - Throws: `SecretsError.unknownKey` and its like, `WireError` for a file that is none of ours.
    public func name(_ name: String, decrypting response: [UInt8]) throws -> String {
        let current = try vault.info(name).identity.keyID
        guard let wanted = try Frame.header(response).keyID, wanted != current else { return name }
        let retired = KeyVault.retiredName(name, keyID: wanted)
        let found = try? vault.info(retired).identity.keyID
        return found == wanted ? retired : name
    }
}
