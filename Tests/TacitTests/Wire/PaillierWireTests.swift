import BigNum
import Paillier
import Secrets
import Tacit
import TestSupport
import Testing

private func written(_ body: Frame.BodyWriter) throws(WireError) -> [UInt8] {
    var writer = ByteWriter()
    try body(&writer)
    return writer.finish()
}

@Suite("Paillier on the wire")
struct PaillierWireTests {
    private func privateKey() throws -> PaillierPrivateKey {
        try PaillierPrivateKey(
            generating: .bits2048Security112, from: SeededRandomSource(seed: 51))
    }

    private func readKey(_ bytes: [UInt8], _ keyID: KeyID, weak: Bool = true) throws(WireError)
        -> PaillierPublicKey
    {
        var reader = ByteReader(bytes)
        let key = try reader.paillierPublicKey(keyID: keyID, accepting112BitSecurity: weak)
        try reader.finish("key")
        return key
    }

    @Test("public keys come back; other widths, keys and truncations are refused")
    func publicKeys() throws {
        let secret = try privateKey()
        let key = secret.publicKey
        let bytes = try written { w throws(WireError) in try w.paillierPublicKey(key) }
        #expect(bytes.count == 2 + 256 + 1 + 256)
        #expect(try readKey(bytes, key.id) == key)
        let other = try KeyID(bytes: [UInt8](repeating: 1, count: 16))
        guard
            case .mismatch(.key, _, _) = problem({ () throws(WireError) in
                try readKey(bytes, other)
            })
        else {
            Issue.record("a key of another id was accepted")
            return
        }
        #expect(problem { () throws(WireError) in try readKey(bytes, key.id, weak: false) } != nil)
        for count in [0, 1, 2, 100, 257, 258, 259, 400, bytes.count - 1] {
            #expect(
                problem { () throws(WireError) in try readKey(Array(bytes.prefix(count)), key.id) }
                    == .truncated(part: "the public key"))
        }
        for place in [0, 1, 2, 257, 258, 259, 400] {
            var changed = bytes
            changed[place] ^= 1
            if let found = try? readKey(changed, key.id) {
                // Another randomization base of the right kind may pass; n may not.
                #expect(place >= 259 && found.n == key.n)
            }
        }
    }

    @Test("vectors come back, exactly as expected or not at all")
    func vectors() throws {
        let secret = try privateKey()
        let key = secret.publicKey
        let codec = try FixedPointCodec(fractionBits: 20, maximumMagnitude: 100)
        let source = SeededRandomSource(seed: 52)
        let encryptor = try PaillierEncryptor(key, from: source)
        let rows: [[Double]] = [[1.5, -2], [0.25, 99]]
        var tensors: [PaillierTensor] = []
        for row in rows { tensors.append(try encryptor.encrypt(row, codec: codec)) }
        let bytes = try written { w throws(WireError) in
            try w.paillierVectors(tensors, key: key)
        }
        func read(
            _ bytes: [UInt8], bits: Int = 20, bound: BigInt? = nil, count: Int = 2, limit: Int = 2
        ) throws(WireError) -> [PaillierTensor] {
            var reader = ByteReader(bytes)
            let vectors = try reader.paillierVectors(
                PaillierExpectation(key: key, fractionBits: bits, bound: bound, count: count),
                limit: limit)
            try reader.finish("vectors")
            return vectors
        }
        let back = try read(bytes, bound: codec.bound)
        #expect(back == tensors)
        #expect(try back.map { try secret.decrypt($0) } == rows)
        func isRefused(_ body: () throws(WireError) -> [PaillierTensor]) -> Bool {
            problem(body) != nil
        }
        #expect(isRefused { () throws(WireError) in try read(bytes, bits: 21) })
        #expect(isRefused { () throws(WireError) in try read(bytes, bound: codec.bound + 1) })
        #expect(isRefused { () throws(WireError) in try read(bytes, count: 3) })
        #expect(isRefused { () throws(WireError) in try read(bytes, count: 1) })
        #expect(isRefused { () throws(WireError) in try read(bytes, limit: 1) })
        #expect(isRefused { () throws(WireError) in try read(bytes + [0]) })
        for count in stride(from: 0, to: bytes.count, by: 37) {
            #expect(isRefused { () throws(WireError) in try read(Array(bytes.prefix(count))) })
        }
        // Ciphertexts that are not one: zero, the modulus n, 1 + n (an open message), beyond n squared.
        let width = key.ciphertextByteCount
        let start = bytes.count - width
        for value in [BigInt(0), key.n, key.n + 1, key.nSquared + 1] {
            let bad = Array(bytes[..<start]) + (try value.bytes(count: width))
            guard case .value(let part, _) = problem({ () throws(WireError) in try read(bad) })
            else {
                Issue.record("a bad ciphertext was accepted")
                continue
            }
            #expect(part == "encrypted vector 2")
        }
    }

    @Test("private keys come back from their payload; damaged payloads are refused")
    func privateKeys() throws {
        let secret = try privateKey()
        var payload = try SecretPayload.bytes(of: secret)
        #expect(payload.count == 8 + 1 + 512)
        let back = try SecretPayload.paillierKey(from: payload, accepting112BitSecurity: true)
        #expect(back.publicKey == secret.publicKey)
        #expect(throws: WireError.self) { _ = try SecretPayload.paillierKey(from: payload) }
        #expect(throws: WireError.self) {
            _ = try SecretPayload.secretKey(from: payload, keyID: secret.publicKey.id)
        }
        for (index, value): (Int, UInt8) in [(1, 1), (4, 0), (8, 0), (8, 2), (9, 0), (136, 0)] {
            let old = payload.withUnsafeBytes { $0[index] }
            payload.withUnsafeMutableBytes { $0[index] = value }
            #expect(throws: WireError.self, "byte \(index)") {
                _ = try SecretPayload.paillierKey(from: payload, accepting112BitSecurity: true)
            }
            payload.withUnsafeMutableBytes { $0[index] = old }
        }
    }

    @Test("every width has a digest of its own")
    func digests() {
        #expect(Set(PaillierKeySize.allCases.map(\.frameDigest)).count == 3)
    }
}
