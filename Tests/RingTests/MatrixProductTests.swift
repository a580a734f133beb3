import Ring
import RingKernels
import TestSupport
import Testing

/// Integer matrices times residue vectors, on every instruction set, against word arithmetic.
struct MatrixProductTests {
    @Test("sums of products are exact at the edges of every range", arguments: 0..<7)
    func products(seed: Int) throws {
        var random = TestGenerator(seed: UInt64(seed))
        let prime = try PrimeLadder.primes(
            degree: 64, near: seed % 2 == 0 ? 0x1p49 : 0x1p30, count: 1)[0]
        let modulus = KernelModulus(prime)
        let rows = [1, 3, 8, 9, 17, 2, 1][seed]
        let columns = [1, 5, 40, 200, 7, 4000, PackedMatrix.mostColumns][seed]
        let count = [8, 136, 64, 264, 128, 16, 8][seed]
        let largest = PackedMatrix.largestEntry
        let weights = (0..<(rows * columns)).map { _ in
            switch random.integer(in: 0...3) {
            case 0: Int32(largest)
            case 1: Int32(-largest)
            case 2 where seed == 6: Int32(-largest)
            default: Int32(random.integer(in: -largest...largest))
            }
        }
        let values = (0..<columns).map { _ in
            (0..<count).map { _ in
                random.integer(in: 0...2) == 0
                    ? prime - 1 : UInt64(random.integer(in: 0...Int(prime - 1)))
            }
        }
        let expected = (0..<rows).map { row in
            (0..<count).map { place in
                (0..<columns).reduce(UInt64(0)) { sum, column in
                    let weight = weights[row * columns + column]
                    let product =
                        UInt64(weight.magnitude).multipliedFullWidth(by: values[column][place])
                    let rest = prime.dividingFullWidth(product).remainder
                    return (sum + (weight < 0 ? prime - rest : rest)) % prime
                }
            }
        }
        var packed = [Int64](repeating: 0, count: rk_matrix_packed_count(rows, columns))
        rk_matrix_pack(&packed, weights, rows, columns)
        let scratch = AlignedWords(count: rk_matrix_scratch_count(columns))
        for kernels in Kernels.all {
            let from = values.map { AlignedWords($0) }
            let to = (0..<rows).map { _ in AlignedWords(count: count) }
            withExtendedLifetime((from, modulus, scratch)) {
                let half = count / 16 * 8
                for (start, length) in [(0, half), (half, count - half)] where length > 0 {
                    rk_matrix_product(
                        to.map { Optional($0.pointer) }, from.map { Optional(.init($0.pointer)) },
                        packed, rows, columns, start, length, modulus.pointer, scratch.pointer,
                        rk_isa(kernels.instructionSet.rawValue))
                }
            }
            for row in 0..<rows {
                #expect(to[row].values == expected[row], "\(kernels.testDescription)")
            }
        }
    }

    @Test("matrices that do not fit are refused")
    func refusals() {
        #expect(PackedMatrix(rowCount: 2, columnCount: 2, entries: [1, 2, 3]) == nil)
        #expect(PackedMatrix(rowCount: 0, columnCount: 2, entries: []) == nil)
        #expect(PackedMatrix(rowCount: 1, columnCount: 1, entries: [.max]) != nil)
        #expect(PackedMatrix(rowCount: 1, columnCount: 1, entries: [.min]) == nil)
    }
}
