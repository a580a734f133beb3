#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// The temporary files that this process is writing: what is to be removed when it is ended from outside.
public enum UnfinishedFiles {
    private static let paths = Mutex<Set<String>>([])

    static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    static func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    /// Removes them, and ends the process before another is begun or one gets its name.
    public static func removeAll(_ endProcess: () -> Void) {
        paths.withLock { paths in
            for path in paths { unlink(path) }
            endProcess()
        }
    }

    /// Does what must not fall between removal and the end of the process: a file gets its name or is removed, not both.
    static func undisturbed<Failure: Error>(
        _ work: () throws(Failure) -> Void
    ) throws(Failure) {
        try paths.withLock { (_) throws(Failure) in try work() }
    }
}
