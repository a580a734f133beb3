#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that appear as a whole or not at all.
///
/// The content goes to a temporary file in the same folder, is synchronized, and takes its name in
/// one step; on any failure the temporary file is removed and an older file of the name is
/// untouched. A path that exists and is no regular file (a terminal, a pipe, `/dev/null`) is
/// written directly. A symbolic link is followed, so that the file it names is replaced.
public enum AtomicFile {
    /// Writes a file whose content is at hand.
    ///
    /// - Parameters:
    ///   - path: Where the file appears.
    ///   - mode: Permission bits of the new file, before the process's umask.
    ///   - replace: Whether an existing file may be replaced.
    /// - Throws: `SecretsError`: `.fileExists`, `.isDirectory`, `.diskFull`, `.systemCall`, or
    ///   `.notDurable` when the file is there but may not survive a power failure.
    public static func write(
        _ path: String, mode: UInt32 = 0o644, replace: Bool = true, bytes: [UInt8]
    ) throws(SecretsError) {
        try write(path, mode: mode, replace: replace, operations: .system, bytes: bytes)
    }

    /// Writes a file piece by piece, for content too large to hold at once.
    ///
    /// Whatever `body` throws ends the writing, leaves nothing behind and is passed on; otherwise
    /// as above. The writer is of no use after `body` returns.
    @discardableResult
    public static func write<Result>(
        _ path: String, mode: UInt32 = 0o644, replace: Bool = true,
        _ body: (FileWriter) throws -> Result
    ) throws -> Result {
        try write(path, mode: mode, replace: replace, operations: .system, body)
    }

    package static func write(
        _ path: String, mode: UInt32, replace: Bool, operations: FileOperations, bytes: [UInt8]
    ) throws(SecretsError) {
        do {
            try write(path, mode: mode, replace: replace, operations: operations) {
                try $0.append(bytes)
            }
        } catch let error as SecretsError {
            throw error
        } catch {
            throw .systemCall(operation: "writing", path: path, errno: EIO)
        }
    }

    package static func write<Result>(
        _ path: String, mode: UInt32, replace: Bool, operations: FileOperations,
        _ body: (FileWriter) throws -> Result
    ) throws -> Result {
        var status = FileOperations.Status.unknown
        let answer = operations.pathStatus(path, &status)
        if answer == 0, status.kind == .other {
            return try writeDirectly(path, operations, body)
        }
        if answer == 0, status.kind == .directory { throw SecretsError.isDirectory(path: path) }
        if answer == 0, !replace { throw SecretsError.fileExists(path: path) }
        let (folder, name) = try split(answer == 0 ? resolved(path) : path)
        let directory = try Directory(path: folder, operations: operations)
        return try directory.writeFile(name, mode: mode, replace: replace, body)
    }

    private static func writeDirectly<Result>(
        _ path: String, _ operations: FileOperations, _ body: (FileWriter) throws -> Result
    ) throws -> Result {
        let descriptor = try Directory.call("opening", path) {
            operations.open(path, O_WRONLY | O_CLOEXEC, 0)
        }
        let writer = FileWriter(
            OpenFile(descriptor: descriptor, path: path, operations: operations),
            isRegular: false)
        let result = try body(writer)
        try writer.finish()
        return result
    }

    /// Folder and file name of a path.
    static func split(_ path: String) throws(SecretsError) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else {
            guard !path.isEmpty, path != ".", path != ".." else { throw .isDirectory(path: path) }
            return (".", path)
        }
        let name = String(path[path.index(after: slash)...])
        guard !name.isEmpty, name != ".", name != ".." else { throw .isDirectory(path: path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    private static func resolved(_ path: String) -> String {
        guard let text = realpath(path, nil) else { return path }
        defer { free(text) }
        return String(cString: text)
    }
}

/// Receives the content of a file that `AtomicFile` writes.
public final class FileWriter {
    private var file: OpenFile
    private let isRegular: Bool
    private var isFinished = false
    private var buffer: [UInt8] = []

    /// Bytes written at once; smaller pieces are gathered.
    private static let bufferByteCount = 1 << 18

    init(_ file: consuming OpenFile, isRegular: Bool = true) {
        self.file = file
        self.isRegular = isRegular
        buffer.reserveCapacity(FileWriter.bufferByteCount)
    }

    /// Adds bytes at the end.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(SecretsError) {
        if buffer.count + bytes.count <= FileWriter.bufferByteCount {
            buffer.append(contentsOf: bytes)
            return
        }
        try flush()
        if bytes.count < FileWriter.bufferByteCount {
            buffer.append(contentsOf: bytes)
        } else {
            try write(bytes)
        }
    }

    /// Adds bytes at the end.
    public func append(_ bytes: [UInt8]) throws(SecretsError) {
        try bytes.span.withUnsafeBytes { (bytes) throws(SecretsError) in try append(bytes) }
    }

    /// Makes everything so far durable, still without the file's name: for files that are to appear together.
    public func synchronize() throws(SecretsError) {
        try flush()
        if isRegular { try file.sync() }
    }

    /// Writes what is gathered, makes it durable, and closes.
    func finish() throws(SecretsError) {
        try synchronize()
        isFinished = true
        try file.close()
    }

    private func flush() throws(SecretsError) {
        guard !buffer.isEmpty else { return }
        let pending = buffer
        buffer = []
        try pending.span.withUnsafeBytes { (bytes) throws(SecretsError) in try write(bytes) }
        buffer.reserveCapacity(FileWriter.bufferByteCount)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(SecretsError) {
        guard !isFinished else {
            throw .systemCall(operation: "writing", path: file.path, errno: EBADF)
        }
        try file.write(bytes)
    }
}

extension Directory {
    /// Creates or replaces a file in one step; see `AtomicFile`.
    func writeFile<Result>(
        _ name: String, mode: UInt32, replace: Bool, _ body: (FileWriter) throws -> Result
    ) throws -> Result {
        let temporary = Directory.temporaryName()
        let unfinished = filePath(temporary)
        UnfinishedFiles.add(unfinished)
        defer { UnfinishedFiles.remove(unfinished) }
        let writer = FileWriter(try open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode))
        let result: Result
        do {
            result = try body(writer)
            try writer.finish()
            try UnfinishedFiles.undisturbed {
                if replace {
                    try rename(temporary, to: name)
                } else {
                    try renameExclusive(temporary, to: name)
                }
            }
        } catch {
            try? unlink(temporary)
            throw error
        }
        try sync()
        return result
    }

    /// The same for a content that is at hand.
    func writeFile(
        _ name: String, mode: UInt32, replace: Bool, bytes: [UInt8]
    ) throws(SecretsError) {
        do {
            try writeFile(name, mode: mode, replace: replace) { try $0.append(bytes) }
        } catch let error as SecretsError {
            throw error
        } catch {
            throw .systemCall(operation: "writing", path: filePath(name), errno: EIO)
        }
    }
}
