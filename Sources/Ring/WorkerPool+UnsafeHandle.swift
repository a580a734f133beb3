import Foundation
import Synchronization

/// What is done for every item: with a pointer of the caller's, an item, and the worker that took it.
typealias TeamFunction = @convention(c) (UnsafeMutableRawPointer, Int, Int) -> Void

/// Threads that wait for work, shared by all teams of the process.
///
/// One job runs at a time; whoever asks meanwhile does its own work alone. A thread that has
/// finished looks out for the next job for a tenth of a millisecond before it sleeps: the rounds of
/// one operation follow each other within less, and waking a sleeping thread takes longer than a
/// small round.
final class WorkerPool: @unchecked Sendable {
    static let shared = WorkerPool()

    /// Guards the sleepers' wait and the number of threads.
    private let condition = NSCondition()
    private var threads = 0
    private let sleepers = Atomic<Int>(0)
    private let isBusy = Atomic<Bool>(false)
    /// Counts jobs, so that a thread sees each at most once.
    private let generation = Atomic<Int>(0)
    /// Threads inside the job, or -1 while there is none that may be entered.
    private let gate = Atomic<Int>(-1)
    private let next = Atomic<Int>(0)
    // The job. Written while the gate is closed, read inside it.
    private var body: TeamFunction?
    private var context: UnsafeMutableRawPointer?
    private var count = 0
    private var workers = 0

    /// Looks at the generation before sleeping, about a tenth of a millisecond.
    private static let patience = 200_000

    /// Calls `body` once for every item, on the calling thread (worker 0) and at most `workers` - 1
    /// others.
    ///
    /// Takes nothing from the heap.
    ///
    /// - Returns: false, with nothing done, while another job runs.
    func run(
        workers: Int, count: Int, context: UnsafeMutableRawPointer, _ body: @escaping TeamFunction
    ) -> Bool {
        guard
            isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return false }
        defer { isBusy.store(false, ordering: .releasing) }
        startThreads(workers - 1)
        (self.body, self.context) = (body, context)
        (self.count, self.workers) = (count, workers)
        next.store(0, ordering: .relaxed)
        gate.store(0, ordering: .releasing)
        generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            condition.withLock { condition.broadcast() }
        }
        takeItems(worker: 0)
        var attempts = 0
        while !gate.compareExchange(
            expected: 0, desired: -1, ordering: .acquiringAndReleasing
        ).exchanged {
            attempts += 1
            if attempts > Self.patience { sched_yield() }
        }
        (self.body, self.context) = (nil, nil)
        return true
    }

    private func startThreads(_ wanted: Int) {
        condition.withLock {
            while threads < wanted {
                threads += 1
                let worker = threads
                let thread = Thread { self.serve(worker) }
                thread.name = "tacit-\(worker)"
                thread.start()
            }
        }
    }

    /// What a thread does all its life.
    private func serve(_ worker: Int) {
        var seen = 0
        while true {
            seen = nextGeneration(after: seen)
            var inside = gate.load(ordering: .relaxed)
            while inside >= 0 {
                let (entered, found) = gate.weakCompareExchange(
                    expected: inside, desired: inside + 1, ordering: .acquiringAndReleasing)
                if entered {
                    if worker < workers { takeItems(worker: worker) }
                    gate.wrappingSubtract(1, ordering: .acquiringAndReleasing)
                    break
                }
                inside = found
            }
        }
    }

    private func nextGeneration(after seen: Int) -> Int {
        for _ in 0..<Self.patience {
            let found = generation.load(ordering: .acquiring)
            if found != seen { return found }
        }
        return condition.withLock {
            sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
            defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
            while generation.load(ordering: .sequentiallyConsistent) == seen { condition.wait() }
            return generation.load(ordering: .acquiring)
        }
    }

    private func takeItems(worker: Int) {
        guard let body, let context else { return }
        while true {
            let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard item < count else { return }
            body(context, item, worker)
        }
    }
}
