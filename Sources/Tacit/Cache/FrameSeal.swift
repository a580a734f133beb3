import Secrets

/// Head and final digest of a frame, which name its contents: the digest covers everything before it.
///
/// Read alone they tell what a file claims to hold; see `MappedCache.isWhole`.
struct FrameSeal: Sendable {
    let header: FrameHeader
    /// Head and digest.
    let bytes: [UInt8]
    /// The digest at the end.
    let digest: ArraySlice<UInt8>
    /// What changes with the file; nil of bytes in memory.
    private(set) var stamp: Digest32?

    /// The seal of a frame in memory; nil where its size contradicts its head.
    ///
    /// - Throws: `WireError` for bytes that are no frame of the kind.
    init?(_ bytes: [UInt8], as kind: FrameKind) throws(WireError) {
        try self.init(
            head: Array(bytes.prefix(FrameHeader.byteCount)), size: bytes.count, kind
        ) { Array(bytes.suffix(Digest32.byteCount)) }
    }

    /// The seal of a file; nil where its size contradicts its head, and for pipes.
    ///
    /// - Throws: `WireError` for files that cannot be read or are no frame of the kind.
    init?(path: String, as kind: FrameKind) throws(WireError) {
        let input: FileInput
        do throws(FileFailure) { input = try FileInput(path: path) } catch {
            throw WireError(.cannotRead(reason: error.reason), source: path)
        }
        guard let size = input.size,
            let head = input.bytes(at: 0, count: min(size, FrameHeader.byteCount))
        else { return nil }
        do throws(WireError) {
            try self.init(head: head, size: size, kind) {
                input.bytes(at: size - Digest32.byteCount, count: Digest32.byteCount)
            }
            var hasher = Hasher32(domain: "tacit file stamp")
            for word in input.stamp { hasher.update(word) }
            hasher.update(bytes)
            stamp = hasher.finalize()
        } catch {
            throw error.of(path)
        }
    }

    private init?(
        head: [UInt8], size: Int, _ kind: FrameKind, tail: () -> [UInt8]?
    ) throws(WireError) {
        let (header, bodyByteCount) = try FrameHeader.parse(head)
        try header.check(kind: kind)
        guard size >= FrameHeader.overhead,
            bodyByteCount == UInt64(size - FrameHeader.overhead), let tail = tail()
        else { return nil }
        self.header = header
        bytes = head + tail
        digest = tail[...]
    }

    /// The digest that a file should have at its end; nil where it cannot be read.
    static func contentDigest(path: String) -> Digest32? {
        guard let input = try? FileInput(path: path), var left = input.size else { return nil }
        left -= Digest32.byteCount
        var hasher = Hasher32()
        while left > 0 {
            var piece: [UInt8] = []
            guard (try? input.read(into: &piece, limit: min(left, 1 << 20))) != nil,
                !piece.isEmpty
            else { return nil }
            hasher.update(piece)
            left -= piece.count
        }
        return hasher.finalize()
    }
}
