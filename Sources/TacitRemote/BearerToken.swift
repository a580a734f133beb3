#if Service
    import Tacit

    /// What tells a server who asks; never part of a message.
    public struct BearerToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
        let value: String

        /// Largest token, in bytes.
        static let maximumByteCount = 8192

        /// Takes a token over.
        ///
        /// - Parameter value: letters, digits and `-._~+/=` (RFC 6750, section 2.1).
        /// - Throws: `RemoteError` with code `token`.
        public init(_ value: String) throws(RemoteError) {
            guard !value.isEmpty, value.utf8.count <= Self.maximumByteCount,
                value.utf8.allSatisfy(Self.isAllowed)
            else {
                throw RemoteError(
                    .token,
                    "the token is empty, too long, or holds characters that tokens do not have (allowed are letters, "
                        + "digits and -._~+/=)")
            }
            self.value = value
        }

        /// Reads a token from the first line of a file.
        ///
        /// - Throws: `WireError` when it cannot be read, `RemoteError` when it is no token.
        public init(contentsOf path: String) throws {
            let bytes = try WholeFile.read(path: path, maximumByteCount: Self.maximumByteCount + 2)
            var line = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
            if line.hasSuffix("\r") { line.removeLast() }
            do {
                try self.init(line)
            } catch {
                throw RemoteError(.token, "\(path): \(error.reason)")
            }
        }

        private static func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~+/=".utf8.contains(byte)
            }
        }

        /// Not the token.
        public var description: String { "a token" }
        /// Not the token.
        public var debugDescription: String { description }
    }
#endif
