import Foundation

/// Reads tensor bytes stored beside the model file, and nowhere else.
struct ExternalData {
    /// The model's folder; nil when the model came as bytes.
    let folder: URL?
    let limits: ImportLimits

    /// The bytes of one tensor; `expected` is what its shape and type need.
    /// - Throws: `InferenceError.externalData` where the location leaves the folder or sizes do not fit.
    func bytes(
        of tensor: OnnxTensorProto, name: String, expected: Int
    ) throws(InferenceError) -> Data {
        func refuse(_ reason: String) -> InferenceError {
            .externalData(tensor: name, reason: reason)
        }
        var entries: [String: String] = [:]
        for entry in tensor.externalData { entries[entry.key] = entry.value }
        guard let location = entries["location"], !location.isEmpty else {
            throw refuse("it names no file")
        }
        guard let folder else { throw refuse("the model was given without its folder") }
        let file = try file(location, in: folder, name: name)
        let offset = try number(entries["offset"], "offset", name: name) ?? 0
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            let size = try handle.seekToEnd()
            guard size <= UInt64(limits.fileBytes) else {
                throw InferenceError.tooLarge(
                    what: "external file '\(location)'", size: "\(size) bytes",
                    limit: "\(limits.fileBytes) bytes")
            }
            let length = try number(entries["length"], "length", name: name) ?? expected
            guard length == expected else {
                throw refuse("its length is \(length) bytes, its shape needs \(expected)")
            }
            let (end, overflow) = UInt64(offset).addingReportingOverflow(UInt64(expected))
            guard !overflow, end <= size else {
                throw refuse("bytes \(offset) to \(end) lie beyond the file's \(size) bytes")
            }
            if expected == 0 { return Data() }
            try handle.seek(toOffset: UInt64(offset))
            guard let data = try handle.read(upToCount: expected), data.count == expected else {
                throw refuse("the file '\(location)' ends early")
            }
            return data
        } catch let error as InferenceError {
            throw error
        } catch {
            throw refuse("the file '\(location)' cannot be read")
        }
    }

    /// The file's address, with symbolic links resolved, provided that it lies inside the folder.
    private func file(
        _ location: String, in folder: URL, name: String
    ) throws(InferenceError) -> URL {
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.hasPrefix("/"), !parts.contains(".."), !location.contains("\0"),
            !location.contains("\\")
        else {
            throw .externalData(
                tensor: name, reason: "'\(location)' lies outside the model's folder")
        }
        let base = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let file = folder.appendingPathComponent(location).resolvingSymlinksInPath()
            .standardizedFileURL
        guard file.path.hasPrefix(base.hasSuffix("/") ? base : base + "/") else {
            throw .externalData(
                tensor: name, reason: "'\(location)' leads outside the model's folder")
        }
        let values = try? file.resourceValues(forKeys: [.isRegularFileKey])
        guard values?.isRegularFile == true else {
            throw .externalData(tensor: name, reason: "'\(location)' is not a file")
        }
        return file
    }

    private func number(
        _ text: String?, _ key: String, name: String
    ) throws(InferenceError) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw .externalData(tensor: name, reason: "\(key) '\(text)' is not a count of bytes")
        }
        return value
    }
}
