#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open directory; files in it are read, and replaced as a whole, relative to its descriptor.
///
/// Interrupted calls are repeated here. Everything that writes follows one order: a temporary
/// file is written and synchronized, gets its name, and the directory is synchronized; so a
/// process that ends in between leaves the old file or the new one.
struct Directory: ~Copyable {
    let path: String
    let operations: FileOperations
    private let descriptor: Int32

    /// Names of unfinished files begin so.
    static let temporaryPrefix = ".tacit-tmp-"

    /// Opens a directory; with `followsLinks` false, its path may not end in a symbolic link.
    init(
        path: String, operations: FileOperations, followsLinks: Bool = true
    ) throws(SecretsError) {
        self.path = path
        self.operations = operations
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
        descriptor = try Directory.call("opening directory", path) {
            operations.open(path, flags, 0)
        }
    }

    deinit { _ = operations.close(descriptor) }

    func filePath(_ name: String) -> String {
        path.hasSuffix("/") ? path + name : path + "/" + name
    }

    func status() throws(SecretsError) -> FileOperations.Status {
        try Directory.status(of: descriptor, path, operations)
    }

    /// Waits until no other process holds the directory; released with the descriptor.
    func lock() throws(SecretsError) {
        try Directory.call("locking", path) { operations.lock(descriptor) }
    }

    func names() throws(SecretsError) -> [String] {
        var names: [String] = []
        try Directory.call("listing", path) { operations.names(descriptor, &names) }
        return names.sorted()
    }

    /// Makes renames in the directory survive a power failure.
    ///
    /// By then the change is visible, so a failure is reported as a case of its own.
    ///
    /// - Returns: Whether the file system can do it; some cannot, and say so.
    @discardableResult
    func sync() throws(SecretsError) -> Bool {
        var answer = operations.sync(descriptor)
        while answer == -EINTR { answer = operations.sync(descriptor) }
        switch -answer {
        case ...0: return true
        case EINVAL, ENOTSUP: return false
        default: throw .notDurable(path: path, errno: -answer)
        }
    }

    func unlink(_ name: String) throws(SecretsError) {
        try Directory.call("removing", filePath(name)) { operations.unlink(descriptor, name) }
    }

    func rename(_ from: String, to: String) throws(SecretsError) {
        try Directory.call("renaming", filePath(from)) { operations.rename(descriptor, from, to) }
    }

    /// Gives the file `from` a second name.
    func link(_ from: String, to: String) throws(SecretsError) {
        try Directory.call("naming", filePath(to)) { operations.link(descriptor, from, to) }
    }

    /// Gives the file `from` the free name `to`, in one step.
    ///
    /// - Throws: `SecretsError.fileExists` when the name is taken.
    func renameExclusive(_ from: String, to: String) throws(SecretsError) {
        let target = filePath(to)
        do throws(SecretsError) {
            try Directory.call("naming", target) {
                operations.renameExclusive(descriptor, from, to)
            }
        } catch {
            guard case .systemCall(_, _, let code) = error else { throw error }
            switch code {
            case EEXIST: throw .fileExists(path: target)
            case ENOSYS, EINVAL, ENOTSUP: try linkExclusive(from, to: to)
            default: throw error
            }
        }
    }

    /// The same for file systems without an exclusive rename.
    private func linkExclusive(_ from: String, to: String) throws(SecretsError) {
        let target = filePath(to)
        do throws(SecretsError) {
            try Directory.call("naming", target) { operations.link(descriptor, from, to) }
        } catch {
            if case .systemCall(_, _, EEXIST) = error { throw .fileExists(path: target) }
            throw error
        }
        // The file has its name now; a second, temporary one is only untidy.
        _ = operations.unlink(descriptor, from)
    }

    /// Opens a file; a symbolic link is not followed.
    func open(
        _ name: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SecretsError) -> OpenFile {
        let path = filePath(name)
        let makes = flags & O_CREAT != 0
        let file = try Directory.call(
            makes ? "making a file in" : "opening", makes ? self.path : path
        ) {
            operations.openAt(descriptor, name, flags | O_NOFOLLOW | O_CLOEXEC, mode)
        }
        return OpenFile(descriptor: file, path: path, operations: operations)
    }

    /// A name for an unfinished file.
    static func temporaryName() -> String {
        temporaryPrefix + Hex.string(SystemRandomSource().publicBytes(count: 8))
    }

    /// Repeats an interrupted call and turns its failure into an error.
    @discardableResult
    static func call(
        _ operation: String, _ path: String, _ body: () -> Int32
    ) throws(SecretsError) -> Int32 {
        while true {
            let result = body()
            if result >= 0 { return result }
            if result != -EINTR {
                throw SecretsError(operation: operation, path: path, errno: -result)
            }
        }
    }

    static func status(
        of file: Int32, _ path: String, _ operations: FileOperations
    ) throws(SecretsError) -> FileOperations.Status {
        var status = FileOperations.Status.unknown
        try call("examining", path) { operations.status(file, &status) }
        return status
    }
}

/// An open file.
struct OpenFile: ~Copyable {
    let path: String
    private let operations: FileOperations
    let descriptor: Int32
    private var isClosed = false

    init(descriptor: Int32, path: String, operations: FileOperations) {
        self.descriptor = descriptor
        self.path = path
        self.operations = operations
    }

    deinit {
        if !isClosed { _ = operations.close(descriptor) }
    }

    func status() throws(SecretsError) -> FileOperations.Status {
        try Directory.status(of: descriptor, path, operations)
    }

    func sync() throws(SecretsError) {
        try Directory.call("synchronizing", path) { operations.sync(descriptor) }
    }

    /// Closes and reports what the file system had postponed until now.
    mutating func close() throws(SecretsError) {
        guard !isClosed else { return }
        isClosed = true
        let result = operations.close(descriptor)
        // The descriptor is gone whatever the answer; an interrupted close is not repeated.
        if result < 0, result != -EINTR {
            throw SecretsError(operation: "closing", path: path, errno: -result)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SecretsError) {
        var rest = bytes
        while rest.count > 0 {
            let count = operations.write(descriptor, rest)
            if count == -Int(EINTR) { continue }
            guard count > 0 else {
                throw SecretsError(
                    operation: "writing", path: path, errno: count == 0 ? EIO : Int32(-count))
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Reads the whole of a file that has at most `limit` bytes.
    ///
    /// - Throws: `SecretsError.tooLarge` before anything is allocated.
    func readAll(limit: Int) throws(SecretsError) -> [UInt8] {
        let size = try status().byteCount
        guard size <= limit else { throw .tooLarge(what: path, bytes: size, limit: limit) }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer in
                operations.read(
                    descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if count == -Int(EINTR) { continue }
            guard count >= 0 else {
                throw SecretsError(operation: "reading", path: path, errno: Int32(-count))
            }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(size - filled)
        return bytes
    }
}
