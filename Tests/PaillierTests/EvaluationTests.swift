import BigNum
import Paillier
import Secrets
import TestSupport
import Testing

@Suite struct EvaluationTests {
    @Test func operationsAreThoseOfTheIntegers() throws {
        let fixture = try Fixture.make()
        let evaluator = try fixture.evaluator()
        var generator = TestGenerator(seed: 20)
        for _ in 0..<20 {
            let a = generator.bigInt(bits: 1000)
            let b = generator.bigInt(bits: 1000)
            let k = generator.bigInt(bits: 900)
            let ca = try fixture.key.encrypt(a)
            let cb = try fixture.key.encrypt(b)
            let results = try [
                evaluator.add(ca, cb), evaluator.subtract(ca, cb), evaluator.negate(ca),
                evaluator.add(ca, plaintext: b), evaluator.multiply(ca, by: k),
                evaluator.rerandomize(ca), fixture.encryptor().rerandomize(cb),
                evaluator.dotProduct([ca, cb], weights: [k, -5]),
            ]
            let expected = [a + b, a - b, -a, a + b, a * k, a, b, a * k - b * 5]
            #expect(try fixture.key.decrypt(results) == expected)
        }
    }

    @Test func edgeFactors() throws {
        let fixture = try Fixture.make()
        let evaluator = try fixture.evaluator()
        let c = try fixture.key.encrypt(-3)
        for k in [0, 1, -1, 2, -2, 64, -1024, 1 << 40] {
            #expect(try fixture.key.decrypt(evaluator.multiply(c, by: BigInt(k))) == BigInt(-3 * k))
            #expect(
                try fixture.key.decrypt(evaluator.dotProduct([c], weights: [BigInt(k)]))
                    == BigInt(-3 * k))
        }
        #expect(try fixture.key.decrypt(evaluator.dotProduct([], weights: [])) == 0)
        let tooLarge = fixture.publicKey.plaintextBound + 1
        #expect(throws: PaillierError.self) { try evaluator.multiply(c, by: tooLarge) }
        #expect(throws: PaillierError.self) { try evaluator.add(c, plaintext: -tooLarge) }
        #expect(throws: PaillierError.self) { try evaluator.dotProduct([c], weights: [tooLarge]) }
        #expect(
            throws: PaillierError.shape(what: "weights of a dot product", expected: 1, found: 2)
        ) {
            try evaluator.dotProduct([c], weights: [1, 2])
        }
    }

    @Test func dotProductEqualsSeparateProducts() throws {
        let fixture = try Fixture.make()
        let evaluator = try fixture.evaluator()
        var generator = TestGenerator(seed: 21)
        for bits in [1, 8, 24, 64] {
            let values = (0..<7).map { _ in generator.bigInt(bits: 60) }
            let weights = (0..<7).map { _ in generator.bigInt(bits: bits) }
            let encrypted = try fixture.encryptor().encrypt(values)
            var plain = try evaluator.multiply(encrypted[0], by: weights[0])
            for index in 1..<7 {
                plain = try evaluator.add(
                    plain, evaluator.multiply(encrypted[index], by: weights[index]))
            }
            // The same number modulo n^2, not only the same plaintext.
            #expect(try evaluator.dotProduct(encrypted, weights: weights) == plain)
        }
    }

    @Test func rerandomizedCiphertextsAreUnlike() throws {
        let fixture = try Fixture.make()
        for form in [PaillierRandomization.classical, .fixedBase] {
            let evaluator = try fixture.evaluator(form)
            let c = try fixture.key.encrypt(8)
            let again = try evaluator.rerandomize([c, c, c])
            #expect(Set(again + [c]).count == 4)
            #expect(try fixture.key.decrypt(again) == [8, 8, 8])
        }
    }

    @Test func evaluatorsUseABaseOfTheirOwn() throws {
        // A client base of tiny order would show in the outputs if the evaluator used it: with the key's
        // own h the quotient of output and input would be one of few powers.
        let fixture = try Fixture.make()
        let bare = try PaillierPublicKey(n: fixture.publicKey.n, accepting112BitSecurity: true)
        let c = try fixture.key.encrypt(8)
        let withBase = try fixture.evaluator(.fixedBase, seed: 5).rerandomize(c)
        let evaluator = try PaillierEvaluator(
            bare, randomization: .fixedBase, from: SeededRandomSource(seed: 5))
        evaluator.prepare()
        #expect(try evaluator.rerandomize(c) == withBase)
        #expect(try fixture.evaluator(.fixedBase, seed: 6).rerandomize(c) != withBase)
    }

    @Test func tablesAreMadeWhenTheyPay() throws {
        let fixture = try Fixture.make()
        let evaluator = try PaillierEvaluator(fixture.publicKey)
        let encryptor = try PaillierEncryptor(fixture.publicKey)
        #expect(evaluator.tableByteCount == 0 && encryptor.tableByteCount == 0)
        for value in 0..<7 {
            let c = try encryptor.encrypt(BigInt(value))
            #expect(try fixture.key.decrypt(evaluator.rerandomize(c)) == BigInt(value))
        }
        #expect(evaluator.tableByteCount > 0 && encryptor.tableByteCount > 0)
        let plain = try fixture.evaluator(.classical)
        plain.prepare()
        #expect(plain.tableByteCount == 0)
    }

    @Test func errorsAreOneLine() throws {
        let id = try Fixture.make().publicKey.id
        let errors: [PaillierError] = [
            .keyWidth(bits: 1), .securityOf112BitsNotAccepted, .modulusEven, .modulusPrime,
            .modulusPerfectPower, .modulusSmallFactor(3), .randomizationBase(reason: "is bad"),
            .keyFactors(reason: "are bad"), .wrongKey(expected: id, found: id),
            .ciphertextOutOfRange(index: 0), .ciphertextNotInvertible(index: 0),
            .ciphertextNotHidden(index: 0), .plaintextOutOfRange(index: 0, limitBits: 1),
            .plaintextOverflow(index: 0), .valueNotFinite(index: 0),
            .valueOutOfRange(index: 0, maximum: 1), .fixedPoint(reason: "bad"),
            .shape(what: "x", expected: 1, found: 2), .exponentMismatch(expected: 1, found: 2),
            .overflowPossible(row: 0, bits: 1, availableBits: 0), .secrets(.libraryUnavailable),
            .arithmetic(.modulusEven(operation: "x")),
        ]
        let texts = errors.map(\.description)
        #expect(Set(texts).count == errors.count)
        for text in texts {
            #expect(text.count > 10 && !text.contains("\n") && text != "Paillier error")
        }
    }
}
