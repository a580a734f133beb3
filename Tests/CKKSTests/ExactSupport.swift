import BigNum
import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

/// A parameter set with both engines, for comparisons coefficient by coefficient.
struct ExactPair: Sendable, CustomTestStringConvertible {
    let name: String
    let fixture: Fixture
    let exact: ExactEvaluator

    init(_ name: String, _ parameters: CKKSParameters) throws {
        try self.init(name, Fixture(parameters))
    }

    init(_ name: String, _ fixture: Fixture) throws {
        self.name = name
        self.fixture = fixture
        exact = try ExactEvaluator(context: fixture.context, keys: fixture.keys)
    }

    var testDescription: String { name }
    var fast: Evaluator { fixture.evaluator }
    var context: CKKSContext { fixture.context }
    var parameters: CKKSParameters { fixture.parameters }
    var levels: ClosedRange<Int> { 0...parameters.maxLevel }
    /// A label that leaves room for products at every level.
    static let smallScale = 0x1p8

    /// Q at a level.
    func modulus(_ level: Int) -> BigInt { product(primes(level)) }

    /// The primes of Q at a level.
    func primes(_ level: Int) -> [UInt64] {
        Array(parameters.moduli.prefix(parameters.limbCount(atLevel: level)))
    }

    func product(_ primes: [UInt64]) -> BigInt { BigInt.product(primes.map { BigInt($0) }) }

    /// A polynomial of given integers at a level.
    func polynomial(_ coefficients: [BigInt], _ level: Int) throws -> Polynomial<Evaluation> {
        try Polynomial<Coefficient>(
            bigCoefficients: coefficients, context: context.ring,
            basis: context.basis(atLevel: level)
        ).toEvaluation()
    }

    /// Uniform integers modulo Q, with the ends of the range and values around zero between them.
    func coefficients(_ level: Int, seed: UInt64) -> [BigInt] {
        var generator = TestGenerator(seed: seed)
        let modulus = modulus(level)
        let half = modulus >> 1
        let edges: [BigInt] = [0, 1, -1, half, -half, half - 1, 1 - half]
        return (0..<parameters.degree).map { place in
            place % 3 == 0 && place / 3 < edges.count
                ? edges[place / 3] : Self.uniform(below: modulus, &generator)
        }
    }

    static func uniform(below modulus: BigInt, _ generator: inout TestGenerator) -> BigInt {
        BigInt(bytes: generator.bytes(count: modulus.bitWidth / 8 + 9)).mod(modulus)
    }

    /// A ciphertext of any integers: what the ring operations must agree on.
    func ciphertext(
        _ level: Int, seed: UInt64, scale: Double = smallScale, polynomials: Int = 2
    ) throws -> Ciphertext {
        Ciphertext(
            polynomials: try (0..<polynomials).map {
                try polynomial(coefficients(level, seed: 16 * seed + UInt64($0)), level)
            }, level: level, scale: scale, keyID: fixture.keys.keyID)
    }

    /// A plaintext of any integers.
    func plaintext(_ level: Int, seed: UInt64) throws -> Plaintext {
        Plaintext(
            polynomial: try polynomial(coefficients(level, seed: seed), level), level: level,
            scale: Self.smallScale)
    }

    /// The largest difference of two results, over all coefficients of all polynomials modulo Q.
    func difference(
        _ fast: Ciphertext, _ exact: ExactCiphertext,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> BigInt {
        let exported = try self.exact.exporting(exact)
        #expect(fast.level == exported.level, sourceLocation: sourceLocation)
        #expect(fast.scale == exported.scale, sourceLocation: sourceLocation)
        #expect(fast.keyID == exported.keyID, sourceLocation: sourceLocation)
        #expect(!exported.isSeeded && !fast.isSeeded, sourceLocation: sourceLocation)
        try #require(
            fast.polynomialCount == exported.polynomialCount, sourceLocation: sourceLocation)
        return zip(fast.polynomials, exported.polynomials).reduce(BigInt()) {
            max($0, largest($1.0 - $1.1))
        }
    }

    /// The largest difference of the phases of two results.
    func phaseDifference(_ fast: Ciphertext, _ exact: ExactCiphertext) throws -> BigInt {
        let exported = try self.exact.exporting(exact)
        return try fixture.withSecret { key in
            let left = try fixture.decryptor.phase(fast, secretKey: key)
            let right = try ExactDecryptor(context: context).phase(exported, secretKey: key)
            return largest(left.polynomial - right.polynomial)
        }
    }

    /// The largest magnitude among the coefficients.
    func largest(_ polynomial: Polynomial<Evaluation>) -> BigInt {
        polynomial.toCoefficient().bigCoefficients().reduce(BigInt()) { max($0, $1.magnitude) }
    }

    /// Compares one operation of both engines on the same operands.
    func same(
        _ fast: (Evaluator) throws -> Ciphertext,
        _ exact: (ExactEvaluator) throws -> ExactCiphertext,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let difference = try difference(
            fast(self.fast), exact(self.exact), sourceLocation: sourceLocation)
        #expect(difference == 0, "\(name)", sourceLocation: sourceLocation)
    }
}

/// One limb per level and two, one to four digits, digits of one limb and two.
enum ExactSets {
    static let all: [ExactPair] = {
        do {
            return try [
                ExactPair(
                    "N 64, 4 limbs, 4 digits",
                    .insecure(
                        degree: 64, baseBits: 40, scaleBits: 30, levels: 3, digits: .smallestModulus
                    )),
                ExactPair(
                    "N 128, 2 + 2 x 2 limbs, 3 digits of 2",
                    .insecure(
                        degree: 128, baseBits: 75, scaleBits: 60, levels: 2,
                        digits: .limbsPerDigit(2))),
                ExactPair(
                    "N 256, 3 limbs, 1 digit",
                    .insecure(
                        degree: 256, baseBits: 45, scaleBits: 35, levels: 2, digits: .digitCount(1))
                ),
                ExactPair(
                    "N 512, 2 + 2 limbs, 4 digits that cut through the groups",
                    .insecure(
                        degree: 512, baseBits: 90, scaleBits: 80, levels: 1,
                        digits: .limbsPerDigit(1))),
                ExactPair(
                    "N 1024, 4 limbs, 2 digits of 2",
                    .insecure(
                        degree: 1024, baseBits: 49, scaleBits: 40, levels: 3,
                        digits: .limbsPerDigit(2))),
                ExactPair(
                    "N 128, 3 limbs, special prime no larger than the digits", tightSpecial()),
            ]
        } catch {
            Issue.record(error)
            return []
        }
    }()

    private static func tightSpecial() throws -> CKKSParameters {
        let free = try CKKSParameters.insecure(
            degree: 128, baseBits: 42, scaleBits: 40, levels: 2, digits: .smallestModulus)
        let special = try PrimeLadder.prime(
            degree: 128, nearest: 0x1.02p42, excluding: Set(free.moduli))
        return try .insecure(literal: free, specialModuli: [special])
    }
}
