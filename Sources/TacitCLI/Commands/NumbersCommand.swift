import ArgumentParser
import Tacit

/// `tacit numbers`: encrypted numbers of python-paillier.
struct NumbersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: "Exchange encrypted numbers with python-paillier.",
        discussion: """
            Encrypted numbers are JSON, as python-paillier 1.5.0 writes it: [{"v": "digits", "e": exponent}, ...]. \
            Keys come and go with tacit keys export --format phe and import --format phe.
            """,
        subcommands: [
            NumbersEncryptCommand.self, NumbersDecryptCommand.self, NumbersRequestCommand.self,
            NumbersResponseCommand.self,
        ])
}

/// `tacit numbers encrypt`.
struct NumbersEncryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt", abstract: "Encrypt numbers that python-paillier can decrypt.",
        discussion: """
            NUMBERS is CSV or npy. All numbers get one exponent, so that magnitudes do not show, and are rounded to \
            multiples of 16^exponent: -32 keeps 128 bits behind the binary point, -269 every double exactly.
            """)
    @Option(help: "The public key, python-paillier's JSON.") var publicKey: String
    @Option(help: "The power of 16 that encrypted integers are multiplied by.")
    var exponent = PythonPaillier.usualExponent
    @Flag(
        name: .customLong("accept-112-bit-security"),
        help: "Take a modulus of 2048 bits, which is weaker than all else here.")
    var accepts112 = false
    @Argument(help: "The numbers.") var numbers: String
    @Option(name: .shortAndLong, help: "Where to write the JSON.") var output: String

    func run() throws {
        let values = try RowTable.read(path: numbers).values
        let key = try Files.read(publicKey)
        let json = try Files.blaming(publicKey) {
            try PythonPaillier.encrypt(
                values, exponent: exponent, publicKey: key, accepting112BitSecurity: accepts112)
        }
        try Files.write(json, to: output)
        Console.note(
            "\(values.count) \(values.count == 1 ? "number" : "numbers"), \(Console.bytes(json.count))"
        )
    }
}

/// `tacit numbers decrypt`.
struct NumbersDecryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt", abstract: "Decrypt numbers of python-paillier, one a line.")
    @OptionGroup var key: VaultOptions
    @Argument(help: "The JSON of the encrypted numbers.") var numbers: String
    @Option(name: .shortAndLong, help: "Where to write the numbers; default: standard output.")
    var output: String?
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let ring = try KeyRing(path: key.vault)
        let json = try Files.read(numbers)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let lines = try Files.blaming(numbers) {
            try ring.decryptPythonPaillier(key.name, numbers: json, passphrase: secret)
        }
        try Files.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: output ?? "-")
    }
}

/// `tacit numbers request`.
struct NumbersRequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Make a request for a model of numbers that python-paillier encrypted.",
        discussion: """
            The numbers are the model's inputs, row by row. They must lie in the card's ranges, which nobody can \
            check, and have no more fraction bits than the model takes.
            """)
    @Option(help: "The model's card.") var card: String
    @Option(help: "The owner's evaluation keys, which hold the public key.")
    var evaluationKeys: String
    @Argument(help: "The JSON of the encrypted numbers.") var numbers: String
    @Option(name: .shortAndLong, help: "Where to write the request.") var output: String

    func run() throws {
        let card = try Files.card(card)
        let json = try Files.read(numbers)
        let keys = try Files.read(evaluationKeys)
        let request = try Files.blaming(numbers) {
            try PythonPaillier.request(numbers: json, card: card, evaluationKeys: keys)
        }
        try Files.write(request, to: output)
    }
}

/// `tacit numbers response`.
struct NumbersResponseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "response",
        abstract: "Write the encrypted scores of a response as numbers for python-paillier.",
        discussion: "Of models with a single score; others put several into one ciphertext.")
    @Option(help: "The model's card.") var card: String
    @Option(help: "The owner's evaluation keys, which hold the public key.")
    var evaluationKeys: String
    @Argument(help: "The response.") var response: String
    @Option(name: .shortAndLong, help: "Where to write the JSON.") var output: String

    func run() throws {
        let card = try Files.card(card)
        let bytes = try Files.read(response)
        let keys = try Files.read(evaluationKeys)
        let json = try Files.blaming(response) {
            try PythonPaillier.numbers(response: bytes, card: card, evaluationKeys: keys)
        }
        try Files.write(json, to: output)
    }
}
