#if Service
    import CoreMetrics
    package import Foundation
    import HTTPTypes
    import Synchronization
    package import TacitProtocol

    /// What the service counts and measures.
    package final class ServiceMetrics: Sendable {
        /// Parts of a request whose time is measured.
        package enum Stage: String, CaseIterable, Sendable {
            /// From the head to the last byte of the answer's head.
            case total
            /// Reading the body.
            case receive
            /// Waiting for a thread.
            case queue
            /// Finding or reading the evaluation keys.
            case keys
            /// Computing.
            case evaluate
        }

        package let registry: PrometheusRegistry
        private let stages: [Stage: HistogramSample]
        private let rejects: [ServiceErrorCode: CounterSample]
        package let slowSenders: CounterSample
        package let keyHits: CounterSample
        package let keyMisses: CounterSample
        package let keyEvictions: CounterSample
        package let keysMapped: CounterSample
        package let keysAccepted: CounterSample
        package let keysRefused: CounterSample
        package let keysExpired: CounterSample
        package let predictions: CounterSample
        package let started = Date()
        private let requests = Mutex<[String: CounterSample]>([:])

        package init(registry: PrometheusRegistry) {
            self.registry = registry
            stages = Dictionary(
                uniqueKeysWithValues: Stage.allCases.map {
                    ($0, registry.histogram("tacit_request_seconds", [("stage", $0.rawValue)]))
                })
            rejects = Dictionary(
                uniqueKeysWithValues: ServiceErrorCode.allCases.map {
                    ($0, registry.counter("tacit_rejects_total", [("reason", $0.rawValue)]))
                })
            slowSenders = registry.counter("tacit_rejects_total", [("reason", "slow_sender")])
            keyHits = registry.counter("tacit_key_cache_hits_total", [])
            keyMisses = registry.counter("tacit_key_cache_misses_total", [])
            keyEvictions = registry.counter("tacit_key_cache_evictions_total", [])
            keysMapped = registry.counter("tacit_keys_mapped_total", [])
            keysAccepted = registry.counter("tacit_key_uploads_total", [("result", "accepted")])
            keysRefused = registry.counter("tacit_key_uploads_total", [("result", "refused")])
            keysExpired = registry.counter("tacit_keys_expired_total", [])
            predictions = registry.counter("tacit_predictions_total", [])
            for (name, help) in Self.help { registry.describe(name, help) }
        }

        private static let help = [
            ("tacit_request_seconds", "Time of inference requests by stage"),
            ("tacit_rejects_total", "Requests that were refused, by reason"),
            ("tacit_requests_total", "Answered requests by route and status"),
            ("tacit_key_cache_hits_total", "Inferences whose expanded keys were in memory"),
            ("tacit_key_cache_misses_total", "Inferences whose keys were read from the disk"),
            ("tacit_key_cache_evictions_total", "Expanded keys dropped for want of memory"),
            ("tacit_keys_mapped_total", "Keys read from the disk in expanded form"),
            ("tacit_key_uploads_total", "Uploads of evaluation keys that ended, by result"),
            ("tacit_keys_expired_total", "Evaluation keys removed because nobody used them"),
            ("tacit_predictions_total", "Request files answered with encrypted scores"),
            ("tacit_queue_depth", "Requests that wait, by model"),
            ("tacit_running", "Requests being computed"),
            ("tacit_connections", "Open connections; of HTTP/2, open streams"),
            ("tacit_key_memory_bytes", "Expanded evaluation keys in memory"),
            ("tacit_key_store_bytes", "Evaluation keys on the disk, uploads under way included"),
            ("tacit_key_store_files", "Accepted files of evaluation keys on the disk"),
            ("tacit_request_memory_bytes", "Bodies of requests in memory"),
            ("tacit_jobs", "Jobs that are known, finished ones included"),
            ("tacit_model_ready", "Whether a version of a model takes requests"),
            ("process_resident_memory_bytes", "Resident memory"),
            ("process_start_time_seconds", "When the process began, in Unix time"),
        ]

        package func record(_ stage: Stage, _ duration: Duration) {
            stages[stage]?.record(duration / .seconds(1))
        }

        /// A stage's distribution so far.
        package func histogram(_ stage: Stage) -> HistogramSample? { stages[stage] }

        package func reject(_ code: ServiceErrorCode) { rejects[code]?.increment(by: Int64(1)) }

        /// Requests refused so far, by reason.
        package var rejectCounts: [(reason: String, count: Int)] {
            var counts = ServiceErrorCode.allCases.compactMap { code in
                rejects[code].map { (code.rawValue, Int($0.value)) }
            }
            counts.append(("slow_sender", Int(slowSenders.value)))
            return counts.filter { $0.1 > 0 }
        }

        package func answered(route: String, status: Int) {
            requests.withLock { requests in
                let key = "\(route) \(status)"
                if let known = requests[key] { return known }
                let made = registry.counter(
                    "tacit_requests_total", [("route", route), ("code", "\(status)")])
                requests[key] = made
                return made
            }.increment(by: Int64(1))
        }

        /// Answered requests by status class, all routes together.
        package var answeredByStatus: [(status: String, count: Int)] {
            var sums: [String: Int] = [:]
            for (key, counter) in requests.withLock({ $0 }) {
                sums[key.split(separator: " ").last.map(String.init) ?? "", default: 0] += Int(
                    counter.value)
            }
            return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }
#endif
