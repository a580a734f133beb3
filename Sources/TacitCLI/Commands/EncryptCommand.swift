import ArgumentParser
import Tacit

/// `tacit encrypt`: rows to a request.
struct EncryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encrypt rows for a model.",
        discussion: """
            ROWS is CSV (header optional; comma, semicolon or tab) or npy. With --vault and --name the secret \
            key encrypts, which makes requests half as large; with --public-key anybody can.
            """)

    @Option(help: "The model's card.")
    var card: String
    @Option(help: "Folder of the sealed keys.")
    var vault: String?
    @Option(help: "Name of the key in the vault.")
    var name: String?
    @Option(help: "Public key to encrypt with, instead of a key in a vault.")
    var publicKey: String?
    @Argument(help: "The rows.")
    var rows: String
    @Option(name: .shortAndLong, help: "Where to write the request.")
    var output: String
    @Option(
        help: ArgumentHelp(
            "Of a paillier model: pack the rows, to be added to those of others by tacit aggregate, so many "
                + "files at most.", valueName: "n"))
    var forSumsOf: Int?
    @Flag(
        help:
            "Move values that are outside the card's ranges to their ends, instead of refusing the rows."
    )
    var clip = false
    @OptionGroup var reading: RowsOptions
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var engine: ArithmeticOption
    @OptionGroup var parallel: ThreadsOption

    func validate() throws {
        let fromVault = vault != nil && name != nil
        guard fromVault != (publicKey != nil), fromVault || (vault == nil && name == nil) else {
            throw ValidationError("give either --vault and --name, or --public-key")
        }
        guard forSumsOf ?? 1 >= 1 else {
            throw ValidationError("--for-sums-of is \(forSumsOf ?? 0); expected at least 1")
        }
    }

    func run() throws {
        let card = try Files.card(card)
        let path = self.rows
        let read = try Files.rows(path, for: card, reading)
        let rows = try clip ? Files.blaming(path) { try clipped(read, card) } : read
        // Rows are checked before a passphrase is asked for.
        try Files.blaming(path) { try card.validate(rows: rows) }
        let byteCount: Int
        if let publicKey {
            let bytes = try Files.read(publicKey)
            let encryptor = try Files.blaming(publicKey) {
                try InputEncryptor(card: card, publicKey: bytes)
            }
            byteCount = try Console.showingProgress(of: "ciphertexts") {
                if let forSumsOf {
                    try write(encryptor.encrypt(rows, forSumsOf: forSumsOf))
                } else {
                    try encryptor.encrypt(
                        rows, to: output, arithmetic: engine.arithmetic,
                        threadCount: parallel.threads, progress: $0)
                }
            }
        } else {
            let ring = try KeyRing(path: vault ?? "")
            let name = name ?? ""
            let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(name)'")
            let client = try ring.client(name, card: card, passphrase: secret)
            try ring.remember(card)
            byteCount = try Console.showingProgress(of: "ciphertexts") {
                if let forSumsOf {
                    try write(client.encrypt(rows, forSumsOf: forSumsOf))
                } else {
                    try client.encrypt(
                        rows, to: output, arithmetic: engine.arithmetic,
                        threadCount: parallel.threads, progress: $0)
                }
            }
        }
        Console.note(
            "\(rows.count) \(rows.count == 1 ? "row" : "rows"), \(Console.bytes(byteCount))")
    }

    private func write(_ request: [UInt8]) throws -> Int {
        try Files.write(request, to: output)
        return request.count
    }

    /// Moves values into their ranges and says where.
    private func clipped(_ rows: [[Double]], _ card: Card) throws -> [[Double]] {
        let (result, places) = try card.clipped(rows: rows)
        guard !places.isEmpty else { return result }
        let shown = places.prefix(5).map { "row \($0.row) column \($0.column)" }
        let more = places.count - shown.count
        Console.note(
            "clipped \(places.count) of \(rows.count * card.inputCount) values: "
                + shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
        return result
    }
}
