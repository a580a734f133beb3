/// Secret bytes in memory that is guarded, locked against swapping, and zeroed when released.
///
/// The one owner of `sodium_malloc` memory: it cannot be copied by accident, only by `duplicate()`.
/// The bytes end at a page boundary, so their address is aligned to whatever divides `count`
/// (64-byte alignment needs a count that is a multiple of 64).
///
/// Locking can fail (`ulimit -l`); then the memory is used all the same and both
/// `isMemoryLocked` and `LockedMemory.status` say so.
public struct SecretBytes: ~Copyable, @unchecked Sendable {
    /// Number of bytes; public information.
    public let count: Int

    /// Whether the system agreed to keep these bytes out of swap.
    public let isMemoryLocked: Bool

    private let base: UnsafeMutableRawPointer

    /// Allocates `count` zero bytes.
    ///
    /// - Throws: `SecretsError.outOfMemory` when the system has no guarded memory left, `.memoryNotLocked` when
    ///   locked memory is required (`LockedMemory.require()`) and refused.
    public init(count: Int) throws(SecretsError) {
        guard count >= 0, count <= SecretBytes.maximumCount,
            let memory = GuardedMemory.allocate(count)
        else {
            throw .outOfMemory(bytes: count)
        }
        guard LockedMemory.permits(isLocked: memory.isLocked) else {
            GuardedMemory.free(memory.base)
            throw .memoryNotLocked(buffers: 1)
        }
        self.count = count
        self.base = memory.base
        self.isMemoryLocked = memory.isLocked
    }

    /// Allocates `count` zero bytes, or nothing unless the system locks them.
    ///
    /// For what a secret can do without; a refusal does not count in `LockedMemory.status`.
    package init?(lockedCount count: Int) {
        guard count >= 0, count <= SecretBytes.maximumCount,
            let memory = GuardedMemory.allocate(count, onlyIfLocked: true)
        else { return nil }
        self.count = count
        self.base = memory.base
        self.isMemoryLocked = true
    }

    /// Allocates `count` bytes and fills them from `source`.
    public init(randomCount count: Int, from source: some RandomSource) throws(SecretsError) {
        try self.init(count: count)
        source.fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// Copies bytes that the caller continues to own (and wipes, if they are secret).
    public init(copying bytes: UnsafeRawBufferPointer) throws(SecretsError) {
        try self.init(count: bytes.count)
        UnsafeMutableRawBufferPointer(start: base, count: count).copyMemory(from: bytes)
    }

    /// Moves bytes out of an array: copies them, then zeroes the array's storage in place.
    ///
    /// Copies that were made of the array before cannot be reached and stay.
    public init(moving bytes: inout [UInt8]) throws(SecretsError) {
        try self.init(count: bytes.count)
        let destination = UnsafeMutableRawBufferPointer(start: base, count: count)
        bytes.withUnsafeMutableBytes { source in
            destination.copyMemory(from: UnsafeRawBufferPointer(source))
            Sodium.wipe(source)
        }
        bytes.removeAll()
    }

    deinit {
        GuardedMemory.free(base)
    }

    /// Most bytes one owner may hold: 1 GiB.
    public static let maximumCount = 1 << 30

    /// Whether there are no bytes.
    public var isEmpty: Bool { count == 0 }

    /// Gives `body` the bytes to read; the pointer must not outlive the call.
    public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Gives `body` the bytes to read and write; the pointer must not outlive the call.
    public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// A second owner with the same bytes; both are wiped on their own.
    public borrowing func duplicate() throws(SecretsError) -> SecretBytes {
        try SecretBytes(copying: UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A second owner of the bytes at `range`.
    ///
    /// - Throws: `SecretsError.rangeOutOfBounds` when the range does not lie within the bytes.
    public borrowing func slice(_ range: Range<Int>) throws(SecretsError) -> SecretBytes {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw .rangeOutOfBounds(range: range, count: count)
        }
        let all = UnsafeRawBufferPointer(start: base, count: count)
        return try SecretBytes(copying: UnsafeRawBufferPointer(rebasing: all[range]))
    }

    /// Sets every byte to zero.
    public mutating func wipe() {
        Sodium.wipe(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// Compares in time that depends on the lengths alone; different lengths are unequal.
    public borrowing func isEqual(to other: borrowing SecretBytes) -> Bool {
        Sodium.equal(
            UnsafeRawBufferPointer(start: base, count: count),
            UnsafeRawBufferPointer(start: other.base, count: other.count))
    }

    /// Zeroes a buffer in a way that the compiler does not remove.
    public static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        Sodium.wipe(buffer)
    }
}
