import Secrets
import Testing

@Suite struct DigestTests {
    @Test func matchesKnownAnswers() {
        // Python's hashlib, blake2b(digest_size=32) and sha256.
        #expect(
            Digest32.blake2b([]).description
                == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
        #expect(
            Digest32.blake2b(Array("abc".utf8)).description
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
        #expect(
            Digest32.sha256(Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func piecesHashLikeTheWhole() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in [0, 1, 127, 128, 129, 999, 1000] {
            var hasher = Hasher32()
            hasher.update(Array(bytes[..<cut]))
            let before = hasher
            let early = hasher.finalize()
            hasher.update(Array(bytes[cut...]))
            #expect(hasher.finalize() == Digest32.blake2b(bytes))
            #expect(before.finalize() == early)
            #expect(early == Digest32.blake2b(Array(bytes[..<cut])))
        }
    }

    @Test func textsCarryTheirLength() {
        var a = Hasher32(domain: "ab")
        a.update("c")
        var b = Hasher32(domain: "a")
        b.update("bc")
        #expect(a.finalize() != b.finalize())
    }

    @Test func readsBackItsBytes() throws {
        let digest = Digest32.blake2b([1, 2, 3])
        #expect(try Digest32(bytes: digest.bytes) == digest)
        #expect(Hex.bytes(digest.description) == digest.bytes)
        #expect(Hex.bytes("0g") == nil)
        #expect(Hex.bytes("abc") == nil)
        #expect(digest.description.hasPrefix(digest.shortDescription))
        #expect(throws: SecretsError.wrongLength(what: "digest", expected: 32, found: 3)) {
            _ = try Digest32(bytes: [1, 2, 3])
        }
    }
}

@Suite struct KeyIDTests {
    @Test func readsBackItsBytes() throws {
        let bytes = [UInt8](240...255)
        let id = try KeyID(bytes: bytes)
        #expect(id.bytes == bytes)
        #expect(id.description == "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        #expect(id.shortDescription == "f0f1f2f3")
        #expect(throws: SecretsError.wrongLength(what: "key id", expected: 16, found: 17)) {
            _ = try KeyID(bytes: bytes + [0])
        }
    }

    @Test func drawsDiffer() throws {
        let source = SystemRandomSource()
        #expect(Set((0..<100).map { _ in KeyID(from: source) }).count == 100)
    }

    @Test("SHA-256 piece by piece is SHA-256 of the whole")
    func sha256InPieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in [0, 1, 63, 64, 65, 999, 1000] {
            var hasher = SHA256Hasher()
            hasher.update(Array(bytes[..<cut]))
            hasher.update(Array(bytes[cut...]))
            #expect(hasher.finalize() == Digest32.sha256(bytes))
        }
        #expect(
            SHA256Hasher().finalize().description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
