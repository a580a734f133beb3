public import Benchmark
import Foundation

/// What benchmarks measure, and for how long.
public enum Settings {
    /// Metrics of every benchmark of a suite; each takes TACIT_SECONDS (1 where that is not set) at
    /// most, or what one iteration takes.
    public static func apply(metrics: [BenchmarkMetric] = [.wallClock]) {
        let wanted = ProcessInfo.processInfo.environment["TACIT_SECONDS"].flatMap { Double($0) }
        let milliseconds = Int(max(0.001, min(wanted ?? 1, 3600)) * 1000)
        Benchmark.defaultConfiguration.metrics = metrics
        Benchmark.defaultConfiguration.maxDuration = .milliseconds(milliseconds)
    }

    /// Numbers in [-1, 1], the same every time.
    public static func values(_ count: Int) -> [Double] {
        (0..<count).map { Double(($0 * 7919) % 2001) / 1000 - 1 }
    }
}
