#if Service
    import Foundation
    import HTTPTypes
    import Hummingbird
    import Logging
    import NIOCore
    import Tacit
    import TacitProtocol

    extension TacitService {
        /// One inference request from its body to its answer.
        func infer(
            _ request: Request, _ context: some RequestContext, _ model: ServedModel,
            _ owner: Principal, _ record: RequestRecord
        ) async throws -> Response {
            let isAsync =
                request.headers.value(.prefer)?.split(separator: ",").contains {
                    $0.trimmingCharacters(in: .whitespaces) == ServiceHeader.respondAsync
                } ?? false
            let limit = try timeLimit(
                request, most: isAsync ? configuration.times.job : configuration.times.request)
            try scheduler.checkRoom(owner: owner, model: model.name)
            let (input, share) = try await receive(request, record)
            // So that a client without keys here hears of it at once, not after the queue.
            _ = try store.use(input.keys, of: owner)
            let work = InferenceWork(
                service: self, model: model, owner: owner, input: input, share: share,
                logger: record.logger, deadline: limit.map { record.start + $0 })
            if isAsync { return try startJob(work) }
            let connection = (context as? any ConnectionRequestContext).flatMap {
                connections.state(of: $0.channel)
            }
            let output = try await work.run(connection: connection)
            metrics.record(.total, ContinuousClock.now - record.start)
            var response = output.response
            response.headers[.serverTiming] = output.times.header
            return response
        }

        /// The time that the client gives, within the server's.
        private func timeLimit(
            _ request: Request, most: Duration
        ) throws(ServiceFailure) -> Duration? {
            guard let text = request.headers.value(.tacitTimeout) else { return most }
            guard let milliseconds = Int(text), milliseconds > 0 else {
                throw ServiceFailure(
                    .badRequest, "\(ServiceHeader.timeout) must be a positive number")
            }
            return min(most, .milliseconds(min(milliseconds, 1 << 40)))
        }

        /// Reads the body within its limits.
        private func receive(
            _ request: Request, _ record: RequestRecord
        ) async throws -> (InferenceInput, ByteBudget.Share) {
            let start = ContinuousClock.now
            let announced = request.headers.value(.contentLength)
            var body = try InferenceBody(
                headerLength: request.headers.value(.inferenceHeaderLength),
                contentLength: announced,
                limits: configuration.limits)
            let share = ByteBudget.Share(bodies)
            if let announced = announced.flatMap({ Int($0) }) { try share.grow(to: announced) }
            do {
                for try await buffer in request.body {
                    // In steps, so that a stream of tiny chunks does not ask for each.
                    try share.grow(to: (body.received + buffer.readableBytes + 0xFFFF) & ~0xFFFF)
                    try buffer.withUnsafeReadableBytes { bytes throws(ServiceFailure) in
                        try body.feed(bytes)
                    }
                }
            } catch {
                throw ServiceFailure(receiving: error)
            }
            record.note("bytes", "\(body.received)")
            metrics.record(.receive, ContinuousClock.now - start)
            return (try body.finish(), share)
        }
    }

    extension JobStore.Output {
        /// The answer of an inference.
        var response: Response {
            var header = header
            var body = ByteBuffer()
            if wantsBinary {
                header.outputs = [
                    InferenceTensor(
                        name: TensorName.response, shape: [elements.count],
                        parameters: TensorParameters(
                            binaryDataSize: byteCount + 4 * elements.count))
                ]
            } else {
                header.outputs = [
                    InferenceTensor(
                        name: TensorName.response, shape: [elements.count],
                        data: elements.map { Data($0).base64EncodedString() })
                ]
            }
            guard wantsBinary else {
                let json = Self.json(header)
                return Response(
                    status: .ok, headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
            }
            // Unless clients name their requests, a model's answers begin alike.
            let json = header.id == nil ? Self.headers(header, Self.json) : Self.json(header)
            body.reserveCapacity(json.count + byteCount + 4 * elements.count)
            body.writeBytes(json)
            for element in elements {
                body.writeBytes(BytesElements.prefix(element.count))
                body.writeBytes(element)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: ServiceHeader.binary,
                    .inferenceHeaderLength: "\(json.count)",
                ], body: ResponseBody(byteBuffer: body))
        }

        private static let headers = Memo<InferenceResponseHeader, [UInt8]>(capacity: 64)

        private static func json(_ header: InferenceResponseHeader) -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return [UInt8]((try? encoder.encode(header)) ?? Data("{}".utf8))
        }
    }
#endif
