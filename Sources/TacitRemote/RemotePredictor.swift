#if Service
    import AsyncHTTPClient
    import Foundation
    import NIOHTTP1
    import Tacit
    import TacitProtocol

    /// Has a server run a model on encrypted rows, for one client: what `Predictor` does, elsewhere.
    public struct RemotePredictor: Sendable {
        private let server: RemoteServer
        private let path: String
        private let keys: KeyUpload
        private let keyHeader: FrameHeader

        init(server: RemoteServer, path: String, evaluationKeys: [UInt8]) throws {
            keyHeader = try Self.header(evaluationKeys, .evaluationKeys)
            self.server = server
            self.path = path
            keys = KeyUpload(evaluationKeys, transport: server.transport, options: server.options)
        }

        /// The name of the evaluation keys on servers: the SHA-256 of their file.
        public var evaluationKeysID: String { keys.id }

        /// Sees to it that the server holds the evaluation keys; `predict` does so by itself.
        ///
        /// - Throws: `RemoteError`, `CancellationError`.
        public func uploadKeys(
            progress: @escaping RemoteProgressObserver = { _ in }
        ) async throws {
            let deadline = Deadline(in: server.options.timeout)
            try await server.transport.within(deadline) {
                try await keys.ensure(deadline: deadline, progress: progress)
            }
        }

        /// Has the encrypted scores of encrypted rows computed.
        ///
        /// Uploads the evaluation keys if the server lacks them, and tries again after failures that may pass. Calls may
        /// run at the same time.
        ///
        /// - Parameters:
        ///   - request: a request file of the same client.
        ///   - progress: told how far the call is.
        /// - Returns: a response file, for the same key and card as the request; only decryption tells whether it is intact.
        /// - Throws: `RemoteError`; `WireError` for a file that is no request or of another key, which is then not sent;
        ///   `CancellationError`.
        public func predict(
            _ request: [UInt8], progress: @escaping RemoteProgressObserver = { _ in }
        ) async throws -> [UInt8] {
            let header = try Self.header(request, .request)
            do throws(WireError) {
                try header.check(ring: keyHeader.ring, keyID: keyHeader.keyID)
            } catch {
                throw error.of("the request")
            }
            let deadline = Deadline(in: server.options.timeout)
            let response = try await server.transport.within(deadline) {
                try await call(request, deadline: deadline, progress: progress)
            }
            try check(response, answers: header)
            return response
        }

        /// Uploads keys, asks, and does both again when the server turns out to have lost the keys.
        private func call(
            _ request: [UInt8], deadline: Deadline, progress: @escaping RemoteProgressObserver
        ) async throws -> [UInt8] {
            var uploads = 0
            while true {
                try await keys.ensure(deadline: deadline, progress: progress)
                do {
                    return try await server.options.retries.run(until: deadline, progress: progress)
                    {
                        try await ask(request, deadline: deadline, progress: progress)
                    }
                } catch let error as RemoteError where error.code == .keysNotFound && uploads < 2 {
                    uploads += 1
                    keys.forget()
                }
            }
        }

        private func ask(
            _ request: [UInt8], deadline: Deadline, progress: @escaping RemoteProgressObserver
        ) async throws -> [UInt8] {
            let message = try InferenceMessage(request: request, evaluationKeys: keys.id)
            var headers = [
                (name: "Content-Type", value: ServiceHeader.binary),
                (
                    name: ServiceHeader.inferenceHeaderLength,
                    value: String(message.headerByteCount)
                ),
                (name: ServiceHeader.timeout, value: String(deadline.remaining.milliseconds)),
                (name: ServiceHeader.evaluationKeys, value: keys.id),
            ]
            if server.options.asksForJobs {
                headers.append((name: ServiceHeader.prefer, value: ServiceHeader.respondAsync))
            }
            let answer = try await server.transport.send(
                HTTPTransport.Outgoing(
                    method: .POST, path: path, headers: headers,
                    body: body(message, progress: progress),
                    limit: server.options.maximumResponseByteCount, accepts: [200, 202]),
                receiving: { progress(.receiving(received: $0)) })
            if answer.status == 202 {
                return try await RemoteJob(accepted: answer, keys: keys.id, server: server).result(
                    progress: progress)
            }
            return try InferenceMessage.response(answer, from: server.address)
        }

        /// A short message travels at once, a long one in pieces that are counted.
        private func body(
            _ message: InferenceMessage, progress: @escaping RemoteProgressObserver
        ) -> HTTPClientRequest.Body {
            let taken: @Sendable (Int) -> Void = { sent in
                progress(.sendingRequest(sent: sent, total: message.byteCount))
                if sent == message.byteCount { progress(.waiting) }
            }
            guard message.byteCount > ByteChunks.size else {
                taken(message.byteCount)
                return .bytes(message.buffer)
            }
            return .stream(
                ByteChunks(parts: message.parts, taken: taken),
                length: .known(Int64(message.byteCount)))
        }

        private static func header(
            _ bytes: [UInt8], _ kind: FrameKind
        ) throws(WireError) -> FrameHeader {
            let header = try Frame.header(bytes, source: kind == .request ? "the request" : nil)
            guard header.kind == kind else {
                throw WireError(.wrongKind(expected: kind, found: header.kind))
            }
            return header
        }

        /// Refuses an answer to something else before anybody tries to decrypt it.
        private func check(_ response: [UInt8], answers request: FrameHeader) throws(RemoteError) {
            let header: FrameHeader
            do {
                header = try Self.header(response, .response)
            } catch {
                throw RemoteError(
                    .invalidAnswer,
                    "\(server.address) answers with something else than a response: \(error)")
            }
            guard header.keyID == request.keyID, header.card == request.card,
                header.ring == request.ring
            else {
                throw RemoteError(
                    .invalidAnswer,
                    "\(server.address) answers with a response for another key or model")
            }
        }
    }
#endif
