#if Service
    import NIOCore
    import NIOPosix
    import Synchronization
    import TacitProtocol

    extension Scheduler {
        /// Does work on one of the threads and waits for it without blocking.
        ///
        /// - Parameters:
        ///   - deadline: after it the answer is of no use: waiting ends, running work is told by its ticket.
        ///   - register: gets the ticket before it waits, so that others can stop it.
        ///   - afterwards: done after the work on its thread, if nothing waits then.
        /// - Throws: `ServiceFailure`, and what `work` throws.
        package func submit<Value: Sendable>(
            owner: Principal, model: String, deadline: ContinuousClock.Instant?,
            register: (Ticket) -> Void = { _ in },
            afterwards: @escaping Ticket.Afterwards = { _ in },
            work: @escaping @Sendable (Ticket) throws -> Value
        ) async throws -> Value {
            let promise = OneShot<Value>()
            let ticket = Ticket(
                owner: owner, model: model, deadline: deadline,
                work: { ticket in
                    let result = Result { try work(ticket) }
                    // What stops on request says so, whatever it was doing.
                    if case .failure = result, let ending = ticket.ending {
                        promise.resume(.failure(ending.failure))
                    } else {
                        promise.resume(result)
                    }
                }, fail: { promise.resume(.failure($0.failure)) }, afterwards: afterwards)
            let isTaken = try enqueue(ticket)
            register(ticket)
            // What runs looks at its deadline itself. On the caller's event loop, if it runs on one.
            let alarm =
                isTaken
                ? nil
                : deadline.map { deadline in
                    MultiThreadedEventLoopGroup.singleton.any().scheduleTask(
                        in: TimeAmount(deadline - .now)
                    ) { self.stop(ticket, .late) }
                }
            defer { alarm?.cancel() }
            return try await withTaskCancellationHandler {
                try await promise.value
            } onCancel: {
                self.stop(ticket, .canceled)
            }
        }
    }

    /// A result that one side gives and the other awaits, in either order.
    package final class OneShot<Value: Sendable>: Sendable {
        private enum State {
            case empty
            case waiting(CheckedContinuation<Value, any Error>)
            case full(Result<Value, any Error>)
        }

        private let state = Mutex<State>(.empty)

        package var value: Value {
            get async throws {
                try await withCheckedThrowingContinuation { continuation in
                    let result: Result<Value, any Error>? = state.withLock { state in
                        if case .full(let result) = state { return result }
                        state = .waiting(continuation)
                        return nil
                    }
                    if let result { continuation.resume(with: result) }
                }
            }
        }

        /// Gives the result; a second one is ignored.
        package func resume(_ result: Result<Value, any Error>) {
            let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                switch state {
                case .empty:
                    state = .full(result)
                    return nil
                case .waiting(let continuation):
                    state = .full(result)
                    return continuation
                case .full: return nil
                }
            }
            continuation?.resume(with: result)
        }
    }
#endif
