import RingKernels
import TestSupport
import Testing

@Suite struct KernelElementwiseTests {
    /// Pairs that meet every edge with every edge, then random ones.
    private func operands(_ q: UInt64, seed: UInt64) -> ([UInt64], [UInt64]) {
        let edges = [0, 1, 2, q / 2, q / 2 + 1, q - 3, q - 2, q - 1]
        var generator = TestGenerator(seed: seed)
        var a: [UInt64] = []
        var b: [UInt64] = []
        for x in edges { for y in edges { a.append(x); b.append(y) } }
        a += generator.residues(448, below: q)
        b += generator.residues(448, below: q)
        return (a, b)
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func matchWordArithmetic(kernels: Kernels, q: UInt64) {
        let (a, b) = operands(q, seed: q)
        let m = KernelModulus(q)
        let n = a.count
        let (x, y, out) = (AlignedWords(a), AlignedWords(b), AlignedWords(count: n))
        let table = kernels.table
        let wide = zip(a, b).map { (UInt128($0), UInt128($1)) }
        let modulus = UInt128(q)

        table.add(out.pointer, x.pointer, y.pointer, n, m.pointer)
        #expect(out.values == wide.map { UInt64(($0 + $1) % modulus) })
        table.subtract(out.pointer, x.pointer, y.pointer, n, m.pointer)
        #expect(out.values == wide.map { UInt64(($0 + modulus - $1) % modulus) })
        table.negate(out.pointer, x.pointer, n, m.pointer)
        #expect(out.values == wide.map { UInt64((modulus - $0.0) % modulus) })
        table.multiply(out.pointer, x.pointer, y.pointer, n, m.pointer)
        #expect(out.values == wide.map { UInt64($0 * $1 % modulus) })

        let start = AlignedWords(b.reversed())
        let before = start.values
        table.multiply_accumulate(start.pointer, x.pointer, y.pointer, n, m.pointer)
        #expect(
            start.values
                == zip(before, wide).map { UInt64((UInt128($0) + $1.0 * $1.1) % modulus) })
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func scalarsMatchWordArithmetic(kernels: Kernels, q: UInt64) {
        let (a, b) = operands(q, seed: q ^ 1)
        let m = KernelModulus(q)
        let n = a.count
        let (x, y, out) = (AlignedWords(a), AlignedWords(b), AlignedWords(count: n))
        for w in [0, 1, 2, q / 2, q - 2, q - 1, 0x1234_5678_9abc % q] {
            let factor = m.shoup(w)
            kernels.table.multiply_scalar(out.pointer, x.pointer, w, factor, n, m.pointer)
            #expect(out.values == a.map { m.multiply($0, w) })
            let sums = AlignedWords(b)
            kernels.table.multiply_scalar_accumulate(
                sums.pointer, x.pointer, w, factor, n, m.pointer)
            #expect(sums.values == zip(a, b).map { (m.multiply($0, w) + $1) % q })
            kernels.table.subtract_multiply_scalar(
                out.pointer, x.pointer, y.pointer, w, factor, n, m.pointer)
            #expect(out.values == zip(a, b).map { m.multiply(($0 + q - $1) % q, w) })
        }
    }

    @Test(arguments: Kernels.all)
    func outputsMayBeInputs(kernels: Kernels) {
        let q = edgeModuli[edgeModuli.count - 1]
        let (a, b) = operands(q, seed: 7)
        let m = KernelModulus(q)
        let n = a.count
        typealias Binary = (
            UnsafeMutablePointer<UInt64>, UnsafePointer<UInt64>, UnsafePointer<UInt64>
        ) -> Void
        let table = kernels.table
        let binaries: [Binary] = [
            { table.add($0, $1, $2, n, m.pointer) }, { table.subtract($0, $1, $2, n, m.pointer) },
            { table.multiply($0, $1, $2, n, m.pointer) },
            { table.subtract_multiply_scalar($0, $1, $2, 5, m.shoup(5), n, m.pointer) },
        ]
        for operation in binaries {
            let (x, y, out) = (AlignedWords(a), AlignedWords(b), AlignedWords(count: n))
            operation(out.pointer, x.pointer, y.pointer)
            let left = AlignedWords(a)
            operation(left.pointer, left.pointer, y.pointer)
            let right = AlignedWords(b)
            operation(right.pointer, x.pointer, right.pointer)
            #expect(left.values == out.values)
            #expect(right.values == out.values)
            operation(out.pointer, x.pointer, x.pointer)
            operation(left.pointer, x.pointer, x.pointer)
            #expect(left.values == out.values)
        }
        let square = AlignedWords(a)
        table.multiply_accumulate(square.pointer, square.pointer, square.pointer, n, m.pointer)
        #expect(square.values == a.map { (m.multiply($0, $0) + $0) % q })
    }

    /// Lengths around the vector widths, and all arguments at q - 1, where accumulators are fullest.
    @Test(arguments: Kernels.all, edgeModuli)
    func innerProductsMatchWideSums(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        var generator = TestGenerator(seed: q &* 3)
        for (count, n) in [
            (1, 16), (2, 24), (3, 32), (4, 40), (5, 16), (8, 48), (9, 136), (20, 272), (65, 16),
        ] {
            for isExtreme in [false, true] {
                func row() -> AlignedWords {
                    isExtreme
                        ? AlignedWords([UInt64](repeating: q - 1, count: n))
                        : AlignedWords(generator.residues(n, below: q))
                }
                let digits = (0..<count).map { _ in row() }
                let first = (0..<count).map { _ in row() }
                let second = (0..<count).map { _ in row() }
                var shuffled = (0..<UInt32(n)).map { $0 }
                shuffled.shuffle(using: &generator)
                let identity = (0..<UInt32(n)).map { $0 }
                for index in [nil, shuffled] {
                    let (out0, out1) = (AlignedWords(count: n), AlignedWords(count: n))
                    func pointers(_ rows: [AlignedWords]) -> [UnsafePointer<UInt64>?] {
                        rows.map { UnsafePointer($0.pointer) }
                    }
                    kernels.table.inner_product(
                        out0.pointer, out1.pointer, pointers(digits), pointers(first),
                        pointers(second), index, count, n, m.pointer)
                    func expected(_ keys: [AlignedWords]) -> [UInt64] {
                        (0..<n).map { place in
                            var sum: UInt128 = 0
                            for j in 0..<count {
                                let from = Int((index ?? identity)[place])
                                sum +=
                                    UInt128(digits[j].pointer[from])
                                    * UInt128(keys[j].pointer[place])
                            }
                            return UInt64(sum % UInt128(q))
                        }
                    }
                    #expect(out0.values == expected(first), "\(count) digits, n \(n)")
                    #expect(out1.values == expected(second), "\(count) digits, n \(n)")
                }
            }
        }
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func permutationsMoveAndNegate(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        var generator = TestGenerator(seed: q &+ 11)
        for n in [16, 24, 72, 256] {
            let a = generator.residues(n, below: q)
            var index = (0..<UInt32(n)).map { $0 }
            index.shuffle(using: &generator)
            let (x, out) = (AlignedWords(a), AlignedWords(count: n))
            kernels.table.permute(out.pointer, x.pointer, index, n)
            #expect(out.values == index.map { a[Int($0)] })
            let signs = index.map { $0 | (generator.integer(in: 0...1) << 31) }
            kernels.table.permute_signed(out.pointer, x.pointer, signs, n, m.pointer)
            #expect(
                out.values
                    == signs.map {
                        let value = a[Int($0 & 0x7fff_ffff)]
                        return $0 >> 31 == 1 ? (q - value) % q : value
                    })
        }
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func signedIntegersBecomeResidues(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        let n = 264
        func expected<T: FixedWidthInteger & SignedInteger>(_ values: [T]) -> [UInt64] {
            values.map { UInt64((Int128($0) % Int128(q) + Int128(q)) % Int128(q)) }
        }
        let out = AlignedWords(count: n)
        let bytes = (0..<n).map { Int8(truncatingIfNeeded: $0) }
        kernels.table.reduce_i8(out.pointer, bytes, n, m.pointer)
        #expect(out.values == expected(bytes))

        var generator = TestGenerator(seed: q &+ 5)
        let small: [Int32] =
            [.min, .max, 0, 1, -1, Int32(truncatingIfNeeded: q), .min + 1, 7]
            + (8..<n).map { _ in generator.integer(in: .min ... .max) }
        kernels.table.reduce_i32(out.pointer, small, n, m.pointer)
        #expect(out.values == expected(small))

        let signed = Int64(q)
        let wide: [Int64] =
            [.min, .max, 0, 1, -1, signed, -signed, signed - 1, 1 - signed, 2 * signed, .min + 1]
            + (11..<n).map { _ in generator.integer(in: .min ... .max) }
        kernels.table.reduce_i64(out.pointer, wide, n, m.pointer)
        #expect(out.values == expected(wide))

        let bound = Int64(1) << 50
        let medium: [Int64] =
            [bound - 1, 1 - bound, 0, 1, -1, signed, -signed, signed - 1, 1 - signed]
            .map { max(1 - bound, min($0, bound - 1)) }
            + (9..<n).map { _ in generator.integer(in: (1 - bound)...(bound - 1)) }
        kernels.table.reduce_i50(out.pointer, medium, n, m.pointer)
        #expect(out.values == expected(medium))
    }
}
