extension RowTable {
    /// Reads a CSV or `.npy` file; which of the two it is, its first bytes say.
    ///
    /// Throws `RowsError`: what is wrong, in which line and column.
    public static func read(
        path: String, options: RowReadingOptions = RowReadingOptions()
    ) throws(RowsError) -> RowTable {
        let bytes: [UInt8]?
        do throws(FileFailure) {
            bytes = try FileInput.readAll(path: path, limit: options.maximumBytes)
        } catch {
            throw .cannotRead(file: path, reason: error.reason)
        }
        guard let bytes else { throw .tooLarge(file: path, limitBytes: options.maximumBytes) }
        if path.lowercased().hasSuffix(".npy"), !NPYHeader.matches(bytes) {
            throw .npy(file: path, problem: .magic)
        }
        return try RowTable(parsing: bytes, name: path, options: options)
    }

    /// Parses the bytes of a CSV or `.npy` file; `name` stands for the file in errors.
    ///
    /// Throws `RowsError`: what is wrong, in which line and column.
    public init(
        parsing bytes: [UInt8], name: String = "rows",
        options: RowReadingOptions = RowReadingOptions()
    ) throws(RowsError) {
        guard bytes.count <= options.maximumBytes else {
            throw .tooLarge(file: name, limitBytes: options.maximumBytes)
        }
        self =
            NPYHeader.matches(bytes)
            ? try NPYReader.read(bytes, file: name, options: options)
            : try CSVReader.read(bytes, file: name, options: options)
    }
}
