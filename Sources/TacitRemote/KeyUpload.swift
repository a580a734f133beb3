#if Service
    import AsyncHTTPClient
    import NIOHTTP1
    import Synchronization
    import Tacit
    import TacitProtocol

    /// Sees to it that a server holds a client's evaluation keys: uploads what is missing, once for all calls.
    final class KeyUpload: Sendable {
        /// Lower-case hexadecimal SHA-256 of the file.
        let id: String
        private let bytes: [UInt8]
        private let transport: HTTPTransport
        private let options: RemoteOptions
        private let turnstile = Turnstile()
        private let isKnown = Mutex(false)

        init(_ bytes: [UInt8], transport: HTTPTransport, options: RemoteOptions) {
            id = Digest32.sha256(bytes).description
            self.bytes = bytes
            self.transport = transport
            self.options = options
        }

        /// Uploads the keys unless the server is known to hold them.
        func ensure(deadline: Deadline, progress: @escaping RemoteProgressObserver) async throws {
            if isKnown.withLock({ $0 }) { return }
            try await turnstile.alone {
                if isKnown.withLock({ $0 }) { return }
                try await upload(deadline: deadline, progress: progress)
                isKnown.withLock { $0 = true }
            }
        }

        /// Takes note that the server does not hold the keys after all.
        func forget() { isKnown.withLock { $0 = false } }

        private func upload(
            deadline: Deadline, progress: @escaping RemoteProgressObserver
        ) async throws {
            var reached = 0
            var reachedBefore = 0
            var mismatches = 0
            try await options.retries.run(
                until: deadline, progress: progress,
                hasAdvanced: {
                    defer { reachedBefore = reached }
                    return reached > reachedBefore
                }
            ) {
                var offset = try await heldByteCount()
                while let start = offset {
                    reached = max(reached, start)
                    do {
                        offset = try await put(from: start, progress: progress)
                    } catch let error as RemoteError where error.code == .keysRefused {
                        // The server dropped what it held: one more attempt from the start, in case of an accident on the way.
                        mismatches += 1
                        guard mismatches < 2 else { throw error }
                        offset = 0
                    }
                }
            }
        }

        /// How many bytes the server holds; nil when all, checked and accepted.
        private func heldByteCount() async throws -> Int? {
            let answer = try await transport.send(
                HTTPTransport.Outgoing(
                    method: .HEAD, path: ServicePath.keys(id), accepts: [200, 404]))
            guard answer.status == 404 else { return nil }
            // All may be there and yet unchecked, if the server ended at the wrong moment: the last byte makes it look.
            return min(try offset(answer) ?? 0, bytes.count - 1)
        }

        /// Sends the part that starts at a byte.
        ///
        /// - Returns: where to go on; nil when the server holds and accepts all.
        private func put(
            from start: Int, progress: @escaping RemoteProgressObserver
        ) async throws -> Int? {
            let total = bytes.count
            let end = min(total, start + max(1, options.uploadPartByteCount))
            let chunks = ByteChunks(parts: [bytes[start..<end]]) {
                progress(.uploadingKeys(sent: start + $0, total: total))
            }
            var headers = [(name: "Content-Type", value: ServiceHeader.binary)]
            if end - start < total {
                headers.append((name: "Content-Range", value: "bytes \(start)-\(end - 1)/\(total)"))
            }
            let answer = try await transport.send(
                HTTPTransport.Outgoing(
                    method: .PUT, path: ServicePath.keys(id), headers: headers,
                    body: .stream(chunks, length: .known(Int64(end - start))),
                    accepts: [200, 201, 202, 409]))
            switch answer.status {
            case 202:
                guard let next = try offset(answer), next > start, next < bytes.count else {
                    throw invalid("says that a part of evaluation keys did not arrive, and took it")
                }
                return next
            case 409:
                // Somebody else uploads the same keys, or a former connection still delivers: ask again in a moment.
                throw RemoteError(
                    .unavailable,
                    "\(transport.address) holds another part of the evaluation keys by now")
            default: return nil
            }
        }

        /// The server's `Upload-Offset`.
        private func offset(_ answer: HTTPTransport.Answer) throws(RemoteError) -> Int? {
            guard let text = answer.headers.first(name: ServiceHeader.uploadOffset) else {
                return nil
            }
            guard let offset = Int(text), (0...bytes.count).contains(offset) else {
                throw invalid(
                    "claims to hold '\(harmless(text, limit: 30))' of \(bytes.count) bytes")
            }
            return offset
        }

        private func invalid(_ what: String) -> RemoteError {
            RemoteError(.invalidAnswer, "\(transport.address) \(what); is it a tacit server?")
        }
    }
#endif
