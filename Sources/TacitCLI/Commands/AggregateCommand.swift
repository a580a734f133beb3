import ArgumentParser
import Tacit

/// `tacit aggregate`: the sum of many parties' packed rows.
struct AggregateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aggregate",
        abstract: "Add the packed rows of many parties without seeing them.",
        discussion: """
            Every party encrypts its rows to one public key with tacit encrypt --public-key KEY --for-sums-of N; this \
            command adds up to N such files, value by value, and only the key's owner can decrypt the sum. More files \
            than their slots have room for are refused before anything is added. The owner sees the sum alone only if \
            nobody hands them a single party's file.
            """)

    @Option(help: "The model's card.")
    var card: String
    @Option(help: "The owner's evaluation keys, which hold the public key.")
    var evaluationKeys: String
    @Argument(help: "Files of packed rows, or sums of them.")
    var files: [String]
    @Option(name: .shortAndLong, help: "Where to write the sum.")
    var output: String

    func run() throws {
        let card = try Files.card(card)
        let keys = try Files.read(evaluationKeys)
        let parts = try files.map { (bytes: try Files.read($0), name: $0) }
        let sum = try PackedSums.add(parts, card: card, evaluationKeys: keys)
        try Files.write(sum, to: output)
        Console.note("\(parts.count) files, \(Console.bytes(sum.count))")
    }
}
