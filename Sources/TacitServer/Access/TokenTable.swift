#if Service
    import Tacit

    /// Which principal a bearer token stands for; only digests of tokens are kept.
    public struct TokenTable: Sendable {
        private let entries: [(principal: Principal, digest: Digest32)]

        /// How many lines there are.
        public var count: Int { entries.count }

        /// Longest token that is looked at, in bytes.
        static let maximumTokenByteCount = 512

        /// Reads lines `principal:sha256hex-of-token`; several of one principal are tokens being rotated.
        ///
        /// Empty lines and lines that begin with `#` are skipped.
        ///
        /// - Throws: `TokenTableError` naming the line.
        public init(text: String) throws(TokenTableError) {
            var entries: [(Principal, Digest32)] = []
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, raw) in lines.enumerated() {
                let line = raw.filter { !$0.isWhitespace }
                if line.isEmpty || line.hasPrefix("#") { continue }
                let parts = line.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2, let principal = Principal(String(parts[0])) else {
                    throw TokenTableError(
                        line: index + 1, reason: "expected PRINCIPAL:SHA256-OF-TOKEN")
                }
                guard let bytes = Hex.bytes(String(parts[1])),
                    let digest = try? Digest32(bytes: bytes)
                else {
                    throw TokenTableError(
                        line: index + 1, reason: "the digest is not 64 hexadecimal digits")
                }
                entries.append((principal, digest))
            }
            guard !entries.isEmpty else {
                throw TokenTableError(line: 0, reason: "there is no token in it")
            }
            self.entries = entries
        }

        /// Whom a token stands for.
        ///
        /// The token's digest is compared with every entry's, all bytes of each, so that the time tells nothing about
        /// which came close.
        package func principal(ofToken token: String) -> Principal? {
            guard token.utf8.count <= Self.maximumTokenByteCount else { return nil }
            let digest = Digest32.sha256(Array(token.utf8)).bytes
            var found: Principal?
            for entry in entries {
                let other = entry.digest.bytes
                var difference: UInt8 = 0
                for index in digest.indices { difference |= digest[index] ^ other[index] }
                if difference == 0 { found = entry.principal }
            }
            return found
        }

        /// A fresh token and the line that lets it in.
        public static func newToken(for principal: Principal) -> (token: String, line: String) {
            let token = "tacit_" + Hex.string(SystemRandomSource().publicBytes(count: 32))
            return (token, "\(principal):\(Digest32.sha256(Array(token.utf8)))")
        }
    }

    /// Why a tokens file was refused.
    public struct TokenTableError: Error, Sendable, Equatable, CustomStringConvertible {
        /// The line, from 1; 0 for the whole file.
        public let line: Int
        /// What is wrong.
        public let reason: String

        /// One sentence.
        public var description: String { line == 0 ? reason : "line \(line): \(reason)" }
    }
#endif
