#if Service
    import Foundation
    public import HTTPTypes
    public import Hummingbird
    import NIOCore
    public import TacitProtocol

    /// What is answered instead of a result.
    public struct ServiceFailure: Error, Sendable, CustomStringConvertible {
        /// The kind of failure; it has the HTTP status.
        public let code: ServiceErrorCode
        /// One sentence, without paths and without anything of the request's contents.
        public let sentence: String
        /// Seconds after which another try makes sense.
        public var retryAfter: Int?
        /// Bytes of a partial upload that are here.
        public var uploadOffset: Int?
        /// The methods that the path has.
        public var allow: [HTTPRequest.Method]?
        /// Whether the connection ends, because the request was not read.
        public var closesConnection = false

        /// Makes a failure.
        public init(_ code: ServiceErrorCode, _ sentence: String, retryAfter: Int? = nil) {
            self.code = code
            self.sentence = sentence
            self.retryAfter = retryAfter
        }

        /// The code and the sentence.
        public var description: String { "\(code.rawValue): \(sentence)" }

        /// The body of the answer.
        var body: ServiceErrorBody { ServiceErrorBody(error: sentence, code: code) }
    }

    extension ServiceFailure: HTTPResponseError {
        /// The HTTP status.
        public var status: HTTPResponse.Status { HTTPResponse.Status(code: code.status) }

        /// The answer: the sentence and the code as JSON.
        public func response(from request: Request, context: some RequestContext) -> Response {
            answer()
        }

        func answer() -> Response {
            var response = Response.json(body, status: status)
            if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
            if let uploadOffset { response.headers[.uploadOffset] = "\(uploadOffset)" }
            if code == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
            if let allow {
                response.headers[.allow] = allow.map(\.rawValue).joined(separator: ", ")
            }
            if closesConnection { response.headers[.connection] = "close" }
            return response
        }
    }

    extension Response {
        /// A value as JSON with sorted keys.
        static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
            return Response(
                status: status, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
        }
    }

    extension HTTPField.Name {
        private static func named(_ name: String) -> HTTPField.Name {
            HTTPField.Name(name) ?? .contentType
        }
        package static let serverTiming = named(ServiceHeader.serverTiming)
        package static let inferenceHeaderLength = named(ServiceHeader.inferenceHeaderLength)
        package static let uploadOffset = named(ServiceHeader.uploadOffset)
        package static let tacitTimeout = named(ServiceHeader.timeout)
        package static let tacitExpires = named(ServiceHeader.expires)
        package static let prefer = named(ServiceHeader.prefer)
        package static let requestID = named("X-Request-Id")
    }
#endif
