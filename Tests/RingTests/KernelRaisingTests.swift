import Ring
import RingKernels
import TestSupport
import Testing

/// Scaled inverse transforms, raised digits and divisions against word arithmetic and the plain
/// transforms.
@Suite struct KernelRaisingTests {
    /// A conversion from a few moduli to one, the target, with scaled residues of every size.
    private final class Digit {
        let degree: Int
        let sources: [UInt64]
        let target: UInt64
        let residues: AlignedWords
        let quotients: AlignedWords
        let stride: Int
        private let words: AlignedWords
        private let moduli: UnsafeMutablePointer<rk_modulus>
        private let converter: UnsafeMutablePointer<rk_converter>

        init(degree: Int, sources: [UInt64], target: UInt64, _ generator: inout TestGenerator) {
            self.degree = degree
            self.sources = sources
            self.target = target
            let k = sources.count
            stride = degree + 32
            residues = AlignedWords(count: k * stride)
            quotients = AlignedWords(count: (degree + 7) / 8)
            moduli = .allocate(capacity: k + 1)
            for (i, q) in (sources + [target]).enumerated() {
                (moduli + i).initialize(to: rk_modulus())
                rk_modulus_init(moduli + i, q)
            }
            words = AlignedWords(count: 3 * k + 1)
            for (i, q) in sources.enumerated() {
                let bits = 64 - q.leadingZeroBitCount
                words.pointer[i] = UInt64((UInt128(1) << (51 + bits)) / UInt128(q))
                words.pointer[k + i] = UInt64(52 - bits)
                words.pointer[2 * k + i] = Self.product(sources, without: i, modulo: target)
                for (place, value) in generator.residues(degree, below: q).enumerated() {
                    residues.pointer[i * stride + place] = value
                }
            }
            words.pointer[3 * k] = target - Self.product(sources, without: nil, modulo: target)
            converter = .allocate(capacity: 1)
            converter.initialize(
                to: rk_converter(
                    source_count: k, target_count: 1, sources: moduli, targets: moduli + k,
                    inverses: nil, reciprocals: words.pointer, shifts: words.pointer + k,
                    factors: words.pointer + 2 * k))
        }

        deinit {
            moduli.deallocate()
            converter.deallocate()
        }

        private static func product(
            _ moduli: [UInt64], without skipped: Int?, modulo p: UInt64
        ) -> UInt64 {
            moduli.enumerated().filter { $0.offset != skipped }
                .reduce(1) { UInt64(UInt128($0) * UInt128($1.element % p) % UInt128(p)) }
        }

        /// y_i at a place.
        func residue(_ i: Int, _ place: Int) -> UInt64 { residues.pointer[i * stride + place] }

        /// v at a place, by the formula.
        func quotient(_ place: Int) -> UInt8 {
            var sum = UInt64(1) << 50
            for i in sources.indices {
                let product = UInt128(residue(i, place)) * UInt128(words.pointer[i])
                sum += UInt64(product >> UInt128(52 - words.pointer[sources.count + i]))
            }
            return UInt8(sum >> 51)
        }

        /// The integers modulo the target, by the formula.
        func converted() -> [UInt64] {
            (0..<degree).map { place in
                var sum = UInt128(quotient(place)) * UInt128(words.pointer[3 * sources.count])
                for i in sources.indices {
                    sum +=
                        UInt128(residue(i, place))
                        * UInt128(words.pointer[2 * sources.count + i])
                }
                return UInt64(sum % UInt128(target))
            }
        }

        var bytes: UnsafeMutablePointer<UInt8> {
            UnsafeMutableRawPointer(quotients.pointer).assumingMemoryBound(to: UInt8.self)
        }

        func findQuotients(_ kernels: Kernels) {
            kernels.table.quotients(bytes, residues.pointer, stride, converter, degree)
        }

        var scaled: rk_scaled {
            rk_scaled(
                converter: converter, residues: residues.pointer, stride: stride, quotients: bytes)
        }
    }

    /// Narrow and wide targets, with few and many sources, small ones and those whose sum is too
    /// large for the quickest way.
    private func digits(_ degree: Int, _ generator: inout TestGenerator) throws -> [Digit] {
        let wide = try PrimeLadder.primes(degree: degree, near: 0x1p50, count: 4)
        let narrow = try PrimeLadder.primes(degree: degree, near: 0x1p46, count: 13)
        let widest = try PrimeLadder.primes(degree: degree, near: 0x1p52 / 44.1, count: 1)
        var digits: [Digit] = []
        for target in [narrow[12], widest[0], wide[3]] {
            for sources in [
                [narrow[0]], [wide[0]], Array(narrow[..<2]), Array(wide[..<2]),
                [wide[0], narrow[1]], Array(wide[..<3]), Array(narrow[..<5]), Array(narrow[..<12]),
                // The most, at degree 4096, that are not reduced before the first stage; one more.
                Array(narrow[..<9]), Array(narrow[..<10]),
            ] {
                digits.append(
                    Digit(degree: degree, sources: sources, target: target, &generator))
            }
        }
        return digits
    }

    @Test(arguments: Kernels.all, [16, 32, 64, 128, 256, 512, 4096])
    func raisedDigitsAreConvertedAndTransformed(kernels: Kernels, degree: Int) throws {
        var generator = TestGenerator(seed: UInt64(degree) &* 31)
        for digit in try digits(degree, &generator) {
            digit.findQuotients(kernels)
            for place in 0..<degree {
                try #require(digit.bytes[place] == digit.quotient(place), "\(digit.sources)")
            }
            let plan = Plan(degree: degree, q: digit.target, twiddles: kernels.table.twiddles)
            let expected = AlignedWords(digit.converted())
            kernels.table.forward_ntt(expected.pointer, plan.pointer)
            var scaled = digit.scaled
            let out = AlignedWords(count: degree)
            kernels.table.raise(out.pointer, &scaled, 0, 0, plan.pointer)
            #expect(out.values == expected.values, "\(digit.sources) to \(digit.target)")

            // Lazy digits matter to key products only: by the key that is one.
            let m = KernelModulus(digit.target)
            let ones = AlignedWords([UInt64](repeating: 1, count: degree))
            let key = KernelProductTests.interleaved([[ones], [ones]], keyDigits: 1, n: degree)
            let (sum0, sum1) = (AlignedWords(count: degree), AlignedWords(count: degree))
            kernels.table.raise(out.pointer, &scaled, 0, 1, plan.pointer)
            kernels.table.key_product(
                sum0.pointer, sum1.pointer, [UnsafePointer(out.pointer)], key.pointer, 64, 1, nil,
                1, degree, m.pointer)
            #expect(sum0.values == expected.values && sum1.values == expected.values, "lazy")
        }
    }

    /// Lazy digits against the largest keys, in groups of every length.
    @Test(arguments: Kernels.all) func lazyDigitsMeetTheLargestKeys(kernels: Kernels) throws {
        let degree = 256
        var generator = TestGenerator(seed: 5)
        for digit in try digits(degree, &generator) {
            digit.findQuotients(kernels)
            let plan = Plan(degree: degree, q: digit.target, twiddles: kernels.table.twiddles)
            let m = KernelModulus(digit.target)
            let (exact, lazy) = (AlignedWords(count: degree), AlignedWords(count: degree))
            var scaled = digit.scaled
            kernels.table.raise(exact.pointer, &scaled, 0, 0, plan.pointer)
            kernels.table.raise(lazy.pointer, &scaled, 0, 1, plan.pointer)
            let largest = AlignedWords([UInt64](repeating: digit.target - 1, count: degree))
            for count in [1, 4, 15, 16, 31] {
                let halves = [[AlignedWords]](
                    repeating: Array(repeating: largest, count: count), count: 2)
                let bits = KernelProductTests.keyBits(kernels, digit.target).last ?? 64
                let key = KernelProductTests.interleaved(
                    halves, bits: bits, keyDigits: count, n: degree)
                let results = [exact, lazy].map { row in
                    let (sum0, sum1) = (AlignedWords(count: degree), AlignedWords(count: degree))
                    kernels.table.key_product(
                        sum0.pointer, sum1.pointer,
                        [UnsafePointer?](repeating: UnsafePointer(row.pointer), count: count),
                        key.pointer, bits, count, nil, count, degree, m.pointer)
                    return sum0.values + sum1.values
                }
                #expect(results[0] == results[1], "\(count) digits of \(digit.sources)")
            }
        }
    }

    @Test(arguments: Kernels.all, [16, 64, 128, 512, 4096])
    func divisionsEndWithTheirFactor(kernels: Kernels, degree: Int) throws {
        var generator = TestGenerator(seed: UInt64(degree) &* 37)
        for digit in try digits(degree, &generator) {
            digit.findQuotients(kernels)
            let (p, m) = (digit.target, KernelModulus(digit.target))
            let plan = Plan(degree: degree, q: p, twiddles: kernels.table.twiddles)
            let raised = AlignedWords(digit.converted())
            kernels.table.forward_ntt(raised.pointer, plan.pointer)
            let (a, addend) = (
                generator.residues(degree, below: p), generator.residues(degree, below: p)
            )
            let w = generator.integer(in: 1...(p - 1))
            let product = zip(a, raised.values).map { m.multiply(($0 + p - $1) % p, w) }
            let sum = zip(product, addend).map { ($0 + $1) % p }
            var scaled = digit.scaled
            for into in 0..<4 {
                let (left, right) = (AlignedWords(a), AlignedWords(addend))
                let x = AlignedWords(count: degree)
                let out = [AlignedWords(count: degree), x, left, right][into]
                let isAdding = into != 2
                kernels.table.raise_subtract_multiply(
                    out.pointer, x.pointer, &scaled, 0, left.pointer,
                    isAdding ? right.pointer : nil, w, m.shoup(w), plan.pointer)
                #expect(out.values == (isAdding ? sum : product), "\(digit.sources), \(into)")
            }
        }
    }

    @Test(arguments: Kernels.all, KernelTransformTests.degrees)
    func scaledInversesMultiply(kernels: Kernels, degree: Int) {
        for q in KernelTransformTests.moduli(degree) {
            let m = KernelModulus(q)
            let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
            var generator = TestGenerator(seed: q ^ 23)
            let input = AlignedWords(generator.residues(degree, below: q))
            let plain = AlignedWords(input.values)
            kernels.table.inverse_ntt(plain.pointer, plan.pointer)
            for w in [0, 1, q - 1, generator.integer(in: 2...(q - 2))] {
                let expected = plain.values.map { m.multiply($0, w) }
                let out = AlignedWords(count: degree)
                kernels.table.inverse_ntt_scaled(out.pointer, input.pointer, w, plan.pointer)
                #expect(out.values == expected)
                let same = AlignedWords(input.values)
                kernels.table.inverse_ntt_scaled(same.pointer, same.pointer, w, plan.pointer)
                #expect(same.values == expected, "in place")
            }
        }
    }
}
