import Tacit

/// Opening a key of a vault, or making it at the first use.
enum ClientKey {
    /// The client of a key that may not exist yet.
    ///
    /// - Returns: the client, and whether its key was made now.
    static func openOrMake(
        _ key: VaultOptions, card: Card, passphrase: PassphraseOptions
    ) throws -> (client: Client, ring: KeyRing, isNew: Bool) {
        let ring = try KeyRing.create(at: key.vault)
        if try ring.hasKey(key.name) {
            let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
            return (try open(key, in: ring, card: card, secret), ring, false)
        }
        let secret = try passphrase.passphrase(
            prompt: "New passphrase for key '\(key.name)'", confirm: true)
        do {
            return (try ring.makeKey(key.name, card: card, passphrase: secret), ring, true)
        } catch SecretsError.keyExists {
            // Another process made it since.
            return (try open(key, in: ring, card: card, secret), ring, false)
        }
    }

    private static func open(
        _ key: VaultOptions, in ring: KeyRing, card: Card, _ secret: borrowing Passphrase
    ) throws -> Client {
        let client = try ring.client(key.name, card: card, passphrase: secret)
        try ring.remember(card)
        return client
    }
}
