#if Service
    import Tacit
    import TacitProtocol

    extension ServiceFailure {
        /// What the library refused, in its own sentence but without file names; anything unexpected says nothing.
        init(refusing error: any Error) {
            switch error {
            case let error as ServiceFailure: self = error
            case let error as WireError: self = Self.refusal(of: error.problem)
            case let error as TacitError where error.code == .evaluationFailed:
                self.init(.requestRefused, "the evaluation stopped: \(error.reason)")
            case let error as TacitError: self.init(.requestRefused, error.reason)
            case is CancellationError:
                self.init(.unavailable, "the request was given up", retryAfter: 1)
            default: self = .internalError
            }
        }

        /// What the connection says of a body that did not arrive, where it is not a failure of ours already.
        init(receiving error: any Error) {
            self =
                error as? ServiceFailure
                ?? ServiceFailure(.badRequest, "the body did not arrive in full")
        }

        /// Something that should not happen; the log has more.
        static let internalError = ServiceFailure(.internal, "the server failed")

        private static func refusal(of problem: WireProblem) -> ServiceFailure {
            switch problem {
            case .cannotRead, .cannotWrite: .internalError
            default: ServiceFailure(.requestRefused, "\(problem)")
            }
        }
    }
#endif
