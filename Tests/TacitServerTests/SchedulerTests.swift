#if Service
    import CKKS
    import Foundation
    import Synchronization
    import TacitProtocol
    import Testing

    import TacitServer

    @Suite("Scheduling")
    struct SchedulerTests {
        private func scheduler(_ threads: Int = 1) -> Scheduler {
            Scheduler(
                threadCount: threads, limits: ServiceLimits(),
                metrics: ServiceMetrics(registry: PrometheusRegistry()))
        }

        private final class Counts: Sendable {
            let values = Mutex((now: 0, most: 0))
        }

        private final class Order: Sendable {
            let names = Mutex<[String]>([])
            func add(_ name: String) { names.withLock { $0.append(name) } }
        }

        private func blocked(_ scheduler: Scheduler) async throws -> (
            DispatchSemaphore, Task<Void, any Error>
        ) {
            let gate = DispatchSemaphore(value: 0)
            let task = Task {
                try await scheduler.submit(owner: .anonymous, model: "b", deadline: nil) { _ in
                    gate.wait()
                }
            }
            try await eventually { scheduler.load.running == 1 }
            return (gate, task)
        }

        @Test("owners take turns, whoever sends more")
        func fairness() async throws {
            let scheduler = scheduler()
            let (gate, running) = try await blocked(scheduler)
            let order = Order()
            var tasks: [Task<Void, any Error>] = []
            for (name, count) in [("greedy", 4), ("modest", 2), ("last", 1)] {
                let owner = try #require(Principal(name))
                for _ in 0..<count {
                    let waiting = scheduler.load.waiting
                    tasks.append(
                        Task {
                            try await scheduler.submit(owner: owner, model: "m", deadline: nil) {
                                _ in
                                order.add(name)
                            }
                        })
                    try await eventually { scheduler.load.waiting == waiting + 1 }
                }
            }
            gate.signal()
            try await running.value
            for task in tasks { try await task.value }
            #expect(
                order.names.withLock { $0 } == [
                    "greedy", "modest", "last", "greedy", "modest", "greedy", "greedy",
                ])
            #expect(scheduler.isIdle && scheduler.waitingByModel.values.allSatisfy { $0 == 0 })
        }

        @Test("a deadline ends waiting, and tells running work")
        func deadlines() async throws {
            let scheduler = scheduler()
            let (gate, running) = try await blocked(scheduler)
            let error = await #expect(throws: ServiceFailure.self) {
                try await scheduler.submit(
                    owner: .anonymous, model: "m", deadline: .now + .milliseconds(20)
                ) { _ in Issue.record("it ran") }
            }
            #expect(error?.code == .deadlineExceeded)
            gate.signal()
            try await running.value
            let told = await #expect(throws: ServiceFailure.self) {
                try await scheduler.submit(
                    owner: .anonymous, model: "m", deadline: .now + .milliseconds(20)
                ) { ticket in
                    while ticket.ending == nil { usleep(1000) }
                    throw CancellationError()
                }
            }
            #expect(told?.code == .deadlineExceeded)
        }

        @Test("a task that is canceled leaves the queue; running work is told")
        func cancellation() async throws {
            let scheduler = scheduler()
            let (gate, running) = try await blocked(scheduler)
            let waiting = Task {
                try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) { _ in }
            }
            try await eventually { scheduler.load.waiting == 1 }
            waiting.cancel()
            await #expect(throws: ServiceFailure.self) { try await waiting.value }
            #expect(scheduler.load.waiting == 0)
            gate.signal()
            try await running.value
            let busy = Task {
                try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) { ticket in
                    while ticket.ending == nil { usleep(1000) }
                    throw CancellationError()
                }
            }
            try await eventually { scheduler.load.running == 1 }
            busy.cancel()
            await #expect(throws: ServiceFailure.self) { try await busy.value }
        }

        @Test("no more run at a time than there are threads, and none blocks the tasks' threads")
        func threads() async throws {
            let scheduler = scheduler(3)
            let counts = Counts()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) {
                            _ in
                            counts.values.withLock { counts in
                                counts.now += 1
                                counts.most = max(counts.most, counts.now)
                            }
                            usleep(2000)
                            counts.values.withLock { $0.now -= 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect((1...3).contains(counts.values.withLock { $0.most }))
        }

        @Test("draining refuses what is new and answers what waits; shutting down ends all")
        func draining() async throws {
            let scheduler = scheduler()
            let (gate, running) = try await blocked(scheduler)
            let waiting = Task {
                try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) { _ in 7 }
            }
            try await eventually { scheduler.load.waiting == 1 }
            scheduler.drain()
            let error = await #expect(throws: ServiceFailure.self) {
                try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) { _ in }
            }
            #expect(error?.code == .unavailable && error?.retryAfter != nil)
            gate.signal()
            try await running.value
            #expect(try await waiting.value == 7)
            let last = Self().scheduler()
            let (open, busy) = try await blocked(last)
            let queued = Task {
                try await last.submit(owner: .anonymous, model: "m", deadline: nil) { _ in }
            }
            try await eventually { last.load.waiting == 1 }
            last.shutDown()
            await #expect(throws: ServiceFailure.self) { try await queued.value }
            open.signal()
            try await busy.value
        }

        @Test("an owner's part of the queue shrinks as more owners wait")
        func parts() async throws {
            var limits = ServiceLimits()
            (limits.queueLength, limits.ownerQueueLength) = (6, 5)
            let scheduler = Scheduler(
                threadCount: 1, limits: limits,
                metrics: ServiceMetrics(registry: PrometheusRegistry()))
            let (gate, running) = try await blocked(scheduler)
            let owners = try ["a", "b", "c", "d"].map { try #require(Principal($0)) }
            func isRoom(for owner: Principal) -> Bool {
                (try? scheduler.checkRoom(owner: owner, model: "m")) != nil
            }
            func wait(_ owner: Principal) throws {
                try scheduler.enqueue(
                    Ticket(
                        owner: owner, model: "m", deadline: nil, work: { _ in }, fail: { _ in }))
            }
            for _ in 0..<3 { try wait(owners[0]) }
            // Alone it may have five, of two each may have three, of three two.
            #expect(isRoom(for: owners[0]))
            try wait(owners[1])
            #expect(!isRoom(for: owners[0]) && isRoom(for: owners[1]))
            try wait(owners[2])
            #expect(!isRoom(for: owners[0]) && isRoom(for: owners[1]) && isRoom(for: owners[3]))
            try wait(owners[1])
            // Now the queue is full for everybody.
            #expect(owners.allSatisfy { !isRoom(for: $0) })
            gate.signal()
            try await running.value
            try await eventually { owners.allSatisfy { isRoom(for: $0) } }
        }

        @Test("what is done afterwards comes after the answer, and only where nothing waits")
        func afterwards() async throws {
            let scheduler = scheduler()
            let order = Order()
            let gate = DispatchSemaphore(value: 0)
            func submit(_ name: String) -> Task<Void, any Error> {
                Task {
                    try await scheduler.submit(
                        owner: .anonymous, model: "m", deadline: nil,
                        afterwards: { shouldStop in
                            order.add("after \(name)")
                            while !shouldStop() { usleep(1000) }
                            order.add("stopped")
                        }
                    ) { _ in
                        gate.wait()
                        order.add(name)
                    }
                }
            }
            let first = submit("first")
            try await eventually { scheduler.load.running == 1 }
            let second = submit("second")
            try await eventually { scheduler.load.waiting == 1 }
            for _ in 0..<2 { gate.signal() }
            try await first.value
            // It has its answer while the thread still does what comes afterwards.
            try await second.value
            try await eventually { order.names.withLock { $0.count } == 3 }
            #expect(order.names.withLock { $0 } == ["first", "second", "after second"])
            #expect(scheduler.isIdle && scheduler.threads.others == 0)
            // The next one is not kept waiting.
            gate.signal()
            try await submit("third").value
            try await eventually { order.names.withLock { $0.last == "after third" } }
            // Nor is the end; and then nothing comes afterwards.
            scheduler.drain()
            try await eventually { order.names.withLock { $0.last == "stopped" } }
            #expect(
                order.names.withLock { $0 } == [
                    "first", "second", "after second", "stopped", "third", "after third", "stopped",
                ])
        }
    }
#endif
