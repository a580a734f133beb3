#if Service
    import Dispatch
    import Foundation

    /// A connection that says exactly what it is told to, for clients that no library would be.
    final class RawSocket: @unchecked Sendable {
        private let descriptor: Int32

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port).bigEndian)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
            var time = timeval(tv_sec: 120, tv_usec: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit { close(descriptor) }

        /// False where the other side has closed.
        @discardableResult
        func send(_ bytes: some Collection<UInt8>) -> Bool {
            let bytes = Array(bytes)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(
                        descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }

        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// Runs `work`, which may block, on a thread that the server under test does not need.
        static func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async
            -> Value
        {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: work()) }
            }
        }

        /// Everything until the other side closes; nil where it does not within the time.
        func receiveAll() async -> String? {
            await RawSocket.blocking { self.readToEnd() }
        }

        private func readToEnd() -> String? {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count == 0 { return String(decoding: all, as: UTF8.self) }
                if count < 0 {
                    return errno == ECONNRESET ? String(decoding: all, as: UTF8.self) : nil
                }
                all += buffer[..<count]
            }
        }

        /// What comes next.
        func receive() -> String {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        }

        /// Closes without a word.
        func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
#endif
