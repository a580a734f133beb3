import Ring
import RingKernels
import TestSupport
import Testing

/// Key products, and kernels that fuse a product with what stands before it.
@Suite struct KernelProductTests {
    /// One limb of an interleaved key from rows of both halves.
    private func interleaved(_ halves: [[AlignedWords]], keyDigits: Int, n: Int) -> AlignedWords {
        let key = AlignedWords([UInt64](repeating: .max, count: 2 * keyDigits * n))
        for (half, rows) in halves.enumerated() {
            for (digit, row) in rows.enumerated() {
                rk_key_interleave(key.pointer, row.pointer, digit, half, keyDigits, n)
            }
        }
        return key
    }

    @Test func interleavedKeysHaveTheStatedLayout() {
        let (n, keyDigits) = (32, 3)
        let rows = (0..<6).map { row in AlignedWords((0..<n).map { UInt64(1000 * row + $0) }) }
        let halves = [Array(rows[..<3]), Array(rows[3...])]
        let key = interleaved(halves, keyDigits: keyDigits, n: n)
        for place in 0..<n {
            for digit in 0..<keyDigits {
                for half in 0..<2 {
                    let word = ((place / 8 * keyDigits + digit) * 2 + half) * 8 + place % 8
                    #expect(key.values[word] == UInt64(1000 * (3 * half + digit) + place))
                }
            }
        }
        let row = AlignedWords(count: n)
        for digit in 0..<keyDigits {
            for half in 0..<2 {
                rk_key_deinterleave(row.pointer, key.pointer, digit, half, keyDigits, n)
                #expect(row.values == halves[half][digit].values)
            }
        }
    }

    /// Permutations as automorphisms in evaluation form make them, and any other.
    private func permutations(_ n: Int, _ generator: inout TestGenerator) -> [[UInt32]?] {
        var any = (0..<UInt32(n)).map { $0 }
        any.shuffle(using: &generator)
        var groups = (0..<UInt32(n / 8)).map { $0 }
        groups.shuffle(using: &generator)
        let within = groups.flatMap { group -> [UInt32] in
            var lanes = (0..<UInt32(8)).map { 8 * group + $0 }
            lanes.shuffle(using: &generator)
            return lanes
        }
        return [nil, any, within]
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func keyProductsMatchWideSums(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        var generator = TestGenerator(seed: q &* 5)
        for (count, keyDigits, n) in [
            (1, 1, 16), (1, 4, 24), (2, 2, 32), (3, 3, 40), (4, 4, 256), (4, 9, 16), (5, 5, 48),
            (8, 8, 16), (9, 20, 136), (20, 20, 272), (65, 65, 16), (300, 300, 16),
        ] {
            for isExtreme in [false, true] {
                func rows(_ count: Int) -> [AlignedWords] {
                    (0..<count).map { _ in
                        isExtreme
                            ? AlignedWords([UInt64](repeating: q - 1, count: n))
                            : AlignedWords(generator.residues(n, below: q))
                    }
                }
                let digits = rows(count)
                let halves = [rows(keyDigits), rows(keyDigits)]
                let key = interleaved(halves, keyDigits: keyDigits, n: n)
                for index in permutations(n, &generator) {
                    let (out0, out1) = (AlignedWords(count: n), AlignedWords(count: n))
                    let pointers = digits.map { UnsafePointer($0.pointer) as UnsafePointer? }
                    kernels.table.key_product(
                        out0.pointer, out1.pointer, pointers, key.pointer, keyDigits, index, count,
                        n, m.pointer)
                    for (half, out) in [out0, out1].enumerated() {
                        let expected = (0..<n).map { place -> UInt64 in
                            let from = index.map { Int($0[place]) } ?? place
                            let sum = (0..<count).reduce(UInt128(0)) {
                                $0 + UInt128(digits[$1].pointer[from])
                                    * UInt128(halves[half][$1].pointer[place])
                            }
                            return UInt64(sum % UInt128(q))
                        }
                        #expect(out.values == expected, "\(count) of \(keyDigits), n \(n)")
                    }
                }
            }
        }
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func permutedProductsAccumulate(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        var generator = TestGenerator(seed: q &* 7)
        for n in [16, 24, 72, 512, 520] {
            for index in permutations(n, &generator).compactMap({ $0 }) {
                let a = generator.residues(n, below: q)
                let weights = generator.residues(n, below: q)
                let start = generator.residues(n, below: q)
                let (x, y, out) = (AlignedWords(a), AlignedWords(weights), AlignedWords(start))
                kernels.table.permute_multiply_accumulate(
                    out.pointer, x.pointer, index, y.pointer, n, m.pointer)
                let expected = (0..<n).map {
                    (start[$0] + m.multiply(weights[$0], a[Int(index[$0])])) % q
                }
                #expect(out.values == expected)
                kernels.table.permute(out.pointer, x.pointer, index, n)
                #expect(out.values == index.map { a[Int($0)] })
            }
        }
    }

    /// The fused last step of a division against the plain transform and word arithmetic.
    @Test(arguments: Kernels.all, KernelTransformTests.degrees)
    func forwardSubtractMultiplyMatchesItsSteps(kernels: Kernels, degree: Int) {
        for q in KernelTransformTests.moduli(degree) {
            let m = KernelModulus(q)
            let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
            var generator = TestGenerator(seed: q ^ 17)
            let a = generator.residues(degree, below: q)
            let addend = generator.residues(degree, below: q)
            let start = generator.residues(degree, below: q)
            let transformed = AlignedWords(start)
            kernels.table.forward_ntt(transformed.pointer, plan.pointer)
            let w = generator.integer(in: 1...(q - 1))
            let product = zip(a, transformed.values).map { m.multiply(($0 + q - $1) % q, w) }
            let sum = zip(product, addend).map { ($0 + $1) % q }

            let (left, right) = (AlignedWords(a), AlignedWords(addend))
            func run(_ out: AlignedWords, _ x: AlignedWords, adding: Bool) -> [UInt64] {
                kernels.table.forward_ntt_subtract_multiply(
                    out.pointer, x.pointer, left.pointer, adding ? right.pointer : nil, w,
                    m.shoup(w), plan.pointer)
                return out.values
            }
            #expect(run(AlignedWords(count: degree), AlignedWords(start), adding: false) == product)
            #expect(run(AlignedWords(count: degree), AlignedWords(start), adding: true) == sum)
            let same = AlignedWords(start)
            #expect(run(same, same, adding: true) == sum, "into x")
            #expect(run(right, AlignedWords(start), adding: true) == sum, "into the addend")
            #expect(run(left, AlignedWords(start), adding: false) == product, "into a")
        }
    }
}
