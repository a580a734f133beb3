/// How long one operation takes: percentiles over many runs in one process.
public struct OperationReport: Sendable, Encodable {
    /// Such as `relinearize`.
    public let operation: String
    /// The parameter set it ran on, such as `N=16384, 8 limbs`.
    public let parameters: String
    /// Median, in seconds.
    public let p50: Double
    /// 95th percentile, in seconds.
    public let p95: Double
    /// 99th percentile, in seconds.
    public let p99: Double
    /// The quickest sample, in seconds: the figure that other work on the machine disturbs least.
    public let minimum: Double
    /// Samples taken; short operations run several times in each.
    public let sampleCount: Int
    /// Bytes of what it makes, if it is a file.
    public let byteCount: Int?
    /// Bytes of residues it makes in a second, eight each, at the median, if that is the measure.
    public let residueBytesPerSecond: Double?
    /// How many times as long one thread takes, the median of pairs measured in turns, if that is the measure.
    public let speedup: Double?
}

/// Runs operations again and again and keeps their durations.
package struct OperationTimer {
    /// The set that the next operations belong to.
    package var parameters = ""
    /// Wall-clock time to spend on an operation, and the fewest samples to take all the same.
    private let budget: Duration
    private let fewest: Int
    /// Only operations whose name contains this are run; all where it is nil.
    private let filter: String?
    private let progress: (String) -> Void
    /// What was measured.
    package private(set) var reports: [OperationReport] = []

    /// Durations below this are clock noise, so that many runs share one sample.
    private static let shortest: Duration = .microseconds(200)

    package init(
        budget: Duration, fewest: Int = 7, filter: String? = nil,
        progress: @escaping (String) -> Void = { _ in }
    ) {
        self.budget = budget
        self.fewest = fewest
        self.filter = filter
        self.progress = progress
    }

    /// Whether an operation is asked for.
    package func wants(_ operation: String) -> Bool {
        filter.map { operation.lowercased().contains($0.lowercased()) } ?? true
    }

    /// Times `work`, after one run to warm up; of work on several items, the time of one.
    package mutating func time(
        _ operation: String, bytes: Int? = nil, residues: Int? = nil, per items: Int = 1,
        _ work: () throws -> Void
    ) rethrows {
        guard wants(operation) else { return }
        progress("\(parameters): \(operation)")
        let clock = ContinuousClock()
        try work()
        let once = try clock.measure { try work() }
        let runs = max(1, Int((Self.shortest / max(once, .nanoseconds(20))).rounded(.up)))
        var samples: [Double] = []
        let end = clock.now + budget
        while samples.count < fewest || clock.now < end {
            let taken = try clock.measure { for _ in 0..<runs { try work() } }
            samples.append(taken / .seconds(1) / Double(runs * items))
        }
        add(operation, samples, bytes, residues: residues)
    }

    /// Keeps durations that were measured elsewhere, in seconds.
    ///
    /// - Parameters:
    ///   - operation: what was measured.
    ///   - samples: the durations.
    ///   - bytes: bytes of the file it makes.
    ///   - residues: how many residues it makes.
    ///   - alone: durations of the same by one thread, measured in turns with the samples.
    package mutating func add(
        _ operation: String, _ samples: [Double], _ bytes: Int? = nil, residues: Int? = nil,
        alone: [Double]? = nil
    ) {
        let sorted = samples.sorted()
        guard let first = sorted.first else { return }
        func percentile(_ part: Double) -> Double {
            sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
        }
        reports.append(
            OperationReport(
                operation: operation, parameters: parameters, p50: percentile(0.5),
                p95: percentile(0.95), p99: percentile(0.99), minimum: first,
                sampleCount: sorted.count, byteCount: bytes,
                residueBytesPerSecond: residues.map { Double(8 * $0) / percentile(0.5) },
                speedup: alone.map { alone in
                    let ratios = zip(alone, samples).map { $0 / $1 }.sorted()
                    return ratios[ratios.count / 2]
                }))
    }
}
