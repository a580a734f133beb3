import CSodium

/// The calls into libsodium and the pointers they need.
///
/// Every caller has checked sizes and limits before; libsodium aborts the process where they are
/// broken, so no size from outside may get here unchecked.
enum Sodium {
    /// Whether libsodium is ready; initialized once, whoever asks first.
    static let isReady: Bool = sodium_init() >= 0

    static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        sodium_memzero(base, buffer.count)
    }

    static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        guard let left = a.baseAddress, let right = b.baseAddress else { return true }
        return sodium_memcmp(left, right, a.count) == 0
    }

    static func random(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return }
        randombytes_buf(base, buffer.count)
    }

    /// Writes the ChaCha20 (RFC 8439) key stream from block `block` on; limits checked before.
    static func chaCha20(
        _ out: UnsafeMutableRawBufferPointer, key: UnsafeRawBufferPointer,
        nonce: (UInt32, UInt32, UInt32), block: UInt32
    ) {
        guard let base = out.baseAddress, let key = key.baseAddress, out.count > 0 else { return }
        var words = (nonce.0.littleEndian, nonce.1.littleEndian, nonce.2.littleEndian)
        let output = base.assumingMemoryBound(to: UInt8.self)
        let keyBytes = key.assumingMemoryBound(to: UInt8.self)
        withUnsafeBytes(of: &words) { nonce in
            guard let nonce = nonce.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            if block == 0 {
                crypto_stream_chacha20_ietf(output, UInt64(out.count), nonce, keyBytes)
            } else {
                out.initializeMemory(as: UInt8.self, repeating: 0)
                crypto_stream_chacha20_ietf_xor_ic(
                    output, output, UInt64(out.count), nonce, block, keyBytes)
            }
        }
    }

    static func sha256(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) {
        guard let out = out.baseAddress else { return }
        crypto_hash_sha256(
            out.assumingMemoryBound(to: UInt8.self),
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    /// Argon2id 1.3; false when its memory cannot be had; cost checked before.
    static func argon2id(
        _ out: UnsafeMutableRawBufferPointer, _ passphrase: UnsafeRawBufferPointer,
        _ derivation: KeyDerivation
    ) -> Bool {
        guard isReady, let base = out.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let phrase = passphrase.baseAddress?.assumingMemoryBound(to: CChar.self),
            derivation.salt.count == KeyDerivation.saltByteCount
        else { return false }
        return crypto_pwhash(
            base, UInt64(out.count), phrase, UInt64(passphrase.count), derivation.salt,
            derivation.passes,
            Int(derivation.memoryBytes), Int32(KeyDerivation.argon2id)) == 0
    }

    /// The numbered subkey of a 32-byte key (libsodium's `crypto_kdf`), as long as `out`.
    static func subkey(
        _ out: UnsafeMutableRawBufferPointer, of key: UnsafeRawBufferPointer, number: UInt64
    ) {
        guard let base = out.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        let context = "TacitKEK".utf8.map { CChar(bitPattern: $0) }
        crypto_kdf_derive_from_key(base, out.count, number, context, key)
    }

    /// XChaCha20-Poly1305; `sealed` has room for 16 bytes more than `plain`.
    static func seal(
        _ plain: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawBufferPointer,
        _ key: UnsafeRawBufferPointer, _ nonce: [UInt8], _ associated: [UInt8]
    ) {
        guard let out = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            out, nil, plain.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(plain.count),
            associated, UInt64(associated.count), nil, nonce, key)
    }

    /// The reverse; false, with zeroed `plain`, when a bit of anything differs.
    static func open(
        _ sealed: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer,
        _ key: UnsafeRawBufferPointer, _ nonce: [UInt8], _ associated: [UInt8]
    ) -> Bool {
        guard let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let source = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return false }
        let answer = crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, nil,
            source, UInt64(sealed.count), associated, UInt64(associated.count), nonce, key)
        if answer != 0 { wipe(plain) }
        return answer == 0
    }
}

/// The state of a BLAKE2b hash: aligned more than Swift can import, so held by its address.
final class HashState {
    private let base: UnsafeMutableRawPointer
    private var pointer: OpaquePointer { OpaquePointer(base) }

    private init(allocating: Void) {
        base = .allocate(byteCount: crypto_generichash_statebytes(), alignment: 64)
    }

    deinit { base.deallocate() }

    convenience init() {
        self.init(allocating: ())
        crypto_generichash_init(pointer, nil, 0, 32)
    }

    func copy() -> HashState {
        let other = HashState(allocating: ())
        other.base.copyMemory(from: base, byteCount: crypto_generichash_statebytes())
        return other
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        crypto_generichash_update(
            pointer, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    /// Ends the hash; the state is used up.
    func finish(into out: UnsafeMutableRawBufferPointer) {
        guard let out = out.baseAddress else { return }
        crypto_generichash_final(pointer, out.assumingMemoryBound(to: UInt8.self), 32)
    }
}

/// The guarded allocation behind `SecretBytes`.
enum GuardedMemory {
    /// Guarded pages from libsodium and whether they are locked; nil when there is no memory, and
    /// where only locked memory is wanted, when it is refused.
    static func allocate(
        _ count: Int, onlyIfLocked: Bool = false
    ) -> (base: UnsafeMutableRawPointer, isLocked: Bool)? {
        guard Sodium.isReady, let base = sodium_malloc(count) else { return nil }
        // sodium_malloc locks too, but ignores a failure; locking again is harmless and tells.
        let isLocked = sodium_mlock(base, count) == 0
        if onlyIfLocked, !isLocked {
            sodium_free(base)
            return nil
        }
        LockedMemory.record(isLocked: isLocked)
        sodium_memzero(base, count)
        return (base, isLocked)
    }

    static func free(_ base: UnsafeMutableRawPointer) {
        sodium_free(base)  // zeroes before it unlocks and unmaps
    }
}
