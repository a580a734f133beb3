import CSodium

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Settings by which a process that handles secrets keeps them out of files and debuggers.
public enum ProcessHardening {
    /// Forbids core dumps (`RLIMIT_CORE` 0) and attaching (`PR_SET_DUMPABLE` 0).
    ///
    /// Call it first thing in an executable. It also makes libsodium ready.
    ///
    /// - Throws: `SecretsError.systemCall` when the system refuses.
    public static func apply() throws(SecretsError) {
        guard Sodium.isReady else { throw .libraryUnavailable }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
        #else
            let core = RLIMIT_CORE
        #endif
        guard setrlimit(core, &none) == 0 else {
            throw .systemCall(operation: "limiting core dumps", path: nil, errno: errno)
        }
        let code = tacit_forbid_dump()
        guard code == 0 else {
            throw .systemCall(operation: "forbidding dumps", path: nil, errno: code)
        }
    }

    /// Whether other processes of the user may read this one's memory; nil where unknown.
    public static var isDumpable: Bool? {
        let answer = tacit_is_dumpable()
        return answer < 0 ? nil : answer != 0
    }
}
