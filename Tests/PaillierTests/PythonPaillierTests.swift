import BigNum
import Foundation
import Paillier
import Testing

/// Keys, ciphertexts and results that python-paillier 1.5.0 made (Tests/Vectors/paillier).
@Suite struct PythonPaillierTests {
    private struct Vectors: Decodable {
        struct Encryption: Decodable {
            let plaintext: String
            let r: String
            let ciphertext: String
        }
        let bits: Int
        let p: String
        let q: String
        let encryptions: [Encryption]
        let values: [Int]
        let weights: [Int]
        let inputs: [String]
        let output: String
        let result: Int
    }

    private static func load() throws -> [Vectors] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/paillier/phe.json")
        return try JSONDecoder().decode([Vectors].self, from: Data(contentsOf: file))
    }

    private func integer(_ hexadecimal: String) throws -> BigInt {
        try #require(BigInt(hexadecimal, radix: 16))
    }

    @Test func ciphertextsAgreeBothWays() throws {
        let all = try Self.load()
        #expect(all.map(\.bits) == [2048, 3072])
        for vectors in all {
            let key = try PaillierPrivateKey(
                p: integer(vectors.p), q: integer(vectors.q),
                accepting112BitSecurity: vectors.bits == 2048)
            let publicKey = key.publicKey
            #expect(publicKey.size.bits == vectors.bits && vectors.encryptions.count == 12)
            for vector in vectors.encryptions {
                let plaintext = try #require(BigInt(vector.plaintext))
                let value = try integer(vector.ciphertext)
                let ciphertext = try PaillierCiphertext(
                    value: value, keyID: publicKey.id, for: publicKey)
                #expect(try key.decrypt(ciphertext) == plaintext)
                // The same plaintext and randomness give the same ciphertext.
                let power = try integer(vector.r).power(publicKey.n, modulo: publicKey.nSquared)
                let open = 1 + publicKey.n * plaintext.mod(publicKey.n)
                #expect((open * power).mod(publicKey.nSquared) == value)
            }
        }
    }

    @Test func dotProductsAgree() throws {
        for vectors in try Self.load() {
            let key = try PaillierPrivateKey(
                p: integer(vectors.p), q: integer(vectors.q),
                accepting112BitSecurity: vectors.bits == 2048)
            let publicKey = key.publicKey
            func ciphertext(_ text: String) throws -> PaillierCiphertext {
                try PaillierCiphertext(
                    value: integer(text), keyID: publicKey.id, for: publicKey)
            }
            let inputs = try vectors.inputs.map { try ciphertext($0) }
            #expect(try key.decrypt(inputs) == vectors.values.map { BigInt($0) })
            #expect(try key.decrypt(ciphertext(vectors.output)) == BigInt(vectors.result))
            let map = try PaillierAffine(
                weights: [vectors.weights.map { BigInt($0) }], bias: [42], columnCount: 4)
            let tensor = try PaillierTensor(
                inputs, fractionBits: 0, bound: 123_456_789, for: publicKey)
            let output = try PaillierEvaluator(publicKey, randomization: .classical)
                .apply(map, to: tensor)
            #expect(try key.decrypt(output.ciphertexts) == [BigInt(vectors.result)])
        }
    }
}
