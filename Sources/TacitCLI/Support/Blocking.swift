import Foundation
import Synchronization

/// Waits on the main thread for asynchronous work.
enum Blocking {
    private final class Outcome: Sendable {
        let result = Mutex<Result<Void, any Error>>(.success(()))
        let done = DispatchSemaphore(value: 0)
    }

    /// Runs `work` to its end on other threads and hands on what it throws.
    static func run(_ work: @escaping @Sendable () async throws -> Void) throws {
        let outcome = Outcome()
        Task.detached {
            do { try await work() } catch { outcome.result.withLock { $0 = .failure(error) } }
            outcome.done.signal()
        }
        outcome.done.wait()
        try outcome.result.withLock { $0 }.get()
    }
}
