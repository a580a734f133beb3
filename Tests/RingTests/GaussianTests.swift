import BigNum
import Foundation
import Ring
import RingKernels
import Secrets
import TestSupport
import Testing

/// Discrete Gaussians: the table, the kernel that reads it, and sums of samples.
@Suite struct GaussianTests {
    /// exp(-x²/128), normalized, over both signs.
    private static let density: [Double] = {
        let weights = (-60...60).map { exp(-Double($0 * $0) / 128) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }()

    @Test(arguments: Kernels.all)
    func inversionCountsThresholds(kernels: Kernels) {
        var generator = TestGenerator(seed: 21)
        let thresholds: [(high: UInt64, low: UInt64)] = [
            (0, 5), (7, 0), (7, 1 << 62), (1 << 62, 9), (1 << 63, 0), (.max, (1 << 63) - 1),
        ]
        let highs: [UInt64] = thresholds.map(\.high) + [6, 8, UInt64.max - 1, 0]
        let lows: [UInt64] = thresholds.flatMap { [$0.low, $0.low &- 1, $0.low &+ 1] }
        for n in [8, 16, 256] {
            var words = [UInt64](repeating: 0, count: 2 * n)
            for index in 0..<n {
                let random: UInt64 = generator.integer(in: 0...UInt64.max)
                words[index] = index % 3 == 0 ? random : highs[index % highs.count]
                let low = lows[(index / 2) % lows.count] & (UInt64.max >> 1)
                words[n + index] = low << 1 | UInt64(index & 1)
            }
            var out = [Int8](repeating: 99, count: n)
            kernels.table.inversion(
                &out, words, thresholds.map(\.high), thresholds.map(\.low), thresholds.count, n)
            for index in 0..<n {
                let number = UInt128(words[index]) << 63 | UInt128(words[n + index] >> 1)
                let count = thresholds.count { UInt128($0.high) << 63 | UInt128($0.low) <= number }
                #expect(Int(out[index]) == (words[n + index] & 1 == 1 ? -count : count))
            }
        }
    }

    private func context(degree: Int = 1024) throws -> RingContext {
        try RingContext(degree: degree, moduli: ladder(degree))
    }

    private func ladder(_ degree: Int) throws -> [UInt64] {
        let first = try PrimeLadder.prime(degree: degree, nearest: 0x1p45, excluding: [])
        return [first, try PrimeLadder.prime(degree: degree, nearest: 0x1p44, excluding: [first])]
    }

    private func draw(_ gaussian: IntegerGaussian, _ count: Int, _ number: UInt64) throws
        -> [Double]
    {
        let seed = try SecretSeed(from: SeededRandomSource(seed: number))
        return gaussian.values(gaussian.samples(count: count, seed: seed, context: try context()))
    }

    @Test("base samples follow exp(-x²/128): chi-square on a million, and their variance")
    func base() throws {
        let gaussian = try #require(IntegerGaussian(deviation: 8))
        #expect(gaussian.deviation == 8)
        let count = 1_000_000
        let samples = try draw(gaussian, count, 1)
        var histogram = [Double](repeating: 0, count: Self.density.count)
        for sample in samples { histogram[Int(sample) + 60] += 1 }
        var (statistic, bins) = (0.0, 0)
        for (found, density) in zip(histogram, Self.density) where density * Double(count) > 20 {
            let expected = density * Double(count)
            statistic += (found - expected) * (found - expected) / expected
            bins += 1
        }
        #expect(bins > 50)
        // Six deviations of a chi-square with so many degrees of freedom.
        #expect(abs(statistic - Double(bins)) < 6 * (2 * Double(bins)).squareRoot())
        let variance = samples.reduce(0) { $0 + $1 * $1 } / Double(count)
        #expect(abs(variance - 64) < 6 * 64 * (2 / Double(count)).squareRoot())
    }

    @Test(
        "wide sums have the deviation they say, at most four percent above the asked one",
        arguments: [11, 200, 4097, 1e6, 0x1p31, 0x1.7p54, 0x1.3p61, 0x1.9p90, 0x1p110])
    func wide(deviation: Double) throws {
        let gaussian = try #require(IntegerGaussian(deviation: deviation))
        #expect(gaussian.deviation >= deviation * (1 - 1e-12))
        #expect(gaussian.deviation <= deviation * (deviation < 100 ? 2 : 1.04))
        let count = 40_000
        let samples = try draw(gaussian, count, 2)
        let mean = samples.reduce(0, +) / Double(count)
        let square = samples.reduce(0) { $0 + ($1 / deviation) * ($1 / deviation) } / Double(count)
        let expected = (gaussian.deviation / deviation) * (gaussian.deviation / deviation)
        #expect(abs(square / expected - 1) < 6 * (2 / Double(count)).squareRoot())
        #expect(abs(mean) < 6 * gaussian.deviation / Double(count).squareRoot())
        // A Gaussian's fourth moment is three squares.
        let fourth = samples.reduce(0) { $0 + pow($1 / gaussian.deviation, 4) } / Double(count)
        #expect(abs(fourth - 3) < 6 * (96 / Double(count)).squareRoot())
    }

    @Test("every residue of a number that one word does not hold is equally likely")
    func lowBits() throws {
        let gaussian = try #require(IntegerGaussian(deviation: 0x1p70))
        let context = try context()
        let basis = Basis([0, 1])
        var counts = [Int](repeating: 0, count: 16)
        for number in 0..<16 {
            let seed = try SecretSeed(from: SeededRandomSource(seed: UInt64(number)))
            let polynomial = try gaussian.polynomial(
                seed: seed, places: nil, context: context, basis: basis)
            for integer in polynomial.bigCoefficients() {
                counts[Int(integer.mod(BigInt(16)).residue(modulo: 1 << 32))] += 1
            }
        }
        let expected = 1024.0
        let statistic = counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
        #expect(statistic < 15 + 6 * (30.0).squareRoot())
    }

    @Test("the polynomial holds the samples, at the places that were asked for")
    func polynomial() throws {
        let context = try context()
        for deviation in [30, 0x1p40, 0x1p74] {
            let gaussian = try #require(IntegerGaussian(deviation: deviation))
            let places = [3, 500, 1023]
            let seed = try SecretSeed(from: SeededRandomSource(seed: 5))
            let again = try SecretSeed(from: SeededRandomSource(seed: 5))
            let polynomial = try gaussian.polynomial(
                seed: seed, places: places, context: context, basis: Basis([0, 1]))
            let values = gaussian.values(
                gaussian.samples(count: 3, seed: again, context: context))
            for (place, found) in polynomial.bigCoefficients().enumerated() {
                let index = places.firstIndex(of: place)
                let expected = index.map { values[$0] } ?? 0
                #expect(abs(found.toDouble() - expected) <= abs(expected) * 0x1p-50)
            }
        }
    }

    @Test func impossibleDeviationsAreRefused() {
        for deviation in [0, -1, .nan, .infinity, 0x1.1p110] {
            #expect(IntegerGaussian(deviation: deviation) == nil)
        }
    }
}
