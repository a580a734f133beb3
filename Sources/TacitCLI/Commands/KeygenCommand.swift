import ArgumentParser
import Tacit

/// `tacit keygen`: a secret key in the vault, and the public keys a server needs.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a secret key, sealed in the vault, and the evaluation keys for a server.",
        discussion: """
            A name that exists is used again when its parameters fit (a retrained model usually keeps them): \
            the secret stays, and only the evaluation keys for this card are made anew.
            """)

    @Option(help: "The model's card.")
    var card: String
    @OptionGroup var key: VaultOptions
    @OptionGroup var files: PublicKeyFiles
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let card = try Files.card(card)
        let (client, ring, isNew) = try ClientKey.openOrMake(
            key, card: card, passphrase: passphrase)
        let byteCount: Int
        do {
            byteCount = try files.write(of: client)
        } catch {
            // Nobody can have used a key whose public keys were never written.
            if isNew { try? ring.vault.remove(key.name) }
            throw error
        }
        try Console.show(
            "key '\(key.name)' \(client.keyID.shortDescription), evaluation keys "
                + Console.bytes(byteCount))
    }
}
