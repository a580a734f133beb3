#if Service
    import Dispatch
    public import Hummingbird
    import HummingbirdCore
    import Logging
    public import ServiceLifecycle

    extension TacitService: Service {
        /// Keeps models, keys and tokens up to date until the process shuts down; then drains.
        ///
        /// On shutdown readiness ends first; after the drain delay nothing new is queued any more, and whoever runs the
        /// application may stop it: what waits and runs still gets its answer.
        public func run() async throws {
            let queue = DispatchQueue(label: "tacit.housekeeping", qos: .utility)
            try? await cancelWhenGracefulShutdown {
                var round = 0
                while !Task.isCancelled {
                    await withCheckedContinuation { continuation in
                        queue.async { [round] in
                            self.keepUp(round: round)
                            continuation.resume()
                        }
                    }
                    round += 1
                    try await Task.sleep(for: self.configuration.times.reload)
                }
            }
            startDraining()
            logger.info("draining")
            try? await Task.sleep(for: configuration.times.drainDelay)
            scheduler.drain()
        }

        private func keepUp(round: Int) {
            loadModels()
            jobs.removeExpired()
            if let problem = access.refresh() { logger.error("\(problem)") }
            let rounds = max(1, Int(Duration.seconds(60) / configuration.times.reload))
            if round.isMultiple(of: rounds) { store.houseKeeping() }
        }

        /// An application that serves nothing but this.
        ///
        /// Run it in a service group before this service, so that the service is told first when the group shuts down:
        ///
        ///     ServiceGroup(services: [service.application(address: address), service], …)
        ///
        /// - Parameters:
        ///   - address: where it listens.
        ///   - transport: in the clear or TLS.
        ///   - onRunning: called once it listens, with the port.
        public func application(
            address: BindAddress, transport: ServiceTransport = .clear,
            onRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
        ) -> some ApplicationProtocol {
            let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
            router.add(middleware: UnknownPathMiddleware(service: self))
            addRoutes(to: router)
            return Application(
                router: router,
                server: configuration.serverBuilder(transport, table: connections) {
                    self.metrics.slowSenders.increment(by: Int64(1))
                },
                configuration: ApplicationConfiguration(
                    address: address, serverName: "tacit",
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        configuration.limits.connectionCount)),
                onServerRunning: { await onRunning($0.localAddress?.port) }, logger: logger)
        }

        /// The longest that an orderly shutdown takes.
        public var shutdownDuration: Duration {
            configuration.times.drainDelay + configuration.times.drain
        }
    }
#endif
