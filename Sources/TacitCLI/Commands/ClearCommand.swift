import ArgumentParser
import Tacit

/// `tacit predict-clear`: the exact model on rows in the clear.
struct ClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict-clear",
        abstract: "Run a compiled model on rows in the clear, exactly, for comparison.")

    @Option(help: "The compiled model.")
    var model: String
    @Argument(help: "The rows.")
    var rows: String
    @OptionGroup var reading: RowsOptions
    @OptionGroup var results: ResultOptions

    func run() throws {
        let model = try Files.model(model)
        let table = try model.clearPrediction(Files.rows(rows, for: model.card, reading))
            .table(withScores: results.scores)
        try results.write(table)
    }
}
