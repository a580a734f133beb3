import CSodium

/// libsodium's secretstream, whose state holds a key and so lives in guarded memory.
///
/// Sizes have been checked by `Sealing`.
struct SecretStream: ~Copyable {
    private var memory: SecretBytes
    private typealias State = crypto_secretstream_xchacha20poly1305_state

    init() throws(SecretsError) {
        memory = try SecretBytes(
            count: (MemoryLayout<State>.size + 15) / 16 * 16)
    }

    private borrowing func withState<Result>(
        _ body: (UnsafeMutablePointer<State>) -> Result
    ) -> Result? {
        memory.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let state = UnsafeMutableRawPointer(mutating: base).bindMemory(
                to: State.self, capacity: 1)
            return body(state)
        }
    }

    /// Fills `sealed` with the stream's header and the chunks of `payload`.
    borrowing func seal(
        _ payload: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawBufferPointer,
        _ key: UnsafeRawBufferPointer, _ associated: UnsafeRawBufferPointer
    ) {
        guard let out = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        let extra = associated.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let source = payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
        _ = withState { state in
            crypto_secretstream_xchacha20poly1305_init_push(state, out, key)
            var read = 0
            var written = Sealing.streamHeaderByteCount
            repeat {
                let count = min(payload.count - read, Sealing.chunkByteCount)
                let isLast = read + count == payload.count
                let tag =
                    isLast ? UInt8(crypto_secretstream_xchacha20poly1305_TAG_FINAL) : 0
                crypto_secretstream_xchacha20poly1305_push(
                    state, out + written, nil, source.map { $0 + read }, UInt64(count), extra,
                    UInt64(associated.count), tag)
                read += count
                written += count + Sealing.chunkOverhead
            } while read < payload.count
        }
    }

    /// Fills `payload` from `sealed`; false, with zeroed payload, when anything is amiss.
    borrowing func open(
        _ sealed: UnsafeRawBufferPointer, into payload: UnsafeMutableRawBufferPointer,
        _ key: UnsafeRawBufferPointer, _ associated: UnsafeRawBufferPointer
    ) -> Bool {
        guard let source = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return false }
        let extra = associated.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let out = payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let isOpen = withState { state in
            guard crypto_secretstream_xchacha20poly1305_init_pull(state, source, key) == 0 else {
                return false
            }
            var read = Sealing.streamHeaderByteCount
            var written = 0
            repeat {
                let count = min(payload.count - written, Sealing.chunkByteCount)
                let isLast = written + count == payload.count
                let expected =
                    isLast ? UInt8(crypto_secretstream_xchacha20poly1305_TAG_FINAL) : 0
                var tag: UInt8 = 0xff
                let answer = crypto_secretstream_xchacha20poly1305_pull(
                    state, out.map { $0 + written }, nil, &tag, source + read,
                    UInt64(count + Sealing.chunkOverhead), extra, UInt64(associated.count))
                guard answer == 0, tag == expected else { return false }
                read += count + Sealing.chunkOverhead
                written += count
            } while written < payload.count
            return read == sealed.count
        }
        if isOpen != true { Sodium.wipe(payload) }
        return isOpen == true
    }
}
