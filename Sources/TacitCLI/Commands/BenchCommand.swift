import ArgumentParser
import Tacit

/// `tacit bench`: latency per stage of a compiled model.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the latency of a compiled model's stages, or of a scheme's operations.",
        discussion: """
            Of a model, runs the stages again and again in one process with rows drawn from the card's ranges, after \
            one run to warm up, and prints the median and the 95th and 99th percentile; of a scheme, its operations \
            at 128-bit security. For quiet figures, pin the process to a core:

              taskset -c 0 tacit bench model.tacit
              taskset -c 0 tacit bench ckks --degree 8192 --filter rotate
              taskset -c 0 tacit bench paillier --json

            A file that is named like a scheme is meant by ./ckks or ./paillier.
            """)

    @Argument(help: "A compiled model, or: ckks, paillier; nothing with --calibrate.")
    var subject: String?
    @Flag(
        help:
            "Measure what operations take on this machine, for tacit compile to predict times and choose layouts with."
    )
    var calibrate = false
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Of --calibrate: where to write the costs; default: the cache folder.",
            valueName: "file"))
    var output: String?
    @Option(help: "Of a model: rows per request; default: as many as one ciphertext holds.")
    var rows: Int?
    @Option(help: "Of a model: how often to run.")
    var repetitions = 21
    @Option(help: "Of a scheme: only operations whose name contains this.")
    var filter: String?
    @Option(parsing: .upToNextOption, help: "Of ckks: ring degrees, out of 8192, 16384 and 32768.")
    var degree: [Int] = []
    @Option(help: "Threads that share the work of one operation or prediction.")
    var threads = 1
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard calibrate == (subject == nil) else {
            throw ValidationError(
                "give either what to measure (a model, ckks, paillier), or --calibrate")
        }
        guard calibrate || output == nil else {
            throw ValidationError("--output goes with --calibrate")
        }
        guard repetitions >= 1, repetitions <= 100_000 else {
            throw ValidationError("--repetitions is \(repetitions); expected 1 to 100000")
        }
        guard degree.allSatisfy(CKKSBench.degrees.contains) else {
            throw ValidationError("--degree is \(degree); expected some of \(CKKSBench.degrees)")
        }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 1024")
        }
        guard rows.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rows is \(rows ?? 0); expected 1 to 1000000")
        }
    }

    func run() throws {
        guard let subject else { return try runCalibration() }
        if subject == "ckks" {
            try show(
                CKKSBench.run(
                    degrees: degree.isEmpty ? nil : Set(degree), filter: filter,
                    threadCount: threads,
                    progress: Console.status))
        } else if subject == "paillier" {
            try show(PaillierBench.run(filter: filter, progress: Console.status))
        } else {
            try runModel(subject)
        }
    }

    private func show(_ reports: [OperationReport]) throws {
        guard !reports.isEmpty else {
            throw ValidationError("no operation's name contains '\(filter ?? "")'")
        }
        if json { return try Console.json(reports) }
        let header = ["parameters", "operation", "p50", "p95", "p99", "bytes", "rate"]
        let rows = reports.map { report in
            let throughput = report.residueBytesPerSecond.map {
                "\(Console.decimal($0 / 1e9, places: 2)) GB/s of residues"
            }
            let speedup = report.speedup.map {
                "\(Console.decimal($0, places: 2)) times one thread"
            }
            return [
                report.parameters, report.operation, Console.time(.seconds(report.p50)),
                Console.time(.seconds(report.p95)), Console.time(.seconds(report.p99)),
                report.byteCount.map(Console.bytes) ?? "", throughput ?? speedup ?? "",
            ]
        }
        try Console.show(Console.table([header] + rows, leading: 2))
    }

    private func runCalibration() throws {
        let (costs, path) = try Calibration.write(path: output) {
            try Calibration.measure(progress: Console.status)
        }
        Console.status("")
        if json { return try Console.json(costs) }
        try Console.show(
            Console.table([
                ["butterfly", "\(Console.decimal(costs.butterflyNanoseconds, places: 3)) ns"],
                [
                    "parts of a rotation",
                    costs.partsOfRotations.map {
                        "\($0.name) \(Console.decimal($0.transforms, places: 2))"
                    }
                    .joined(separator: ", ") + " transforms",
                ],
                ["column product", "\(Console.decimal(costs.columnNanoseconds, places: 3)) ns"],
                [
                    "encryption of zero",
                    "\(Console.decimal(costs.encryptionNanoseconds, places: 2)) ns",
                ],
                ["flooding sample", "\(Console.decimal(costs.sampleNanoseconds, places: 2)) ns"],
                ["reading", "\(Console.decimal(costs.readNanoseconds, places: 2)) ns"],
                ["writing", "\(Console.decimal(costs.writeNanoseconds, places: 2)) ns"],
                [
                    "paillier answer",
                    "\(Console.decimal(costs.paillierAnswerNanoseconds / 1e3)) us",
                ],
                [
                    "paillier input",
                    "\(Console.decimal(costs.paillierInputNanoseconds / 1e3)) us",
                ],
                [
                    "paillier bit of a weight",
                    "\(Console.decimal(costs.paillierBitNanoseconds)) ns",
                ],
                ["written to", path],
            ]))
    }

    private func runModel(_ subject: String) throws {
        let model = try Files.model(subject)
        let report = try Console.showingProgress(of: "repetitions") { progress in
            try LatencyReport.measure(
                model: model, rows: rows, repetitions: repetitions, threadCount: threads,
                progress: progress)
        }
        if json { try Console.json(report) } else { try Console.show(text(report)) }
    }

    private func text(_ report: LatencyReport) -> String {
        let header = ["stage", "least", "p50", "p95", "p99", "bytes"]
        let stages = report.stages.map { stage in
            [
                stage.name, Console.time(.seconds(stage.minimum)),
                Console.time(.seconds(stage.p50)), Console.time(.seconds(stage.p95)),
                Console.time(.seconds(stage.p99)), stage.byteCount.map(Console.bytes) ?? "",
            ]
        }
        let facts = [
            ["rows", "\(report.rowCount)"], ["repetitions", "\(report.repetitions)"],
            ["key switches", "\(report.keySwitchCount)"],
            ["infer per row", Console.time(.seconds(report.inferSecondsPerRow))],
            [
                "predicted by compile",
                Console.time(.seconds(report.predictedSeconds))
                    + " for a request of the rows it was told",
            ],
        ]
        return Console.table([header] + stages) + "\n\n" + Console.table(facts)
    }
}
