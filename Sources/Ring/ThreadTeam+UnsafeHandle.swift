/// How many threads share the work of one operation.
///
/// Work is cut into independent items (limbs, ranges of coefficients, keys), so results are the same
/// integers for any number of threads. The calling thread is one of them; the others belong to the
/// process and stay between operations (`WorkerPool`). While they are taken, by another operation or
/// by one that this one is a part of, the calling thread works alone.
package struct ThreadTeam: Sendable, Hashable {
    /// Threads at most, at least one.
    package let threadCount: Int

    /// The calling thread alone.
    package static let single = ThreadTeam(threadCount: 1)

    /// A team of at least one.
    package init(threadCount: Int) {
        self.threadCount = max(1, threadCount)
    }

    /// Calls `body` once for every item in 0..<count.
    ///
    /// `worker` is below `threadCount`; two calls of one worker never overlap, so it may name
    /// scratch memory.
    package func forEach(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        guard min(threadCount, count) > 1 else {
            for item in 0..<count { body(item, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var job = Job(body: body)
            withUnsafeMutablePointer(to: &job) { job in
                forEach(count, with: job) { job, item, worker in
                    job.assumingMemoryBound(to: Job.self).pointee.body(item, worker)
                }
            }
        }
    }

    /// A closure that is called through a pointer.
    private struct Job {
        let body: (Int, Int) -> Void
    }

    /// The same with a function and a pointer to what it works on, which takes nothing from the heap
    /// for any number of threads.
    func forEach(
        _ count: Int, with context: UnsafeMutableRawPointer, _ body: @escaping TeamFunction
    ) {
        let workers = min(threadCount, count)
        if workers > 1,
            WorkerPool.shared.run(workers: workers, count: count, context: context, body)
        {
            return
        }
        for item in 0..<count { body(context, item, 0) }
    }

    /// The values of `body` for every item in 0..<count, in order.
    package func map<Value>(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Value) -> [Value]
    {
        [Value](unsafeUninitializedCapacity: count) { places, initialized in
            if let base = places.baseAddress {
                forEach(count) { item, worker in
                    (base + item).initialize(to: body(item, worker))
                }
            }
            initialized = count
        }
    }

    /// Cuts `length` places into equal ranges of whole cache lines and calls `body` for each.
    func forEachRange(of length: Int, _ body: (_ start: Int, _ count: Int, _ worker: Int) -> Void) {
        guard threadCount > 1, length >= 2048 else { return body(0, length, 0) }
        let size = max(1024, (length / (2 * threadCount) + 127) / 128 * 128)
        let ranges = (length + size - 1) / size
        forEach(ranges) { item, worker in
            body(item * size, min(size, length - item * size), worker)
        }
    }
}
