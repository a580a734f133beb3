import Synchronization

/// Counts the groups of ciphertexts that are in memory: how tests see that they do not pile up.
package final class BatchCounter: Sendable {
    private let counts = Mutex((now: 0, most: 0, total: 0))

    package init() {}

    /// Most that were in memory at a time.
    package var most: Int { counts.withLock { $0.most } }

    /// All that were ever in memory.
    package var total: Int { counts.withLock { $0.total } }

    /// A mark that lives with a group.
    func mark() -> BatchMark { BatchMark(self) }

    fileprivate func begin() {
        counts.withLock {
            $0.now += 1
            $0.total += 1
            $0.most = max($0.most, $0.now)
        }
    }

    fileprivate func end() { counts.withLock { $0.now -= 1 } }
}

/// Counts for as long as it lives.
final class BatchMark: Sendable {
    private let counter: BatchCounter

    fileprivate init(_ counter: BatchCounter) {
        self.counter = counter
        counter.begin()
    }

    deinit { counter.end() }
}
