import BigNum
import Foundation
import Paillier
import Secrets
import Tacit
import TestSupport
import Testing

/// JSON that python-paillier 1.5.0 made (Tests/Vectors/paillier/make_phe_numbers.py), and JSON made for it.
@Suite("Interoperation with python-paillier")
struct PythonPaillierTests {
    private struct Vectors: Decodable {
        struct Key: Decodable {
            let p: String
            let q: String
            let pub: Public
        }
        struct Public: Decodable { let n: String }
        struct Number: Decodable {
            let v: String
            let e: Int
            let x: String
        }
        let `private`: Key
        let numbers: [Number]
    }

    private static let text = Result {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/paillier/phe_numbers.json")
        return try Data(contentsOf: file)
    }

    private func vectors() throws -> Vectors {
        try JSONDecoder().decode(Vectors.self, from: Self.text.get())
    }

    private func secret(_ text: String) throws -> SecretBytes {
        var bytes = Array(text.utf8)
        return try SecretBytes(moving: &bytes)
    }

    private func privateJSON(
        _ key: Vectors.Key, p: String? = nil, q: String? = nil, n: String? = nil,
        operation: String = "decrypt", kind: String = "DAJ"
    ) -> String {
        #"{"kty": "\#(kind)", "key_ops": ["\#(operation)"], "p": "\#(p ?? key.p)", "q": "\#(q ?? key.q)", "#
            + #""pub": {"kty": "DAJ", "n": "\#(n ?? key.pub.n)"}, "kid": "a \"b\""}"#
    }

    private func key() throws -> PaillierPrivateKey {
        let vectors = try vectors()
        return try PythonPaillier.privateKey(
            json: secret(privateJSON(vectors.private)), accepting112BitSecurity: true)
    }

    @Test("1,000 numbers that phe encrypted are what it encrypted: negative, tiny, huge")
    func numbersFromPython() throws {
        let vectors = try vectors()
        #expect(vectors.numbers.count == 1000)
        let key = try key()
        let json =
            "["
            + vectors.numbers.map { #"{"v": "\#($0.v)", "e": \#($0.e)}"# }.joined(separator: ",")
            + "]"
        let numbers = try PythonPaillier.numbers(json: Array(json.utf8), key: key.publicKey)
        #expect(numbers.count == 1000)
        let integers = try key.decrypt(numbers.map(\.ciphertext))
        let reals = try key.decrypt(numbers)
        for (index, number) in vectors.numbers.enumerated() {
            if number.x.contains("x") {
                #expect(reals[index] == Double(number.x), "number \(index)")
            } else {
                let expected = try #require(BigInt(number.x))
                #expect(number.e == 0 && integers[index] == expected, "number \(index)")
            }
        }
    }

    @Test("numbers of different exponents meet at one, and weigh into a sum")
    func aligned() throws {
        let vectors = try vectors()
        let key = try key()
        let evaluator = try PaillierEvaluator(key.publicKey, randomization: .classical)
        let chosen = vectors.numbers.filter { number in
            guard number.x.contains("x"), let value = Double(number.x) else { return false }
            return abs(value) < 1e6 && number.e >= -30
        }.prefix(8)
        #expect(chosen.count == 8 && Set(chosen.map(\.e)).count > 1)
        let json =
            "[" + chosen.map { #"{"v": "\#($0.v)", "e": \#($0.e)}"# }.joined(separator: ",") + "]"
        let numbers = try PythonPaillier.numbers(json: Array(json.utf8), key: key.publicKey)
        let tensor = try evaluator.tensor(numbers, fractionBits: 121)
        let values = try chosen.map { try #require(Double($0.x)) }
        #expect(try key.decrypt(tensor) == values)
        #expect(throws: PaillierError.self) { try evaluator.tensor(numbers, fractionBits: 40) }
        // Out again: one exponent for all, whatever the magnitudes; 121 bits go to 124.
        let small = try PaillierTensor(
            tensor.ciphertexts, fractionBits: 121, bound: BigInt(1) << 300, for: key.publicKey)
        let out = try evaluator.hexNumbers(small)
        #expect(out.allSatisfy { $0.exponent == -31 })
        #expect(try key.decrypt(out) == values)
        let back = try PythonPaillier.numbers(
            json: PythonPaillier.json(of: out), key: key.publicKey)
        #expect(back == out)
        #expect(throws: PaillierError.self) { try evaluator.hexNumbers(tensor) }
    }

    @Test("keys go out and come back; phe's own public form is read")
    func keys() throws {
        let key = try key()
        let vectors = try vectors()
        #expect(key.publicKey.randomizationBase == nil)
        let json = try PythonPaillier.json(of: key)
        let back = try PythonPaillier.privateKey(json: json, accepting112BitSecurity: true)
        #expect(back.publicKey == key.publicKey)
        let text = json.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let decoded = try JSONDecoder().decode(Vectors.Key.self, from: Data(text.utf8))
        #expect(decoded.p == vectors.private.p && decoded.q == vectors.private.q)
        #expect(decoded.pub.n == vectors.private.pub.n)
        let publicJSON = try PythonPaillier.json(of: key.publicKey)
        #expect(
            try PythonPaillier.publicKey(json: publicJSON, accepting112BitSecurity: true)
                == key.publicKey)
        #expect(throws: PaillierError.securityOf112BitsNotAccepted) {
            try PythonPaillier.publicKey(json: publicJSON)
        }
    }

    @Test("a 3072-bit key of ours survives the trip without its base")
    func ownKey() throws {
        let own = try PaillierPrivateKey(
            generating: .bits3072, from: SeededRandomSource(seed: 77))
        let back = try PythonPaillier.privateKey(json: PythonPaillier.json(of: own))
        #expect(back.publicKey.n == own.publicKey.n && back.publicKey.id == own.publicKey.id)
        #expect(back.publicKey.randomizationBase == nil)
        #expect(try back.decrypt(own.encrypt(-5)) == -5)
    }

    @Test("damaged and unsound keys are refused by name")
    func badKeys() throws {
        let key = try vectors().private
        func reason(_ json: String) -> String? {
            do {
                _ = try PythonPaillier.privateKey(
                    json: secret(json), accepting112BitSecurity: true)
                return nil
            } catch {
                return "\(error)"
            }
        }
        let good = privateJSON(key)
        #expect(reason(good) == nil)
        let cases: [(String, String)] = [
            ("", "not a JSON object"), ("[]", "not a JSON object"), ("{", "not a JSON object"),
            (good + "{}", "not a JSON object"), (String(good.dropLast()), "not a JSON object"),
            ("{}", "no \"kty\""), (privateJSON(key, kind: "RSA"), "another \"kty\""),
            (privateJSON(key, operation: "encrypt"), "another \"key_ops[0]\""),
            (#"{"kty":"DAJ","kty":"DAJ"}"#, "not a JSON object"),
            (privateJSON(key, p: ""), "not base64url"),
            (privateJSON(key, p: "AB=="), "not base64url"),
            (privateJSON(key, p: "AB+/"), "not base64url"),
            (privateJSON(key, p: "A"), "not base64url"),
            (privateJSON(key, p: "AB"), "not base64url"),
            (privateJSON(key, q: key.p), "are equal"),
            (privateJSON(key, p: "Aw"), "bits; use 3072"),
            (privateJSON(key, n: String(key.pub.n.dropLast(4)) + "AAAA"), "not the product"),
            (String(repeating: "[", count: 100_000), "not a JSON object"),
        ]
        for (json, expected) in cases {
            let found = reason(json)
            #expect(found?.contains(expected) == true, "\(expected): \(found ?? "accepted")")
        }
    }

    @Test("damaged numbers are refused by name")
    func badNumbers() throws {
        let key = try key().publicKey
        let value = try vectors().numbers[20].v
        func reason(_ json: String) -> String? {
            do {
                _ = try PythonPaillier.numbers(json: Array(json.utf8), key: key)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(reason(#"{"v": "\#(value)", "e": -32}"#) == nil)
        let long = String(repeating: "9", count: 5000)
        let cases: [(String, String)] = [
            ("", "no encrypted numbers"), ("{}", "no encrypted numbers"),
            ("[1]", "no encrypted numbers"),
            (#"{"v": 5, "e": 0}"#, "no encrypted numbers"),
            (#"{"v": "\#(value)", "e": 0.5}"#, "no encrypted numbers"),
            (#"{"v": "12x", "e": 0}"#, "number 1 is not a ciphertext"),
            (#"[{"v": "\#(value)", "e": 0}, {"v": "\#(long)", "e": 0}]"#, "number 2"),
            (#"{"v": "0", "e": 0}"#, "not between 0 and n^2"),
            (#"{"v": "-3", "e": 0}"#, "not between 0 and n^2"),
            (#"{"v": "1", "e": 0}"#, "hides nothing"),
            (#"{"v": "\#(key.n)", "e": 0}"#, "shares a factor"),
            (#"{"v": "\#(value)", "e": 513}"#, "-512...512"),
            (#"{"v": "\#(value)", "e": -9999999}"#, "-512...512"),
        ]
        for (json, expected) in cases {
            let found = reason(json)
            #expect(found?.contains(expected) == true, "\(expected): \(found ?? "accepted")")
        }
    }
}
