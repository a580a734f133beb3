#if Service
    public import Foundation
    import Hummingbird
    import Synchronization
    import Tacit
    import TacitProtocol

    /// Says whom a request comes from.
    ///
    /// The tokens file is read again when it changes; a broken one leaves the old tokens in force.
    public final class AccessControl: Sendable {
        /// Where the tokens come from, and the ones in force.
        private struct State {
            var table: TokenTable?
            var stamp: FileStamp?
            var problem: String?
        }

        private let file: URL?
        private let state: Mutex<State>

        /// Everybody is `Principal.anonymous`.
        public static let open = AccessControl()

        private init() {
            file = nil
            state = Mutex(State())
        }

        /// Only who has a token of this table.
        public init(_ table: TokenTable) {
            file = nil
            state = Mutex(State(table: table))
        }

        /// Only who has a token of this file.
        ///
        /// - Throws: `TokenTableError`, or what Foundation says about a file that cannot be read.
        public init(file: URL) throws {
            self.file = file
            let stamp = FileStamp(path: file.path)
            let table = try TokenTable(text: String(contentsOf: file, encoding: .utf8))
            state = Mutex(State(table: table, stamp: stamp))
        }

        /// Whether tokens are asked for.
        public var isProtected: Bool { state.withLock { $0.table != nil } }

        /// Reads the file again if it changed; a sentence when it is broken, for the log.
        package func refresh() -> String? {
            guard let file else { return nil }
            let stamp = FileStamp(path: file.path)
            guard state.withLock({ $0.stamp != stamp }) else { return nil }
            let result = Result {
                try TokenTable(text: String(contentsOf: file, encoding: .utf8))
            }
            return state.withLock { state in
                state.stamp = stamp
                switch result {
                case .success(let table):
                    state.table = table
                    return nil
                case .failure(let error as TokenTableError):
                    return "the tokens file is broken, the old tokens stay in force: \(error)"
                case .failure:
                    return "the tokens file cannot be read, the old tokens stay in force"
                }
            }
        }

        /// Whether a token is in force.
        package func knows(_ token: String) -> Bool {
            state.withLock { $0.table }?.principal(ofToken: token) != nil
        }

        /// Whom a request comes from.
        ///
        /// - Throws: `ServiceFailure` of code `unauthorized`.
        func principal(of request: Request) throws(ServiceFailure) -> Principal {
            guard let table = state.withLock({ $0.table }) else { return .anonymous }
            guard let header = request.headers.value(.authorization) else {
                throw ServiceFailure(
                    .unauthorized, "a token is needed: Authorization: Bearer TOKEN")
            }
            guard let token = Self.bearerToken(header),
                let principal = table.principal(ofToken: token)
            else { throw ServiceFailure(.unauthorized, "the token is not known here") }
            return principal
        }

        /// The token of a header `Bearer TOKEN`, the word in any case (RFC 9110, section 11.1).
        private static func bearerToken(_ header: String) -> String? {
            let (scheme, space) = ("bearer".utf8, UInt8(ascii: " "))
            let rest = header.utf8.dropFirst(scheme.count)
            guard header.utf8.prefix(scheme.count).elementsEqual(scheme, by: { $0 | 0x20 == $1 }),
                rest.first == space
            else { return nil }
            return String(rest.drop { $0 == space })
        }
    }
#endif
