import RingKernels

/// Residues in as many bits as a modulus takes: one stream of bits, the lowest first, in little-endian
/// 64-bit words; bits of the last word that are left over are zero.
package enum PackedResidues {
    private static let kernels: KernelTable = {
        guard
            let table = (try? InstructionSet.selected()) ?? (try? InstructionSet.portable.table())
        else { preconditionFailure("no kernels, not even portable ones") }
        return table
    }()

    /// Whole words of `count` residues.
    package static func byteCount(_ count: Int, bits: Int) -> Int { (count * bits + 63) / 64 * 8 }

    /// Packs residues below 2^bits, 1 <= bits <= 64, into `byteCount` bytes.
    package static func pack(
        _ residues: Span<UInt64>, bits: Int, to bytes: UnsafeMutableBufferPointer<UInt8>
    ) {
        precondition(
            (1...64).contains(bits) && bytes.count == byteCount(residues.count, bits: bits),
            "bytes for another number of residues")
        residues.withUnsafeBufferPointer { words in
            kernels.table.pack(bytes.baseAddress, words.baseAddress, words.count, UInt32(bits))
        }
    }

    /// Unpacks residues from `byteCount` bytes.
    ///
    /// - Returns: the place of the first residue that is not below `bound`, if there is one; and
    ///   whether the bits left over are zero.
    package static func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>, bits: Int, bound: UInt64,
        to residues: inout MutableSpan<UInt64>
    ) -> (firstOutside: Int?, isClean: Bool) {
        let count = residues.count
        precondition(
            (1...64).contains(bits) && bytes.count == byteCount(count, bits: bits),
            "bytes of another number of residues")
        let outside = residues.withUnsafeMutableBufferPointer { words in
            kernels.table.unpack(words.baseAddress, bytes.baseAddress, count, UInt32(bits), bound)
        }
        let (full, part) = (count * bits).quotientAndRemainder(dividingBy: 8)
        var rest: UInt8 = 0
        if part > 0 { rest = bytes[full] >> UInt8(part) }
        for byte in bytes[(full + (part > 0 ? 1 : 0))...] { rest |= byte }
        return (outside < count ? outside : nil, rest == 0)
    }
}
