#if Service
    import Foundation
    import Synchronization
    package import Tacit
    import TacitProtocol

    /// Threads of its own that compute, and the queues before them.
    ///
    /// Evaluations take milliseconds to minutes; on the event loops or the tasks' threads they would stop everything else.
    package final class Scheduler: Sendable {
        private struct State {
            var queue = FairQueue()
            var running: [ObjectIdentifier: Ticket] = [:]
            var isDraining = false
            var isStopped = false
            /// Threads that wait, by number; the one that worked last, whose caches are warm, comes last.
            var idle: [Int]
            /// Smoothed seconds of one piece of work.
            var workSeconds = 0.05
        }

        private let limits: ServiceLimits
        private let threadCount: Int
        private let metrics: ServiceMetrics
        /// Shared by all that computes here.
        package let threads = SharedThreads()
        private let state: Mutex<State>
        /// Wakes a thread.
        private let wakes: [DispatchSemaphore]

        package init(threadCount: Int, limits: ServiceLimits, metrics: ServiceMetrics) {
            self.limits = limits
            self.threadCount = threadCount
            self.metrics = metrics
            let numbers = 0..<max(1, threadCount)
            state = Mutex(State(idle: Array(numbers)))
            wakes = numbers.map { _ in DispatchSemaphore(value: 0) }
            for (number, wake) in wakes.enumerated() {
                let thread = Thread { [weak self] in
                    while true {
                        wake.wait()
                        guard let self, self.runUntilIdle(number) else { return }
                    }
                }
                thread.name = "tacit-run-\(number + 1)"
                thread.stackSize = 8 << 20
                thread.start()
            }
        }

        deinit { for wake in wakes { wake.signal() } }

        /// Tickets that wait and tickets being done.
        package var load: (waiting: Int, running: Int) {
            state.withLock { ($0.queue.count, $0.running.count) }
        }

        /// Tickets that wait, by model.
        package var waitingByModel: [String: Int] { state.withLock { $0.queue.countByModel } }

        /// Refuses what `submit` would refuse, before a body is read.
        package func checkRoom(owner: Principal, model: String) throws(ServiceFailure) {
            if let failure = state.withLock({ refusal($0, owner: owner, model: model) }) {
                throw failure
            }
        }

        private func refusal(_ state: State, owner: Principal, model: String) -> ServiceFailure? {
            if state.isDraining || state.isStopped { return Ticket.Ending.drained.failure }
            if model.isEmpty { return nil }  // checking an upload, which has the disk's limits
            // Owners take turns: who has more than its part of the queue would wait longer than the queue is.
            let part = limits.queueLength / state.queue.ownerCount(with: owner)
            if state.queue.count(of: owner) >= min(limits.ownerQueueLength, max(1, part)) {
                return ServiceFailure(
                    .tooManyRequests, "too many of your requests are waiting",
                    retryAfter: retryAfter(state, state.queue.count(of: owner)))
            }
            if state.queue.countByModel[model, default: 0] >= limits.queueLength {
                return ServiceFailure(
                    .unavailable, "the model's queue is full",
                    retryAfter: retryAfter(state, state.queue.count))
            }
            return nil
        }

        /// Seconds until `count` waiting tickets are done, within a minute.
        private func retryAfter(_ state: State, _ count: Int) -> Int {
            let seconds = state.workSeconds * Double(count) / Double(max(1, threadCount))
            return max(1, min(60, Int(seconds.rounded(.up))))
        }

        /// Puts a ticket into the queue.
        ///
        /// - Returns: whether a thread is free to take it before any other.
        @discardableResult
        package func enqueue(_ ticket: Ticket) throws(ServiceFailure) -> Bool {
            let (refused, idle, isFirst): (ServiceFailure?, Int?, Bool) = state.withLock { state in
                if let refused = refusal(state, owner: ticket.owner, model: ticket.model) {
                    return (refused, nil, false)
                }
                state.queue.append(ticket)
                return (nil, state.idle.popLast(), state.queue.count == 1)
            }
            if let refused { throw refused }
            // Where none is idle, the first that gets ready takes it.
            guard let idle else { return false }
            wakes[idle].signal()
            return isFirst
        }

        /// Ends a ticket, waiting or running; a running one ends at its next step.
        package func stop(_ ticket: Ticket, _ ending: Ticket.Ending) {
            ticket.stop(ending)
            let waited = state.withLock { $0.queue.remove(ticket) }
            if waited { ticket.failWaiting(ending) }
        }

        /// Does the work of waiting tickets, one after the other; false when the thread shall end.
        private func runUntilIdle(_ number: Int) -> Bool {
            // Counted from the first to the last, so that others get no help for the moment between two.
            threads.evaluate {
                while let afterwards = runNext(number) {
                    // By now the request's memory is free.
                    if !hasWork { afterwards { hasWork } }
                }
            }
            return !state.withLock { $0.isStopped }
        }

        /// Does the work of the next ticket; where none waits the thread counts as idle.
        private func runNext(_ number: Int) -> Ticket.Afterwards? {
            let next = state.withLock { state -> Ticket? in
                guard let ticket = state.queue.popFirst() else {
                    state.idle.append(number)
                    return nil
                }
                state.running[ObjectIdentifier(ticket)] = ticket
                return ticket
            }
            guard let next else { return nil }
            run(next)
            return next.afterwards
        }

        /// Whether something waits, or nothing new will come.
        private var hasWork: Bool { state.withLock { $0.queue.count > 0 || $0.isDraining } }

        private func run(_ ticket: Ticket) {
            let start = ContinuousClock.now
            if !ticket.model.isEmpty { metrics.record(.queue, start - ticket.created) }
            ticket.run()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            state.withLock { state in
                state.running[ObjectIdentifier(ticket)] = nil
                state.workSeconds += (seconds - state.workSeconds) / 8
            }
        }

        /// Takes nothing new; what waits and runs goes on.
        package func drain() { state.withLock { $0.isDraining = true } }

        /// Whether nothing waits and nothing runs.
        package var isIdle: Bool { state.withLock { $0.queue.count == 0 && $0.running.isEmpty } }

        /// Ends everything and all threads.
        package func shutDown() {
            let (waiting, running) = state.withLock { state in
                state.isDraining = true
                state.isStopped = true
                return (state.queue.removeAll(), Array(state.running.values))
            }
            for ticket in waiting { ticket.failWaiting(.drained) }
            for ticket in running { ticket.stop(.drained) }
            for wake in wakes { wake.signal() }
        }
    }
#endif
