#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file mapped for reading: polynomials and keys may stand in it, and keep it mapped.
///
/// Map only files that nobody else can shorten: reading beyond the end of a mapped file ends the
/// process. Once mapped, the file may lose its name; its pages stay. Processes that map the same
/// file share its pages.
package final class MappedMemory: @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer

    /// Bytes of the mapping.
    package var byteCount: Int { bytes.count }

    /// Maps the first `byteCount` bytes of an open file, which must have as many.
    ///
    /// The descriptor stays the caller's. Nil where the system refuses.
    package init?(descriptor: Int32, byteCount: Int) {
        guard byteCount > 0,
            let address = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
            address != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: address, count: byteCount)
        // A hint: everything will be read, most of it in order.
        _ = madvise(address, byteCount, Int32(MADV_WILLNEED))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Gives `body` a part of the bytes; nil where they are not part of the mapping.
    package func withBytes<Result, Failure: Error>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        return try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// Words from a byte on; nil unless that is a multiple of 64 and all are part of the mapping.
    func words(at offset: Int, count: Int) -> UnsafePointer<UInt64>? {
        let (end, overflow) = offset.addingReportingOverflow(8 * count)
        guard offset >= 0, offset % 64 == 0, count > 0, !overflow, end <= bytes.count,
            let base = bytes.baseAddress
        else { return nil }
        return (base + offset).assumingMemoryBound(to: UInt64.self)
    }
}

extension Polynomial {
    /// A polynomial whose limbs stand in a mapped file, as `forEachStoredLimb` hands them out.
    ///
    /// Residues are not looked at: whoever wrote the file had checked them.
    ///
    /// - Returns: nil where the file does not hold as many limbs from that byte on.
    package init?(mapping: MappedMemory, offset: Int, context: RingContext, basis: Basis) {
        guard
            let storage = Storage(
                mapping: mapping, offset: offset, pool: context.pool, degree: context.degree,
                limbCount: basis.count)
        else { return nil }
        self.init(context: context, basis: basis, storage: storage)
    }

    /// Bytes that the polynomial takes in a mapped file.
    package static func storedByteCount(context: RingContext, basis: Basis) -> Int {
        8 * Storage.stride(degree: context.degree) * basis.count
    }

    /// Hands out the bytes of every limb, in order, and how many undefined ones follow it.
    package func forEachStoredLimb<Failure: Error>(
        _ body: (UnsafeRawBufferPointer, _ padding: Int) throws(Failure) -> Void
    ) throws(Failure) {
        let padding = 8 * (Storage.stride(degree: context.degree) - context.degree)
        for position in 0..<basis.count {
            let bytes = UnsafeRawBufferPointer(start: limb(position), count: 8 * context.degree)
            try body(bytes, padding)
        }
    }
}
