#if Service
    import CoreMetrics
    import Synchronization

    /// A number that only grows.
    package final class CounterSample: CounterHandler, FloatingPointCounterHandler {
        private let bits = Mutex(0.0)

        package var value: Double { bits.withLock { $0 } }
        package func increment(by amount: Int64) { bits.withLock { $0 += Double(amount) } }
        package func increment(by amount: Double) { bits.withLock { $0 += amount } }
        package func reset() { bits.withLock { $0 = 0 } }
    }

    /// A number that goes up and down.
    package final class GaugeSample: MeterHandler, RecorderHandler {
        private let bits = Mutex(0.0)

        package var value: Double { bits.withLock { $0 } }
        package func set(_ value: Int64) { bits.withLock { $0 = Double(value) } }
        package func set(_ value: Double) { bits.withLock { $0 = value } }
        package func increment(by amount: Double) { bits.withLock { $0 += amount } }
        package func decrement(by amount: Double) { bits.withLock { $0 -= amount } }
        package func record(_ value: Int64) { set(value) }
        package func record(_ value: Double) { set(value) }
    }

    /// How values are distributed: how many are at most each bound.
    package final class HistogramSample: TimerHandler, RecorderHandler {
        /// What was recorded so far.
        package struct Content: Sendable {
            /// Values at most each bound and above the one before; the last: above all bounds.
            var counts: [UInt64]
            var sum = 0.0
            var count: UInt64 { counts.reduce(0, +) }
        }

        /// Rising.
        package let bounds: [Double]
        private let content: Mutex<Content>

        /// From a tenth of a millisecond to ten minutes, three to a decade.
        package static let secondBounds: [Double] = [
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
            2.5, 5, 10, 30, 60, 600,
        ]

        package init(bounds: [Double]) {
            self.bounds = bounds
            content = Mutex(Content(counts: Array(repeating: 0, count: bounds.count + 1)))
        }

        package var snapshot: Content { content.withLock { $0 } }

        package func record(_ value: Int64) { record(Double(value)) }
        package func record(_ value: Double) {
            let index = bounds.firstIndex { value <= $0 } ?? bounds.count
            content.withLock { content in
                content.counts[index] += 1
                content.sum += value
            }
        }
        package func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    }
#endif
