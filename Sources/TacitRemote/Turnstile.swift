#if Service
    import Synchronization

    /// Lets one task through at a time, in order; waiting ends when a task is cancelled.
    final class Turnstile: Sendable {
        private struct State {
            var isTaken = false
            var nextTicket = 0
            var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        }

        private let state = Mutex(State())

        /// Does work while nobody else does.
        ///
        /// - Throws: `CancellationError`, or what the work throws.
        func alone<Value>(_ work: () async throws -> Value) async throws -> Value {
            try await enter()
            defer { leave() }
            return try await work()
        }

        private func enter() async throws {
            let ticket = state.withLock { state -> Int in
                state.nextTicket += 1
                return state.nextTicket
            }
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let outcome = state.withLock { state -> Result<Void, any Error>? in
                        // A cancellation from now on finds the ticket.
                        if Task.isCancelled { return .failure(CancellationError()) }
                        if !state.isTaken {
                            state.isTaken = true
                            return .success(())
                        }
                        state.waiting.append((ticket, continuation))
                        return nil
                    }
                    if let outcome { continuation.resume(with: outcome) }
                }
            } onCancel: {
                let waiting = state.withLock { state in
                    state.waiting.firstIndex { $0.ticket == ticket }.map {
                        state.waiting.remove(at: $0)
                    }
                }
                waiting?.continuation.resume(throwing: CancellationError())
            }
        }

        private func leave() {
            let next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.isTaken = false
                    return CheckedContinuation<Void, any Error>?.none
                }
                return state.waiting.removeFirst().continuation
            }
            next?.resume()
        }
    }
#endif
