/// Reading and writing of files as a whole, with this library's errors.
public enum WholeFile {
    /// Reads a file.
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

    /// Writes a file: all of it, or nothing; `-` is standard output.
    ///
    /// - Throws: `WireError` when it cannot be written.
    public static func write(_ bytes: [UInt8], path: String) throws(WireError) {
        try FileOutput.replace(path, with: bytes)
    }
}
