import Secrets

/// Where a frame is read from.
package enum FrameOrigin: Sendable {
    case memory([UInt8])
    case file(path: String)
}

/// Where a frame goes.
package enum FrameDestination: Sendable {
    case memory
    /// Under a name that it gets when it is complete; the standard output's name means that.
    case file(path: String)
}

/// A frame that was written.
package struct WrittenFrame: Sendable {
    /// The bytes; none where they are in a file.
    package let bytes: [UInt8]
    /// The size.
    package let byteCount: Int
}

/// Writes one frame whose parts are made while it is written.
package struct FrameWriter: ~Copyable {
    private var writer: ByteWriter
    private let path: String?
    fileprivate var byteCount: Int?

    fileprivate init(_ writer: consuming ByteWriter, path: String?) {
        self.writer = writer
        self.path = path
    }

    /// Whether the head is written.
    package var hasBegun: Bool { byteCount != nil }

    /// Writes the head; a body of exactly so many bytes must follow.
    package mutating func begin(_ header: FrameHeader, bodyByteCount: Int) {
        precondition(byteCount == nil, "a frame has one head")
        writer.digests(asVersion: header.version)
        writer.reserve(FrameHeader.overhead + bodyByteCount)
        writer.bytes(header.bytes(bodyByteCount: bodyByteCount))
        byteCount = FrameHeader.byteCount + bodyByteCount
    }

    /// Writes a part of the body.
    package mutating func body(_ part: Frame.BodyWriter) throws(WireError) {
        do throws(WireError) {
            try part(&writer)
            try writer.flush()
        } catch {
            throw error.of(path)
        }
    }

    /// The digest of everything written.
    fileprivate mutating func digest() throws(WireError) -> Digest32 {
        precondition(writer.count == byteCount, "a body must have the size that its head says")
        do throws(WireError) { return try writer.digest() } catch { throw error.of(path) }
    }

    /// The bytes of a frame in memory, its digest included.
    fileprivate consuming func finish() throws(WireError) -> [UInt8] {
        let digest = try digest()
        writer.digest(digest)
        return writer.finish()
    }
}

extension Frame {
    /// Reads a frame while work is done with its parts; `body` must read all of its body.
    ///
    /// A file's digest is known only after `body`: what `body` made is nobody's before this returns. Where the bytes are
    /// damaged, that is what is thrown, whatever `body` made of them.
    package static func stream<Value>(
        from origin: FrameOrigin, as kind: FrameKind,
        body: (FrameHeader, inout ByteReader) throws -> Value
    ) throws -> Value {
        func work(
            _ header: FrameHeader, _ reader: inout ByteReader
        ) throws(WireError) -> Result<Value, any Error> {
            do { return .success(try body(header, &reader)) } catch {
                try reader.drain()
                return .failure(error)
            }
        }
        switch origin {
        case .memory(let bytes):
            return try read(bytes, as: kind, body: work).get()
        case .file(let path):
            do {
                return try read(path: path, as: kind, body: work).get()
            } catch let error as WireError {
                throw error.of(path)
            }
        }
    }

    /// Writes a frame while its parts are made: all of it, or nothing.
    ///
    /// - Throws: what `body` throws; `WireError` where the frame cannot be written.
    package static func stream(
        to destination: FrameDestination, _ body: (inout FrameWriter) throws -> Void
    ) throws -> WrittenFrame {
        guard case .file(let path) = destination else {
            return try inMemory(body)
        }
        if WholeFile.isStandardOutput(path) {
            let frame = try inMemory(body)
            try FileOutput.writeToStandardOutput(frame.bytes)
            return WrittenFrame(bytes: [], byteCount: frame.byteCount)
        }
        return try FileOutput.stream(path: path) { file in
            var writer = FrameWriter(.file(file), path: path)
            try body(&writer)
            let digest = try writer.digest()
            try file.add(digest.bytes, of: path)
            return WrittenFrame(bytes: [], byteCount: (writer.byteCount ?? 0) + Digest32.byteCount)
        }
    }

    private static func inMemory(
        _ body: (inout FrameWriter) throws -> Void
    ) throws -> WrittenFrame {
        var writer = FrameWriter(ByteWriter(), path: nil)
        try body(&writer)
        let bytes = try writer.finish()
        return WrittenFrame(bytes: bytes, byteCount: bytes.count)
    }
}
