import BigNum
import Paillier
import TestSupport
import Testing

@Suite struct PackingTests {
    @Test func slotsAreAsNarrowAsTheirSumsAllow() throws {
        let packing = try PaillierPacking(bound: 65_535, terms: 128, plaintextBits: 3070)
        // 65535 * 128 has 23 bits; one more is for the sign.
        #expect(packing.slotBits == 24 && packing.slotCount == 127)
        #expect(packing.plaintextCount(of: 10_000) == 79 && packing.plaintextCount(of: 0) == 0)
        #expect(try PaillierPacking(bound: 0, plaintextBits: 9).slotCount == 4)
        #expect(throws: PaillierError.overflowPossible(row: 0, bits: 11, availableBits: 10)) {
            try PaillierPacking(bound: 1023, plaintextBits: 10)
        }
        for terms in [0, -1, 1 << 41] {
            #expect(throws: PaillierError.self) {
                try PaillierPacking(bound: 1, terms: terms, plaintextBits: 3070)
            }
        }
    }

    @Test func packingIsUndoneAtEveryLengthAndAtTheBounds() throws {
        var generator = TestGenerator(seed: 60)
        for (bound, terms) in [(1, 1), (255, 1), (65_535, 10), (1 << 40, 1000)] {
            let packing = try PaillierPacking(
                bound: BigInt(bound), terms: terms, plaintextBits: 300)
            for count in [0, 1, packing.slotCount, packing.slotCount + 1, 3 * packing.slotCount] {
                let random = (0..<count).map { _ in BigInt(generator.integer(in: -bound...bound)) }
                for values in [
                    random, Array(repeating: BigInt(bound), count: count),
                    Array(repeating: BigInt(-bound), count: count),
                ] {
                    let plaintexts = try packing.pack(values)
                    #expect(plaintexts.allSatisfy { $0.bitWidth <= 300 })
                    #expect(try packing.unpack(plaintexts, count: count) == values)
                    let sums = plaintexts.map { $0 * BigInt(terms) }
                    #expect(
                        try packing.unpack(sums, count: count, addends: terms)
                            == values.map { $0 * BigInt(terms) })
                }
            }
        }
    }

    @Test func sumsOfPackedVectorsAreSumsOfNumbers() throws {
        let fixture = try Fixture.make()
        let key = fixture.publicKey
        var generator = TestGenerator(seed: 61)
        let packing = try PaillierPacking(
            bound: 1000, terms: 5, plaintextBits: key.plaintextBits)
        let rows = (0..<5).map { row in
            (0..<400).map { index in
                index < 2
                    ? BigInt(index == 0 ? 1000 : -1000)
                    : BigInt(generator.integer(in: -1000...1000))
            }
        }
        let encryptor = try fixture.encryptor()
        let vectors = try rows.enumerated().map { index, row in
            index == 0
                ? try fixture.key.encrypt(row, packing: packing)
                : try encryptor.encrypt(row, packing: packing)
        }
        #expect(vectors[0].ciphertexts.count == packing.plaintextCount(of: 400))
        #expect(try fixture.key.decrypt(vectors[1]) == rows[1])
        let evaluator = try fixture.evaluator()
        let pair = try evaluator.sum([vectors[0], vectors[1]])
        let all = try evaluator.sum([pair] + vectors[2...])
        #expect(all.addends == 5)
        let expected = rows[0].indices.map { column in BigInt.sum(rows.map { $0[column] }) }
        #expect(try fixture.key.decrypt(all) == expected)
        #expect(throws: PaillierError.tooManyTerms(found: 6, limit: 5)) {
            try evaluator.sum([all, vectors[0]])
        }
        #expect(throws: PaillierError.self) { try evaluator.sum([]) }
        let wider = try PaillierPacking(bound: 1000, terms: 9, plaintextBits: key.plaintextBits)
        #expect(throws: PaillierError.packingMismatch) {
            try evaluator.sum([vectors[0], encryptor.encrypt(rows[0], packing: wider)])
        }
        #expect(throws: PaillierError.shape(what: "values of a sum", expected: 400, found: 399)) {
            try evaluator.sum([vectors[0], encryptor.encrypt(rows[0].dropLast(), packing: packing)])
        }
    }

    @Test func numbersBeyondTheBoundAreRefused() throws {
        let fixture = try Fixture.make()
        let packing = try PaillierPacking(bound: 10, terms: 2, plaintextBits: 100)
        #expect(throws: PaillierError.plaintextOutOfRange(index: 1, limitBits: 4)) {
            try fixture.key.encrypt([10, -11], packing: packing)
        }
        // A vector that claims one addend and holds two.
        let doubled = try fixture.key.encrypt(packing.pack([10, 10]).map { $0 * 2 })
        let vector = try PaillierPackedVector(
            doubled, packing: packing, count: 2, for: fixture.publicKey)
        #expect(throws: PaillierError.plaintextOverflow(index: 0)) {
            try fixture.key.decrypt(vector)
        }
        #expect(throws: PaillierError.tooManyTerms(found: 3, limit: 2)) {
            try PaillierPackedVector(
                doubled, packing: packing, count: 2, addends: 3, for: fixture.publicKey)
        }
        #expect(throws: PaillierError.shape(what: "packed ciphertexts", expected: 0, found: 1)) {
            try PaillierPackedVector(doubled, packing: packing, count: 0, for: fixture.publicKey)
        }
        #expect(throws: PaillierError.plaintextOverflow(index: 0)) {
            try packing.unpack([BigInt(1) << 99], count: 2)
        }
    }

    @Test func packedMapsGiveThePlainMapsOutputs() throws {
        let fixture = try Fixture.make()
        var generator = TestGenerator(seed: 62)
        let inputs = (0..<6).map { _ in generator.integer(in: -1000...1000) }
        let inputBound = BigInt(1000)
        // Extremes of either sign first and last, so that slots are full next to each other.
        let weights = (0..<9).map { row in
            inputs.map { input in
                row % 4 == 0
                    ? BigInt(input < 0 ? -500 : 500)
                    : row % 4 == 2
                        ? BigInt(input < 0 ? 500 : -500)
                        : BigInt(generator.integer(in: -500...500))
            }
        }
        let bias = (0..<9).map { BigInt($0 % 2 == 0 ? 99 : -99) }
        let map = try PaillierAffine(weights: weights, bias: bias, columnCount: 6)
        let expected = (0..<9).map { row in
            zip(weights[row], inputs).reduce(bias[row]) { $0 + $1.0 * BigInt($1.1) }
        }
        for (plaintextBits, count) in [(207, 1), (92, 3), (23, 9)] {
            let packing = try PaillierPacking(
                bound: (BigInt(1) << 22) - 1, plaintextBits: plaintextBits)
            let packed = try map.packed(packing, inputBound: inputBound)
            #expect(packed.rowCount == count)
            let tensor = try PaillierTensor(
                fixture.encryptor().encrypt(inputs.map { BigInt($0) }), fractionBits: 0,
                bound: inputBound, for: fixture.publicKey)
            let output = try fixture.evaluator().apply(packed, to: tensor)
            let rows = try fixture.key.decrypt(rows: [output], packing: packing, count: 9)
            #expect(rows == [expected.map { Double($0) }])
        }
        let narrow = try PaillierPacking(bound: 1 << 20, plaintextBits: 200)
        #expect(throws: PaillierError.self) { try map.packed(narrow, inputBound: inputBound) }
    }
}
