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
            noise alone (tacit verify), and under Paillier not at all.

              tacit simulate --model digits.tacit rows.csv
            """)

    @Option(help: "The compiled model.")
    var model: String
    @Argument(help: "The rows.")
    var rows: String
    @OptionGroup var reading: RowsOptions
    @OptionGroup var results: ResultOptions

    func run() throws {
        let model = try Files.model(model)
        let path = self.rows
        let rows = try Files.rows(path, for: model.card, reading)
        let table = try Files.blaming(path) { try model.simulatedPrediction(rows) }
            .table(withScores: results.scores)
        try results.write(table)
    }
}
