#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// What became of the requests to lock secret memory in this process.
public enum LockedMemory {
    /// Counts of allocations since the process started.
    public struct Status: Sendable, Hashable {
        /// Allocations that the system locked.
        public let locked: Int
        /// Allocations that could be swapped out, because the system refused to lock them.
        public let refused: Int

        /// Whether every secret so far was locked.
        public var isComplete: Bool { refused == 0 }
    }

    private static let lockedCount = Atomic<Int>(0)
    private static let refusedCount = Atomic<Int>(0)

    /// The counts at this moment.
    public static var status: Status {
        Status(
            locked: lockedCount.load(ordering: .relaxed),
            refused: refusedCount.load(ordering: .relaxed))
    }

    /// One line for the user when a lock was refused, nil otherwise.
    public static var warning: String? {
        let status = status
        guard !status.isComplete else { return nil }
        return "\(status.refused) secret buffers could not be locked in memory and may reach swap; "
            + "raise the limit (ulimit -l) or switch swap off"
    }

    /// Bytes that the process may lock, as far as the system limits them.
    package static var limit: Int {
        var limits = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            let kind = __rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue)
        #else
            let kind = RLIMIT_MEMLOCK
        #endif
        guard getrlimit(kind, &limits) == 0 else { return 0 }
        return Int(clamping: limits.rlim_cur)
    }

    private static let isRequired = Atomic<Bool>(false)

    /// From now on a secret that cannot be locked is refused with `SecretsError.memoryNotLocked`, for the whole process
    /// (`--require-locked`).
    ///
    /// - Throws: `SecretsError.memoryNotLocked` when that happened already.
    public static func require() throws(SecretsError) {
        isRequired.store(true, ordering: .relaxed)
        let status = status
        guard status.isComplete else { throw .memoryNotLocked(buffers: status.refused) }
    }

    /// Whether memory that was not locked may hold a secret.
    static func permits(isLocked: Bool) -> Bool {
        isLocked || !isRequired.load(ordering: .relaxed)
    }

    static func record(isLocked: Bool) {
        if isLocked {
            lockedCount.wrappingAdd(1, ordering: .relaxed)
        } else {
            refusedCount.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
