#if Service
    import AsyncHTTPClient
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOSSL
    import TacitProtocol

    /// One HTTP exchange at a time with one server: no redirects, bounded answers, errors as `RemoteError`.
    final class HTTPTransport: Sendable {
        let address: ServerAddress
        private let token: BearerToken?
        private let client: HTTPClient
        private let eventLoop: any EventLoop
        private let executor: EventLoopExecutor

        /// An answer whose status was asked for.
        struct Answer: Sendable {
            let status: Int
            let headers: HTTPHeaders
            var body: ByteBuffer
        }

        /// What is sent.
        struct Outgoing: Sendable {
            var method: HTTPMethod = .GET
            var path: String
            var headers: [(name: String, value: String)] = []
            var body: HTTPClientRequest.Body?
            /// Largest body of the answer that is read.
            var limit = HTTPTransport.smallBody
            /// The statuses that are answers; all others are errors.
            var accepts: Set<Int> = [200]
        }

        /// Limit of answers that are a few lines.
        static let smallBody = 1 << 16

        init(address: ServerAddress, options: RemoteOptions) throws(RemoteError) {
            self.address = address
            token = options.token
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            // Megabytes in one piece: HTTP/2 would stop every 64 KiB to be let on.
            configuration.httpVersion = .http1Only
            configuration.timeout.connect = .nanoseconds(
                options.connectTimeout.nanosecondsClamped)
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(
                1, options.connectionCount)
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            if let file = options.certificateFile {
                tls.additionalTrustRoots = [.certificates(try Self.certificates(in: file))]
            }
            configuration.tlsConfiguration = tls
            client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            eventLoop = client.eventLoopGroup.next()
            executor = EventLoopExecutor(eventLoop)
        }

        deinit { client.shutdown { _ in } }

        private static func certificates(in file: String) throws(RemoteError) -> [NIOSSLCertificate]
        {
            do {
                let found = try NIOSSLCertificate.fromPEMFile(file)
                if !found.isEmpty { return found }
            } catch {
                throw RemoteError(
                    .certificates, "\(file) cannot be read as certificates in PEM form: \(error)")
            }
            throw RemoteError(.certificates, "\(file) holds no certificate; expected PEM")
        }

        /// Does a call's work within its time, on the event loop of its connection: no thread has to wake another one.
        ///
        /// - Throws: `RemoteError` with code `deadlineExceeded`, or what the work throws.
        func within<Value: Sendable>(
            _ deadline: Deadline, _ work: @escaping @Sendable () async throws -> Value
        ) async throws -> Value {
            let call = Task(executorPreference: executor, operation: work)
            let alarm = eventLoop.scheduleTask(
                in: .nanoseconds(deadline.remaining.nanosecondsClamped)
            ) { call.cancel() }
            defer { alarm.cancel() }
            do {
                return try await withTaskCancellationHandler {
                    try await call.value
                } onCancel: {
                    call.cancel()
                }
            } catch is CancellationError where !Task.isCancelled {
                throw deadline.exceeded()
            }
        }

        /// Sends a request and reads the whole answer.
        ///
        /// - Throws: `RemoteError`, or `CancellationError`.
        func send(
            _ outgoing: Outgoing, receiving: (Int) -> Void = { _ in }
        ) async throws -> Answer {
            var request = HTTPClientRequest(url: address.url(outgoing.path))
            request.method = outgoing.method
            request.headers.add(name: "User-Agent", value: "tacit")
            if let token {
                request.headers.add(name: "Authorization", value: "Bearer \(token.value)")
            }
            for (name, value) in outgoing.headers { request.headers.add(name: name, value: value) }
            request.body = outgoing.body
            do {
                let response = try await client.execute(request, deadline: .distantFuture)
                let status = Int(response.status.code)
                let isAnswer = outgoing.accepts.contains(status)
                let limit = isAnswer ? outgoing.limit : Self.smallBody
                let body = try await collect(response, limit: limit, receiving: receiving)
                let answer = Answer(status: status, headers: response.headers, body: body)
                guard isAnswer else { throw refusal(answer) }
                return answer
            } catch {
                throw failure(error)
            }
        }

        private func collect(
            _ response: HTTPClientResponse, limit: Int, receiving: (Int) -> Void
        ) async throws -> ByteBuffer {
            var body = ByteBuffer()
            func tooLarge() -> RemoteError {
                RemoteError(
                    .invalidAnswer, "\(address) answers with more than \(limit) bytes; refused")
            }
            if let text = response.headers.first(name: "Content-Length"), let announced = Int(text)
            {
                guard announced <= limit else { throw tooLarge() }
                // Announced is not sent: more than this grows with what comes.
                body.reserveCapacity(min(max(0, announced), 1 << 24))
            }
            for try await chunk in response.body {
                guard chunk.readableBytes <= limit - body.readableBytes else { throw tooLarge() }
                body.writeImmutableBuffer(chunk)
                receiving(body.readableBytes)
            }
            return body
        }
    }

    extension Duration {
        /// As nanoseconds, at most the largest number there is.
        var nanosecondsClamped: Int64 {
            let (seconds, attoseconds) = components
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return overflow ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000).0
        }

        /// As milliseconds, at least 1.
        var milliseconds: Int64 { max(1, nanosecondsClamped / 1_000_000) }
    }
#endif
