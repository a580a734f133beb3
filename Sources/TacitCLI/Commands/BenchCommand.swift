import ArgumentParser
import Tacit

/// `tacit bench`: latency per stage of a compiled model.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the latency of every stage of a compiled model.",
        discussion: """
            Runs the stages again and again in one process with rows drawn from the card's ranges, after one run \
            to warm up, and prints the median and the 95th and 99th percentile. For quiet figures, pin the process \
            to a core: taskset -c 0 tacit bench model.tacit
            """)

    @Argument(help: "The compiled model.")
    var model: String
    @Option(help: "Rows per request; default: as many as one ciphertext holds.")
    var rows: Int?
    @Option(help: "How often to run.")
    var repetitions = 21
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard repetitions >= 1, repetitions <= 100_000 else {
            throw ValidationError("--repetitions is \(repetitions); expected 1 to 100000")
        }
        guard rows.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rows is \(rows ?? 0); expected 1 to 1000000")
        }
    }

    func run() throws {
        let model = try Files.model(model)
        let report = try Console.showingProgress(of: "repetitions") { progress in
            try LatencyReport.measure(
                model: model, rows: rows, repetitions: repetitions, progress: progress)
        }
        if json { try Console.json(report) } else { print(text(report)) }
    }

    private func text(_ report: LatencyReport) -> String {
        let header = ["stage", "p50", "p95", "p99", "bytes"]
        let stages = report.stages.map { stage in
            [
                stage.name, Console.time(.seconds(stage.p50)), Console.time(.seconds(stage.p95)),
                Console.time(.seconds(stage.p99)), stage.byteCount.map(Console.bytes) ?? "",
            ]
        }
        let facts = [
            ["rows", "\(report.rowCount)"], ["repetitions", "\(report.repetitions)"],
            ["key switches", "\(report.keySwitchCount)"],
            ["infer per row", Console.time(.seconds(report.inferSecondsPerRow))],
        ]
        return Console.table([header] + stages) + "\n\n" + Console.table(facts)
    }
}
