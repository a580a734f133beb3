#if Service
    import Foundation
    public import Logging
    import Synchronization
    package import Tacit
    import TacitProtocol

    /// The service: models, keys, queues, jobs and figures behind its routes.
    ///
    /// Run it beside an application that has its routes (`addRoutes(to:)`), or take the application it makes
    /// (`application(address:transport:)`).
    public final class TacitService: Sendable {
        /// What it works with.
        public let configuration: ServiceConfiguration
        /// Who may use it.
        public let access: AccessControl
        /// What it counts; `/metrics` shows all of it.
        public let registry: PrometheusRegistry

        package let logger: Logger
        package let metrics: ServiceMetrics
        package let models: ModelRegistry
        package let store: KeyStore
        package let cache: ExpandedKeyCache
        package let mapped: MappedCache?
        package let scheduler: Scheduler
        package let jobs: JobStore
        package let bodies: ByteBudget
        package let connections = ConnectionTable()
        private let draining = Mutex(false)

        /// Opens the folders; models are loaded once the service runs.
        ///
        /// - Parameters:
        ///   - configuration: folders, limits, threads, times.
        ///   - access: who may use it.
        ///   - logger: gets one line for every request, and never anything of a request's contents.
        ///   - registry: where figures are kept.
        /// - Throws: what Foundation says about a folder that cannot be made.
        public init(
            _ configuration: ServiceConfiguration, access: AccessControl = .open,
            logger: Logger = Logger(label: "tacit"), registry: PrometheusRegistry = .init()
        ) throws {
            self.configuration = configuration
            self.access = access
            self.logger = logger
            self.registry = registry
            let limits = configuration.limits
            metrics = ServiceMetrics(registry: registry)
            mapped = Self.openCache(configuration, logger)
            models = ModelRegistry(
                folder: configuration.models, threadCount: configuration.threads,
                cache: mapped, logger: logger)
            store = try KeyStore(
                root: configuration.keys, limits: limits, times: configuration.times,
                metrics: metrics, logger: logger, cache: mapped)
            cache = ExpandedKeyCache(budget: limits.keyMemoryByteCount, metrics: metrics)
            scheduler = Scheduler(
                threadCount: configuration.concurrency, limits: limits, metrics: metrics)
            jobs = JobStore(limits: limits, times: configuration.times)
            bodies = ByteBudget(limit: limits.requestMemoryByteCount)
        }

        /// The folder of mapped files; without one, which is a warning, everything works as before.
        private static func openCache(
            _ configuration: ServiceConfiguration, _ logger: Logger
        ) -> MappedCache? {
            guard let folder = configuration.cache else { return nil }
            do {
                let cache = try MappedCache(
                    path: folder.path, byteLimit: configuration.limits.cacheByteCount
                ) { logger.warning("\($0)") }
                cache.trim()
                return cache
            } catch {
                logger.warning("working without a cache: \(error)")
                return nil
            }
        }

        /// Whether requests are taken: the models were loaded, and the service is not about to end.
        public var isReady: Bool { models.hasLoaded && !isDraining }

        var isDraining: Bool { draining.withLock { $0 } }

        /// Says "not ready" from now on; requests are still answered.
        package func startDraining() { draining.withLock { $0 = true } }

        /// Reads the models' folder now, on the calling thread, which may take seconds.
        public func loadModels() {
            // Counts as an evaluation: while it lasts, the others have a thread less.
            scheduler.threads.evaluate { models.refresh() }
            cache.keepPredictors(
                of: Set(models.all.compactMap(\.entry.model).map { ObjectIdentifier($0) }))
        }
    }
#endif
