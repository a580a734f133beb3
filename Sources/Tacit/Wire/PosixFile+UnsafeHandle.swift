#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls of this module, each repeated when a signal interrupts it.
enum PosixFile {
    /// What kind of thing stands under a path.
    struct Kind {
        let isRegular: Bool
        let isDirectory: Bool
        let size: Int
    }

    static func lastError() -> String { String(cString: strerror(errno)) }

    private static func repeating<Number: FixedWidthInteger & SignedInteger>(_ call: () -> Number)
        -> Number
    {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }

    static func openForReading(_ path: String) -> Int32 {
        repeating { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
    }

    static func openForWriting(_ path: String) -> Int32 {
        repeating { open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
    }

    /// Creates a file that must not exist yet.
    static func create(_ path: String) -> Int32 {
        repeating { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0o666) }
    }

    static func duplicated(_ descriptor: Int32) -> Int32 { repeating { dup(descriptor) } }

    @discardableResult
    static func shut(_ descriptor: Int32) -> Bool { close(descriptor) == 0 }

    private static func kind(_ info: stat) -> Kind {
        let type = info.st_mode & S_IFMT
        return Kind(
            isRegular: type == S_IFREG, isDirectory: type == S_IFDIR, size: Int(info.st_size))
    }

    static func kind(of descriptor: Int32) -> Kind? {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? kind(info) : nil
    }

    /// What stands at `path`, following links; nil where nothing does.
    static func kind(at path: String) -> Kind? {
        var info = stat()
        return stat(path, &info) == 0 ? kind(info) : nil
    }

    /// The file behind links; nil where there is none.
    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// A name in the directory of `path` that nobody else uses.
    static func temporaryName(beside path: String) -> String {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { path[...$0] } ?? ""
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(directory).\(name.prefix(64)).\(number).part"
    }

    /// Appends at most `limit` bytes; false on failure, nothing appended at the end of the file.
    static func append(_ descriptor: Int32, to buffer: inout [UInt8], limit: Int) -> Bool {
        guard limit > 0 else { return true }
        var result = 0
        let piece = [UInt8](unsafeUninitializedCapacity: limit) { memory, count in
            result = repeating { read(descriptor, memory.baseAddress, limit) }
            count = max(0, result)
        }
        buffer.append(contentsOf: piece)
        return result >= 0
    }

    static func writeAll(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { memory in
            var written = 0
            while written < memory.count {
                let rest = UnsafeRawBufferPointer(rebasing: memory[written...])
                let result = repeating { write(descriptor, rest.baseAddress, rest.count) }
                guard result > 0 else { return false }
                written += result
            }
            return true
        }
    }

    static func flush(_ descriptor: Int32) -> Bool { repeating { fsync(descriptor) } == 0 }

    static func move(_ from: String, _ to: String) -> Bool { rename(from, to) == 0 }

    static func erase(_ path: String) { unlink(path) }

    /// Makes a rename durable; a file system that cannot is left to itself.
    static func flushDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = openForReading(directory)
        guard descriptor >= 0 else { return }
        _ = flush(descriptor)
        shut(descriptor)
    }
}
