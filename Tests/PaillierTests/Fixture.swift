import BigNum
import Paillier
import TestSupport

/// One key for all tests that only need some key; made from a seed, once.
final class Fixture: Sendable {
    let key: PaillierPrivateKey

    private init(seed: UInt64, size: PaillierKeySize = .bits2048Security112) throws {
        key = try PaillierPrivateKey(generating: size, from: SeededRandomSource(seed: seed))
    }

    private static let cached = Result { try Fixture(seed: 100) }
    private static let cachedOther = Result { try Fixture(seed: 101) }

    private static let cachedDefault = Result { try Fixture(seed: 102, size: .bits3072) }

    static func make() throws -> Fixture { try cached.get() }

    /// A key of the default size, 3072 bits.
    static func makeDefaultSize() throws -> Fixture { try cachedDefault.get() }

    /// Another key of the same size.
    static func makeOther() throws -> Fixture { try cachedOther.get() }

    var publicKey: PaillierPublicKey { key.publicKey }

    func encryptor(
        _ randomization: PaillierRandomization? = nil, seed: UInt64 = 1
    ) throws -> PaillierEncryptor {
        let encryptor = try PaillierEncryptor(
            publicKey, randomization: randomization, from: SeededRandomSource(seed: seed))
        encryptor.prepare()
        return encryptor
    }

    func evaluator(
        _ randomization: PaillierRandomization = .classical, seed: UInt64 = 2
    ) throws -> PaillierEvaluator {
        let evaluator = try PaillierEvaluator(
            publicKey, randomization: randomization, from: SeededRandomSource(seed: seed))
        evaluator.prepare()
        return evaluator
    }
}

extension TestGenerator {
    /// A signed integer of up to `bits` bits.
    mutating func bigInt(bits: Int) -> BigInt {
        let width = integer(in: 0...bits)
        let value = BigInt(bytes: bytes(count: (width + 7) / 8)).lowBits(width)
        return integer(in: 0...1) == 0 ? value : -value
    }
}
