import Ring

/// Residues below a modulus q, packed in as many bits as q - 1 has.
///
/// The bits form one stream, the lowest first, cut into 64-bit words that are stored little-endian; bits of the last word that
/// are left over are zero.
enum ResiduePacking {
    /// Bits per residue.
    static func width(modulus: UInt64) -> Int { 64 - (modulus - 1).leadingZeroBitCount }

    /// Bytes of `count` packed residues.
    static func byteCount(_ count: Int, modulus: UInt64) -> Int {
        PackedResidues.byteCount(count, bits: width(modulus: modulus))
    }

    /// Appends the packed form of `residues`, which are below `modulus`.
    static func append(
        _ residues: Span<UInt64>, modulus: UInt64, to bytes: inout [UInt8]
    ) {
        let size = byteCount(residues.count, modulus: modulus)
        bytes.append(addingCapacity: size) { (output: inout OutputSpan<UInt8>) in
            output.withUnsafeMutableBufferPointer { buffer, count in
                PackedResidues.pack(
                    residues, bits: width(modulus: modulus),
                    to: UnsafeMutableBufferPointer(rebasing: buffer[count..<(count + size)]))
                count += size
            }
        }
    }

    /// Reads as many residues as `residues` has places from all of their bytes.
    ///
    /// - Returns: the place of the first that is not below the modulus, if there is one; and whether
    ///   the bits left over are zero.
    static func read(
        _ bytes: ArraySlice<UInt8>, modulus: UInt64, to residues: inout MutableSpan<UInt64>
    ) -> (firstOutside: Int?, isClean: Bool) {
        bytes.withUnsafeBufferPointer {
            PackedResidues.unpack(
                $0, bits: width(modulus: modulus), bound: modulus, to: &residues)
        }
    }
}
