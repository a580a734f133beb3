/// Latencies of a model's stages over many runs in one process.
public struct LatencyReport: Sendable, Encodable {
    /// One stage.
    public struct Stage: Sendable, Encodable {
        /// Such as `encrypt`.
        public let name: String
        /// Fastest run, in seconds: what a quiet machine would take.
        public let minimum: Double
        /// Median, in seconds.
        public let p50: Double
        /// 95th percentile, in seconds.
        public let p95: Double
        /// 99th percentile, in seconds.
        public let p99: Double
        /// Size of what the stage makes, if it is a file.
        public let byteCount: Int?
    }

    /// The stages in order.
    public let stages: [Stage]
    /// Rows of each request.
    public let rowCount: Int
    /// Runs that counted; one before them warmed up.
    public let repetitions: Int
    /// Key switches for one ciphertext.
    public let keySwitchCount: Int
    /// Median time of `infer` divided by the rows.
    public let inferSecondsPerRow: Double
    /// What the certificate predicts for `infer`, of as many rows as the compiler was told to expect.
    public let predictedSeconds: Double

    /// Runs encryption, inference and decryption again and again; the keys are made once.
    ///
    /// - Parameters:
    ///   - model: the compiled model.
    ///   - rows: rows of each request; nil for as many as one ciphertext holds.
    ///   - repetitions: runs that count, at least 1.
    ///   - threadCount: threads that share the work of one encryption or prediction.
    ///   - progress: told about finished runs.
    /// - Throws: what the stages throw.
    public static func measure(
        model: Model, rows: Int? = nil, repetitions: Int, threadCount: Int = 1,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> LatencyReport {
        let rows = model.card.sampleRows(rows ?? model.certificate.rowsPerCiphertext)
        let client = try Client(card: model.card)
        let keys = try client.evaluationKeys()
        var samples = Samples()
        let predictor = try samples.time("load model and keys", bytes: keys.count) {
            try Predictor(model: model, evaluationKeys: keys, threadCount: threadCount)
        }
        for repetition in 0...max(1, repetitions) {
            var run = Samples()
            let request = try run.timeFile("encrypt") {
                try client.encrypt(rows, threadCount: threadCount)
            }
            let response = try run.timeFile("infer") { try predictor.predict(request) }
            _ = try run.time("decrypt", bytes: nil) { try client.decrypt(response) }
            if repetition > 0 { samples.append(run) }
            progress(repetition, repetitions)
        }
        let infer = samples.stage("infer")?.p50 ?? 0
        return LatencyReport(
            stages: samples.stages, rowCount: rows.count, repetitions: repetitions,
            keySwitchCount: model.certificate.keySwitchCount,
            inferSecondsPerRow: infer / Double(rows.count),
            predictedSeconds: model.certificate.predictedMilliseconds / 1e3)
    }
}

extension Card {
    /// Rows spread over the card's ranges, the same every time.
    fileprivate func sampleRows(_ count: Int) -> [[Double]] {
        (0..<max(1, count)).map { row in
            (0..<inputCount).map { column in
                let range = contents.input.range(of: column)
                let part = Double((row * 7919 + column * 104_729) % 1000) / 1000
                return range.center + (part - 0.5) * range.radius
            }
        }
    }
}

/// Durations by stage, in the order in which stages first ran.
private struct Samples {
    private var names: [String] = []
    private var seconds: [String: [Double]] = [:]
    private var byteCounts: [String: Int] = [:]
    private let clock = ContinuousClock()

    mutating func time<Value>(_ name: String, bytes: Int?, _ work: () throws -> Value) rethrows
        -> Value
    {
        let start = clock.now
        let value = try work()
        add(name, (clock.now - start) / .seconds(1), bytes)
        return value
    }

    mutating func timeFile(_ name: String, _ work: () throws -> [UInt8]) rethrows -> [UInt8] {
        let start = clock.now
        let bytes = try work()
        add(name, (clock.now - start) / .seconds(1), bytes.count)
        return bytes
    }

    mutating func append(_ other: Samples) {
        for name in other.names {
            for value in other.seconds[name] ?? [] { add(name, value, other.byteCounts[name]) }
        }
    }

    private mutating func add(_ name: String, _ value: Double, _ bytes: Int?) {
        if seconds[name] == nil { names.append(name) }
        seconds[name, default: []].append(value)
        byteCounts[name] = bytes
    }

    func stage(_ name: String) -> LatencyReport.Stage? {
        guard let sorted = seconds[name]?.sorted(), let first = sorted.first,
            let last = sorted.last
        else { return nil }
        func percentile(_ part: Double) -> Double {
            sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
        }
        return LatencyReport.Stage(
            name: name, minimum: first, p50: percentile(0.5), p95: percentile(0.95),
            p99: sorted.count < 100 ? last : percentile(0.99), byteCount: byteCounts[name])
    }

    var stages: [LatencyReport.Stage] { names.compactMap(stage) }
}
