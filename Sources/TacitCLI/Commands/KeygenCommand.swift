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
    @Option(help: "Where to write the evaluation keys for the server.")
    var evaluationKeys: String
    @Option(help: "Where to write a public key with which others may encrypt rows for you.")
    var publicKey: String?
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let card = try Files.card(card)
        let ring = try KeyRing.create(at: key.vault)
        let client: Client
        if try ring.hasKey(key.name) {
            let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
            client = try ring.client(key.name, card: card, passphrase: secret)
            try ring.remember(card)
        } else {
            let secret = try passphrase.passphrase(
                prompt: "New passphrase for key '\(key.name)'", confirm: true)
            client = try ring.makeKey(key.name, card: card, passphrase: secret)
        }
        let keys = try client.evaluationKeys()
        try Files.write(keys, to: evaluationKeys)
        if let publicKey { try Files.write(client.publicKey(), to: publicKey) }
        print(
            "key '\(key.name)' \(client.keyID.shortDescription), evaluation keys \(Console.bytes(keys.count))"
        )
    }
}
