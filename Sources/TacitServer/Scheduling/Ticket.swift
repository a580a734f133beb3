#if Service
    import Synchronization
    import Tacit
    import TacitProtocol

    /// One piece of work that waits for a thread, or is being done.
    package final class Ticket: Sendable {
        /// Why a ticket ends without its work being done.
        package enum Ending: Sendable {
            /// The client left, or took its job back.
            case canceled
            /// The deadline passed.
            case late
            /// The service shuts down.
            case drained

            var failure: ServiceFailure {
                switch self {
                case .canceled: ServiceFailure(.unavailable, "the request was given up")
                case .late: ServiceFailure(.deadlineExceeded, "the deadline passed")
                case .drained:
                    ServiceFailure(.unavailable, "the server shuts down", retryAfter: 5)
                }
            }
        }

        /// Work without anybody who waits for it: ends soon after what it is given says so.
        package typealias Afterwards = @Sendable (_ shouldStop: () -> Bool) -> Void

        private struct State {
            var ending: Ending?
            var isDone = false
        }

        package let owner: Principal
        package let model: String
        package let created = ContinuousClock.now
        /// When the answer is of no use any more.
        package let deadline: ContinuousClock.Instant?
        private let work: @Sendable (Ticket) -> Void
        private let fail: @Sendable (Ending) -> Void
        /// What may be done for the next one, once this one has its answer and nothing else waits; told when to stop.
        let afterwards: Afterwards
        private let state = Mutex(State())

        /// Makes a ticket; exactly one of `work` and `fail` is called, once; `afterwards` perhaps.
        package init(
            owner: Principal, model: String, deadline: ContinuousClock.Instant?,
            work: @escaping @Sendable (Ticket) -> Void, fail: @escaping @Sendable (Ending) -> Void,
            afterwards: @escaping Afterwards = { _ in }
        ) {
            self.owner = owner
            self.model = model
            self.deadline = deadline
            self.work = work
            self.fail = fail
            self.afterwards = afterwards
        }

        /// Why the work shall end, asked by the work itself; nil to go on.
        package var ending: Ending? {
            if let ending = state.withLock({ $0.ending }) { return ending }
            if let deadline, ContinuousClock.now > deadline { return .late }
            return nil
        }

        /// Marks the work as unwanted.
        package func stop(_ ending: Ending) {
            state.withLock { if $0.ending == nil { $0.ending = ending } }
        }

        /// Whoever gets true may do the work or fail it; nobody else does.
        private func claim() -> Bool {
            state.withLock { state in
                defer { state.isDone = true }
                return !state.isDone
            }
        }

        /// Does the work, or fails where it is unwanted already.
        package func run() {
            guard claim() else { return }
            if let ending { fail(ending) } else { work(self) }
        }

        /// Ends it while it waits; does nothing once it runs.
        package func failWaiting(_ ending: Ending) {
            guard claim() else { return }
            fail(ending)
        }
    }
#endif
