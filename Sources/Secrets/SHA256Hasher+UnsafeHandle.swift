import CSodium

/// SHA-256 (FIPS 180-4), fed piece by piece; for public data, such as the names of uploaded files.
public struct SHA256Hasher: Sendable {
    private var state = crypto_hash_sha256_state()

    /// Starts a hash of nothing.
    public init() {
        _ = Sodium.isReady
        crypto_hash_sha256_init(&state)
    }

    /// Adds bytes as they are.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        crypto_hash_sha256_update(
            &state, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    /// Adds bytes as they are.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything added so far; more can be added after.
    public func finalize() -> Digest32 {
        var last = state
        return Digest32 { out in
            guard let out = out.baseAddress else { return }
            crypto_hash_sha256_final(&last, out.assumingMemoryBound(to: UInt8.self))
        }
    }
}
