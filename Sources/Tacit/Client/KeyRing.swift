import Foundation
import Inference
public import Secrets

/// Secret keys in a vault, together with the cards they were used for.
///
/// A key belongs to a ring (degree and primes), not to a model: models compiled to the same ring, a
/// retrained one for instance, share it.
public struct KeyRing: Sendable {
    /// The sealed keys.
    public let vault: KeyVault

    /// Opens the vault in a folder.
    ///
    /// - Throws: `SecretsError` when there is none or others may read it.
    public init(path: String) throws(SecretsError) { vault = try KeyVault(path: path) }

    /// Opens the vault in a folder, which is made if missing.
    ///
    /// - Throws: `SecretsError`.
    public static func create(at path: String) throws(SecretsError) -> KeyRing {
        _ = try KeyVault.create(at: path)
        return try KeyRing(path: path)
    }

    /// Whether there is a key of this name.
    ///
    /// - Throws: `SecretsError` when the folder cannot be read.
    public func hasKey(_ name: String) throws(SecretsError) -> Bool {
        do throws(SecretsError) {
            _ = try vault.info(name)
            return true
        } catch {
            if case .unknownKey = error { return false }
            throw error
        }
    }

    /// Makes a secret key for a card and seals it.
    ///
    /// - Throws: `SecretsError.keyExists` and its like, or what the scheme refuses.
    public func makeKey(
        _ name: String, card: Card, passphrase: borrowing Passphrase
    ) throws -> Client {
        let secret = try ClientSecret(card: card)
        try vault.store(
            name, kind: secret.kind, keyID: secret.keyID, metadata: card.ringDigest.bytes,
            payload: secret.payload(), passphrase: passphrase)
        try remember(card)
        return try Client(card: card, secret: secret)
    }

    /// Opens a key for a card.
    ///
    /// - Throws: `TacitError` when the key is of another ring or must not be used for this; `SecretsError`
    ///   for a wrong passphrase and its like.
    public func client(
        _ name: String, card: Card, passphrase: borrowing Passphrase, decryptOnly: Bool = false
    ) throws -> Client {
        let info = try requireFit(name, card: card)
        if info.state != .active && !decryptOnly {
            throw TacitError(
                .key, "key '\(name)' is \(info.state); it may no longer encrypt, make a new one")
        }
        let opened = try vault.open(name, passphrase: passphrase)
        let identity = opened.identity
        let secret = try ClientSecret(
            kind: identity.kind, keyID: identity.keyID, payload: opened.payload, card: card)
        return try Client(card: card, secret: secret)
    }

    /// Refuses a key of another ring.
    @discardableResult
    func requireFit(_ name: String, card: Card) throws -> KeyInfo {
        let info = try vault.info(name)
        guard info.identity.metadata == card.ringDigest.bytes else {
            throw TacitError(
                .mismatch,
                "key '\(name)' was made for other parameters than this model's (\(card.contents.name)); "
                    + "make one with: tacit keygen --name ANOTHER-NAME")
        }
        return info
    }

    /// Keeps a card, so that answers to it can be decrypted.
    ///
    /// - Throws: `SecretsError` when it cannot be written.
    public func remember(_ card: Card) throws {
        let folder = cardFolder
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = folder.appending(path: "\(card.digest).card").path
        if FileManager.default.fileExists(atPath: file) { return }
        try AtomicFile.write(file, mode: 0o600, replace: true, bytes: card.bytes)
    }

    /// The card that an answer is for; the answer's digest is checked.
    ///
    /// - Throws: `WireError` for damaged answers, `TacitError` when this vault has never seen the card.
    public func card(of response: [UInt8], source: String? = nil) throws -> Card {
        let kind: FrameKind = PackedSums.isPacked(response) ? .packedRows : .response
        let header = try Frame.read(response, as: kind, source: source) {
            header, reader throws(WireError) in
            _ = try reader.bytes(reader.remaining, "the results")
            return header
        }
        guard let digest = header.card else {
            throw TacitError(.malformed, "the response names no card")
        }
        let file = cardFolder.appending(path: "\(digest).card")
        guard let data = try? Data(contentsOf: file) else {
            throw TacitError(
                .mismatch,
                "\(source ?? "the response") is for a model that vault has no card of (card "
                    + "\(digest.shortDescription)); pass its card with --card")
        }
        return try Card(bytes: [UInt8](data), source: file.path)
    }

    private var cardFolder: URL {
        URL(filePath: vault.path, directoryHint: .isDirectory).appending(path: "cards")
    }
}
