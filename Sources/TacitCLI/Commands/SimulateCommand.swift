import ArgumentParser
import Tacit

/// `tacit simulate`: the compiled program on rows in the clear.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Run a compiled model's program on rows in the clear, as ciphertexts would without noise.",
        discussion: """
            The same polynomials, weights and constants rounded as they are encoded, the same order of operations. \
            Against predict-clear it shows what approximation and rounding cost; an encrypted run differs from it by \
            noise alone (tacit verify).
            """)

    @Argument(help: "The compiled model.")
    var model: String
    @Argument(help: "The rows.")
    var rows: String
    @Option(name: .shortAndLong, help: "Where to write the results; default: standard output.")
    var output: String?
    @Flag(help: "Write the scores before the model's last steps too.")
    var scores = false
    @Flag(help: "Write JSON instead of CSV.")
    var json = false

    func run() throws {
        let model = try Files.model(model)
        let path = self.rows
        let rows = try Files.rows(path, for: model.card)
        let table = try Files.blaming(path) { try model.simulatedPrediction(rows) }
            .table(withScores: scores)
        let text = try json ? Array(table.json().utf8) : table.csvBytes()
        try Files.write(text, to: output ?? "-")
    }
}
