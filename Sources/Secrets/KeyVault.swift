#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder of sealed keys, one file each, under names.
///
/// Every change is one rename under a lock, so that a process that ends at any moment leaves the
/// old file or the new one. The vault keeps bytes; it knows no scheme. Layout of the files:
/// docs/vault-format.md.
public struct KeyVault: Sendable {
    /// The folder.
    public let path: String

    let operations: FileOperations
    let cost: DerivationCost

    /// Permission bits of the folder and of each file.
    static let directoryMode: UInt32 = 0o700
    static let fileMode: UInt32 = 0o600

    /// Opens the vault in an existing folder.
    ///
    /// - Throws: `SecretsError.noVault`, `.permissionsTooOpen`, `.wrongOwner`.
    public init(path: String) throws(SecretsError) {
        try self.init(path: path, operations: .system, cost: .moderate)
    }

    package init(
        path: String, operations: FileOperations, cost: DerivationCost
    ) throws(SecretsError) {
        self.path = path
        self.operations = operations
        self.cost = cost
        _ = try directory()
    }

    /// Makes the folder, for the owner alone, unless it is there; then opens the vault.
    ///
    /// - Throws: `SecretsError.permissionsTooOpen`, `.wrongOwner`, `.systemCall`.
    public static func create(at path: String) throws(SecretsError) -> KeyVault {
        try create(at: path, operations: .system, cost: .moderate)
    }

    package static func create(
        at path: String, operations: FileOperations, cost: DerivationCost
    ) throws(SecretsError) -> KeyVault {
        do throws(SecretsError) {
            try Directory.call("making folder", path) {
                operations.makeDirectory(path, directoryMode)
            }
        } catch {
            guard case .systemCall(_, _, EEXIST) = error else { throw error }
        }
        return try KeyVault(path: path, operations: operations, cost: cost)
    }

    /// The folder, checked.
    func directory() throws(SecretsError) -> Directory {
        let directory: Directory
        do throws(SecretsError) {
            directory = try Directory(path: path, operations: operations)
        } catch {
            switch error {
            case .systemCall(_, _, ENOENT), .systemCall(_, _, ENOTDIR): throw .noVault(path: path)
            default: throw error
            }
        }
        try KeyVault.check(try directory.status(), path, required: KeyVault.directoryMode)
        return directory
    }

    /// The folder, held against other writers and free of what a killed one left.
    func lockedDirectory() throws(SecretsError) -> Directory {
        let directory = try directory()
        try directory.lock()
        for name in try directory.names() where name.hasPrefix(Directory.temporaryPrefix) {
            try? directory.unlink(name)
        }
        return directory
    }

    /// Refuses what others can read or own.
    private static func check(
        _ status: FileOperations.Status, _ path: String, required: UInt32
    ) throws(SecretsError) {
        guard status.mode & 0o077 == 0 else {
            throw .permissionsTooOpen(path: path, mode: status.mode, required: required)
        }
        let user = geteuid()
        guard status.owner == user || status.owner == 0 || user == 0 else {
            throw .wrongOwner(path: path, owner: status.owner)
        }
    }

    /// Reads a key's file and takes it apart.
    func read(_ name: String, in directory: borrowing Directory) throws(SecretsError) -> KeyFile {
        try KeyName.validate(name)
        let path = directory.filePath(KeyName.file(name))
        let bytes: [UInt8]
        do throws(SecretsError) {
            // Not blocking, lest a pipe in the place of a key hold us for ever.
            let file = try directory.open(KeyName.file(name), O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .file else { throw .notAKeyFile(path: path) }
            try KeyVault.check(status, path, required: KeyVault.fileMode)
            bytes = try file.readAll(limit: KeyFile.maximumByteCount)
        } catch {
            switch error {
            case .systemCall(_, _, ENOENT): throw .unknownKey(name: name, vault: self.path)
            case .systemCall(_, _, ELOOP): throw .notAKeyFile(path: path)
            default: throw error
            }
        }
        let file = try KeyFile(decoding: bytes, path: path)
        guard file.identity.name == name else {
            throw .nameMismatch(path: path, found: file.identity.name)
        }
        return file
    }

    /// Seconds since 1970.
    static func now() -> UInt64 { UInt64(max(0, time(nil))) }
}
