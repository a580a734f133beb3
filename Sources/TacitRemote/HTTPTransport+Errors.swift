#if Service
    import AsyncHTTPClient
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOPosix
    import NIOSSL
    import TacitProtocol

    extension HTTPTransport {
        /// What went wrong below HTTP, as an error of ours.
        func failure(_ error: any Error) -> any Error {
            if error is RemoteError { return error }
            if Task.isCancelled || error is CancellationError { return CancellationError() }
            if let error = error as? HTTPClientError {
                return error == .cancelled
                    ? CancellationError() : broken("\(error.shortDescription)")
            }
            if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
                return RemoteError(
                    .untrusted,
                    "\(address) could not show who it is: \(Self.reason(ofTLS: error)); check the address, or give "
                        + "the certificate of its private authority")
            }
            if let error = error as? HTTPParserError {
                if error == .invalidEOFState { return broken("it closed too early") }
                return RemoteError(
                    .invalidAnswer,
                    "\(address) does not answer in HTTP (\(error)); is it the right port?")
            }
            if let error = error as? NIOConnectionError {
                guard let first = error.connectionErrors.first?.error else {
                    return RemoteError(
                        .connection, "cannot reach \(address): there is no host of this name")
                }
                return failure(first)
            }
            if let error = error as? IOError { return failure(error) }
            if let error = error as? ChannelError, case .connectTimeout = error {
                return RemoteError(.connection, "cannot reach \(address): no reply")
            }
            return broken(harmless("\(error)", limit: 160))
        }

        private func broken(_ why: String) -> RemoteError {
            RemoteError(.connection, "the connection to \(address) broke off: \(why)")
        }

        /// Why no trusted connection came about; the library's own text has paths of its sources.
        private static func reason(ofTLS error: any Error) -> String {
            let text = "\(error)"
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                return "its certificate is expired, or of an authority that is not known here"
            }
            if text.contains("failedToValidateHostname") {
                return "its certificate is for another name"
            }
            if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS" }
            return "TLS could not be agreed upon"
        }

        /// What the operating system says.
        private func failure(_ error: IOError) -> RemoteError {
            let reason = String(cString: strerror(error.errnoCode))
            switch error.errnoCode {
            case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT:
                return RemoteError(
                    .connection, "cannot reach \(address): \(reason); is the server running?")
            default: return broken(reason)
            }
        }

        /// An answer that is an error of the service, or of something before it.
        func refusal(_ answer: Answer) -> RemoteError {
            if (300..<400).contains(answer.status) { return redirection(answer) }
            let body = try? JSONDecoder().decode(
                ServiceErrorBody.self, from: Data(answer.body.readableBytesView))
            let known = body?.code.flatMap(ServiceErrorCode.init(rawValue:))
            let said = body.map { ": \(harmless($0.error))" } ?? " (status \(answer.status))"
            let code = known.map(RemoteError.Code.init) ?? RemoteError.Code(status: answer.status)
            return RemoteError(
                code, "\(address) \(code.verb)\(said)\(code.advice)",
                retryAfter: Self.retryAfter(answer.headers))
        }

        private func redirection(_ answer: Answer) -> RemoteError {
            let target = answer.headers.first(name: "Location").map {
                " to \(harmless($0, limit: 200))"
            }
            return RemoteError(
                .redirected,
                "\(address) redirects\(target ?? ""); nothing was sent there, as tokens and requests go to the given "
                    + "address only; use the other one if you trust it")
        }

        /// The seconds of a `Retry-After`, up to a day.
        static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
            guard let text = headers.first(name: "Retry-After"), let seconds = Int(text),
                (0...86_400).contains(seconds)
            else { return nil }
            return .seconds(seconds)
        }
    }

    extension RemoteError.Code {
        init(_ code: ServiceErrorCode) {
            self =
                switch code {
                case .unauthorized: .unauthorized
                case .modelNotFound: .modelNotFound
                case .evaluationKeysNotFound: .keysNotFound
                case .jobNotFound, .jobExpired: .jobLost
                case .parametersRetired: .parametersRetired
                case .payloadTooLarge: .tooLarge
                case .quotaExceeded: .quotaExceeded
                case .requestRefused, .badRequest: .refused
                case .digestMismatch: .keysRefused
                case .tooManyRequests: .overloaded
                case .unavailable: .unavailable
                case .deadlineExceeded: .deadlineExceeded
                case .insufficientStorage: .storageFull
                case .internal: .serverFailed
                case .notFound, .methodNotAllowed, .jobNotDone, .uploadConflict: .invalidAnswer
                }
        }

        /// Of an answer without a code: from a proxy, say.
        init(status: Int) {
            self =
                switch status {
                case 401, 403: .unauthorized
                case 408, 502, 503: .unavailable
                case 413: .tooLarge
                case 429: .overloaded
                case 504: .deadlineExceeded
                case 507: .storageFull
                case 400, 422: .refused
                case 500...: .serverFailed
                default: .invalidAnswer
                }
        }

        fileprivate var verb: String {
            switch self {
            case .unauthorized: "wants a valid token"
            case .overloaded, .unavailable: "cannot answer now"
            case .serverFailed: "failed"
            case .deadlineExceeded: "was too slow"
            default: "refuses"
            }
        }

        fileprivate var advice: String {
            switch self {
            case .unauthorized: "; check the token file"
            case .parametersRetired: "; fetch the card again and make keys for it"
            case .quotaExceeded: "; remove keys there, or ask its operator for more room"
            default: ""
            }
        }
    }
#endif
