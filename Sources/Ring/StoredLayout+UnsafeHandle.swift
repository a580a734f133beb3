import RingKernels
package import Secrets

/// How rows and limbs stand in mapped files.
package enum StoredLayout {
    /// Names the layout of a ring's switching keys and polynomials, by what a sample looks like.
    ///
    /// Files of another layout have another name: kernels may change their order without anyone
    /// thinking of files that are already there.
    package static func digest(of context: RingContext, digitCount: Int) -> Digest32 {
        var hasher = Hasher32(domain: "tacit stored layout")
        hasher.update(UInt64(context.degree))
        hasher.update(UInt64(Storage.stride(degree: context.degree)))
        hasher.update(UInt64(context.kernels.packs_keys != 0 ? 1 : 0))
        let (bits, digits, count) = (UInt32(47), 3, 64)
        let words = (0..<UInt64(count)).map { (($0 &+ 1) &* 0x9E37_79B9_7F4A_7C15) >> 17 }
        for bits in [bits, 64] {
            var row = [UInt8](repeating: 0, count: rk_key_size(bits, digits, count) + 64)
            rk_key_interleave(&row, words, bits, 1, 0, digits, count)
            rk_key_interleave(&row, words, bits, 2, 1, digits, count)
            hasher.update(row)
        }
        let rows = SwitchingRows.layout(context, context.fullBasis, max(1, digitCount))
        for (bits, offset) in rows.rows {
            hasher.update(UInt64(bits))
            hasher.update(UInt64(offset))
        }
        hasher.update(UInt64(rows.byteCount))
        return hasher.finalize()
    }
}
