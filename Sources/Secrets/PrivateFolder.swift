#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder that only this user can reach, for files that can be made again and may be mapped.
///
/// Nobody else can put a file there, or shorten one. Files appear as a whole under their name and are
/// never written again: they are replaced or lose their name, which whoever has them open does not
/// notice.
public struct PrivateFolder: Sendable {
    /// The folder.
    public let path: String

    private let operations: FileOperations

    /// Seconds after which an unfinished file that nobody writes to any more is removed.
    private static let temporaryLife = 600

    /// Opens a folder, or makes it, with those above it, for this user alone.
    ///
    /// - Throws: `SecretsError.permissionsTooOpen`, `.wrongOwner`, or `.systemCall`, also where the path
    ///   ends in a symbolic link.
    public init(path: String) throws(SecretsError) {
        try self.init(path: path, operations: .system)
    }

    package init(path: String, operations: FileOperations) throws(SecretsError) {
        self.path = path
        self.operations = operations
        do throws(SecretsError) {
            _ = try directory()
        } catch {
            guard case .systemCall(_, _, ENOENT) = error else { throw error }
            try make()
            _ = try directory()
        }
    }

    private func make() throws(SecretsError) {
        var path = self.path.hasPrefix("/") ? "" : "."
        for part in self.path.split(separator: "/") {
            path += "/" + part
            do throws(SecretsError) {
                try Directory.call("making folder", path) {
                    operations.makeDirectory(path, 0o700)
                }
            } catch {
                guard case .systemCall(_, _, EEXIST) = error else { throw error }
            }
        }
    }

    /// The folder, checked.
    private func directory() throws(SecretsError) -> Directory {
        let directory = try Directory(path: path, operations: operations, followsLinks: false)
        try Self.check(directory.status(), path, required: 0o700)
        return directory
    }

    private static func check(
        _ status: FileOperations.Status, _ path: String, required: UInt32
    ) throws(SecretsError) {
        guard status.owner == geteuid() else {
            throw .wrongOwner(path: path, owner: status.owner)
        }
        guard status.mode & 0o077 == 0 else {
            throw .permissionsTooOpen(path: path, mode: status.mode, required: required)
        }
    }

    /// A file of the folder.
    public struct Item: Sendable {
        /// Its name.
        public let name: String
        /// Its size.
        public let byteCount: Int
        /// Seconds since 1970 of its last use.
        public let lastUse: Int
    }

    /// All files, those under construction left out.
    ///
    /// - Throws: `SecretsError`.
    public func items() throws(SecretsError) -> [Item] {
        try items(in: directory()).filter { !$0.name.hasPrefix(Directory.temporaryPrefix) }
    }

    private func items(in directory: borrowing Directory) throws(SecretsError) -> [Item] {
        var items: [Item] = []
        for name in try directory.names() {
            // Not blocking, lest a pipe hold us for ever.
            guard let file = try? directory.open(name, O_RDONLY | O_NONBLOCK),
                let status = try? file.status(), status.kind == .file
            else { continue }
            items.append(
                Item(name: name, byteCount: status.byteCount, lastUse: status.changed))
        }
        return items
    }

    /// Opens a file for mapping, and counts that as its use.
    ///
    /// - Returns: what `body` makes of its descriptor and size; nil where there is no file of the name.
    /// - Throws: `SecretsError.wrongOwner`, `.permissionsTooOpen`, `.systemCall`.
    package func withFile<Result>(
        _ name: String, _ body: (_ descriptor: Int32, _ byteCount: Int) -> Result
    ) throws(SecretsError) -> Result? {
        let directory = try directory()
        let path = directory.filePath(name)
        let file: OpenFile
        do throws(SecretsError) {
            file = try directory.open(name, O_RDONLY | O_NONBLOCK)
        } catch {
            guard case .systemCall(_, _, ENOENT) = error else { throw error }
            return nil
        }
        let status = try file.status()
        try Self.check(status, path, required: 0o600)
        guard status.kind == .file, status.linkCount == 1 else {
            throw .systemCall(operation: "mapping", path: path, errno: EINVAL)
        }
        let result = body(file.descriptor, status.byteCount)
        // A minute is fine enough for "least recently used", and spares most writes.
        if Int(time(nil)) - status.changed > 60 { _ = futimens(file.descriptor, nil) }
        return result
    }

    /// Writes a file; those used least recently make room for it.
    ///
    /// Until it is complete and on the disk, it has no name; a process that ends before leaves an
    /// unfinished file, which the next ones remove.
    ///
    /// - Parameters:
    ///   - name: the file's name; a file that has it is replaced.
    ///   - byteLimit: bytes that all files together may take.
    ///   - body: writes the content.
    /// - Returns: how many files made room.
    /// - Throws: what `body` throws, and `SecretsError`: `.diskFull`, `.systemCall`.
    @discardableResult
    package func write(
        _ name: String, byteLimit: Int, _ body: (FileWriter) throws -> Void
    ) throws -> Int {
        let directory = try directory()
        let temporary = Directory.temporaryName()
        do {
            let writer = FileWriter(
                try directory.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600))
            try body(writer)
            try writer.finish()
            // Held until the file has its name, so that two processes do not both find room.
            try directory.lock()
            let evicted = try makeRoom(
                in: directory, byteLimit: byteLimit, keeping: [temporary, name])
            try directory.rename(temporary, to: name)
            return evicted
        } catch {
            try? directory.unlink(temporary)
            throw error
        }
    }

    /// Removes what was not used for longest until the rest fits.
    ///
    /// - Returns: how many files were removed.
    /// - Throws: `SecretsError.systemCall`.
    @discardableResult
    package func trim(toByteLimit byteLimit: Int) throws(SecretsError) -> Int {
        let directory = try directory()
        try directory.lock()
        return try makeRoom(in: directory, byteLimit: byteLimit, keeping: [])
    }

    private func makeRoom(
        in directory: borrowing Directory, byteLimit: Int, keeping kept: [String]
    ) throws(SecretsError) -> Int {
        let now = Int(time(nil))
        var items = try items(in: directory)
        for item in items where item.name.hasPrefix(Directory.temporaryPrefix) {
            guard !kept.contains(item.name), now - item.lastUse > Self.temporaryLife else {
                continue
            }
            try? directory.unlink(item.name)
        }
        items.removeAll {
            $0.name.hasPrefix(Directory.temporaryPrefix) && !kept.contains($0.name)
        }
        // The file that is replaced goes anyway.
        var total = items.reduce(0) { $0 + ($1.name == kept.last ? 0 : $1.byteCount) }
        var evicted = 0
        for item in items.sorted(by: { $0.lastUse < $1.lastUse }) where total > byteLimit {
            guard !kept.contains(item.name) else { continue }
            try directory.unlink(item.name)
            total -= item.byteCount
            evicted += 1
        }
        return evicted
    }

    /// Removes a file; nothing where there is none.
    ///
    /// - Throws: `SecretsError.systemCall`.
    public func remove(_ name: String) throws(SecretsError) {
        do throws(SecretsError) {
            try directory().unlink(name)
        } catch {
            guard case .systemCall(_, _, ENOENT) = error else { throw error }
        }
    }

    /// Removes all files, also unfinished ones.
    ///
    /// - Returns: what was removed.
    /// - Throws: `SecretsError.systemCall`.
    public func removeAll() throws(SecretsError) -> [Item] {
        let directory = try directory()
        try directory.lock()
        let items = try items(in: directory)
        for item in items { try directory.unlink(item.name) }
        return items
    }
}
