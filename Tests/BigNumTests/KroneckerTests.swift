import BigNum
import TestSupport
import Testing

@Suite struct KroneckerTests {
    @Test func packIsTheValueAtAPowerOfTwo() {
        var generator = TestGenerator(seed: 30)
        for slotBits in [2, 3, 31, 63, 64, 65, 100, 128, 129, 200] {
            for count in [0, 1, 2, 5, 17] {
                for round in 0..<6 {
                    let bound = (BigInt(1) << (slotBits - 1)) - 1
                    // Zeros, extremes and random values, in every order of signs.
                    let coefficients = (0..<count).map { _ in
                        switch generator.integer(in: 0...3) {
                        case 0: BigInt()
                        case 1: round.isMultiple(of: 2) ? bound : -bound
                        case 2: generator.integer(in: 0...1) == 0 ? BigInt(1) : BigInt(-1)
                        default: generator.bigInt(bits: slotBits - 1)
                        }
                    }
                    var expected = BigInt()
                    for (index, value) in coefficients.enumerated() {
                        expected += value << (index * slotBits)
                    }
                    let packed = BigInt.pack(coefficients, slotBits: slotBits)
                    #expect(packed == expected)
                    #expect(packed.unpack(count: count, slotBits: slotBits) == coefficients)
                    let opposite = (-packed).unpack(count: count, slotBits: slotBits)
                    #expect(opposite == coefficients.map { -$0 })
                }
            }
        }
    }

    @Test func unpackReadsMissingSlotsAsZero() {
        #expect(BigInt(5).unpack(count: 4, slotBits: 70) == [5, 0, 0, 0])
        #expect(BigInt(-5).unpack(count: 3, slotBits: 8) == [-5, 0, 0])
        #expect(BigInt(0).unpack(count: 2, slotBits: 8) == [0, 0])
    }

    /// The definition: X^N = -1.
    private func schoolbook(_ a: [BigInt], _ b: [BigInt]) -> [BigInt] {
        var result = [BigInt](repeating: 0, count: a.count)
        for i in a.indices {
            for j in b.indices {
                let product = a[i] * b[j]
                if i + j < a.count {
                    result[i + j] += product
                } else {
                    result[i + j - a.count] -= product
                }
            }
        }
        return result
    }

    @Test(arguments: [1, 2, 3, 8, 64])
    func negacyclicProductAgreesWithTheDefinition(_ count: Int) {
        var generator = TestGenerator(seed: UInt64(count))
        for bits in [(1, 1), (1, 300), (60, 60), (64, 65), (400, 400)] {
            for _ in 0..<5 {
                let a = (0..<count).map { _ in generator.bigInt(bits: bits.0) }
                let b = (0..<count).map { _ in generator.bigInt(bits: bits.1) }
                #expect(BigInt.negacyclicProduct(a, b) == schoolbook(a, b))
                #expect(BigInt.negacyclicProduct(a, a) == schoolbook(a, a))
            }
        }
    }

    @Test func extremeCoefficientsDoNotOverflowTheirSlots() {
        for bits in [1, 31, 32, 63, 64, 200] {
            let largest = (BigInt(1) << bits) - 1
            for signs in [(1, 1), (1, -1), (-1, -1)] {
                let a = [BigInt](repeating: largest * BigInt(signs.0), count: 32)
                let b = [BigInt](repeating: largest * BigInt(signs.1), count: 32)
                #expect(BigInt.negacyclicProduct(a, b) == schoolbook(a, b))
            }
        }
        let zeros = [BigInt](repeating: 0, count: 4)
        #expect(BigInt.negacyclicProduct(zeros, zeros) == zeros)
        #expect(BigInt.negacyclicProduct([], []) == [])
    }

    @Test func packedFactorsCanBeReused() {
        var generator = TestGenerator(seed: 31)
        let a = (0..<16).map { _ in generator.bigInt(bits: 90) }
        let slotBits = BigInt.negacyclicSlotBits(count: 16, bitsA: 90, bitsB: 40)
        let packedA = BigInt.pack(a, slotBits: slotBits)
        for _ in 0..<3 {
            let b = (0..<16).map { _ in generator.bigInt(bits: 40) }
            let product = BigInt.negacyclicProduct(
                packedA, .pack(b, slotBits: slotBits), count: 16, slotBits: slotBits)
            #expect(product == schoolbook(a, b))
        }
    }

    @Test func productOfARealRingSize() {
        // X^(N/2) * X^(N/2) = -1, hidden in large random polynomials through distributivity.
        let count = 8192
        var generator = TestGenerator(seed: 32)
        let a = (0..<count).map { _ in generator.bigInt(bits: 400) }
        var monomial = [BigInt](repeating: 0, count: count)
        monomial[count / 2] = 1
        let b = (0..<count).map { _ in generator.bigInt(bits: 400) }
        let shifted = BigInt.negacyclicProduct(b, monomial)
        #expect(Array(shifted[(count / 2)...]) == Array(b[..<(count / 2)]))
        #expect(Array(shifted[..<(count / 2)]) == b[(count / 2)...].map { -$0 })
        let direct = BigInt.negacyclicProduct(a, b)
        let turned = BigInt.negacyclicProduct(a, shifted)
        #expect(BigInt.negacyclicProduct(direct, monomial) == turned)
    }
}
