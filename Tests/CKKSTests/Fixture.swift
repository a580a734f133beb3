import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

/// One parameter set with all its keys, for the tests of arithmetic.
final class Fixture: Sendable {
    let parameters: CKKSParameters
    let context: CKKSContext
    let encoder: SlotEncoder
    let encryptor: Encryptor
    let decryptor: Decryptor
    let evaluator: Evaluator
    let keys: EvaluationKeys
    private let secret: SecretBox
    let generator: KeyGenerator

    /// A secret key cannot be a class's Sendable property by itself.
    private final class SecretBox: @unchecked Sendable {
        let key: SecretKey
        init(_ key: consuming SecretKey) { self.key = key }
    }

    static let rotationAmounts = [1, 2, 3, 5, 8, -1, 64]

    init(_ parameters: CKKSParameters, seed: UInt64 = 7) throws {
        self.parameters = parameters
        context = try CKKSContext(parameters)
        encoder = SlotEncoder(context: context)
        let source = SeededRandomSource(seed: seed)
        encryptor = Encryptor(context: context, source: source)
        decryptor = Decryptor(context: context)
        generator = KeyGenerator(context: context, source: source)
        let key = try generator.secretKey()
        let top = parameters.maxLevel
        keys = try generator.evaluationKeys(
            for: key, publicKeyLevel: top, relinearizationLevel: top,
            rotations: Dictionary(uniqueKeysWithValues: Self.rotationAmounts.map { ($0, top) }),
            conjugationLevel: top)
        evaluator = try Evaluator(context: context, keys: keys, source: source)
        secret = SecretBox(key)
    }

    var slots: Int { parameters.slotCount }

    func withSecret<Result>(_ body: (borrowing SecretKey) throws -> Result) rethrows -> Result {
        try body(secret.key)
    }

    func encode(_ values: [Complex<Double>], _ level: Int, extended: Bool = false) throws
        -> Plaintext
    {
        try encoder.encode(values, level: level, extended: extended)
    }

    func encrypt(_ values: [Complex<Double>], _ level: Int) throws -> Ciphertext {
        try encryptor.encrypt(encode(values, level), secretKey: secret.key)
    }

    func decrypt(_ ciphertext: Ciphertext) throws -> [Complex<Double>] {
        try decryptor.decrypt(ciphertext, secretKey: secret.key)
    }

    /// Largest distance of the decrypted slots from the expected ones.
    func error(_ ciphertext: Ciphertext, _ expected: [Complex<Double>]) throws -> Double {
        try PrecisionReport(expected: expected, found: decrypt(ciphertext)).largestError
    }

    /// Root mean square of that distance.
    func deviation(_ ciphertext: Ciphertext, _ expected: [Complex<Double>]) throws -> Double {
        try PrecisionReport(expected: expected, found: decrypt(ciphertext)).rootMeanSquare
    }

    func values(_ seed: UInt64, size: Double = 1) -> [Complex<Double>] {
        var generator = TestGenerator(seed: seed)
        return (0..<slots).map { _ in
            Complex(generator.real(in: -size...size), generator.real(in: -size...size))
        }
    }
}

/// The sets that arithmetic is tested on; small degrees are insecure and say so.
enum Sets {
    /// One prime per level, three digits.
    static let insecureSingle = cached {
        try .insecure(
            degree: 1024, baseBits: 49, scaleBits: 40, levels: 4, digits: .digitCount(3))
    }
    /// Scales of 60 bits: two primes per level, digits that do not divide the limbs.
    static let insecurePairs = cached {
        try .insecure(
            degree: 2048, baseBits: 75, scaleBits: 60, levels: 3, digits: .limbsPerDigit(3))
    }
    /// One limb per digit.
    static let insecureThin = cached {
        try .insecure(
            degree: 4096, baseBits: 45, scaleBits: 35, levels: 5, digits: .smallestModulus)
    }
    /// Inside the 128-bit bound.
    static let real8192 = cached {
        try .make(degree: 8192, baseBits: 48, scaleBits: 38, levels: 2)
    }
    /// The sets of the benchmarks, with 3, 8 and 15 limbs.
    static let benchmark8192 = cached {
        try .make(degree: 8192, baseBits: 50, scaleBits: 40, levels: 2)
    }
    static let real16384 = cached {
        try .make(degree: 16384, baseBits: 50, scaleBits: 40, levels: 7)
    }
    static let real32768 = cached {
        try .make(degree: 32768, baseBits: 50, scaleBits: 40, levels: 14)
    }
    /// Two primes per level inside the 128-bit bound.
    static let real16384Pairs = cached {
        try .make(degree: 16384, baseBits: 75, scaleBits: 60, levels: 3)
    }

    /// Special primes no larger than the digits, where the noise of key switching shows most.
    static let tightSpecial = cached {
        let free = try CKKSParameters.insecure(
            degree: 2048, baseBits: 42, scaleBits: 40, levels: 4, digits: .smallestModulus)
        let special = try PrimeLadder.prime(
            degree: 2048, nearest: 0x1.02p42, excluding: Set(free.moduli))
        return try .insecure(literal: free, specialModuli: [special])
    }

    static let all = [insecureSingle, insecurePairs, insecureThin, real8192, real16384]
    static let small = [insecureSingle, insecurePairs, insecureThin]

    static func cached(_ make: () throws -> CKKSParameters) -> Result<Fixture, any Error> {
        Result { try Fixture(make()) }
    }
}

/// How far the worst slot may exceed a root mean square.
///
/// Rounding meets the secret, r·s, so a slot's
/// noise is a product of two complex Gaussians: t deviations are exceeded with probability
/// 2·t·K_1(2·t), which is 10^-7 at 9 and 10^-13 at 16.
let worstSlot = 16.0

/// Slot-wise expectations.
func zipped(
    _ a: [Complex<Double>], _ b: [Complex<Double>],
    _ body: (Complex<Double>, Complex<Double>) -> Complex<Double>
) -> [Complex<Double>] {
    zip(a, b).map(body)
}

func rotated(_ values: [Complex<Double>], _ amount: Int) -> [Complex<Double>] {
    let count = values.count
    return (0..<count).map { values[(($0 + amount) % count + count) % count] }
}

/// The error a call throws, through untyped throws: matching parts of a typed error in a catch
/// clause stops the compiler (Swift 6.3.1).
func refusal(_ body: () throws -> Any) -> CKKSError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? CKKSError
    }
}
