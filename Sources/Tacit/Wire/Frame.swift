package import Secrets

/// Whole files: a head, a body, and the digest of both.
///
/// A body is handed on only when all of it was read, nothing is left over, and the digest fits. So every flipped bit and every
/// truncation is found. The digest protects against accidents; it is no signature.
package enum Frame {
    /// Writes one part of a body.
    package typealias BodyWriter = (inout ByteWriter) throws(WireError) -> Void

    /// The bytes of a frame.
    package static func bytes(
        _ header: FrameHeader, body: BodyWriter
    ) throws(WireError) -> [UInt8] {
        var writer = ByteWriter()
        writer.digests(asVersion: header.version)
        writer.bytes(header.bytes(bodyByteCount: 0))
        try body(&writer)
        // Now the size of the body is known.
        writer.replace(
            at: 0, with: header.bytes(bodyByteCount: writer.count - FrameHeader.byteCount))
        writer.digest(try writer.digest())
        return writer.finish()
    }

    /// Bytes of a frame with this body, without making it; `body` must write the same every time.
    package static func byteCount(body: BodyWriter) throws(WireError) -> Int {
        var counter = ByteWriter.counter()
        try body(&counter)
        return FrameHeader.overhead + counter.count
    }

    /// Writes a frame to a file, in pieces: all of it, or nothing.
    ///
    /// `body` is called twice and must write the same both times.
    /// Returns the digest at its end.
    @discardableResult
    package static func write(
        _ header: FrameHeader, to path: String, body: BodyWriter
    ) throws(WireError) -> Digest32 {
        let bodyByteCount = try byteCount(body: body) - FrameHeader.overhead
        return try FileOutput.write(path: path) { file throws(WireError) in
            var writer = ByteWriter.file(file)
            writer.digests(asVersion: header.version)
            writer.bytes(header.bytes(bodyByteCount: bodyByteCount))
            try body(&writer)
            precondition(
                writer.count == FrameHeader.byteCount + bodyByteCount,
                "a body must write the same every time")
            let digest = try writer.digest()
            try file.add(digest.bytes)
            return digest
        }
    }

    /// Reads a frame from memory; `body` must read all of the body.
    package static func read<Value>(
        _ bytes: [UInt8], as kind: FrameKind, source: String? = nil,
        body: (FrameHeader, inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        do throws(WireError) {
            let header = try checkedHeader(bytes, kind: kind, available: bytes.count)
            let bodyEnd = bytes.count - Digest32.byteCount
            var hasher = FrameHasher(version: header.version)
            bytes.withUnsafeBytes {
                hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<bodyEnd]))
            }
            guard hasher.finalize().bytes.elementsEqual(bytes[bodyEnd...]) else {
                throw WireError(.damaged)
            }
            var reader = ByteReader(bytes, range: FrameHeader.byteCount..<bodyEnd)
            let value = try body(header, &reader)
            try reader.finish("the body")
            return value
        } catch {
            throw error.of(source)
        }
    }

    /// Reads a frame from a file, in pieces; `body` must read all of the body.
    ///
    /// What `body` throws about bytes that turn out to be damaged is replaced by `WireProblem.damaged`.
    package static func read<Value>(
        path: String, as kind: FrameKind, maximumByteCount: Int = 1 << 36,
        body: (FrameHeader, inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        do throws(WireError) {
            let input = try open(path)
            let head = try head(of: input)
            let header = try checkedHeader(
                head, kind: kind, available: input.size, limit: maximumByteCount)
            let bodyByteCount = Int(try FrameHeader.parse(head).bodyByteCount)
            var reader = ByteReader(
                input, count: bodyByteCount, digesting: head, version: header.version)
            let result: Result<Value, WireError>
            do throws(WireError) {
                let value = try body(header, &reader)
                try reader.finish("the body")
                result = .success(value)
            } catch {
                result = .failure(error)
                try reader.drain()
            }
            try checkTrailer(input, digest: reader.digest())
            return try result.get()
        } catch {
            throw error.of(path)
        }
    }

    /// The head of a frame in memory, without a look at its body.
    package static func header(_ bytes: [UInt8], source: String? = nil) throws(WireError)
        -> FrameHeader
    {
        do throws(WireError) { return try FrameHeader.parse(bytes).0 } catch {
            throw error.of(source)
        }
    }

    /// The head of a file and the size of its body, without a look at its body.
    package static func header(path: String) throws(WireError) -> (
        FrameHeader, bodyByteCount: UInt64
    ) {
        do throws(WireError) { return try FrameHeader.parse(head(of: open(path))) } catch {
            throw error.of(path)
        }
    }

    /// The digest at the end of a frame in memory; of a card, its identity.
    package static func digest(_ bytes: [UInt8]) throws(WireError) -> Digest32 {
        do throws(SecretsError) {
            return try Digest32(bytes: bytes.suffix(Digest32.byteCount))
        } catch {
            throw WireError(.truncated(part: "the digest"))
        }
    }

    private static func open(_ path: String) throws(WireError) -> FileInput {
        do throws(FileFailure) { return try FileInput(path: path) } catch {
            throw WireError(.cannotRead(reason: error.reason))
        }
    }

    private static func readUpTo(_ count: Int, _ input: FileInput) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let before = bytes.count
            do throws(FileFailure) { try input.read(into: &bytes, limit: count - before) } catch {
                throw WireError(.cannotRead(reason: error.reason))
            }
            if bytes.count == before { break }
        }
        return bytes
    }

    private static func head(of input: FileInput) throws(WireError) -> [UInt8] {
        try readUpTo(FrameHeader.byteCount, input)
    }

    /// The head of a frame of the right kind, whose declared size fits the bytes there are (nil: not known yet).
    private static func checkedHeader(
        _ bytes: [UInt8], kind: FrameKind, available: Int?, limit: Int = .max
    ) throws(WireError) -> FrameHeader {
        let (header, bodyByteCount) = try FrameHeader.parse(bytes)
        try header.check(kind: kind)
        let (total, overflow) = bodyByteCount.addingReportingOverflow(UInt64(FrameHeader.overhead))
        if let available {
            guard !overflow, total <= UInt64(available) else {
                throw WireError(.truncated(part: "the body"))
            }
            guard total == UInt64(available) else {
                throw WireError(.trailingBytes(part: "the file"))
            }
        }
        guard !overflow, total <= UInt64(limit) else {
            throw WireError(.tooLarge(part: "the file", found: total, limit: UInt64(limit)))
        }
        return header
    }

    private static func checkTrailer(_ input: FileInput, digest: Digest32) throws(WireError) {
        let trailer = try readUpTo(Digest32.byteCount + 1, input)
        guard trailer.count >= Digest32.byteCount else {
            throw WireError(.truncated(part: "the digest"))
        }
        guard trailer.prefix(Digest32.byteCount).elementsEqual(digest.bytes) else {
            throw WireError(.damaged)
        }
        guard trailer.count == Digest32.byteCount else {
            throw WireError(.trailingBytes(part: "the file"))
        }
    }
}
