/// A file being written: it appears under its name only when it is complete.
///
/// Bytes go to a temporary file in the same directory, which `commit` makes durable and renames. Without `commit`, by an error
/// or by being dropped, nothing is left behind and an older file of that name stays as it was. Pipes and devices, and `-` for
/// the standard output, are written straight.
package final class FileOutput {
    private var descriptor: Int32
    private let destination: String
    private let temporary: String?
    private var isOpen = true

    /// Opens `path` for writing.
    package init(path: String) throws(WireError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw WireError(.cannotWrite(reason: "no such path"), source: path)
        }
        if ["-", "/dev/stdout", "/dev/fd/1"].contains(path) {
            descriptor = PosixFile.duplicated(1)
            destination = path
            temporary = nil
        } else if let status = PosixFile.kind(at: path), !status.isRegular {
            descriptor = status.isDirectory ? -1 : PosixFile.openForWriting(path)
            destination = path
            temporary = nil
            guard !status.isDirectory else {
                throw WireError(.cannotWrite(reason: "it is a directory"), source: path)
            }
        } else {
            destination = PosixFile.resolved(path) ?? path
            let name = PosixFile.temporaryName(beside: destination)
            descriptor = PosixFile.create(name)
            temporary = name
        }
        guard descriptor >= 0 else {
            isOpen = false
            throw WireError(.cannotWrite(reason: PosixFile.lastError()), source: path)
        }
    }

    deinit { discard() }

    /// Writes all bytes.
    package func write(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        guard isOpen, PosixFile.writeAll(descriptor, bytes) else {
            let reason = PosixFile.lastError()
            discard()
            throw WireError(.cannotWrite(reason: reason), source: destination)
        }
    }

    /// Makes the bytes durable, still under the temporary name.
    package func flush() throws(WireError) {
        guard isOpen, temporary != nil else { return }
        guard PosixFile.flush(descriptor) else {
            let reason = PosixFile.lastError()
            discard()
            throw WireError(.cannotWrite(reason: reason), source: destination)
        }
    }

    /// Makes the file durable and gives it its name.
    package func commit() throws(WireError) {
        guard isOpen else { return }
        guard let temporary else {
            isOpen = false
            guard PosixFile.shut(descriptor) else {
                throw WireError(.cannotWrite(reason: PosixFile.lastError()), source: destination)
            }
            return
        }
        guard PosixFile.flush(descriptor), PosixFile.move(temporary, destination) else {
            let reason = PosixFile.lastError()
            discard()
            throw WireError(.cannotWrite(reason: reason), source: destination)
        }
        isOpen = false
        PosixFile.shut(descriptor)
        PosixFile.flushDirectory(of: destination)
    }

    /// Writes a whole file: all of it or nothing.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(WireError) {
        let output = try FileOutput(path: path)
        try output.write(bytes[...])
        try output.commit()
    }

    private func discard() {
        guard isOpen else { return }
        isOpen = false
        PosixFile.shut(descriptor)
        if let temporary { PosixFile.erase(temporary) }
    }
}
