import Foundation
import RingKernels
import TestSupport
import Testing

/// The encoder's transform and what stands between doubles and residues.
@Suite struct KernelEmbeddingTests {
    /// Roots in the layout that the tables are made from.
    private final class Embedding {
        let plan: UnsafeMutablePointer<rk_fft_plan>
        private let memory: AlignedWords

        init(count: Int, lanes: UInt32) {
            var cosines: [Double] = []
            var sines: [Double] = []
            var length = 2
            while length <= count {
                var power = 1
                for _ in 0..<(length / 2) {
                    let angle = 2 * Double.pi * Double(power) / Double(4 * length)
                    cosines.append(cos(angle))
                    sines.append(sin(angle))
                    power = power * 5 % (4 * length)
                }
                length *= 2
            }
            memory = AlignedWords(count: 2 * count)
            plan = .allocate(capacity: 1)
            plan.initialize(to: rk_fft_plan())
            let bits = UInt32(count.trailingZeroBitCount)
            memory.pointer.withMemoryRebound(to: Double.self, capacity: 2 * count) {
                rk_fft_plan_init(plan, $0, cosines, sines, bits, lanes)
            }
        }

        deinit { plan.deallocate() }
    }

    private typealias Transform = (
        UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
        UnsafeMutablePointer<Double>
    ) -> Void

    private func run(_ re: [Double], _ im: [Double], _ transform: Transform) -> (
        [Double], [Double]
    ) {
        var (inRe, inIm) = (re, im)
        var outRe = [Double](repeating: .nan, count: re.count)
        var outIm = outRe
        transform(&outRe, &outIm, &inRe, &inIm)
        return (outRe, outIm)
    }

    /// sqrt of the sum of squares of the differences over that of the reference.
    private func relativeError(_ x: ([Double], [Double]), _ y: ([Double], [Double])) -> Double {
        func square(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
        let difference = square(zip(x.0, y.0).map(-)) + square(zip(x.1, y.1).map(-))
        return (difference / (square(y.0) + square(y.1))).squareRoot()
    }

    @Test(arguments: Kernels.all, [2, 4, 8, 16, 32, 64, 128, 256])
    func forwardEvaluatesAtTheSlots(kernels: Kernels, count: Int) {
        let embedding = Embedding(count: count, lanes: kernels.table.fft_lanes)
        var generator = TestGenerator(seed: UInt64(count))
        let re = (0..<count).map { _ in Double(generator.integer(in: -1000...1000)) }
        let im = (0..<count).map { _ in Double(generator.integer(in: -1000...1000)) }
        let out = run(re, im) { kernels.table.fft_forward($0, $1, $2, $3, embedding.plan) }
        var (wantedRe, wantedIm) = ([Double](), [Double]())
        var power = 1
        for _ in 0..<count {
            var (sumRe, sumIm) = (0.0, 0.0)
            for j in 0..<count {
                let angle = Double.pi * Double(power * j % (4 * count)) / Double(2 * count)
                sumRe += re[j] * cos(angle) - im[j] * sin(angle)
                sumIm += re[j] * sin(angle) + im[j] * cos(angle)
            }
            wantedRe.append(sumRe)
            wantedIm.append(sumIm)
            power = power * 5 % (4 * count)
        }
        #expect(relativeError(out, (wantedRe, wantedIm)) < 1e-13)
    }

    /// Within the stated bound of each other, and inverse after forward is n times the identity.
    @Test(arguments: Kernels.all, [2, 8, 16, 32, 64, 512, 1024, 2048, 4096, 8192, 16384, 32768])
    func everySetIsWithinTheBound(kernels: Kernels, count: Int) {
        guard let portable = Kernels.all.first?.table else { return }
        let embedding = Embedding(count: count, lanes: kernels.table.fft_lanes)
        let reference = Embedding(count: count, lanes: portable.fft_lanes)
        var generator = TestGenerator(seed: UInt64(count) + 1)
        let re = (0..<count).map { _ in Double(generator.integer(in: -1_000_000...1_000_000)) }
        let im = (0..<count).map { _ in Double(generator.integer(in: -1_000_000...1_000_000)) }
        let bound = 0x1p-52 * max(1, log2(Double(count)))
        let out = run(re, im) { kernels.table.fft_forward($0, $1, $2, $3, embedding.plan) }
        let wanted = run(re, im) { portable.fft_forward($0, $1, $2, $3, reference.plan) }
        #expect(relativeError(out, wanted) < 2 * bound)
        let back = run(out.0, out.1) { kernels.table.fft_inverse($0, $1, $2, $3, embedding.plan) }
        let exact = (re.map { $0 * Double(count) }, im.map { $0 * Double(count) })
        #expect(relativeError(back, exact) < 2 * bound)
    }

    @Test(arguments: Kernels.all)
    func roundingIsToNearestEven(kernels: Kernels) {
        var generator = TestGenerator(seed: 3)
        let edges: [Double] = [
            0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0x1p51 - 0.5, 0x1p51 + 0.5, 0x1p52 - 0.5,
            -0x1p52 + 0.5, 0x1p52 + 1, -0x1p53 - 2, 0x1p61, -0x1.fffffffffffffp61, 1e-300,
        ]
        let random = (0..<500).map { _ in
            Double(generator.integer(in: Int64.min / 4...Int64.max / 4))
                / Double(generator.integer(in: 1...Int64.max / 4))
        }
        let values = edges + random + [0x1.fffffffffffffp-2]
        for count in [0, 1, 7, 8, values.count] {
            for factor in [1.0, -0.5, 0x1p-30] {
                let input = Array(values[..<count])
                var out = [Int64](repeating: 77, count: count)
                let largest = kernels.table.round_i64(&out, input, factor, count)
                #expect(out == input.map { Int64(($0 * factor).rounded(.toNearestOrEven)) })
                #expect(largest == input.reduce(0) { max($0, abs($1 * factor)) })
            }
        }
        for bad in [Double.nan, .infinity, -.infinity] {
            for place in [0, 3, 8, 18] {
                var input = [Double](repeating: 1, count: 19)
                input[place] = bad
                var out = [Int64](repeating: 0, count: 19)
                #expect(kernels.table.round_i64(&out, input, 2, 19) == .infinity)
            }
        }
        var out = [Int64](repeating: 0, count: 9)
        let huge = [Double](repeating: 1, count: 8) + [-0x1p70]
        #expect(kernels.table.round_i64(&out, huge, 2, 9) == 0x1p71)
    }

    @Test(arguments: Kernels.all, edgeModuli)
    func centeringTakesTheNearestRepresentative(kernels: Kernels, q: UInt64) {
        var generator = TestGenerator(seed: q &+ 2)
        let edges = [0, 1, q / 2 - 1, q / 2, q / 2 + 1, q - 2, q - 1, 2]
        let a = edges + (0..<64).map { _ in generator.integer(in: 0...(q - 1)) }
        let (x, m) = (AlignedWords(a), KernelModulus(q))
        for factor in [1.0, 0x1p-40, 1 / 3.0] {
            var out = [Double](repeating: 0, count: a.count)
            kernels.table.center(&out, x.pointer, factor, a.count, m.pointer)
            let expected = a.map { value in
                Double(value > q / 2 ? Int64(value) - Int64(q) : Int64(value)) * factor
            }
            #expect(out == expected)
        }
    }
}
