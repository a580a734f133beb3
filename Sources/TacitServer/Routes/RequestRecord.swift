#if Service
    import HTTPTypes
    import Hummingbird
    import Logging
    import NIOPosix
    import Synchronization
    import TacitProtocol

    /// What the log and the figures say about one request; never anything of its contents.
    final class RequestRecord: Sendable {
        let route: String
        let method: String
        let id: String
        let start = ContinuousClock.now
        let logger: Logger
        let request: Request
        private let notes = Mutex<Logger.Metadata>([:])

        init(route: String, request: Request, context: some RequestContext) {
            self.route = route
            self.request = request
            method = request.method.rawValue
            id = context.id
            logger = context.logger
        }

        /// Adds something to the request's line in the log.
        func note(_ key: String, _ value: String) { notes.withLock { $0[key] = "\(value)" } }

        /// The request's line in the log.
        func metadata(status: Int, end: ContinuousClock.Instant) -> Logger.Metadata {
            var metadata = notes.withLock { $0 }
            metadata["route"] = "\(method) \(route)"
            metadata["status"] = "\(status)"
            let microseconds = Int((end - start) / .microseconds(1))
            metadata["ms"] = "\(Double(microseconds) / 1000)"
            return metadata
        }
    }

    extension TacitService {
        /// Does a route's work; errors become answers, and everything is counted and logged.
        func handle(
            _ route: String, _ request: Request, _ context: some RequestContext,
            _ work: (RequestRecord) async throws -> Response
        ) async -> Response {
            let record = RequestRecord(route: route, request: request, context: context)
            do {
                return finish(try await work(record), record)
            } catch {
                let failure = ServiceFailure(refusing: error)
                if failure.code == .internal {
                    record.logger.error(
                        "request failed", metadata: ["kind": "\(type(of: error))"])
                }
                return answer(failure, record)
            }
        }

        /// An answer that is an error.
        func answer(_ failure: ServiceFailure, _ record: RequestRecord) -> Response {
            metrics.reject(failure.code)
            record.note("code", failure.code.rawValue)
            return finish(failure.answer(), record)
        }

        private func finish(_ response: Response, _ record: RequestRecord) -> Response {
            // An answer to HEAD has no body, not even that of an error.
            var response =
                record.request.method == .head
                ? response.createHeadResponse() : response
            response.headers[.requestID] = record.id
            if isDraining { response.headers[.connection] = "close" }
            let status = response.status.code
            metrics.answered(route: "\(record.method) \(record.route)", status: status)
            let isRoutine = record.route == "/metrics" || record.route.hasPrefix("/v2/health")
            let end = ContinuousClock.now
            // The answer goes first: the event loop, on which this runs, comes to its line afterwards.
            MultiThreadedEventLoopGroup.singleton.any().execute {
                record.logger.log(
                    level: isRoutine ? .debug : .info, "request",
                    metadata: record.metadata(status: status, end: end))
            }
            return response
        }
    }
#endif
