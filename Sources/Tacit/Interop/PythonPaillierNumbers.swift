import BigNum
import Foundation
package import Paillier

extension PythonPaillier {
    /// One encrypted number as `pheutil` writes it.
    private struct Number: Codable {
        /// The ciphertext in decimal digits.
        let v: String
        /// The power of 16.
        let e: Int
    }

    /// Encrypted numbers as JSON: an array of `{"v": "decimal digits", "e": exponent}`.
    package static func json(of numbers: [PaillierHexNumber]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try [UInt8](
            encoder.encode(
                numbers.map { Number(v: $0.ciphertext.value.description, e: $0.exponent) }))
    }

    /// Encrypted numbers from JSON, one or an array of them, each checked as every ciphertext from outside.
    ///
    /// - Throws: `TacitError` naming the number that is refused.
    package static func numbers(
        json bytes: [UInt8], key: PaillierPublicKey
    ) throws -> [PaillierHexNumber] {
        let data = Data(bytes)
        let decoder = JSONDecoder()
        let found: [Number]
        do {
            found =
                bytes.first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "[")
                ? try decoder.decode([Number].self, from: data)
                : [try decoder.decode(Number.self, from: data)]
        } catch {
            throw TacitError(
                .malformed,
                "these are no encrypted numbers of python-paillier; expected {\"v\": \"digits\", \"e\": -32} "
                    + "or an array of them")
        }
        let mostDigits = key.nSquared.bitWidth * 302 / 1000 + 2
        return try found.enumerated().map { index, number in
            guard number.v.utf8.count <= mostDigits, let value = BigInt(number.v) else {
                throw TacitError(
                    .malformed,
                    "number \(index + 1) is not a ciphertext in decimal digits below n^2")
            }
            do throws(PaillierError) {
                return try PaillierHexNumber(
                    PaillierCiphertext(value: value, keyID: key.id, for: key, index: index),
                    exponent: number.e)
            } catch {
                throw TacitError(.malformed, error.description)
            }
        }
    }

    /// The encrypted scores of a response, row by row, as JSON that python-paillier reads; all with one exponent.
    ///
    /// Only of models with a single score: others put several into one ciphertext.
    ///
    /// - Parameters:
    ///   - response: a response file.
    ///   - card: the model's card.
    ///   - evaluationKeys: the client's evaluation keys, as a file.
    /// - Throws: `WireError` for damaged files and those of another key or card.
    public static func numbers(
        response: [UInt8], card: Card, evaluationKeys: [UInt8]
    ) throws -> [UInt8] {
        let key = try PaillierFiles.publicKey(evaluationKeys, kind: .evaluationKeys, card: card)
        guard try PaillierFiles.scorePacking(card, key: key) == nil else {
            throw TacitError(
                .wrongScheme,
                "several scores of \(card.contents.name) share a ciphertext, which python-paillier cannot "
                    + "read; decrypt the response with Tacit")
        }
        let evaluator = try PaillierEvaluator(key)
        let rows = try PaillierFiles.response(response, card: card, key: key)
        return try json(of: rows.flatMap { try evaluator.hexNumbers($0) })
    }

    /// A request made of numbers that python-paillier encrypted, row by row.
    ///
    /// Their exponents may differ; each is brought to the card's. Rows must be within the card's ranges, which cannot
    /// be seen.
    ///
    /// - Throws: `TacitError` for numbers that are none or do not fill rows, `PaillierError` for one with more
    ///   fraction bits than the card takes.
    public static func request(
        numbers json: [UInt8], card: Card, evaluationKeys: [UInt8]
    ) throws -> [UInt8] {
        let key = try PaillierFiles.publicKey(evaluationKeys, kind: .evaluationKeys, card: card)
        let evaluator = try PaillierEvaluator(key)
        let codec = try PaillierFiles.inputCodec(card)
        let numbers = try numbers(json: json, key: key)
        guard !numbers.isEmpty, numbers.count.isMultiple(of: card.inputCount) else {
            throw TacitError(
                .wrongShape,
                "\(numbers.count) encrypted numbers do not fill rows of \(card.inputCount)")
        }
        let rows = try stride(from: 0, to: numbers.count, by: card.inputCount).map { start in
            try evaluator.tensor(
                Array(numbers[start..<start + card.inputCount]), fractionBits: codec.fractionBits,
                bound: codec.bound)
        }
        return try PaillierFiles.bytes(rows, kind: .request, card: card, key: key)
    }
}
