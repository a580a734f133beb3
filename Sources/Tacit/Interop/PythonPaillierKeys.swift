import BigNum
package import Paillier
package import Secrets

/// Keys and encrypted numbers in the JSON forms of python-paillier 1.5.0 (its `pheutil` command).
public enum PythonPaillier {
    /// Largest file of a key that is read.
    package static let maximumKeyByteCount = 1 << 16

    /// The public key as JSON.
    package static func json(of key: PaillierPublicKey) throws -> [UInt8] {
        let bytes = try key.n.bytes()
        var characters = [UInt8](repeating: 0, count: Base64URL.characterCount(of: bytes.count))
        bytes.withUnsafeBytes { source in
            characters.withUnsafeMutableBytes { Base64URL.encode(source, to: $0) }
        }
        let n = String(decoding: characters, as: UTF8.self)
        return Array(
            #"{"kty": "DAJ", "alg": "PAI-GN1", "key_ops": ["encrypt"], "n": "\#(n)", "kid": "\#(kid(key))"}"#
                .utf8)
    }

    /// The private key as JSON, in locked memory.
    package static func json(of key: borrowing PaillierPrivateKey) throws -> SecretBytes {
        let primes = try key.exportPrimes()
        let half = primes.count / 2
        let publicPart = try json(of: key.publicKey)
        let parts = [
            Array(#"{"kty": "DAJ", "key_ops": ["decrypt"], "p": ""#.utf8),
            Array(#"", "q": ""#.utf8),
            Array(#"", "pub": "#.utf8) + publicPart
                + Array(#", "kid": "\#(kid(key.publicKey))"}"#.utf8),
        ]
        let characters = Base64URL.characterCount(of: half)
        var result = try SecretBytes(count: parts.reduce(2 * characters) { $0 + $1.count })
        primes.withUnsafeBytes { source in
            result.withUnsafeMutableBytes { target in
                var position = 0
                for (index, part) in parts.enumerated() {
                    for byte in part {
                        target[position] = byte
                        position += 1
                    }
                    guard index < 2 else { continue }
                    Base64URL.encode(
                        UnsafeRawBufferPointer(rebasing: source[index * half..<(index + 1) * half]),
                        to: UnsafeMutableRawBufferPointer(
                            rebasing: target[position..<position + characters]))
                    position += characters
                }
            }
        }
        return result
    }

    /// The public key of a JSON form, checked as every imported key is.
    ///
    /// - Throws: `TacitError` saying what is missing, `PaillierError` for an unsound key.
    package static func publicKey(
        json bytes: [UInt8], accepting112BitSecurity: Bool = false
    ) throws -> PaillierPublicKey {
        try bytes.withUnsafeBytes { bytes in
            guard let strings = JSONStrings(bytes) else { throw malformed("is not a JSON object") }
            try expect("DAJ", at: "kty", strings, bytes)
            try expect("PAI-GN1", at: "alg", strings, bytes)
            let n = try number(at: "n", strings, bytes)
            return try PaillierPublicKey(
                n: n.withUnsafeBytes { BigInt(bigEndian: $0) },
                accepting112BitSecurity: accepting112BitSecurity)
        }
    }

    /// The private key of a JSON form, checked as every imported key is.
    ///
    /// - Throws: as for the public key, and `TacitError` when the primes do not make the modulus that is named.
    package static func privateKey(
        json: borrowing SecretBytes, accepting112BitSecurity: Bool = false
    ) throws -> PaillierPrivateKey {
        try json.withUnsafeBytes { bytes in
            guard let strings = JSONStrings(bytes) else { throw malformed("is not a JSON object") }
            try expect("DAJ", at: "kty", strings, bytes)
            try expect("decrypt", at: "key_ops[0]", strings, bytes)
            let p = try number(at: "p", strings, bytes)
            let q = try number(at: "q", strings, bytes)
            let n = try number(at: "pub.n", strings, bytes)
            let key = try PaillierPrivateKey(
                p: p.withUnsafeBytes { BigInt(bigEndian: $0) },
                q: q.withUnsafeBytes { BigInt(bigEndian: $0) },
                accepting112BitSecurity: accepting112BitSecurity)
            guard key.publicKey.n == n.withUnsafeBytes({ BigInt(bigEndian: $0) }) else {
                throw malformed("names a modulus that is not the product of its primes")
            }
            return key
        }
    }

    /// Whether a JSON form holds a private key.
    package static func isPrivate(_ bytes: UnsafeRawBufferPointer) -> Bool {
        JSONStrings(bytes)?.ranges["p"] != nil
    }

    private static func kid(_ key: PaillierPublicKey) -> String { "tacit \(key.id)" }

    private static func malformed(_ what: String) -> TacitError {
        TacitError(.malformed, "the key of python-paillier \(what); export it again")
    }

    private static func expect(
        _ text: String, at path: String, _ strings: JSONStrings, _ bytes: UnsafeRawBufferPointer
    ) throws(TacitError) {
        guard let range = strings.ranges[path] else { throw malformed("has no \"\(path)\"") }
        guard bytes[range].elementsEqual(text.utf8) else {
            throw malformed("has another \"\(path)\" than \"\(text)\"")
        }
    }

    private static func number(
        at path: String, _ strings: JSONStrings, _ bytes: UnsafeRawBufferPointer
    ) throws -> SecretBytes {
        guard let range = strings.ranges[path] else { throw malformed("has no \"\(path)\"") }
        let characters = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let number = try Base64URL.decode(characters) else {
            throw malformed("has a \"\(path)\" that is not base64url without padding")
        }
        return number
    }
}
