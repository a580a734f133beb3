import BigNum
package import CKKS
package import Paillier
package import Secrets

/// The bytes of a secret key that a vault seals; they are only ever in locked memory.
///
/// Layout: version 1, scheme, two zero bytes, length of the content (four bytes, little-endian), content. A CKKS key's content
/// is one byte for each coefficient: 0, 1, 2 for -1, 0, 1. A Paillier key's is one byte that says whether there
/// is a randomization base, p and q, big-endian, of equal length, and the base, of the length of both. The key id is not in it: the vault's header carries it.
package enum SecretPayload {
    private static let version: UInt8 = 1
    private static let headByteCount = 8

    /// The payload of a CKKS secret key.
    package static func bytes(of key: borrowing SecretKey) throws(WireError) -> SecretBytes {
        let count = key.degree
        var payload = try allocate(content: count, scheme: .ckks)
        key.coefficients.withUnsafeBytes { source in
            payload.withUnsafeMutableBytes { target in
                for index in 0..<count { target[headByteCount + index] = source[index] &+ 1 }
            }
        }
        return payload
    }

    /// The scheme of the key in a payload.
    package static func scheme(of payload: borrowing SecretBytes) throws(WireError) -> FrameScheme {
        try head(of: payload).scheme
    }

    /// The CKKS secret key of a payload.
    ///
    /// Whether the coefficients are valid is decided in constant time.
    package static func secretKey(
        from payload: borrowing SecretBytes, keyID: KeyID
    ) throws(WireError) -> SecretKey {
        let head = try head(of: payload)
        guard head.scheme == .ckks else {
            throw WireError(.value(part: "the secret key", reason: "a key of another scheme"))
        }
        var coefficients = try allocate(head.count)
        payload.withUnsafeBytes { source in
            coefficients.withUnsafeMutableBytes { target in
                for index in 0..<head.count { target[index] = source[headByteCount + index] &- 1 }
            }
        }
        do throws(CKKSError) {
            return try SecretKey(coefficients: coefficients, keyID: keyID)
        } catch {
            throw WireError(.value(part: "the secret key", reason: error.description))
        }
    }

    /// The payload of a Paillier private key.
    package static func bytes(of key: borrowing PaillierPrivateKey) throws(WireError) -> SecretBytes
    {
        let primes: SecretBytes
        var base: [UInt8] = []
        do throws(PaillierError) { primes = try key.exportPrimes() } catch {
            throw WireError(.value(part: "the secret key", reason: error.description))
        }
        let count = primes.count
        if let number = key.publicKey.randomizationBase {
            do throws(BigNumError) { base = try number.bytes(count: count) } catch {
                throw WireError(.value(part: "the secret key", reason: error.description))
            }
        }
        var payload = try allocate(content: 1 + count + base.count, scheme: .paillier)
        primes.withUnsafeBytes { source in
            payload.withUnsafeMutableBytes { target in
                let start = headByteCount + 1
                target[headByteCount] = base.isEmpty ? 0 : 1
                for index in 0..<count { target[start + index] = source[index] }
                for index in base.indices { target[start + count + index] = base[index] }
            }
        }
        return payload
    }

    /// The Paillier private key of a payload, checked as every imported key is.
    package static func paillierKey(
        from payload: borrowing SecretBytes, accepting112BitSecurity: Bool = false
    ) throws(WireError) -> PaillierPrivateKey {
        let head = try head(of: payload)
        guard head.scheme == .paillier else {
            throw WireError(.value(part: "the secret key", reason: "a key of another scheme"))
        }
        let flag = payload.withUnsafeBytes { $0.count > headByteCount ? $0[headByteCount] : 2 }
        guard flag <= 1 else {
            throw WireError(.value(part: "the secret key", reason: "unknown form"))
        }
        let count = (head.count - 1) / (flag == 1 ? 2 : 1)
        let start = headByteCount + 1
        let primes: SecretBytes
        do throws(SecretsError) { primes = try payload.slice(start..<start + count) } catch {
            throw WireError(.value(part: "the secret key", reason: error.description))
        }
        let base = payload.withUnsafeBytes { bytes in
            flag == 1 ? BigInt(bytes: bytes[(start + count)...]) : nil
        }
        do throws(PaillierError) {
            return try PaillierPrivateKey(
                primes: primes, randomizationBase: base,
                accepting112BitSecurity: accepting112BitSecurity)
        } catch {
            throw WireError(.value(part: "the secret key", reason: error.description))
        }
    }

    private static func allocate(_ count: Int) throws(WireError) -> SecretBytes {
        do throws(SecretsError) { return try SecretBytes(count: count) } catch {
            throw WireError(.value(part: "the secret key", reason: error.description))
        }
    }

    private static func allocate(content: Int, scheme: FrameScheme) throws(WireError) -> SecretBytes
    {
        var payload = try allocate(headByteCount + content)
        payload.withUnsafeMutableBytes { bytes in
            bytes[0] = version
            bytes[1] = scheme.rawValue
            for index in 0..<4 { bytes[4 + index] = UInt8(content >> (8 * index) & 0xFF) }
        }
        return payload
    }

    private static func head(
        of payload: borrowing SecretBytes
    ) throws(WireError) -> (scheme: FrameScheme, count: Int) {
        let size = payload.count
        return try payload.withUnsafeBytes { (bytes) throws(WireError) in
            guard size >= headByteCount, bytes[0] == version, bytes[2] == 0, bytes[3] == 0,
                let scheme = FrameScheme(rawValue: bytes[1])
            else {
                throw WireError(.value(part: "the secret key", reason: "unknown form"))
            }
            let count = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
            guard count == size - headByteCount else {
                throw WireError(.value(part: "the secret key", reason: "wrong length"))
            }
            return (scheme, count)
        }
    }
}
