#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What can go wrong with secrets, files and vaults; never carries a secret.
public enum SecretsError: Error, Equatable, Sendable {
    /// libsodium could not be initialized.
    case libraryUnavailable
    /// There is no guarded memory left for so many bytes.
    case outOfMemory(bytes: Int)
    /// Locked memory was required, and the system refused it for so many buffers.
    case memoryNotLocked(buffers: Int)
    /// A value of fixed size has another size.
    case wrongLength(what: String, expected: Int, found: Int)
    /// A range does not lie within the bytes it is taken from.
    case rangeOutOfBounds(range: Range<Int>, count: Int)
    /// More bytes were asked of a ChaCha20 stream than it has.
    case streamTooLong(asked: Int, available: Int)
    /// A system call failed.
    case systemCall(operation: String, path: String?, errno: Int32)
}

extension SecretsError: CustomStringConvertible {
    /// One line: what, where, and what to do.
    public var description: String {
        switch self {
        case .libraryUnavailable:
            "libsodium could not be initialized; check its installation"
        case .outOfMemory(let bytes):
            "no guarded memory for \(bytes) secret bytes; free memory or raise the limits (ulimit -v)"
        case .memoryNotLocked(let buffers):
            "\(buffers) secret buffers could not be locked in memory; raise the limit (ulimit -l)"
        case .wrongLength(let what, let expected, let found):
            "a \(what) has \(expected) bytes, found \(found)"
        case .rangeOutOfBounds(let range, let count):
            "bytes \(range.lowerBound)..<\(range.upperBound) do not lie within \(count) bytes"
        case .streamTooLong(let asked, let available):
            "\(asked) bytes asked of a random stream that has \(available) left; use another nonce"
        case .systemCall(let operation, let path, let code):
            "\(operation)\(path.map { " \($0)" } ?? "") failed: \(SecretsError.text(of: code))"
        }
    }

    static func text(of code: Int32) -> String {
        String(cString: strerror(code))
    }
}
