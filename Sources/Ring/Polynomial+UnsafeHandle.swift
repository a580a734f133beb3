import Foundation
import RingKernels
import Secrets

/// Aligned words without an owner; `BufferPool` and `Storage` see to their release.
struct Buffer: @unchecked Sendable {
    let words: UnsafeMutablePointer<UInt64>
    let wordCount: Int

    var byteCount: Int { wordCount * MemoryLayout<UInt64>.stride }

    /// Bytes of a huge page; buffers of that size and more ask for them.
    private static let hugePage = 2 << 20

    init(wordCount: Int) {
        let byteCount = max(wordCount, 8) * MemoryLayout<UInt64>.stride
        let isLarge = byteCount >= Buffer.hugePage
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: isLarge ? Buffer.hugePage : 64)
        #if os(Linux)
            // A hint: keys are read once in order, and huge pages spare most address translations.
            if isLarge { _ = madvise(raw, byteCount, MADV_HUGEPAGE) }
        #endif
        words = raw.bindMemory(to: UInt64.self, capacity: wordCount)
        self.wordCount = wordCount
    }

    func deallocate() { UnsafeMutableRawPointer(words).deallocate() }

    /// A buffer that was kept as an address.
    init(words: UnsafeMutablePointer<UInt64>, wordCount: Int) {
        self.words = words
        self.wordCount = wordCount
    }

    /// Keeps another buffer of this size, or none, in the first word; contents are lost.
    func link(to other: Buffer?) {
        words[0] = UInt64(UInt(bitPattern: other?.words))
    }

    /// What `link(to:)` kept.
    var next: Buffer? {
        UnsafeMutablePointer<UInt64>(bitPattern: UInt(words[0])).map {
            Buffer(words: $0, wordCount: wordCount)
        }
    }

    /// Overwrites the words with zeros, whether or not anything reads them again.
    func wipe() { SecretBytes.wipe(UnsafeMutableRawBufferPointer(start: words, count: byteCount)) }
}

/// The limbs of one polynomial, borrowed from a pool until the last reference goes, or in a mapped
/// file.
///
/// Writes happen only through a polynomial that holds the sole reference (or before the storage
/// is shared), which is what makes sending it between threads safe; mapped limbs are never written.
final class Storage: @unchecked Sendable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    /// What the words belong to: a buffer, or else a mapping.
    private let buffer: Buffer?
    private let mapping: MappedMemory?
    private let pool: BufferPool
    let degree: Int
    let limbCount: Int
    /// Whether the words are zeroed before the pool gets them back; copies inherit it.
    let isSecret: Bool

    /// Undefined contents.
    init(pool: BufferPool, degree: Int, limbCount: Int, isSecret: Bool = false) {
        self.isSecret = isSecret
        self.pool = pool
        self.degree = degree
        self.limbCount = limbCount
        wordCount = Storage.stride(degree: degree) * limbCount
        let buffer = pool.take(wordCount: wordCount)
        words = buffer.words
        self.buffer = buffer
        mapping = nil
    }

    /// Limbs in a mapped file; nil where it does not hold as many from that byte on.
    init?(
        mapping: MappedMemory, offset: Int, pool: BufferPool, degree: Int, limbCount: Int
    ) {
        wordCount = Storage.stride(degree: degree) * limbCount
        guard let words = mapping.words(at: offset, count: wordCount) else { return nil }
        // Nobody writes there: `uniqueStorage` copies what is mapped.
        self.words = UnsafeMutablePointer(mutating: words)
        self.mapping = mapping
        self.pool = pool
        self.degree = degree
        self.limbCount = limbCount
        isSecret = false
        buffer = nil
    }

    deinit {
        guard let buffer else { return }
        if isSecret { buffer.wipe() }
        pool.give(buffer)
    }

    /// Whether the words may be written by whoever holds the sole reference.
    var isWritable: Bool { buffer != nil }

    /// Words from limb to limb: a few cache lines more than a power of two, so that equal places
    /// of several limbs do not fall into the same set of the cache.
    static func stride(degree: Int) -> Int { degree + 32 }

    func limb(_ position: Int) -> UnsafeMutablePointer<UInt64> {
        precondition(position >= 0 && position < limbCount, "limb out of range")
        return words + position * Storage.stride(degree: degree)
    }

    func copy() -> Storage {
        let result = Storage(
            pool: pool, degree: degree, limbCount: limbCount, isSecret: isSecret)
        result.words.update(from: words, count: wordCount)
        return result
    }
}

extension Polynomial {
    /// The limb at a position of the basis, for reading while self is alive.
    func limb(_ position: Int) -> UnsafePointer<UInt64> {
        UnsafePointer(storage.limb(position))
    }

    /// Makes the storage unique and returns it for writing.
    mutating func uniqueStorage() -> Storage {
        if !isKnownUniquelyReferenced(&storage) || !storage.isWritable { storage = storage.copy() }
        return storage
    }

    /// The limb of `other` that belongs to the modulus at a position of this basis.
    func matchingLimb(of other: Polynomial, at position: Int) -> UnsafePointer<UInt64> {
        if other.basis.indices.count > position,
            other.basis.indices[position] == basis.indices[position]
        {
            return other.limb(position)
        }
        guard let match = other.basis.position(of: basis.indices[position]) else {
            preconditionFailure("the right side lacks a limb of the left side")
        }
        return other.limb(match)
    }

    /// Reads the residues of the limb at a position of the basis.
    public func withLimb<Result, Failure: Error>(
        _ position: Int, _ body: (Span<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let words = UnsafeBufferPointer(start: limb(position), count: context.degree)
        return try body(words.span)
    }

    /// Writes the residues of the limb at a position of the basis; they must stay below the modulus.
    public mutating func withMutableLimb<Result, Failure: Error>(
        _ position: Int, _ body: (inout MutableSpan<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let storage = uniqueStorage()
        let words = UnsafeMutableBufferPointer(
            start: storage.limb(position), count: context.degree)
        var span = words.mutableSpan
        return try body(&span)
    }
}
