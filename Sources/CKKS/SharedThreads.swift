import Synchronization

/// Evaluations that share a number of threads: one alone has all of them, several have fewer each.
///
/// Every evaluation runs on a thread of its own; how many more may help with its operations is asked at the start of each
/// of them, so that a request that comes meanwhile gets its thread at once. Results do not depend on it.
package final class SharedThreads: Sendable {
    /// Those that the evaluation of this thread or task shares.
    @TaskLocal static var current: SharedThreads?

    private let running = Atomic<Int>(0)

    package init() {}

    /// Threads that other evaluations take.
    package var others: Int { max(0, running.load(ordering: .relaxed) - 1) }

    /// Does an evaluation on the calling thread.
    package func evaluate<Value>(_ work: () throws -> Value) rethrows -> Value {
        running.wrappingAdd(1, ordering: .relaxed)
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        return try Self.$current.withValue(self, operation: work)
    }
}
