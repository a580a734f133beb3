/// The two ciphers of a vault file: one for the payload, one for the record.
enum Sealing {
    /// Plaintext bytes of one chunk of the payload; only the last chunk is shorter.
    static let chunkByteCount = 1 << 16
    static let streamHeaderByteCount = 24
    static let chunkOverhead = 17
    static let tagByteCount = 16

    /// Bytes of a sealed payload.
    static func sealedByteCount(_ count: Int) -> Int {
        let chunks = max(1, (count + chunkByteCount - 1) / chunkByteCount)
        return streamHeaderByteCount + count + chunks * chunkOverhead
    }

    /// Bytes of the payload in a sealed one, or nil when no payload gives that size.
    static func openedByteCount(_ sealed: Int) -> Int? {
        let body = sealed - streamHeaderByteCount
        guard body >= chunkOverhead else { return nil }
        let full = chunkByteCount + chunkOverhead
        let chunks = (body + full - 1) / full
        let count = body - chunks * chunkOverhead
        return count >= 0 && sealedByteCount(count) == sealed ? count : nil
    }

    /// Seals a payload with XChaCha20-Poly1305 secretstream, in chunks, the last one marked.
    static func sealPayload(
        _ payload: borrowing SecretBytes, key: borrowing SecretBytes, identity: Digest32
    ) throws(SecretsError) -> [UInt8] {
        let stream = try SecretStream()
        var sealed = [UInt8](repeating: 0, count: sealedByteCount(payload.count))
        payload.withUnsafeBytes { payload in
            sealed.withUnsafeMutableBytes { sealed in
                identity.withUnsafeBytes { identity in
                    key.withUnsafeBytes { stream.seal(payload, into: sealed, $0, identity) }
                }
            }
        }
        return sealed
    }

    /// Opens what `sealPayload` sealed; nil when a byte or the end is not as it was sealed.
    static func openPayload(
        _ sealed: ArraySlice<UInt8>, key: borrowing SecretBytes, identity: Digest32
    ) throws(SecretsError) -> SecretBytes? {
        guard let count = openedByteCount(sealed.count) else { return nil }
        let stream = try SecretStream()
        var payload = try SecretBytes(count: count)
        let isOpen = payload.withUnsafeMutableBytes { payload in
            sealed.withUnsafeBytes { sealed in
                identity.withUnsafeBytes { identity in
                    key.withUnsafeBytes { stream.open(sealed, into: payload, $0, identity) }
                }
            }
        }
        guard isOpen else { return nil }
        return payload
    }

    /// Seals a record with XChaCha20-Poly1305.
    static func sealRecord(
        _ plain: borrowing SecretBytes, key: borrowing SecretBytes, nonce: [UInt8],
        associated: [UInt8]
    ) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plain.count + tagByteCount)
        plain.withUnsafeBytes { plain in
            sealed.withUnsafeMutableBytes { sealed in
                key.withUnsafeBytes { Sodium.seal(plain, into: sealed, $0, nonce, associated) }
            }
        }
        return sealed
    }

    /// Opens what `sealRecord` sealed; nil when it is not as it was sealed.
    static func openRecord(
        _ sealed: ArraySlice<UInt8>, key: borrowing SecretBytes, nonce: [UInt8],
        associated: [UInt8]
    ) throws(SecretsError) -> SecretBytes? {
        guard sealed.count >= tagByteCount else { return nil }
        var plain = try SecretBytes(count: sealed.count - tagByteCount)
        let isOpen = plain.withUnsafeMutableBytes { plain in
            sealed.withUnsafeBytes { sealed in
                key.withUnsafeBytes { Sodium.open(sealed, into: plain, $0, nonce, associated) }
            }
        }
        guard isOpen else { return nil }
        return plain
    }
}
