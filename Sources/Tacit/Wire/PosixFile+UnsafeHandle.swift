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
        /// What changes when the file is written or another takes its place.
        let stamp: [UInt64]
    }

    static func lastError() -> String { text(of: errno) }

    static func text(of code: Int32) -> String { String(cString: strerror(code)) }

    /// What the system says of a disk without room.
    static var diskFull: String { text(of: ENOSPC) }

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

    @discardableResult
    static func shut(_ descriptor: Int32) -> Bool { close(descriptor) == 0 }

    private static func kind(_ info: stat) -> Kind {
        let type = info.st_mode & S_IFMT
        #if canImport(Darwin)
            let times = [info.st_mtimespec, info.st_ctimespec]
        #else
            let times = [info.st_mtim, info.st_ctim]
        #endif
        let parts = [Int(info.st_dev), Int(info.st_ino), Int(info.st_size)]
        return Kind(
            isRegular: type == S_IFREG, isDirectory: type == S_IFDIR, size: Int(info.st_size),
            stamp: (parts + times.flatMap { [$0.tv_sec, $0.tv_nsec] }).map {
                UInt64(truncatingIfNeeded: $0)
            })
    }

    static func kind(of descriptor: Int32) -> Kind? {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? kind(info) : nil
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

    /// Bytes at a place of a regular file, without moving on in it; nil unless all of them are there.
    static func bytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
            filled = max(
                0, repeating { pread(descriptor, memory.baseAddress, count, off_t(offset)) })
        }
        return bytes.count == count ? bytes : nil
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
}
