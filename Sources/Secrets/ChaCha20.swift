/// The ChaCha20 key stream that expands a seed into as many bytes as a sampler needs.
///
/// The stream of RFC 8439 §2.4 (96-bit nonce, 32-bit block counter from zero) with the seed as key.
/// The nonce is three words, stored little-endian, that name the stream: for one seed, each triple
/// is used for one purpose only.
public enum ChaCha20 {
    /// Bytes of one block of the stream.
    public static let blockByteCount = 64

    /// Bytes of one whole stream: 2^32 blocks.
    public static let maximumByteCount = 1 << 38

    /// Fills `out` from the stream of a public seed, starting at 64-byte block `block`.
    ///
    /// - Throws: `SecretsError.streamTooLong` when the stream ends before the buffer does.
    public static func fill(
        _ out: UnsafeMutableRawBufferPointer, seed: Seed, nonce: (UInt32, UInt32, UInt32),
        startingAtBlock block: UInt32 = 0
    ) throws(SecretsError) {
        try check(out.count, block)
        seed.withUnsafeBytes { Sodium.chaCha20(out, key: $0, nonce: nonce, block: block) }
    }

    /// Fills `out` from the stream of a secret seed, starting at 64-byte block `block`.
    ///
    /// - Throws: `SecretsError.streamTooLong` when the stream ends before the buffer does.
    public static func fill(
        _ out: UnsafeMutableRawBufferPointer, seed: borrowing SecretSeed,
        nonce: (UInt32, UInt32, UInt32), startingAtBlock block: UInt32 = 0
    ) throws(SecretsError) {
        try check(out.count, block)
        seed.withUnsafeBytes { Sodium.chaCha20(out, key: $0, nonce: nonce, block: block) }
    }

    private static func check(_ count: Int, _ block: UInt32) throws(SecretsError) {
        let available = maximumByteCount - Int(block) * blockByteCount
        guard count <= available else {
            throw .streamTooLong(asked: count, available: available)
        }
    }
}
