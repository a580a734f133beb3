#if Service
    public import CoreMetrics
    import Synchronization

    /// Metrics of swift-metrics, written in Prometheus's text format.
    ///
    /// Timers and aggregating recorders become histograms (timers in seconds), other recorders and meters gauges.
    public final class PrometheusRegistry: MetricsFactory {
        /// One measured thing with one set of labels.
        private enum Sample: Sendable {
            case counter(CounterSample)
            case gauge(GaugeSample)
            case histogram(HistogramSample)

            var type: String {
                switch self {
                case .counter: "counter"
                case .gauge: "gauge"
                case .histogram: "histogram"
                }
            }
        }

        private struct Family {
            var type: String
            var help: String?
            var samples: [String: Sample] = [:]
        }

        private let families = Mutex<[String: Family]>([:])

        /// Most label sets of one name; more are counted but not shown.
        private static let maximumSampleCount = 1000

        /// An empty registry.
        public init() {}

        /// Says what a metric means, for its `# HELP` line.
        public func describe(_ name: String, _ help: String) {
            families.withLock { families in
                families[Self.identifier(name), default: Family(type: "untyped")].help = help
            }
        }

        private func sample(
            _ label: String, _ dimensions: [(String, String)], make: () -> Sample
        ) -> Sample {
            let labels = Self.labels(dimensions)
            let fresh = make()
            return families.withLock { families in
                var family = families[Self.identifier(label)] ?? Family(type: fresh.type)
                if let known = family.samples[labels], known.type == fresh.type { return known }
                if family.samples.isEmpty { family.type = fresh.type }
                if family.type == fresh.type, family.samples.count < Self.maximumSampleCount {
                    family.samples[labels] = fresh
                    families[Self.identifier(label)] = family
                }
                return fresh
            }
        }

        /// A counter.
        public func makeCounter(
            label: String, dimensions: [(String, String)]
        ) -> any CounterHandler { counter(label, dimensions) }

        /// A counter.
        public func makeFloatingPointCounter(
            label: String, dimensions: [(String, String)]
        ) -> any FloatingPointCounterHandler { counter(label, dimensions) }

        /// A gauge.
        public func makeMeter(
            label: String, dimensions: [(String, String)]
        ) -> any MeterHandler { gauge(label, dimensions) }

        /// A histogram where values are aggregated, else a gauge.
        public func makeRecorder(
            label: String, dimensions: [(String, String)], aggregate: Bool
        ) -> any RecorderHandler {
            aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
        }

        /// A histogram in seconds.
        public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
            histogram(label, dimensions)
        }

        func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSample {
            let found = sample(label, dimensions) { .counter(CounterSample()) }
            if case .counter(let counter) = found { return counter }
            return CounterSample()
        }

        func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSample {
            let found = sample(label, dimensions) { .gauge(GaugeSample()) }
            if case .gauge(let gauge) = found { return gauge }
            return GaugeSample()
        }

        func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSample {
            let found = sample(label, dimensions) {
                .histogram(HistogramSample(bounds: HistogramSample.secondBounds))
            }
            if case .histogram(let histogram) = found { return histogram }
            return HistogramSample(bounds: HistogramSample.secondBounds)
        }

        /// Nothing: a scrape after the last use still shows the last value.
        public func destroyCounter(_ handler: any CounterHandler) {}
        /// Nothing, as above.
        public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
        /// Nothing, as above.
        public func destroyMeter(_ handler: any MeterHandler) {}
        /// Nothing, as above.
        public func destroyRecorder(_ handler: any RecorderHandler) {}
        /// Nothing, as above.
        public func destroyTimer(_ handler: any TimerHandler) {}

        /// All metrics in Prometheus's text format, version 0.0.4.
        public func text() -> String {
            var writer = PrometheusWriter()
            for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key })
            where !family.samples.isEmpty {
                writer.head(name, type: family.type, help: family.help)
                for (labels, sample) in family.samples.sorted(by: { $0.key < $1.key }) {
                    switch sample {
                    case .counter(let counter): writer.line(name, labels, counter.value)
                    case .gauge(let gauge): writer.line(name, labels, gauge.value)
                    case .histogram(let histogram): writer.histogram(name, labels, histogram)
                    }
                }
            }
            return writer.text
        }
    }
#endif
