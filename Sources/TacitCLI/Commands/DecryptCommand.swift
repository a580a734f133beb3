import ArgumentParser
import Tacit

/// `tacit decrypt`: a response to results.
struct DecryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Decrypt a server's answer.",
        discussion: """
            Applies the model's last steps (softmax, class labels) and writes CSV, one line for each row. \
            Decrypted scores carry a little noise that depends on the key: do not publish them in full \
            precision, nor send them back to the server. With --share they get noise that hides the key, as far as \
            the model was compiled with room for it (compile --share), and the vault counts them.
            """)

    @OptionGroup var key: VaultOptions
    @Argument(help: "The response.")
    var response: String
    @OptionGroup var results: ResultOptions
    @Option(help: "The model's card, if the vault has not seen it.")
    var card: String?
    @Flag(help: "Add noise to the scores, so that others may see them; counted in the vault.")
    var share = false
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var engine: ArithmeticOption

    func run() throws {
        let ring = try KeyRing(path: key.vault)
        let bytes = try Files.read(response)
        let card = try card.map(Files.card) ?? ring.card(of: bytes, source: response)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let name = try Files.blaming(response) { try ring.name(key.name, decrypting: bytes) }
        if share {
            let prediction = try Files.blaming(response) {
                try Console.showingProgress(of: "groups of rows") {
                    try ring.decryptToShare(
                        bytes, key: name, card: card, passphrase: secret,
                        arithmetic: engine.arithmetic, progress: $0)
                }
            }
            return try show(prediction)
        }
        let client = try ring.client(name, card: card, passphrase: secret, decryptOnly: true)
        if PackedSums.isPacked(bytes) { return try showSum(bytes, client) }
        let prediction = try Files.blaming(response) {
            try Console.showingProgress(of: "groups of rows") {
                try client.decrypt(bytes, arithmetic: engine.arithmetic, progress: $0)
            }
        }
        try show(prediction)
    }

    private func show(_ prediction: Prediction) throws {
        if results.scores && prediction.scores.isEmpty {
            throw TacitError(
                .mismatch, "the model's card asks for labels alone; leave --scores away")
        }
        let table = try prediction.table(withScores: results.scores)
        try results.write(table)
    }

    /// Writes the sum of many parties' rows, under the numbers of the model's inputs.
    private func showSum(_ bytes: [UInt8], _ client: Client) throws {
        let sum = try Files.blaming(response) { try client.decryptSum(bytes) }
        let table = try ResultTable(
            columns: (0..<client.card.inputCount).map { column in
                ResultTable.Column(
                    name: "sum[\(column)]", entries: .numbers(sum.rows.map { $0[column] }))
            })
        try results.write(table)
        Console.note("a sum of \(sum.addends) \(sum.addends == 1 ? "file" : "files")")
    }
}
