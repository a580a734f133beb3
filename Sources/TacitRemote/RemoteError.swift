#if Service
    /// Why a server's answer could not be had.
    public struct RemoteError: Error, Equatable, Sendable, CustomStringConvertible {
        /// The kind of failure.
        public enum Code: Sendable, Hashable, CaseIterable {
            /// The server's address cannot be used, or not safely.
            case address
            /// The file of the token cannot be used.
            case token
            /// The file of additional certificates cannot be used.
            case certificates
            /// The server could not show that it is who the address says.
            case untrusted
            /// The server cannot be reached, or the connection broke off.
            case connection
            /// The server has as many requests of this owner as it takes.
            case overloaded
            /// The server is loading, stopping, full, or behind a balancer that finds none.
            case unavailable
            /// The time allowed is over.
            case deadlineExceeded
            /// The server wants a token, or another one.
            case unauthorized
            /// The server has no such model.
            case modelNotFound
            /// The server does not hold the evaluation keys; uploading them helps.
            case keysNotFound
            /// The server took the evaluation keys and refused them.
            case keysRefused
            /// No more room for this owner's evaluation keys.
            case quotaExceeded
            /// The server's disk is full.
            case storageFull
            /// No model of the server uses the keys' parameters any more.
            case parametersRetired
            /// The server refuses the request for what it is.
            case refused
            /// The request is larger than the server takes.
            case tooLarge
            /// The job was forgotten, or its result was.
            case jobLost
            /// The server failed.
            case serverFailed
            /// The server wants to send the request elsewhere.
            case redirected
            /// The answer contradicts the protocol, or does not belong to the request.
            case invalidAnswer
        }

        /// The kind of failure.
        public let code: Code
        /// What is wrong, where, and what to do.
        public let reason: String
        /// How long the server asks to wait.
        public let retryAfter: Duration?

        init(_ code: Code, _ reason: String, retryAfter: Duration? = nil) {
            self.code = code
            self.reason = reason
            self.retryAfter = retryAfter
        }

        /// One line.
        public var description: String { reason }

        /// Whether the same request may succeed a little later.
        public var isTemporary: Bool {
            switch code {
            case .connection, .overloaded, .unavailable, .jobLost: true
            default: false
            }
        }

        /// The same failure, with more to say about it.
        func adding(_ text: String) -> RemoteError {
            RemoteError(code, reason + text, retryAfter: retryAfter)
        }
    }

    /// A stranger's text as it may be shown: one line, nothing that moves a terminal's cursor, not long.
    func harmless(_ text: some StringProtocol, limit: Int = 300) -> String {
        let shown = text.unicodeScalars.prefix(limit).map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                " "
            default: Character(scalar)
            }
        }
        return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
    }
#endif
