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
        func exchange(_ message: [UInt8], into buffer: inout [UInt8]) throws -> ArraySlice<UInt8> {
            try socket.send(message)
            var (received, body, end) = (0, 0, Int.max)
            while received < end {
                received += try socket.receive(into: &buffer, from: received)
                guard end == .max,
                    let close = buffer[..<received].firstRange(of: Array("\r\n\r\n".utf8))
                else { continue }
                answerHead = Array(buffer[..<close.lowerBound])
                body = close.upperBound
                end = body + (try Self.bodyByteCount(answerHead))
            }
            return buffer[body..<end]
        }

        /// Bytes of an answer's body.
        private static func bodyByteCount(_ head: [UInt8]) throws -> Int {
            let name = Array("content-length: ".utf8)
            let isAnswer = head.starts(with: Array("HTTP/1.1 200 ".utf8))
            let lines = head.split(separator: UInt8(ascii: "\n"))
            guard isAnswer,
                let line = lines.first(where: { $0.count > name.count && matches($0, name) }),
                let count = Int(
                    String(decoding: line.dropFirst(name.count), as: UTF8.self)
                        .trimmingCharacters(in: .whitespaces.union(.newlines)))
            else {
                throw Self.failure("the server answers: \(String(decoding: head, as: UTF8.self))")
            }
            return count
        }

        /// Whether a header line begins with a name in lower case, whatever its own case.
        private static func matches(_ line: ArraySlice<UInt8>, _ name: [UInt8]) -> Bool {
            zip(line, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
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
            guard let brace = body.firstRange(of: Array("TCT".utf8)) else {
                throw Self.failure("an answer without a response")
            }
            return Array(body[(brace.lowerBound - 1)...])
        }
    }
#endif
