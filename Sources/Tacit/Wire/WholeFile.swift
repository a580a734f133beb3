/// Reading and writing of files as a whole, with this library's errors.
public enum WholeFile {
    /// Reads a file; `-` is standard input.
    ///
    /// - Throws: `WireError` when it cannot be read or is larger than the maximum.
    public static func read(path: String, maximumByteCount: Int) throws(WireError) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(FileFailure) {
            bytes = try FileInput.readAll(path: path, limit: maximumByteCount)
        } catch {
            throw WireError(.cannotRead(reason: error.reason), source: path)
        }
        guard let bytes else {
            throw WireError(
                .tooLarge(
                    part: "the file", found: UInt64(maximumByteCount) + 1,
                    limit: UInt64(maximumByteCount)), source: path)
        }
        return bytes
    }

    /// Refuses a path that cannot be opened for reading, before work that would be in vain.
    ///
    /// - Throws: `WireError` with the operating system's reason.
    public static func requireReadable(path: String) throws(WireError) {
        do throws(FileFailure) {
            _ = try FileInput(path: path)
        } catch {
            throw WireError(.cannotRead(reason: error.reason), source: path)
        }
    }

    /// Writes a file: all of it, or nothing; `-` is standard output.
    ///
    /// - Throws: `WireError` when it cannot be written.
    public static func write(_ bytes: [UInt8], path: String) throws(WireError) {
        if isStandardOutput(path) {
            try FileOutput.writeToStandardOutput(bytes)
        } else {
            try FileOutput.write([(path, bytes)])
        }
    }

    /// Whether a path means the standard output.
    static func isStandardOutput(_ path: String) -> Bool {
        ["-", "/dev/stdout", "/dev/fd/1"].contains(path)
    }

    /// Writes files that belong together: none appears before all are complete on the disk.
    ///
    /// - Throws: `WireError` when one cannot be written; then older files of these names stay.
    public static func write(_ files: [(path: String, bytes: [UInt8])]) throws(WireError) {
        try FileOutput.write(files[...])
    }
}
