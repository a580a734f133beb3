#if Service
    import Foundation
    import Tacit

    /// The least that can be called a server: a thread that reads a request from a socket, evaluates, and writes the answer.
    ///
    /// What it takes beyond evaluating is the loopback network's and the threads' share of any server's time.
    final class ThinServer {
        private let socket: StreamSocket
        /// Of the last request.
        private(set) var evaluation = Duration.zero

        /// Before an answer: nanoseconds of evaluating, and its bytes.
        private static let headByteCount = 16

        /// Starts it; it ends when this object does.
        ///
        /// - Parameter requestByteCount: of every request.
        init(_ predictor: Predictor, requestByteCount: Int) throws {
            let (listener, port) = try StreamSocket.listen()
            let thread = Thread {
                // Ends by an error, when the other side closes.
                guard let socket = try? listener.accept() else { return }
                try? Self.serve(predictor, requestByteCount, socket)
            }
            thread.stackSize = 8 << 20
            thread.start()
            socket = try .connect("127.0.0.1", port)
        }

        private static func serve(
            _ predictor: Predictor, _ requestByteCount: Int, _ socket: StreamSocket
        ) throws {
            var request = [UInt8](repeating: 0, count: requestByteCount)
            while true {
                var received = 0
                while received < requestByteCount {
                    received += try socket.receive(into: &request, from: received)
                }
                let start = ContinuousClock.now
                let response = try predictor.predict(request)
                let nanoseconds = Int((ContinuousClock.now - start) / .nanoseconds(1))
                let head = [nanoseconds, response.count].map { UInt64($0) }
                try socket.send(head.withUnsafeBytes(Array.init) + response)
            }
        }

        /// Sends a request and reads its answer.
        func exchange(_ request: [UInt8], into buffer: inout [UInt8]) throws -> ArraySlice<UInt8> {
            try socket.send(request)
            var (received, end) = (0, Self.headByteCount)
            while received < end {
                received += try socket.receive(into: &buffer, from: received)
                guard received >= Self.headByteCount else { continue }
                let (nanoseconds, count) = buffer.withUnsafeBytes {
                    ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
                }
                evaluation = .nanoseconds(Int64(nanoseconds))
                end = Self.headByteCount + Int(count)
            }
            return buffer[Self.headByteCount..<end]
        }
    }
#endif
