import ArgumentParser
import Tacit

/// What is written of results, and where.
struct ResultOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Where to write the results; default: standard output.")
    var output: String?
    @Flag(help: "Write the scores before the model's last steps too.")
    var scores = false
    @Flag(help: "Write JSON instead of CSV.")
    var json = false

    /// Writes a table as CSV or JSON.
    func write(_ table: ResultTable) throws {
        let text = try json ? Array(table.json().utf8) : table.csvBytes()
        try Files.write(text, to: output ?? "-")
    }
}
