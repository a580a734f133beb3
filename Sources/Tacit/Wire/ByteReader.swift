package import Secrets

/// Reads a format from bytes in memory or, piece by piece, from a file; every read is checked against what is left.
///
/// Nothing is allocated for a count that the remaining bytes cannot hold, and from a file memory grows only with bytes that
/// really came. Each read names the part of the format it is for, which is what a truncation error says.
package struct ByteReader: ~Copyable {
    private var buffer: [UInt8]
    private var position: Int
    /// End of the readable bytes in `buffer`.
    private var end: Int
    private let input: FileInput?
    /// Readable bytes that are still in the file.
    private var unread: Int
    private var hasher = FrameHasher(version: 1)

    static let chunkByteCount = 1 << 20

    /// Reads all of `bytes`.
    package init(_ bytes: [UInt8]) { self.init(bytes, range: 0..<bytes.count) }

    init(_ bytes: [UInt8], range: Range<Int>) {
        buffer = bytes
        position = range.lowerBound
        end = range.upperBound
        input = nil
        unread = 0
    }

    /// Reads the next `count` bytes of a file; `head` are bytes before them that the digest covers, which is the one of a
    /// frame's version.
    init(_ input: FileInput, count: Int, digesting head: [UInt8], version: UInt16) {
        buffer = []
        position = 0
        end = 0
        self.input = input
        unread = count
        hasher = FrameHasher(version: version)
        hasher.update(head)
    }

    /// Bytes that are left.
    package var remaining: Int { end - position + unread }

    /// Throws unless everything was read.
    package func finish(_ part: String) throws(WireError) {
        guard remaining == 0 else { throw WireError(.trailingBytes(part: part)) }
    }

    /// Reads and forgets what is left of a file, for its digest.
    mutating func drain() throws(WireError) {
        while remaining > 0 {
            let count = min(remaining, Self.chunkByteCount)
            try require(count, "the body")
            position += count
        }
    }

    /// The digest of everything that came from the file.
    func digest() -> Digest32 { hasher.finalize() }

    /// Makes `count` bytes (at most a chunk) available at `position`.
    private mutating func require(_ count: Int, _ part: @autoclosure () -> String) throws(WireError)
    {
        if end - position >= count { return }
        guard count <= remaining, let input else { throw WireError(.truncated(part: part())) }
        var fresh = Array(buffer[position..<end])
        while fresh.count < count {
            let before = fresh.count
            do throws(FileFailure) {
                try input.read(into: &fresh, limit: min(Self.chunkByteCount, unread))
            } catch {
                throw WireError(.cannotRead(reason: error.reason))
            }
            guard fresh.count > before else { throw WireError(.truncated(part: part())) }
            unread -= fresh.count - before
            fresh.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[before...])) }
        }
        buffer = fresh
        position = 0
        end = fresh.count
    }

    private mutating func word(_ byteCount: Int, _ part: @autoclosure () -> String)
        throws(WireError)
        -> UInt64
    {
        try require(byteCount, part())
        var value: UInt64 = 0
        for index in (0..<byteCount).reversed() {
            value = value << 8 | UInt64(buffer[position + index])
        }
        position += byteCount
        return value
    }

    /// One byte.
    package mutating func u8(_ part: @autoclosure () -> String) throws(WireError) -> UInt8 {
        UInt8(truncatingIfNeeded: try word(1, part()))
    }

    /// Two bytes, little-endian.
    package mutating func u16(_ part: @autoclosure () -> String) throws(WireError) -> UInt16 {
        UInt16(truncatingIfNeeded: try word(2, part()))
    }

    /// Four bytes, little-endian.
    package mutating func u32(_ part: @autoclosure () -> String) throws(WireError) -> UInt32 {
        UInt32(truncatingIfNeeded: try word(4, part()))
    }

    /// Eight bytes, little-endian.
    package mutating func u64(_ part: @autoclosure () -> String) throws(WireError) -> UInt64 {
        try word(8, part())
    }

    /// A double; NaN and infinity are refused.
    package mutating func finiteDouble(_ part: @autoclosure () -> String) throws(WireError)
        -> Double
    {
        let value = Double(bitPattern: try word(8, part()))
        guard value.isFinite else {
            throw WireError(.value(part: part(), reason: "not a finite number"))
        }
        return value
    }

    /// A byte that is 0 or 1.
    package mutating func bool(_ part: @autoclosure () -> String) throws(WireError) -> Bool {
        let byte = try u8(part())
        guard byte <= 1 else { throw WireError(.value(part: part(), reason: "neither 0 nor 1")) }
        return byte == 1
    }

    /// An unsigned number in groups of seven bits, the lowest first, in the shortest form.
    package mutating func varint(_ part: @autoclosure () -> String) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            let byte = try u8(part())
            let group = UInt64(byte & 0x7F)
            guard shift < 63 || group <= 1, shift == 0 || byte != 0 else { break }
            value |= group << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw WireError(.value(part: part(), reason: "not a number in its shortest form"))
    }

    /// A signed number, zigzag-coded.
    package mutating func zigzag(_ part: @autoclosure () -> String) throws(WireError) -> Int64 {
        let value = try varint(part())
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number (varint) within `range`.
    package mutating func int(in range: ClosedRange<Int>, _ part: @autoclosure () -> String)
        throws(WireError) -> Int
    {
        let value = try varint(part())
        guard let number = Int(exactly: value), range.contains(number) else {
            throw WireError(
                .value(
                    part: part(),
                    reason: "\(value) is not in \(range.lowerBound)...\(range.upperBound)"))
        }
        return number
    }

    /// A number of elements (varint), of which each takes at least `minimumByteCount` of the bytes that are left.
    package mutating func count(
        limit: Int, minimumByteCount: Int = 1, _ part: @autoclosure () -> String
    ) throws(WireError) -> Int {
        let value = try varint(part())
        guard value <= UInt64(limit), let count = Int(exactly: value) else {
            throw WireError(.tooLarge(part: part(), found: value, limit: UInt64(limit)))
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: minimumByteCount)
        guard !overflow, bytes <= remaining else { throw WireError(.truncated(part: part())) }
        return count
    }

    /// `count` bytes as they are.
    package mutating func bytes(_ count: Int, _ part: @autoclosure () -> String) throws(WireError)
        -> [UInt8]
    {
        var result: [UInt8] = []
        while result.count < count {
            result.append(contentsOf: try piece(of: count - result.count, part()))
        }
        return result
    }

    /// A text of at most `limit` UTF-8 bytes.
    package mutating func string(limit: Int = 4096, _ part: @autoclosure () -> String)
        throws(WireError) -> String
    {
        let utf8 = try bytes(try count(limit: limit, part()), part())
        let text = String(decoding: utf8, as: UTF8.self)
        guard text.utf8.elementsEqual(utf8) else {
            throw WireError(.value(part: part(), reason: "not UTF-8"))
        }
        return text
    }

    /// 32 bytes of a digest.
    package mutating func digest(_ part: @autoclosure () -> String) throws(WireError) -> Digest32 {
        let bytes = try bytes(Digest32.byteCount, part())
        do throws(SecretsError) { return try Digest32(bytes: bytes) } catch {
            throw WireError(.truncated(part: part()))
        }
    }

    /// 16 bytes of a key id.
    package mutating func keyID(_ part: @autoclosure () -> String) throws(WireError) -> KeyID {
        let bytes = try bytes(KeyID.byteCount, part())
        do throws(SecretsError) { return try KeyID(bytes: bytes) } catch {
            throw WireError(.truncated(part: part()))
        }
    }

    /// 32 bytes of a public seed.
    package mutating func seed(_ part: @autoclosure () -> String) throws(WireError) -> Seed {
        let bytes = try bytes(Seed.byteCount, part())
        do throws(SecretsError) { return try Seed(bytes: bytes) } catch {
            throw WireError(.truncated(part: part()))
        }
    }

    /// The next piece of `count` bytes: all of them, or a chunk, whose size is a multiple of eight.
    mutating func piece(of count: Int, _ part: @autoclosure () -> String) throws(WireError)
        -> ArraySlice<UInt8>
    {
        guard count >= 0, count <= remaining else { throw WireError(.truncated(part: part())) }
        let size = min(count, Self.chunkByteCount)
        try require(size, part())
        defer { position += size }
        return buffer[position..<position + size]
    }
}
