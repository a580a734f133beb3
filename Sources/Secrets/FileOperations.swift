import CSodium

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls under every file that this module writes, as values, so that tests can make
/// each of them fail.
///
/// Every call answers 0 or more on success and minus errno on failure; nothing is retried here.
package struct FileOperations: Sendable {
    /// What a file is.
    package struct Status: Sendable {
        package enum Kind: Sendable { case file, directory, other }

        package var kind: Kind
        /// The nine permission bits and the three above them.
        package var mode: UInt32
        package var owner: UInt32
        package var byteCount: Int
        /// How many names the file has.
        package var linkCount: Int
        /// Seconds since 1970 of the last change of the content.
        package var changed = 0
    }

    package var open: @Sendable (_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32
    package var openAt:
        @Sendable (_ directory: Int32, _ name: String, _ flags: Int32, _ mode: UInt32) -> Int32
    package var read: @Sendable (_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int
    package var write: @Sendable (_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
    package var sync: @Sendable (_ file: Int32) -> Int32
    package var close: @Sendable (_ file: Int32) -> Int32
    package var status: @Sendable (_ file: Int32, _ status: inout Status) -> Int32
    /// Follows symbolic links.
    package var pathStatus: @Sendable (_ path: String, _ status: inout Status) -> Int32
    package var lock: @Sendable (_ file: Int32) -> Int32
    package var rename: @Sendable (_ directory: Int32, _ from: String, _ to: String) -> Int32
    package var renameExclusive:
        @Sendable (_ directory: Int32, _ from: String, _ to: String) -> Int32
    package var link: @Sendable (_ directory: Int32, _ from: String, _ to: String) -> Int32
    package var unlink: @Sendable (_ directory: Int32, _ name: String) -> Int32
    package var makeDirectory: @Sendable (_ path: String, _ mode: UInt32) -> Int32
    package var names: @Sendable (_ directory: Int32, _ names: inout [String]) -> Int32
}

extension FileOperations {
    /// The operating system.
    package static let system = FileOperations(
        open: { path, flags, mode in answer(systemOpen(path, flags, mode)) },
        openAt: { directory, name, flags, mode in
            answer(systemOpenAt(directory, name, flags, mode))
        },
        read: { file, buffer in
            let count = systemRead(file, buffer.baseAddress, buffer.count)
            return count < 0 ? -Int(errno) : count
        },
        write: { file, bytes in
            let count = systemWrite(file, bytes.baseAddress, bytes.count)
            return count < 0 ? -Int(errno) : count
        },
        sync: { answer(fsync($0)) },
        close: { answer(systemClose($0)) },
        status: systemStatus,
        pathStatus: systemPathStatus,
        lock: { answer(flock($0, LOCK_EX)) },
        rename: { directory, from, to in answer(renameat(directory, from, directory, to)) },
        renameExclusive: { directory, from, to in -tacit_rename_exclusive(directory, from, to) },
        link: { directory, from, to in answer(linkat(directory, from, directory, to, 0)) },
        unlink: { directory, name in answer(unlinkat(directory, name, 0)) },
        makeDirectory: { path, mode in answer(mkdir(path, mode_t(mode))) },
        names: systemNames)

    private static func answer(_ result: Int32) -> Int32 {
        result < 0 ? -errno : result
    }
}

// The members of `FileOperations` bear the names of these functions and would hide them.

private func systemOpen(_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32 {
    open(path, flags, mode_t(mode))
}

private func systemOpenAt(
    _ directory: Int32, _ name: String, _ flags: Int32, _ mode: UInt32
) -> Int32 {
    openat(directory, name, flags, mode_t(mode))
}

private func systemRead(_ file: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    guard let base, count > 0 else { return 0 }
    return read(file, base, count)
}

private func systemWrite(_ file: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
    guard let base, count > 0 else { return 0 }
    return write(file, base, count)
}

private func systemClose(_ file: Int32) -> Int32 { close(file) }

private func systemStatus(_ file: Int32, _ status: inout FileOperations.Status) -> Int32 {
    var info = stat()
    guard fstat(file, &info) == 0 else { return -errno }
    status = FileOperations.Status(info)
    return 0
}

private func systemPathStatus(_ path: String, _ status: inout FileOperations.Status) -> Int32 {
    var info = stat()
    guard stat(path, &info) == 0 else { return -errno }
    status = FileOperations.Status(info)
    return 0
}

extension FileOperations.Status {
    /// Nothing known yet.
    package static let unknown = FileOperations.Status(
        kind: .other, mode: 0, owner: 0, byteCount: 0, linkCount: 0)

    fileprivate init(_ info: stat) {
        let bits = UInt32(info.st_mode)
        kind =
            switch bits & UInt32(S_IFMT) {
            case UInt32(S_IFREG): .file
            case UInt32(S_IFDIR): .directory
            default: .other
            }
        mode = bits & 0o7777
        owner = info.st_uid
        byteCount = Int(info.st_size)
        linkCount = Int(info.st_nlink)
        #if canImport(Darwin)
            changed = Int(info.st_mtimespec.tv_sec)
        #else
            changed = Int(info.st_mtim.tv_sec)
        #endif
    }
}

/// Lists a directory through a descriptor of its own, because `closedir` closes it.
private func systemNames(_ directory: Int32, _ names: inout [String]) -> Int32 {
    let own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { return -errno }
    guard let stream = fdopendir(own) else {
        let code = errno
        close(own)
        return -code
    }
    defer { closedir(stream) }
    errno = 0
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
        errno = 0
    }
    return -errno
}
