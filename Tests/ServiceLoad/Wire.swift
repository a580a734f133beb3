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
                guard end == .max, let count = Self.headByteCount(buffer, received) else {
                    continue
                }
                answerHead = Array(buffer[..<count])
                body = count
                end = body + (try Self.bodyByteCount(answerHead))
            }
            return buffer[body..<end]
        }

        /// Bytes of an answer's head, with the empty line at its end, if all of them are here.
        private static func headByteCount(_ bytes: [UInt8], _ count: Int) -> Int? {
            let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
            var index = 3
            while index < count {
                if bytes[index] == lf, bytes[index - 1] == cr, bytes[index - 2] == lf,
                    bytes[index - 3] == cr
                {
                    return index + 1
                }
                index += 1
            }
            return nil
        }

        private static let answerStart = Array("HTTP/1.1 200 ".utf8)
        private static let lengthName = Array("\ncontent-length: ".utf8)

        /// Bytes of an answer's body.
        private static func bodyByteCount(_ head: [UInt8]) throws -> Int {
            guard head.starts(with: answerStart) else { throw refusal(head) }
            var index = 0
            while index + lengthName.count < head.count {
                if hasLengthName(head, index) {
                    return head[(index + lengthName.count)...].prefix { (48...57).contains($0) }
                        .reduce(0) { 10 * $0 + Int($1 - 48) }
                }
                index += 1
            }
            throw refusal(head)
        }

        private static func refusal(_ head: [UInt8]) -> StreamSocket.Failure {
            failure("the server answers: \(String(decoding: head, as: UTF8.self))")
        }

        private static func hasLengthName(_ head: [UInt8], _ index: Int) -> Bool {
            for offset in 0..<lengthName.count
            where head[index + offset] | 0x20 != lengthName[offset] | 0x20 {
                return false
            }
            return true
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
            let letters = (UInt8(ascii: "T"), UInt8(ascii: "C"))
            var index = body.startIndex + 1
            while index + 2 < body.endIndex {
                if body[index] == letters.0, body[index + 1] == letters.1,
                    body[index + 2] == letters.0
                {
                    return Array(body[(index - 1)...])
                }
                index += 1
            }
            throw failure("an answer without a response")
        }
    }
#endif
