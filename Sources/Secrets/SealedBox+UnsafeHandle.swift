import CSodium

/// libsodium's `crypto_box_seal`: X25519, XSalsa20-Poly1305, a fresh key of the sender's for every box.
enum SealedBox {
    /// Bytes that a box has more than its contents.
    static let overhead = 48

    /// A secret key and its public one.
    struct Pair: ~Copyable {
        let secret: SecretBytes
        let publicKey: [UInt8]
    }

    /// Makes a pair of keys.
    static func makePair() throws(SecretsError) -> Pair {
        guard Sodium.isReady else { throw .libraryUnavailable }
        var secret = try SecretBytes(count: DeviceKey.byteCount)
        var publicKey = [UInt8](repeating: 0, count: DeviceKey.byteCount)
        secret.withUnsafeMutableBytes { secret in
            guard let secret = secret.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return
            }
            _ = crypto_box_keypair(&publicKey, secret)
        }
        return Pair(secret: secret, publicKey: publicKey)
    }

    /// The public key of a secret one; nil for other sizes.
    static func publicKey(of secret: borrowing SecretBytes) -> [UInt8]? {
        guard secret.count == DeviceKey.byteCount else { return nil }
        var publicKey = [UInt8](repeating: 0, count: DeviceKey.byteCount)
        let answer = secret.withUnsafeBytes { secret in
            secret.baseAddress.map {
                crypto_scalarmult_base(&publicKey, $0.assumingMemoryBound(to: UInt8.self))
            }
        }
        return answer == 0 ? publicKey : nil
    }

    /// Seals; nil for a public key that is no point to seal to.
    static func seal(_ plain: borrowing SecretBytes, to device: DeviceKey) -> [UInt8]? {
        guard Sodium.isReady else { return nil }
        var box = [UInt8](repeating: 0, count: plain.count + overhead)
        let answer = plain.withUnsafeBytes { plain in
            plain.baseAddress.map {
                crypto_box_seal(
                    &box, $0.assumingMemoryBound(to: UInt8.self), UInt64(plain.count), device.bytes)
            }
        }
        return answer == 0 ? box : nil
    }

    /// Opens; nil when the box was sealed to another key, or changed.
    static func open(
        _ box: ArraySlice<UInt8>, _ device: DeviceKey, secret: borrowing SecretBytes
    ) throws(SecretsError) -> SecretBytes? {
        guard Sodium.isReady, box.count >= overhead, secret.count == DeviceKey.byteCount else {
            return nil
        }
        var plain = try SecretBytes(count: box.count - overhead)
        let answer = plain.withUnsafeMutableBytes { plain in
            secret.withUnsafeBytes { secret in
                box.withUnsafeBytes { box -> Int32 in
                    guard let source = box.baseAddress, let secret = secret.baseAddress,
                        let plain = plain.baseAddress
                    else { return -1 }
                    return crypto_box_seal_open(
                        plain.assumingMemoryBound(to: UInt8.self),
                        source.assumingMemoryBound(to: UInt8.self), UInt64(box.count),
                        device.bytes, secret.assumingMemoryBound(to: UInt8.self))
                }
            }
        }
        guard answer == 0 else { return nil }
        return plain
    }
}
