/// Why a file could not be read or written: the operating system's words.
struct FileFailure: Error, Equatable {
    let reason: String
}

/// A file open for plain reading, in pieces; closed with its last reference; `-` is standard input.
///
/// Such files are never mapped: somebody else may shorten a mapped file under us, which ends the process.
final class FileInput {
    private let descriptor: Int32
    /// Size in bytes of a regular file; nil for pipes and devices.
    let size: Int?
    /// What changes when the file is written or another takes its place.
    let stamp: [UInt64]

    init(path: String) throws(FileFailure) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(reason: "no such path")
        }
        let opened = PosixFile.openForReading(path == "-" ? "/dev/stdin" : path)
        guard opened >= 0 else { throw FileFailure(reason: PosixFile.lastError()) }
        let status = PosixFile.kind(of: opened)
        guard let status, !status.isDirectory else {
            PosixFile.shut(opened)
            throw FileFailure(reason: "it is a directory")
        }
        descriptor = opened
        size = status.isRegular ? status.size : nil
        stamp = status.stamp
    }

    deinit { PosixFile.shut(descriptor) }

    /// Appends up to `limit` bytes to `buffer`; adds nothing only at the end of the file.
    func read(into buffer: inout [UInt8], limit: Int) throws(FileFailure) {
        guard PosixFile.append(descriptor, to: &buffer, limit: limit) else {
            throw FileFailure(reason: PosixFile.lastError())
        }
    }

    /// Bytes at a place of a regular file, without moving on in it; nil unless all of them are there.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, size != nil else { return nil }
        return PosixFile.bytes(descriptor, at: offset, count: count)
    }

    /// All bytes of a file, or nil where it has more than `limit`.
    static func readAll(path: String, limit: Int) throws(FileFailure) -> [UInt8]? {
        let input = try FileInput(path: path)
        if let size = input.size, size > limit { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity((input.size ?? 0) + 1)
        while true {
            let before = bytes.count
            try input.read(into: &bytes, limit: min(1 << 20, limit - before + 1))
            if bytes.count > limit { return nil }
            if bytes.count == before { return bytes }
        }
    }
}
