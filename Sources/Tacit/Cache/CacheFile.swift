import Ring
import Secrets

/// Why a file of the cache cannot be used.
struct CacheFileError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What goes into a file of the cache: a description, and long parts that are mapped.
protocol CacheContent: Sendable {
    /// Writes what the long parts are, in order.
    func describe(_ writer: inout ByteWriter) throws
    /// Writes the long parts in order; the same every time.
    func write(to sink: inout CacheSink) throws
}

/// A mapped file of the cache.
///
/// Layout, little-endian: magic 8, kind 4, zero 4, bytes of the file 8, of the head 8, address 32, checksum of the
/// parts (`WordSums`) 32, description, zeros, BLAKE2b-256 of the head so far; then the parts. Head and parts begin at
/// multiples of 64 bytes. The head is checked when the file is opened, the parts by an `IntegrityCheck`.
struct CacheFile {
    let memory: MappedMemory
    /// Where the parts begin.
    let bodyOffset: Int
    /// The checksum that they should have.
    let checksum: Digest32
    private let description: [UInt8]

    private static let magic = Array("TACITMAP".utf8)
    private static let fixedByteCount = 96
    private static let maximumHeadByteCount = 1 << 28

    /// Checks the head of a mapped file.
    init(_ memory: MappedMemory, address: CacheAddress) throws {
        let size = memory.byteCount
        func copy(_ range: Range<Int>) throws -> [UInt8] {
            guard let bytes = memory.withBytes(range, { Array($0) }) else {
                throw CacheFileError("it is cut short")
            }
            return bytes
        }
        var reader = ByteReader(try copy(0..<Self.fixedByteCount))
        guard try reader.bytes(8, "magic") == Self.magic,
            try reader.u32("kind") == address.kind.rawValue, try reader.u32("zero") == 0
        else { throw CacheFileError("it is another kind of file") }
        let total = try reader.u64("size")
        let headSize = try reader.u64("size of the head")
        guard total == UInt64(size) else { throw CacheFileError("it is cut short") }
        guard headSize >= UInt64(Self.fixedByteCount + Digest32.byteCount), headSize % 64 == 0,
            headSize <= min(UInt64(size), UInt64(Self.maximumHeadByteCount))
        else { throw CacheFileError("its head has a wrong size") }
        guard try reader.digest("address") == address.digest else {
            throw CacheFileError("it belongs to another name")
        }
        checksum = try reader.digest("checksum")
        let head = try copy(0..<Int(headSize))
        let end = head.count - Digest32.byteCount
        guard Digest32.blake2b(Array(head[..<end])).bytes.elementsEqual(head[end...]) else {
            throw CacheFileError("its head is damaged")
        }
        self.memory = memory
        bodyOffset = head.count
        description = Array(head[Self.fixedByteCount..<end])
    }

    /// A reader of the description; zeros may be left after it.
    var reader: ByteReader { ByteReader(description) }

    /// The head of a file that is to hold a content.
    static func head(
        _ address: CacheAddress, _ content: some CacheContent
    ) throws -> (bytes: [UInt8], totalByteCount: Int) {
        var sink = CacheSink(nil)
        try content.write(to: &sink)
        var writer = ByteWriter()
        try content.describe(&writer)
        let description = writer.finish()
        let size =
            (fixedByteCount + description.count + Digest32.byteCount + 63) / 64 * 64
        var head = ByteWriter()
        head.bytes(magic)
        head.u32(address.kind.rawValue)
        head.u32(0)
        head.u64(UInt64(size + sink.byteCount))
        head.u64(UInt64(size))
        head.digest(address.digest)
        head.digest(sink.sums.finalize())
        head.bytes(description)
        head.bytes(
            [UInt8](
                repeating: 0,
                count: size - fixedByteCount - description.count - Digest32.byteCount))
        let bytes = head.finish()
        return (bytes + Digest32.blake2b(bytes).bytes, size + sink.byteCount)
    }
}

/// Takes the long parts of a file: adds them up, or writes them.
struct CacheSink {
    private let file: FileWriter?
    private(set) var byteCount = 0
    private(set) var sums = WordSums()

    /// Writes to a file; without one only adds up.
    init(_ file: FileWriter?) { self.file = file }

    /// Takes bytes and zeros after them.
    mutating func add(_ bytes: UnsafeRawBufferPointer, padding: Int) throws(SecretsError) {
        byteCount += bytes.count + padding
        guard let file else {
            sums.update(bytes)
            sums.update(zeroCount: padding)
            return
        }
        try file.append(bytes)
        try file.append([UInt8](repeating: 0, count: padding))
    }
}
