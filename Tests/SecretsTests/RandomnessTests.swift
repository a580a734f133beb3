import Secrets
import TestSupport
import Testing

@Suite struct RandomnessTests {
    @Test func chaCha20MatchesRFC8439() throws {
        // RFC 8439 §A.1, test vectors 1 and 2: zero key and nonce, blocks 0 and 1.
        let seed = try Seed(bytes: [UInt8](repeating: 0, count: 32))
        let expected =
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
            + "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"
        var bytes = [UInt8](repeating: 1, count: 128)
        try bytes.withUnsafeMutableBytes { try ChaCha20.fill($0, seed: seed, nonce: (0, 0, 0)) }
        #expect(Hex.string(bytes) == expected)
        var second = [UInt8](repeating: 1, count: 64)
        try second.withUnsafeMutableBytes {
            try ChaCha20.fill($0, seed: seed, nonce: (0, 0, 0), startingAtBlock: 1)
        }
        #expect(Hex.string(second) == expected.suffix(128))
    }

    @Test func nonceWordsAreLittleEndian() throws {
        // RFC 8439 §2.3.2: key 00..1f, nonce 00000009 0000004a 00000000, block 1.
        let seed = try Seed(bytes: Array(0..<32))
        var bytes = [UInt8](repeating: 0, count: 64)
        try bytes.withUnsafeMutableBytes {
            try ChaCha20.fill(
                $0, seed: seed, nonce: (0x0900_0000, 0x4a00_0000, 0), startingAtBlock: 1)
        }
        #expect(
            Hex.string(bytes)
                == "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e")
    }

    @Test func secretAndPublicSeedsGiveOneStream() throws {
        let raw = SystemRandomSource().publicBytes(count: 32)
        let seed = try Seed(bytes: raw)
        var copy = raw
        let secret = try SecretSeed(SecretBytes(moving: &copy))
        var a = [UInt8](repeating: 0, count: 1001)
        var b = a
        try a.withUnsafeMutableBytes { try ChaCha20.fill($0, seed: seed, nonce: (1, 2, 3)) }
        try b.withUnsafeMutableBytes { try ChaCha20.fill($0, seed: secret, nonce: (1, 2, 3)) }
        #expect(a == b)
        for nonce: (UInt32, UInt32, UInt32) in [(0, 2, 3), (1, 0, 3), (1, 2, 0)] {
            try b.withUnsafeMutableBytes { try ChaCha20.fill($0, seed: seed, nonce: nonce) }
            #expect(a != b)
        }
    }

    @Test func streamsEndWhereTheirCounterDoes() throws {
        let seed = Seed(from: SystemRandomSource())
        var bytes = [UInt8](repeating: 0, count: 65)
        #expect(throws: SecretsError.streamTooLong(asked: 65, available: 64)) {
            try bytes.withUnsafeMutableBytes {
                try ChaCha20.fill($0, seed: seed, nonce: (0, 0, 0), startingAtBlock: .max)
            }
        }
        var last = [UInt8](repeating: 0, count: 64)
        try last.withUnsafeMutableBytes {
            try ChaCha20.fill($0, seed: seed, nonce: (0, 0, 0), startingAtBlock: .max)
        }
        #expect(last != [UInt8](repeating: 0, count: 64))
    }

    @Test func systemRandomnessDiffersAndIsBalanced() {
        let source = SystemRandomSource()
        #expect(Seed(from: source) != Seed(from: source))
        let ones = source.publicBytes(count: 100_000).reduce(0) { $0 + $1.nonzeroBitCount }
        // 800,000 fair coins: 10 standard deviations are 4,472.
        #expect(abs(ones - 400_000) < 4_472)
    }

    @Test func seededSourceRepeatsItselfAndCallsDiffer() {
        let a = SeededRandomSource(seed: 7)
        let b = SeededRandomSource(seed: 7)
        let c = SeededRandomSource(seed: 8)
        let first = a.publicBytes(count: 40)
        #expect(first == b.publicBytes(count: 40))
        #expect(first != c.publicBytes(count: 40))
        #expect(first != a.publicBytes(count: 40))
        var generator = TestGenerator(seed: 7)
        var again = TestGenerator(seed: 7)
        let words = (0..<2000).map { _ in generator.next() }
        #expect(words == (0..<2000).map { _ in again.next() })
        #expect(Set(words).count == 2000)
    }

    @Test func seedsHaveTheirLength() {
        #expect(throws: SecretsError.wrongLength(what: "seed", expected: 32, found: 31)) {
            _ = try Seed(bytes: [UInt8](repeating: 0, count: 31))
        }
        #expect(throws: SecretsError.wrongLength(what: "secret seed", expected: 32, found: 33)) {
            _ = try SecretSeed(SecretBytes(count: 33))
        }
    }
}
