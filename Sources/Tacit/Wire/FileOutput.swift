import Secrets

/// Files written by `AtomicFile`, with this module's errors.
enum FileOutput {
    /// Permission bits of new files, before the process's umask.
    private static let mode: UInt32 = 0o666

    /// Writes a file in pieces: it appears under its name when all of them are on the disk, or not at all.
    ///
    /// - Throws: `WireError` when it cannot be written, and what `body` throws.
    static func write<Value>(
        path: String, _ body: (FileWriter) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        do {
            return try stream(path: path, body)
        } catch let error as WireError {
            throw error
        } catch {
            throw WireError(.cannotWrite(reason: "\(error)"), source: path)
        }
    }

    /// Writes a file in pieces that are made meanwhile: it appears under its name when all of them are on the disk, or not
    /// at all.
    ///
    /// - Throws: what `body` throws; `WireError` when the file cannot be written.
    static func stream<Value>(
        path: String, _ body: (FileWriter) throws -> Value
    ) throws -> Value {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw WireError(.cannotWrite(reason: "no such path"), source: path)
        }
        var failure: (any Error)?
        do {
            return try AtomicFile.write(path, mode: mode) { file in
                do { return try body(file) } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            if let failure { throw failure }
            let reason = (error as? SecretsError)?.reasonOfWriting ?? "\(error)"
            throw WireError(.cannotWrite(reason: reason), source: path)
        }
    }

    /// Writes files that belong together: none appears before all are complete on the disk.
    static func write(_ files: ArraySlice<(path: String, bytes: [UInt8])>) throws(WireError) {
        guard let file = files.first else { return }
        try write(path: file.path) { writer throws(WireError) in
            try writer.add(file.bytes, of: file.path)
            try writer.finishOnDisk(of: file.path)
            try write(files.dropFirst())
        }
    }

    /// Writes to the standard output.
    static func writeToStandardOutput(_ bytes: [UInt8]) throws(WireError) {
        guard PosixFile.writeAll(1, bytes[...]) else {
            throw WireError(.cannotWrite(reason: PosixFile.lastError()), source: "-")
        }
    }
}

extension FileWriter {
    /// Adds bytes at the end.
    func add(_ bytes: [UInt8], of path: String? = nil) throws(WireError) {
        do throws(SecretsError) { try append(bytes) } catch {
            throw WireError(.cannotWrite(reason: error.reasonOfWriting), source: path)
        }
    }

    /// Puts everything so far on the disk, still without the file's name.
    func finishOnDisk(of path: String) throws(WireError) {
        do throws(SecretsError) { try synchronize() } catch {
            throw WireError(.cannotWrite(reason: error.reasonOfWriting), source: path)
        }
    }
}

extension SecretsError {
    /// Why a file cannot be written, without its name.
    fileprivate var reasonOfWriting: String {
        switch self {
        case .diskFull: PosixFile.diskFull
        case .isDirectory: "it is a directory"
        case .systemCall(_, _, let code): PosixFile.text(of: code)
        default: "\(self)"
        }
    }
}
