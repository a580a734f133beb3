#if Service
    /// When a call must be over.
    struct Deadline: Sendable {
        let instant: ContinuousClock.Instant
        let allowed: Duration

        init(in duration: Duration) {
            allowed = duration
            instant = .now + duration
        }

        /// Time left, not below zero.
        var remaining: Duration { max(.zero, instant - .now) }

        /// The error of a call that took longer.
        func exceeded(_ last: RemoteError? = nil) -> RemoteError {
            let seconds = allowed.components.seconds
            let limit = seconds > 0 ? "\(seconds) s" : "\(allowed)"
            return RemoteError(
                .deadlineExceeded,
                "no answer within \(limit)" + (last.map { "; last: \($0.reason)" } ?? "")
                    + "; allow more time, or ask for a job")
        }
    }

    extension RetryPolicy {
        /// Does work again and again while it fails in ways that may pass.
        ///
        /// - Parameters:
        ///   - deadline: no pause goes beyond it.
        ///   - progress: told of pauses.
        ///   - hasAdvanced: whether something was achieved since it was asked last; then attempts count from the start.
        func run<Value>(
            until deadline: Deadline, progress: RemoteProgressObserver,
            hasAdvanced: () -> Bool = { false }, _ work: () async throws -> Value
        ) async throws -> Value {
            var failures = 0
            while true {
                do {
                    return try await work()
                } catch let error as RemoteError where error.isTemporary {
                    failures = hasAdvanced() ? 1 : failures + 1
                    guard failures < maximumAttempts else {
                        throw failures == 1 ? error : error.adding(" (\(failures) attempts)")
                    }
                    let pause = pause(afterFailures: failures, retryAfter: error.retryAfter)
                    guard pause < deadline.remaining else { throw deadline.exceeded(error) }
                    progress(.retrying(after: pause, reason: error.reason))
                    try await sleep(pause)
                }
            }
        }
    }
#endif
