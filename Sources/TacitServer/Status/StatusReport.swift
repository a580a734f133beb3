#if Service
    package import Foundation
    import Inference
    import Tacit
    import TacitProtocol

    /// What the status page shows.
    package struct StatusReport: Sendable {
        /// One version of one model.
        package struct Model: Sendable {
            let name: String
            let version: Int
            let isReady: Bool
            let scheme: String
            let loaded: Date?
            let problem: String?
            let waiting: Int
        }

        package var version = ServiceRelease.version
        package var isReady = false
        package var isDraining = false
        package var uptime: TimeInterval = 0
        package var threads = 0
        package var concurrency = 0
        package var models: [Model] = []
        package var waiting = 0
        package var running = 0
        package var connections = 0
        package var jobs = 0
        package var residentByteCount: Int?
        package var requestByteCount = 0
        package var predictions = 0
        package var answers: [(status: String, count: Int)] = []
        package var rejects: [(reason: String, count: Int)] = []
        package var latencies:
            [(stage: String, bounds: [Double], content: HistogramSample.Content)] = []
        package var keyFiles = 0
        package var keyOwners = 0
        package var keyByteCount = 0
        package var expandedCount = 0
        package var expandedByteCount = 0
        package var expandedLimit = 0
        package var hits = 0
        package var misses = 0
        package var evictions = 0
    }

    extension TacitService {
        /// Everything the status page shows, now.
        package func statusReport() -> StatusReport {
            var report = StatusReport()
            let load = scheduler.load
            let waiting = scheduler.waitingByModel
            let keys = store.knownTotals
            let expanded = cache.load
            report.isReady = isReady
            report.isDraining = isDraining
            report.uptime = Date().timeIntervalSince(metrics.started)
            report.threads = configuration.threads
            report.concurrency = configuration.concurrency
            report.models = models.all.map { place, entry in
                StatusReport.Model(
                    name: place.name, version: place.version, isReady: entry.model != nil,
                    scheme: entry.model?.prepared.card.contents.scheme.name ?? "",
                    loaded: entry.model?.loaded, problem: entry.problem,
                    waiting: waiting[place.name, default: 0])
            }
            (report.waiting, report.running) = load
            report.connections = connections.count
            report.jobs = jobs.count
            report.residentByteCount = ProcessFigures.residentByteCount
            report.requestByteCount = bodies.usedByteCount
            report.predictions = Int(metrics.predictions.value)
            report.answers = metrics.answeredByStatus
            report.rejects = metrics.rejectCounts
            report.latencies = ServiceMetrics.Stage.allCases.compactMap { stage in
                metrics.histogram(stage).map { (stage.rawValue, $0.bounds, $0.snapshot) }
            }
            (report.keyFiles, report.keyOwners) = (keys.fileCount, keys.ownerCount)
            report.keyByteCount = keys.byteCount
            (report.expandedByteCount, report.expandedCount) = expanded
            report.expandedLimit = configuration.limits.keyMemoryByteCount
            report.hits = Int(metrics.keyHits.value)
            report.misses = Int(metrics.keyMisses.value)
            report.evictions = Int(metrics.keyEvictions.value)
            return report
        }

        /// Brings the gauges up to date, before they are shown.
        package func updateGauges() {
            let report = statusReport()
            func set(_ name: String, _ value: Int, _ labels: [(String, String)] = []) {
                registry.gauge(name, labels).set(Int64(value))
            }
            for model in report.models {
                set("tacit_queue_depth", model.waiting, [("model", model.name)])
                set(
                    "tacit_model_ready", model.isReady && model.problem == nil ? 1 : 0,
                    [("model", model.name), ("version", "\(model.version)")])
            }
            set("tacit_running", report.running)
            set("tacit_connections", report.connections)
            set("tacit_jobs", report.jobs)
            set("tacit_request_memory_bytes", report.requestByteCount)
            set("tacit_key_memory_bytes", report.expandedByteCount)
            set("tacit_key_store_bytes", report.keyByteCount)
            set("tacit_key_store_files", report.keyFiles)
            if let resident = report.residentByteCount {
                set("process_resident_memory_bytes", resident)
            }
            set("process_start_time_seconds", Int(metrics.started.timeIntervalSince1970))
        }
    }
#endif
