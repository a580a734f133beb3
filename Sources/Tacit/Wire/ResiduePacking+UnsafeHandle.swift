/// Residues below a modulus q, packed in as many bits as q - 1 has.
///
/// The bits form one stream, the lowest first, cut into 64-bit words that are stored little-endian; bits of the last word that
/// are left over are zero.
enum ResiduePacking {
    /// Bits per residue.
    static func width(modulus: UInt64) -> Int { 64 - (modulus - 1).leadingZeroBitCount }

    /// Bytes of `count` packed residues.
    static func byteCount(_ count: Int, modulus: UInt64) -> Int {
        (count * width(modulus: modulus) + 63) / 64 * 8
    }

    /// Appends the packed form of `residues`, which are below `modulus`.
    static func append(
        _ residues: Span<UInt64>, modulus: UInt64, to bytes: inout [UInt8]
    ) {
        let width = UInt64(width(modulus: modulus))
        let size = byteCount(residues.count, modulus: modulus)
        let packed = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
            let raw = UnsafeMutableRawBufferPointer(memory)
            var word: UInt64 = 0
            var used: UInt64 = 0
            var offset = 0
            for index in residues.indices {
                let residue = residues[index]
                word |= residue << used
                used += width
                if used >= 64 {
                    raw.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                    offset += 8
                    used -= 64
                    // A shift by the whole width of a word gives zero, which is right: nothing is left of the residue.
                    word = residue >> (width - used)
                }
            }
            if used > 0 {
                raw.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
            }
            count = size
        }
        bytes.append(contentsOf: packed)
    }

    /// Unpacks pieces of a stream of packed residues.
    struct Unpacker {
        private let width: UInt64
        private let modulus: UInt64
        private var word: UInt64 = 0
        private var available: UInt64 = 0
        private(set) var filled = 0
        /// Index of the first residue that is not below the modulus.
        private(set) var firstTooLarge: Int?

        init(modulus: UInt64) {
            self.width = UInt64(ResiduePacking.width(modulus: modulus))
            self.modulus = modulus
        }

        /// True when every residue is there and the bits left over are zero.
        func isComplete(_ count: Int) -> Bool { filled == count && word == 0 }

        /// Takes the next bytes of the stream, a multiple of eight, and stores the residues they complete.
        mutating func add(_ bytes: ArraySlice<UInt8>, to residues: inout MutableSpan<UInt64>) {
            let mask = width == 64 ? UInt64.max : (1 << width) - 1
            let count = residues.count
            bytes.withUnsafeBytes { raw in
                for offset in stride(from: 0, to: raw.count - 7, by: 8) {
                    let next = UInt64(
                        littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    // `word` holds fewer bits than a residue, so one or more residues end in `next`.
                    var taken: UInt64 = 0
                    while filled < count, available + (64 - taken) >= width {
                        let residue = (word | (next >> taken) << available) & mask
                        if residue >= modulus, firstTooLarge == nil { firstTooLarge = filled }
                        residues[filled] = residue
                        filled += 1
                        taken += width - available
                        word = 0
                        available = 0
                    }
                    word |= (next >> taken) << available
                    available += 64 - taken
                }
            }
        }
    }
}
