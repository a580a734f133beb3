#if Service
    import Foundation
    import NIOCore
    import NIOHTTP1
    import TacitProtocol

    /// A request in the Open Inference Protocol with its one element in binary, and the response to it.
    struct InferenceMessage: Sendable {
        /// The body, in pieces.
        let parts: [ArraySlice<UInt8>]
        /// Bytes of JSON at its start.
        let headerByteCount: Int
        /// Bytes altogether.
        let byteCount: Int

        /// Largest JSON at the start of a response.
        private static let headerLimit = 1 << 16
        /// Headers of the last requests and responses, which are the same for rows of one client and model.
        private static let requestHeaders = Memo<InferenceRequestHeader, [UInt8]>(capacity: 64)
        private static let responseHeaders = Memo<ByteKey, InferenceResponseHeader>(capacity: 64)

        init(request: [UInt8], evaluationKeys: String) throws {
            guard request.count <= UInt32.max else {
                throw RemoteError(
                    .tooLarge, "a request of more than 4 GiB cannot be sent; send fewer rows")
            }
            let json = try Self.requestHeaders(
                .binary(elementByteCounts: [request.count], evaluationKeys: evaluationKeys)
            ) { try [UInt8](JSONEncoder().encode($0)) }
            parts = [json[...], BytesElements.prefix(request.count)[...], request[...]]
            headerByteCount = json.count
            byteCount = parts.reduce(0) { $0 + $1.count }
        }

        /// The body, whole.
        var buffer: ByteBuffer {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(byteCount)
            for part in parts { buffer.writeBytes(part) }
            return buffer
        }

        /// The one element of a response.
        static func response(
            _ answer: HTTPTransport.Answer, from address: ServerAddress
        ) throws(RemoteError) -> [UInt8] {
            var body = answer.body
            func invalid(_ what: String) -> RemoteError {
                RemoteError(
                    .invalidAnswer, "the answer of \(address) \(what); is it a tacit server?")
            }
            guard let text = answer.headers.first(name: ServiceHeader.inferenceHeaderLength),
                let length = Int(text), (0...headerLimit).contains(length),
                let json = body.readBytes(length: length)
            else { throw invalid("has no header of a tensor in binary, or says its length wrong") }
            guard
                let header = try? responseHeaders(
                    ByteKey(json),
                    { try JSONDecoder().decode(InferenceResponseHeader.self, from: Data($0.bytes)) }
                )
            else { throw invalid("has a header that is not the protocol's JSON") }
            guard header.outputs.count == 1, let output = header.outputs.first,
                output.name == TensorName.response, output.shape == [1],
                output.parameters?.binaryDataSize == body.readableBytes
            else { throw invalid("does not hold exactly one response") }
            guard let count: UInt32 = body.readInteger(endianness: .little),
                Int(count) == body.readableBytes, let element = body.readBytes(length: Int(count))
            else { throw invalid("holds a response of another length than it says") }
            return element
        }
    }
#endif
