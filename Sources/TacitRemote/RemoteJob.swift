#if Service
    import Foundation
    import NIOCore
    import NIOHTTP1
    import TacitProtocol

    /// An evaluation that the server does in its own time, and that is asked about now and then.
    struct RemoteJob: Sendable {
        private let id: String
        private let server: RemoteServer
        /// So that a balancer finds the process that has the job.
        private let headers: [(name: String, value: String)]
        private let firstPause: Duration

        /// Longest time between two questions.
        private static let longestPause = Duration.seconds(5)

        /// Takes over a job that the server accepted; its answer's `Location` names it.
        init(accepted answer: HTTPTransport.Answer, keys: String, server: RemoteServer)
            throws(RemoteError)
        {
            guard let location = answer.headers.first(name: "Location"),
                let name = location.split(separator: "/").last,
                name.wholeMatch(of: /[A-Za-z0-9._~-]{1,200}/) != nil,
                location.hasSuffix(ServicePath.job(String(name)))
            else {
                throw RemoteError(
                    .invalidAnswer, "\(server.address) accepts a job and does not name it")
            }
            id = String(name)
            self.server = server
            headers = [(name: ServiceHeader.evaluationKeys, value: keys)]
            firstPause = .milliseconds(100)
        }

        /// Waits for the result; a job that is not waited for any more is cancelled on the server.
        func result(progress: @escaping RemoteProgressObserver) async throws -> [UInt8] {
            do {
                try await finish(progress: progress)
                let answer = try await server.transport.send(
                    HTTPTransport.Outgoing(
                        path: ServicePath.jobResult(id), headers: headers,
                        limit: server.options.maximumResponseByteCount),
                    receiving: { progress(.receiving(received: $0)) })
                let response = try InferenceMessage.response(answer, from: server.address)
                await forget()
                return response
            } catch {
                // This task may be cancelled; another one tells the server.
                Task { await forget() }
                throw error
            }
        }

        private func finish(progress: @escaping RemoteProgressObserver) async throws {
            var pause = firstPause
            var failures = 0
            while true {
                do {
                    let status = try await status()
                    failures = 0
                    switch status.state {
                    case .done: return
                    case .failed: throw failure(status)
                    case .queued: progress(.waiting)
                    case .running:
                        if let counts = status.progress, counts.count == 2 {
                            progress(.computing(done: counts[0], total: counts[1]))
                        }
                    }
                } catch let error as RemoteError where error.isTemporary && error.code != .jobLost {
                    // The job goes on without us; only asking failed.
                    failures += 1
                    guard failures < server.options.retries.maximumAttempts else { throw error }
                    pause = max(pause, error.retryAfter ?? .zero)
                    progress(.retrying(after: pause, reason: error.reason))
                }
                try await server.options.retries.sleep(pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }

        private func status() async throws -> JobStatus {
            let answer = try await server.transport.send(
                HTTPTransport.Outgoing(path: ServicePath.job(id), headers: headers))
            guard
                let status = try? JSONDecoder().decode(
                    JobStatus.self, from: Data(answer.body.readableBytesView))
            else {
                throw RemoteError(
                    .invalidAnswer,
                    "\(server.address) describes a job in a way that is not the protocol's")
            }
            return status
        }

        private func failure(_ status: JobStatus) -> RemoteError {
            let known = status.error?.code.flatMap(ServiceErrorCode.init(rawValue:))
            let said = harmless(status.error?.error ?? "it does not say why")
            return RemoteError(
                known.map(RemoteError.Code.init) ?? .serverFailed,
                "\(server.address) failed at the job: \(said)")
        }

        /// Tells the server to forget the job; whether it hears that does not matter.
        private func forget() async {
            let path = ServicePath.job(id)
            _ = try? await server.transport.within(Deadline(in: .seconds(5))) { [server, headers] in
                try await server.transport.send(
                    HTTPTransport.Outgoing(
                        method: .DELETE, path: path, headers: headers, accepts: [200, 204, 404]))
            }
        }
    }
#endif
