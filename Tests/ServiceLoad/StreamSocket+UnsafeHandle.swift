#if Service
    import Foundation

    /// A blocking TCP socket on IPv4, closed at the end.
    final class StreamSocket: Sendable {
        /// What went wrong.
        struct Failure: Error, CustomStringConvertible {
            let description: String
        }

        private let descriptor: Int32

        private init(taking descriptor: Int32) {
            self.descriptor = descriptor
            var on: Int32 = 1
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                socklen_t(MemoryLayout<Int32>.size))
        }

        deinit { close(descriptor) }

        private static func open() throws -> StreamSocket {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw Failure(description: "no socket") }
            return StreamSocket(taking: descriptor)
        }

        /// Calls `body` with an address.
        private static func withAddress(
            _ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
        ) -> Bool {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return false }
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) == 0 }
            }
        }

        /// Connects.
        static func connect(_ host: String, _ port: UInt16) throws -> StreamSocket {
            let socket = try open()
            guard withAddress(host, port, { Glibc.connect(socket.descriptor, $0, $1) }) else {
                throw Failure(description: "\(host):\(port) does not answer")
            }
            return socket
        }

        /// Listens on a free port of loopback.
        static func listen() throws -> (socket: StreamSocket, port: UInt16) {
            let socket = try open()
            var bound = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard withAddress("127.0.0.1", 0, { bind(socket.descriptor, $0, $1) }),
                Glibc.listen(socket.descriptor, 1) == 0,
                withUnsafeMutablePointer(
                    to: &bound,
                    {
                        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            getsockname(socket.descriptor, $0, &size)
                        }
                    }) == 0
            else { throw Failure(description: "no port to listen on") }
            return (socket, UInt16(bigEndian: bound.sin_port))
        }

        /// The first who connects.
        func accept() throws -> StreamSocket {
            let other = Glibc.accept(descriptor, nil, nil)
            guard other >= 0 else { throw Failure(description: "nobody connects") }
            return StreamSocket(taking: other)
        }

        func send(_ bytes: some ContiguousBytes) throws {
            try bytes.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let count = Glibc.send(
                        descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                    guard count > 0 else { throw Failure(description: "the connection ended") }
                    sent += count
                }
            }
        }

        /// Reads what is there, at least one byte, behind the first `offset` bytes.
        func receive(into buffer: inout [UInt8], from offset: Int) throws -> Int {
            let count = buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset, 0)
            }
            guard count > 0 else { throw Failure(description: "the connection ended") }
            return count
        }
    }
#endif
