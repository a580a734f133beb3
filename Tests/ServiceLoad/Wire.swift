#if Service
    import Foundation

    /// A client that does nothing but write a request to a socket and read the answer: what is left is the server's.
    ///
    /// Plain HTTP on one kept connection, without deadlines, retries or checks of what comes.
    final class Wire {
        private let socket: StreamSocket
        private let head: String
        private let keys: String
        private var answerHead: [UInt8] = []

        /// Connects.
        ///
        /// - Parameters:
        ///   - server: `http://` with an IPv4 address and a port.
        ///   - model: the model's name there.
        ///   - token: the owner's token, if any.
        ///   - keys: the name of the evaluation keys.
        init(server: String, model: String, token: String?, keys: String) throws {
            guard let url = URL(string: server), url.scheme == "http", let host = url.host,
                let port = url.port.flatMap({ UInt16(exactly: $0) })
            else { throw Self.failure("\(server): expected http://127.0.0.1:PORT") }
            self.keys = keys
            head =
                "POST /v2/models/\(model)/infer HTTP/1.1\r\nHost: \(host)\r\n"
                + (token.map { "Authorization: Bearer \($0)\r\n" } ?? "")
                + "Content-Type: application/octet-stream\r\n"
            socket = try .connect(host, port)
        }

        private static func failure(_ sentence: String) -> StreamSocket.Failure {
            StreamSocket.Failure(description: sentence)
        }

        /// The whole message of a request, to be sent again and again.
        func message(_ request: [UInt8]) -> [UInt8] {
            let json =
                #"{"inputs":[{"name":"request","datatype":"BYTES","shape":[1],"#
                + #""parameters":{"binary_data_size":\#(request.count + 4)}}],"#
                + #""outputs":[{"name":"response","parameters":{"binary_data":true}}],"#
                + #""parameters":{"evaluation_keys":"\#(keys)"}}"#
            let text =
                head + "Inference-Header-Content-Length: \(json.utf8.count)\r\n"
                + "Content-Length: \(json.utf8.count + 4 + request.count)\r\n\r\n" + json
            let length = withUnsafeBytes(of: UInt32(request.count).littleEndian, Array.init)
            return Array(text.utf8) + length + request
        }

        /// Sends a message and reads its answer, whole; returns the answer's body.
        ///
        /// Looks at single bytes only: this is measured too.
        func exchange(_ message: [UInt8], into buffer: inout [UInt8]) throws -> ArraySlice<UInt8> {
            try socket.send(message)
            var (received, body, end) = (0, 0, Int.max)
            while received < end {
                received += try socket.receive(into: &buffer, from: received)
                guard end == .max,
                    let close = Self.position(of: Self.headEnd, in: buffer[..<received])
                else { continue }
                answerHead = Array(buffer[..<close])
                body = close + Self.headEnd.count
                end = body + (try Self.bodyByteCount(answerHead))
            }
            return buffer[body..<end]
        }

        private static let answerStart = Array("HTTP/1.1 200 ".utf8)
        private static let headEnd = Array("\r\n\r\n".utf8)
        private static let lengthName = Array("\ncontent-length: ".utf8)
        private static let magic = Array("TCT".utf8)

        /// Where a pattern stands first; bits of `ignored` may differ.
        private static func position(
            of pattern: [UInt8], in bytes: ArraySlice<UInt8>, ignoring ignored: UInt8 = 0
        ) -> Int? {
            var index = bytes.startIndex
            while index + pattern.count <= bytes.endIndex {
                var length = 0
                while length < pattern.count,
                    (bytes[index + length] ^ pattern[length]) & ~ignored == 0
                {
                    length += 1
                }
                if length == pattern.count { return index }
                index += 1
            }
            return nil
        }

        /// Bytes of an answer's body.
        private static func bodyByteCount(_ head: [UInt8]) throws -> Int {
            guard head.starts(with: answerStart),
                // Letters in any case.
                let position = position(of: lengthName, in: head[...], ignoring: 0x20)
            else { throw refusal(head) }
            return head[(position + lengthName.count)...].prefix { (48...57).contains($0) }
                .reduce(0) { 10 * $0 + Int($1 - 48) }
        }

        private static func refusal(_ head: [UInt8]) -> StreamSocket.Failure {
            failure("the server answers: \(String(decoding: head, as: UTF8.self))")
        }

        /// What the last answer's head gives for evaluating, in `Server-Timing`.
        func evaluation() throws -> Duration {
            let head = String(decoding: answerHead, as: UTF8.self)
            guard let stage = head.firstRange(of: "evaluate;dur="),
                let milliseconds = Double(
                    head[stage.upperBound...].prefix { $0.isNumber || $0 == "." })
            else { throw Self.failure("the server does not say how long it evaluated") }
            return .milliseconds(1) * milliseconds
        }

        /// The response file in an answer's body: from the byte before the letters of its magic, which no header in JSON has.
        static func response(in body: ArraySlice<UInt8>) throws -> [UInt8] {
            guard let position = position(of: magic, in: body), position > body.startIndex else {
                throw failure("an answer without a response")
            }
            return Array(body[(position - 1)...])
        }
    }
#endif
