import Ring
import RingKernels
import TestSupport
import Testing

/// A transform plan that owns its memory.
final class Plan {
    let modulus: Modulus
    let degree: Int
    let psi: UInt64
    let pointer: UnsafeMutablePointer<rk_ntt_plan>
    private let memory: AlignedWords

    init(degree: Int, q: UInt64, twiddles: rk_twiddles) {
        self.degree = degree
        modulus = Modulus(q)
        psi = modulus.primitiveRoot(degree: degree)
        memory = AlignedWords(count: 4 * degree)
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: rk_ntt_plan())
        let scratch = AlignedWords(count: degree)
        rk_ntt_plan_init(
            pointer, memory.pointer, scratch.pointer, UInt32(degree.trailingZeroBitCount), q, psi,
            twiddles)
    }

    deinit { pointer.deallocate() }
}

func reversedBits(_ x: Int, _ bits: Int) -> Int {
    (0..<bits).reduce(0) { $0 | ((x >> $1) & 1) << (bits - 1 - $1) }
}

@Suite struct KernelTransformTests {
    static let degrees = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]

    /// Small, middle and the largest primes of a degree, and both sides of 2^52 / 44, up to which
    /// the kernels for IFMA work on integers.
    static func moduli(_ degree: Int) -> [UInt64] {
        let targets: [Double] = degree <= 64 ? [0x1p8, 0x1p14, 0x1p30] : [0x1p25, 0x1p36]
        return (targets + [0x1.74p46, 0x1.75p46, 0x1p49, 0x1p50]).flatMap {
            (try? PrimeLadder.primes(degree: degree, near: $0, count: 1)) ?? []
        }
    }

    @Test(arguments: Kernels.all, [16, 32, 64, 128])
    func forwardEvaluatesAtOddPowers(kernels: Kernels, degree: Int) {
        for q in Self.moduli(degree) {
            let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
            var generator = TestGenerator(seed: q)
            let a = generator.residues(degree, below: q)
            let x = AlignedWords(a)
            kernels.table.forward_ntt(x.pointer, plan.pointer)
            let bits = degree.trailingZeroBitCount
            let expected = (0..<degree).map { place -> UInt64 in
                let point = plan.modulus.power(plan.psi, UInt64(2 * reversedBits(place, bits) + 1))
                // Horner.
                return a.reversed().reduce(0) {
                    plan.modulus.add(plan.modulus.multiply($0, point), $1)
                }
            }
            #expect(x.values == expected, "q \(q)")
        }
    }

    @Test(arguments: Kernels.all, degrees)
    func inverseUndoesForward(kernels: Kernels, degree: Int) {
        for q in Self.moduli(degree) {
            let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
            var generator = TestGenerator(seed: q ^ 99)
            let inputs = [
                generator.residues(degree, below: q), [UInt64](repeating: q - 1, count: degree),
                [UInt64](repeating: 0, count: degree),
                (0..<degree).map { $0 % 2 == 0 ? q - 1 : 0 },
            ]
            for a in inputs {
                let x = AlignedWords(a)
                kernels.table.forward_ntt(x.pointer, plan.pointer)
                #expect(x.values.allSatisfy { $0 < q })
                kernels.table.inverse_ntt(x.pointer, plan.pointer)
                #expect(x.values == a, "q \(q)")
                kernels.table.inverse_ntt(x.pointer, plan.pointer)
                #expect(x.values.allSatisfy { $0 < q })
                kernels.table.forward_ntt(x.pointer, plan.pointer)
                #expect(x.values == a, "q \(q), inverse first")
            }
        }
    }

    @Test(arguments: Kernels.all, degrees)
    func everySetGivesPortableResidues(kernels: Kernels, degree: Int) {
        guard let portable = Kernels.all.first?.table else { return }
        for q in Self.moduli(degree) {
            let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
            let reference = Plan(degree: degree, q: q, twiddles: portable.twiddles)
            var generator = TestGenerator(seed: q ^ 5)
            for _ in 0..<3 {
                let a = generator.residues(degree, below: q)
                let (x, y) = (AlignedWords(a), AlignedWords(a))
                kernels.table.forward_ntt(x.pointer, plan.pointer)
                portable.forward_ntt(y.pointer, reference.pointer)
                #expect(x.values == y.values, "forward, q \(q)")
                kernels.table.inverse_ntt(x.pointer, plan.pointer)
                portable.inverse_ntt(y.pointer, reference.pointer)
                #expect(x.values == y.values, "inverse, q \(q)")
            }
        }
    }

    /// Value at place 0 belongs to psi itself; X goes to psi.
    @Test(arguments: Kernels.all)
    func transformOfX(kernels: Kernels) {
        let degree = 4096
        guard let q = Self.moduli(degree).last else { return }
        let plan = Plan(degree: degree, q: q, twiddles: kernels.table.twiddles)
        var a = [UInt64](repeating: 0, count: degree)
        a[1] = 1
        let x = AlignedWords(a)
        kernels.table.forward_ntt(x.pointer, plan.pointer)
        #expect(x.values[0] == plan.psi)
        #expect(x.values[1] == q - plan.psi)
    }
}
