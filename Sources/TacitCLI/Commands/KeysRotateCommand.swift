import ArgumentParser
import Tacit

/// `tacit keys rotate`.
struct KeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new key under the same name; the old one stays for decryption only.",
        discussion: """
            The old key gets the name NAME.ID with the first digits of its id, and `tacit decrypt --name NAME` finds it \
            for answers to older requests. Give the server the new evaluation keys before you send new requests. When no \
            answer is outstanding, remove the old key with: tacit keys remove --name NAME.ID
            """)
    @Option(help: "The model's card.") var card: String
    @OptionGroup var key: VaultOptions
    @Option(help: "Where to write the new key's evaluation keys for the server.")
    var evaluationKeys: String
    @Option(help: "Where to write a public key with which others may encrypt rows for you.")
    var publicKey: String?
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        guard publicKey != evaluationKeys else {
            throw ValidationError("both keys would be written to \(evaluationKeys)")
        }
    }

    func run() throws {
        let card = try Files.card(card)
        let ring = try KeyRing(path: key.vault)
        _ = try ring.vault.info(key.name)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let (client, retired) = try ring.rotate(key.name, card: card, passphrase: secret)
        var files = [
            (
                path: evaluationKeys,
                bytes: try Console.showingProgress(of: "keys", client.evaluationKeys)
            )
        ]
        if let publicKey { files.append((path: publicKey, bytes: try client.publicKey())) }
        do {
            try WholeFile.write(files)
        } catch {
            // The key is rotated all the same; its public keys can be made again.
            throw TacitError(
                .key,
                "key '\(key.name)' is rotated, but its public keys could not be written (\(error)); make them "
                    + "with: tacit keygen --name \(key.name)")
        }
        try Console.show(
            "key '\(key.name)' \(client.keyID.shortDescription), evaluation keys "
                + Console.bytes(files[0].bytes.count) + "; the old key is '\(retired.name)'")
    }
}
