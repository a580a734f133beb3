package import Secrets

/// Writes a format to memory or to a file, or only counts its bytes.
package struct ByteWriter: ~Copyable {
    private enum Destination {
        case memory, counter
        case file(FileWriter)
    }

    private let destination: Destination
    private var hasher = FrameHasher(version: 1)

    /// Bytes that are not handed on yet; all of them for a writer to memory.
    private(set) var memory: [UInt8] = []
    private var handedOn = 0

    /// Bytes written so far.
    package var count: Int { handedOn + memory.count }

    /// Writes to memory.
    package init() { destination = .memory }

    private init(_ destination: Destination) { self.destination = destination }

    /// Counts only.
    static func counter() -> ByteWriter { ByteWriter(.counter) }

    /// Writes to a file; memory stays bounded.
    static func file(_ output: FileWriter) -> ByteWriter { ByteWriter(.file(output)) }

    /// The written bytes of a writer to memory.
    package consuming func finish() -> [UInt8] { memory }

    /// Whether nothing is kept, so that long payloads need not be made.
    var isCounter: Bool {
        if case .counter = destination { true } else { false }
    }

    /// Adds `count` bytes to a counter.
    mutating func skip(_ count: Int) { handedOn += count }

    /// Takes the digest of a frame's version; before anything is handed on.
    mutating func digests(asVersion version: UInt16) {
        precondition(handedOn == 0, "the digest has begun")
        hasher = FrameHasher(version: version)
    }

    /// Makes room in memory for `count` bytes more.
    mutating func reserve(_ count: Int) {
        if case .memory = destination { memory.reserveCapacity(memory.count + count) }
    }

    /// Writes over bytes that are still in memory.
    mutating func replace(at place: Int, with bytes: [UInt8]) {
        memory.replaceSubrange(place..<(place + bytes.count), with: bytes)
    }

    /// Gives `body` the bytes under construction, to append to.
    mutating func append(_ body: (inout [UInt8]) -> Void) { body(&memory) }

    /// Hands bytes on to the file when there are many.
    package mutating func flush(always: Bool = false) throws(WireError) {
        switch destination {
        case .memory: return
        case .counter: break
        case .file(let output):
            guard always || memory.count >= ByteReader.chunkByteCount else { return }
            hasher.update(memory)
            try output.add(memory)
        }
        handedOn += memory.count
        memory.removeAll(keepingCapacity: true)
    }

    /// The digest of everything written.
    mutating func digest() throws(WireError) -> Digest32 {
        if case .memory = destination {
            var whole = hasher
            whole.update(memory)
            return whole.finalize()
        }
        try flush(always: true)
        return hasher.finalize()
    }

    private mutating func word(_ value: UInt64, _ byteCount: Int) {
        for index in 0..<byteCount {
            memory.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
        }
    }

    /// One byte.
    package mutating func u8(_ value: UInt8) { memory.append(value) }

    /// Two bytes, little-endian.
    package mutating func u16(_ value: UInt16) { word(UInt64(value), 2) }

    /// Four bytes, little-endian.
    package mutating func u32(_ value: UInt32) { word(UInt64(value), 4) }

    /// Eight bytes, little-endian.
    package mutating func u64(_ value: UInt64) { word(value, 8) }

    /// A double by its bits.
    package mutating func double(_ value: Double) { word(value.bitPattern, 8) }

    /// A byte that is 0 or 1.
    package mutating func bool(_ value: Bool) { memory.append(value ? 1 : 0) }

    /// An unsigned number in groups of seven bits, the lowest first.
    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            memory.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        memory.append(UInt8(rest))
    }

    /// A number that is not negative, as a varint.
    package mutating func int(_ value: Int) {
        precondition(value >= 0, "negative numbers are written with zigzag(_:)")
        varint(UInt64(value))
    }

    /// A signed number, zigzag-coded.
    package mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Bytes as they are.
    package mutating func bytes(_ bytes: some Sequence<UInt8>) { memory.append(contentsOf: bytes) }

    /// A text: number of UTF-8 bytes, then the bytes.
    package mutating func string(_ text: String) {
        int(text.utf8.count)
        memory.append(contentsOf: text.utf8)
    }

    /// The 32 bytes of a digest.
    package mutating func digest(_ digest: Digest32) { memory.append(contentsOf: digest.bytes) }
}
