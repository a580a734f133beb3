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
    @OptionGroup var files: PublicKeyFiles
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let card = try Files.card(card)
        let ring = try KeyRing(path: key.vault)
        _ = try ring.vault.info(key.name)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let (client, retired) = try ring.rotate(key.name, card: card, passphrase: secret)
        let byteCount: Int
        do {
            byteCount = try files.write(of: client)
        } catch {
            // The key is rotated all the same; its public keys can be made again.
            throw TacitError(
                .key,
                "key '\(key.name)' is rotated, but its public keys could not be written (\(error)); make them "
                    + "with: tacit keygen --name \(key.name)")
        }
        try Console.show(
            "key '\(key.name)' \(client.keyID.shortDescription), evaluation keys "
                + Console.bytes(byteCount) + "; the old key is '\(retired.name)'")
    }
}
