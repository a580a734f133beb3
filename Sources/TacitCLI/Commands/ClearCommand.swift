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
    @Option(name: .shortAndLong, help: "Where to write the results; default: standard output.")
    var output: String?
    @Flag(help: "Write the scores before the model's last steps too.")
    var scores = false
    @Flag(help: "Write JSON instead of CSV.")
    var json = false

    func run() throws {
        let model = try Files.model(model)
        let table = try model.clearPrediction(Files.rows(rows, for: model.card))
            .table(withScores: scores)
        let text = try json ? Array(table.json().utf8) : table.csvBytes()
        try Files.write(text, to: output ?? "-")
    }
}
