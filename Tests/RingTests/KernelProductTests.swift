import Ring
import RingKernels
import TestSupport
import Testing

/// Key products, and kernels that fuse a product with what stands before it.
@Suite struct KernelProductTests {
    /// One limb of an interleaved key from rows of both halves; bytes that kernels may read beyond it
    /// are set.
    static func interleaved(
        _ halves: [[AlignedWords]], bits: UInt32 = 64, keyDigits: Int, n: Int
    ) -> AlignedBytes {
        let key = AlignedBytes(count: rk_key_size(bits, keyDigits, n) + 64)
        for (half, rows) in halves.enumerated() {
            for (digit, row) in rows.enumerated() {
                rk_key_interleave(key.pointer, row.pointer, bits, digit, half, keyDigits, n)
            }
        }
        return key
    }

    /// Bits of a key's words that a table takes.
    static func keyBits(_ kernels: Kernels, _ q: UInt64) -> [UInt32] {
        kernels.table.packs_keys != 0 ? [64, UInt32(64 - q.leadingZeroBitCount)] : [64]
    }

    @Test(arguments: [UInt32](7...64)) func interleavedKeysHaveTheStatedLayout(bits: UInt32) {
        let (n, keyDigits) = (32, 3)
        let mask = UInt64.max >> UInt64(64 - bits)
        var generator = TestGenerator(seed: UInt64(bits))
        let rows = (0..<6).map { _ in
            AlignedWords((0..<n).map { place in place % 5 == 0 ? mask : generator.next() & mask })
        }
        let halves = [Array(rows[..<3]), Array(rows[3...])]
        let key = Self.interleaved(halves, bits: bits, keyDigits: keyDigits, n: n)
        for place in 0..<n {
            for digit in 0..<keyDigits {
                for half in 0..<2 {
                    let part: Int = (place / 8 * keyDigits + digit) * 2 + half
                    let start: Int = part * Int(bits) * 8
                    var word: UInt64 = 0
                    for bit in 0..<Int(bits) {
                        let at: Int = start + place % 8 * Int(bits) + bit
                        let byte: UInt8 = key.pointer[at / 8]
                        let isSet = (byte >> UInt8(at % 8)) & 1 == 1
                        if isSet { word |= UInt64(1) << UInt64(bit) }
                    }
                    #expect(word == halves[half][digit].pointer[place])
                }
            }
        }
        #expect(key.pointer[key.count - 64] == 0xff, "nothing is written beyond")
        let row = AlignedWords(count: n)
        for digit in 0..<keyDigits {
            for half in 0..<2 {
                rk_key_deinterleave(row.pointer, key.pointer, bits, digit, half, keyDigits, n)
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
                for bits in Self.keyBits(kernels, q) {
                    let key = Self.interleaved(halves, bits: bits, keyDigits: keyDigits, n: n)
                    for index in permutations(n, &generator) {
                        let (out0, out1) = (AlignedWords(count: n), AlignedWords(count: n))
                        let pointers = digits.map { UnsafePointer($0.pointer) as UnsafePointer? }
                        kernels.table.key_product(
                            out0.pointer, out1.pointer, pointers, key.pointer, bits, keyDigits,
                            index, count, n, m.pointer)
                        for (half, out) in [out0, out1].enumerated() {
                            let expected = (0..<n).map { place -> UInt64 in
                                let from = index.map { Int($0[place]) } ?? place
                                let sum = (0..<count).reduce(UInt128(0)) {
                                    $0 + UInt128(digits[$1].pointer[from])
                                        * UInt128(halves[half][$1].pointer[place])
                                }
                                return UInt64(sum % UInt128(q))
                            }
                            #expect(
                                out.values == expected, "\(count) of \(keyDigits), n \(n), \(bits)")
                        }
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
