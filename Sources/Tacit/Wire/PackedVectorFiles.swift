import BigNum
import Inference
import Paillier
import Secrets

/// Files of packed encrypted rows and of their sums.
enum PackedVectorFiles {
    /// Most rows of one file.
    private static let maximumRowCount = 1 << 20

    /// Rows in the card's fixed point, one after the other, packed for sums of up to `terms` such files.
    static func packing(
        _ card: Card, key: PaillierPublicKey, terms: Int
    ) throws -> (codec: FixedPointCodec, packing: PaillierPacking) {
        let codec = try PaillierFiles.inputCodec(card)
        return (
            codec,
            try PaillierPacking(
                bound: codec.bound, terms: terms, plaintextBits: key.plaintextBits)
        )
    }

    /// Writes packed rows: terms that may be added, addends so far, number of rows, then the ciphertexts.
    static func bytes(
        _ vector: PaillierPackedVector, card: Card, key: PaillierPublicKey
    ) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: .packedRows, scheme: .paillier, ring: card.ringDigest, keyID: key.id,
            card: card.digest)
        return try Frame.bytes(header) { writer throws(WireError) in
            writer.int(vector.packing.terms)
            writer.int(vector.addends)
            writer.int(vector.count / card.inputCount)
            for ciphertext in vector.ciphertexts { try writer.ciphertext(ciphertext, key: key) }
        }
    }

    /// Reads packed rows; slots and counts follow from card, terms and rows.
    static func read(
        _ bytes: [UInt8], card: Card, key: PaillierPublicKey, source: String? = nil
    ) throws -> PaillierPackedVector {
        let codec = try PaillierFiles.inputCodec(card)
        return try Frame.read(bytes, as: .packedRows, source: source) {
            header, reader throws(WireError) in
            try header.check(ring: card.ringDigest, keyID: key.id, card: card.digest)
            let terms = try reader.int(in: PaillierPacking.termRange, "the size of sums")
            let addends = try reader.int(in: 1...terms, "the number of addends")
            let rows = try reader.int(in: 1...maximumRowCount, "the number of rows")
            let count = rows * card.inputCount
            do throws(PaillierError) {
                let packing = try PaillierPacking(
                    bound: codec.bound, terms: terms, plaintextBits: key.plaintextBits)
                let expected = packing.plaintextCount(of: count)
                guard reader.remaining == expected * key.ciphertextByteCount else {
                    throw .shape(
                        what: "bytes of packed rows",
                        expected: expected * key.ciphertextByteCount, found: reader.remaining)
                }
                var ciphertexts: [PaillierCiphertext] = []
                for index in 0..<expected {
                    let part: [UInt8]
                    do throws(WireError) {
                        part = Array(try reader.bytes(key.ciphertextByteCount, "a ciphertext"))
                    } catch {
                        throw .shape(what: "ciphertexts", expected: expected, found: index)
                    }
                    try ciphertexts.append(
                        PaillierCiphertext(
                            value: BigInt(bytes: part), keyID: key.id, for: key, index: index))
                }
                return try PaillierPackedVector(
                    ciphertexts, packing: packing, count: count, addends: addends, for: key)
            } catch {
                throw WireError(.value(part: "the packed rows", reason: error.description))
            }
        }
    }
}
