#if Service
    import Foundation
    package import HTTPTypes
    import Hummingbird
    import NIOCore
    import NIOPosix
    import TacitProtocol

    extension TacitService {
        func addKeyRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
            add(.head, "/v2/keys/{sha256}", to: router) { _, context, owner, record in
                let name = try self.keyName(context, record)
                switch self.store.status(name, of: owner) {
                case .complete(let used): return self.keyResponse(.ok, used: used)
                case .partial(let offset):
                    var failure = KeyStore.notFound
                    failure.uploadOffset = offset
                    throw failure
                }
            }
            add(.delete, "/v2/keys/{sha256}", to: router) { _, context, owner, record in
                let name = try self.keyName(context, record)
                try self.store.remove(name, of: owner)
                self.cache.remove(name)
                return Response(status: .noContent)
            }
            add(.put, "/v2/keys/{sha256}", to: router) { request, context, owner, record in
                let name = try self.keyName(context, record)
                return try await self.upload(request, name, owner, record)
            }
        }

        private func keyName(
            _ context: some RequestContext, _ record: RequestRecord
        ) throws(ServiceFailure) -> KeyName {
            guard let name = KeyName(context.parameters.get("sha256") ?? "") else {
                throw ServiceFailure(
                    .badRequest, "keys are named by 64 lower-case hexadecimal digits of SHA-256")
            }
            record.note("keys", name.short)
            return name
        }

        private func keyResponse(_ status: HTTPResponse.Status, used: Date) -> Response {
            Response(
                status: status,
                headers: [
                    .lastModified: HTTPDate.text(used),
                    .tacitExpires: RFC3339.text(store.expiry(of: used)),
                ])
        }

        /// Receives all or a part of a file of evaluation keys.
        private func upload(
            _ request: Request, _ name: KeyName, _ owner: Principal, _ record: RequestRecord
        ) async throws -> Response {
            if isDraining { throw Ticket.Ending.drained.failure }
            let range = try UploadRange(request.headers)
            let pool = NIOThreadPool.singleton
            var upload = try await pool.runIfActive {
                try self.store.beginUpload(
                    name, of: owner, total: range.total, start: range.start,
                    restarts: range.isWhole)
            }
            guard let current = upload else {
                return keyResponse(.ok, used: Date())
            }
            try await receive(request, into: current, range: range)
            let offset = range.end
            record.note("bytes", "\(range.end - range.start)")
            guard offset == range.total else {
                upload = nil
                return Response(status: .accepted, headers: [.uploadOffset: "\(offset)"])
            }
            let keys = try await scheduler.submit(
                owner: owner, model: "", deadline: nil
            ) { _ in
                try self.store.accept(
                    current, of: owner, card: self.models.card(forRing:))
            }
            cache.insert(name, keys)
            return keyResponse(.created, used: Date())
        }

        /// Writes the body to the disk as it arrives.
        private func receive(
            _ request: Request, into upload: KeyUpload, range: UploadRange
        ) async throws {
            let pool = NIOThreadPool.singleton
            var offset = range.start
            var pending = ByteBuffer()
            func flush() async throws {
                guard pending.readableBytes > 0 else { return }
                let piece = pending
                let place = offset
                try await pool.runIfActive {
                    try self.store.translating {
                        try piece.withUnsafeReadableBytes {
                            try upload.file.write($0, at: place)
                        }
                    }
                }
                offset += piece.readableBytes
                pending = ByteBuffer()
            }
            do {
                for try await buffer in request.body {
                    guard offset + pending.readableBytes + buffer.readableBytes <= range.end else {
                        throw ServiceFailure(.badRequest, "the body is longer than announced")
                    }
                    pending.writeImmutableBuffer(buffer)
                    if pending.readableBytes >= 1 << 20 { try await flush() }
                }
            } catch {
                // What arrived before the connection broke counts.
                try await flush()
                throw ServiceFailure(receiving: error)
            }
            try await flush()
            guard offset == range.end else {
                throw ServiceFailure(.badRequest, "the body is shorter than announced")
            }
        }
    }

    /// Which bytes of a file a request carries.
    package struct UploadRange: Sendable, Equatable {
        package let start: Int
        /// One past the last.
        package let end: Int
        package let total: Int
        /// Whether it is the whole file, without a range: then what is here of it is dropped.
        package let isWhole: Bool

        /// From `Content-Range: bytes S-E/T`, or the whole file of `Content-Length` bytes.
        package init(_ headers: HTTPFields) throws(ServiceFailure) {
            let length = headers[.contentLength].flatMap { Int($0) }
            if let range = headers[.contentRange] {
                guard let match = range.wholeMatch(of: /bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})/),
                    let start = Int(match.1), let last = Int(match.2), let total = Int(match.3),
                    start <= last, last < total, length.map({ $0 == last + 1 - start }) ?? true
                else {
                    throw ServiceFailure(
                        .badRequest,
                        "expected Content-Range: bytes START-LAST/TOTAL that fits the body")
                }
                (self.start, end, self.total, isWhole) = (start, last + 1, total, false)
            } else {
                guard let length, length > 0 else {
                    throw ServiceFailure(
                        .badRequest, "an upload needs a Content-Length or a Content-Range")
                }
                (start, end, total, isWhole) = (0, length, length, true)
            }
        }
    }
#endif
