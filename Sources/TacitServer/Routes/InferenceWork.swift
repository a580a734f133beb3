#if Service
    import Logging
    import Synchronization
    import Tacit
    import TacitProtocol

    /// An inference that was received and is to be computed.
    struct InferenceWork: Sendable {
        let service: TacitService
        let model: ServedModel
        let owner: Principal
        let input: InferenceInput
        /// The memory that the body takes, until the work is done.
        let share: ByteBudget.Share
        let logger: Logger
        let deadline: ContinuousClock.Instant?

        /// Waits for a thread and computes.
        ///
        /// - Parameters:
        ///   - connection: the work is given up when its client leaves.
        ///   - register: gets the ticket before it waits.
        ///   - progress: told how many ciphertexts are done.
        func run(
            connection: ConnectionState?, register: (Ticket) -> Void = { _ in },
            progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
        ) async throws -> JobStore.Output {
            let watch = Mutex(0)
            defer { watch.withLock { connection?.forget($0) } }
            let (elements, times) = try await service.scheduler.submit(
                owner: owner, model: model.name, deadline: deadline,
                register: { ticket in
                    register(ticket)
                    let number = connection?.onLeave { service.scheduler.stop(ticket, .canceled) }
                    watch.withLock { $0 = number ?? 0 }
                },
                afterwards: { [cache = service.cache, keys = input.keys, model] shouldStop in
                    // Where it fails, the next answer makes its own and says why.
                    try? cache.ready(keys, for: model)?.prepareAnswer(shouldStop: shouldStop)
                }, work: { try compute($0, progress: progress) })
            return JobStore.Output(
                header: InferenceResponseHeader(
                    modelName: model.name, modelVersion: "\(model.version)", id: input.header.id,
                    outputs: []), elements: elements, wantsBinary: input.wantsBinary,
                times: times)
        }

        /// Computes, on one of the computing threads.
        private func compute(
            _ ticket: Ticket, progress: (Int, Int) -> Void
        ) throws -> ([[UInt8]], StageTimes) {
            let start = ContinuousClock.now
            let predictor = try service.cache.predictor(input.keys, for: model) {
                let path = try service.store.use(input.keys, of: owner)
                return try service.store.translating {
                    try service.store.read(path, card: service.models.card(forRing:))
                }
            }
            let ready = ContinuousClock.now
            service.metrics.record(.keys, ready - start)
            let answers = try withTrace { step in
                try withoutActuallyEscaping(progress) { progress in
                    try input.elements.map { element in
                        try predictor.predict(
                            element,
                            observer: PredictionObserver(
                                progress: progress, step: step,
                                shouldStop: { ticket.ending != nil }))
                    }
                }
            }
            let end = ContinuousClock.now
            service.metrics.record(.evaluate, end - ready)
            service.metrics.predictions.increment(by: Int64(answers.count))
            var times = StageTimes()
            times.add(.queue, start - ticket.created)
            times.add(.keys, ready - start)
            times.add(.evaluate, end - ready)
            return (answers, times)
        }

        /// Writes the time of every layer to the log, where it is open to details.
        private func withTrace<Value>(
            _ work: (@escaping (String, Duration) -> Void) throws -> Value
        ) throws -> Value {
            guard logger.logLevel <= .debug else { return try work { _, _ in } }
            let steps = Mutex<[Logger.MetadataValue]>([])
            let value = try work { origin, duration in
                let milliseconds = duration / .milliseconds(1)
                let rounded = (milliseconds * 1000).rounded() / 1000
                steps.withLock {
                    $0.append(.dictionary(["layer": "\(origin)", "ms": "\(rounded)"]))
                }
            }
            logger.debug(
                "layers",
                metadata: [
                    "model": "\(model.name)/\(model.version)",
                    "layers": .array(steps.withLock { $0 }),
                ])
            return value
        }
    }
#endif
