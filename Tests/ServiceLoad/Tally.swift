#if Service
    import Foundation
    import Synchronization
    import TacitRemote

    /// What happened so far.
    final class Tally: Sendable {
        struct Content {
            var right = 0
            var wrong = 0
            var retries = 0
            var failures: [String: Int] = [:]
            var durations: [Duration] = []
            /// Right answers when `newRightCount` was last asked.
            var seenCount = 0
        }

        struct Report: Encodable {
            let seconds: Double
            let right: Int
            let wrong: Int
            let retries: Int
            let failures: [String: Int]
            let perSecond: Double
            let latencies: Latencies
            let processorSeconds: Double
        }

        private let content = Mutex(Content())

        func retried() { content.withLock { $0.retries += 1 } }

        func call(_ owner: Owner, _ index: Int, _ work: () async throws -> [UInt8]) async {
            let start = ContinuousClock.now
            do {
                let response = try await work()
                let duration = ContinuousClock.now - start
                record(isRight: owner.isRight(response, for: index), duration)
            } catch {
                let name = (error as? RemoteError).map { "\($0.code)" } ?? "\(type(of: error))"
                content.withLock { $0.failures[name, default: 0] += 1 }
            }
        }

        func record(isRight: Bool, _ duration: Duration) {
            content.withLock { content in
                if isRight { content.right += 1 } else { content.wrong += 1 }
                content.durations.append(duration)
            }
        }

        var line: String {
            content.withLock {
                "right \($0.right), wrong \($0.wrong), failures \($0.failures), retries \($0.retries)"
            }
        }

        /// Right answers since the last call.
        func newRightCount() -> Double {
            content.withLock { content in
                defer { content.seenCount = content.right }
                return Double(content.right - content.seenCount)
            }
        }

        func report(_ time: Stopwatch) -> Report {
            content.withLock { content in
                Report(
                    seconds: time.seconds, right: content.right, wrong: content.wrong,
                    retries: content.retries, failures: content.failures,
                    perSecond: Double(content.right) / time.seconds,
                    latencies: Latencies(content.durations),
                    processorSeconds: time.processorSeconds)
            }
        }
    }

    /// Seconds by the clock and of this process's processors.
    struct Stopwatch {
        private(set) var seconds = 0.0
        private(set) var processorSeconds = 0.0
        /// By the clock, of the last time.
        private(set) var last = 0.0

        mutating func time<Value>(_ work: () async throws -> Value) async rethrows -> Value {
            let start = ContinuousClock.now
            let processor = Self.processorSeconds()
            let value = try await work()
            last = (ContinuousClock.now - start) / .seconds(1)
            seconds += last
            processorSeconds += Self.processorSeconds() - processor
            return value
        }

        private static func processorSeconds() -> Double {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            func seconds(_ time: timeval) -> Double {
                Double(time.tv_sec) + Double(time.tv_usec) / 1e6
            }
            return seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
    }
#endif
