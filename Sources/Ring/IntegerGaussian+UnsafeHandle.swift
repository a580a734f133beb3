import RingKernels
package import Secrets

/// Samples of a discrete Gaussian on the integers of any width, as a sum of exact small ones.
///
/// x = x_0 + 4 x_1 + ... + 4^(k-1) x_(k-1) + c x_k with every x_i of deviation 8 by inversion and 1 <= c <= 4^k. By the
/// convolution theorem (Micciancio, Peikert: "Hardness of SIS and LWE with Small Parameters", eprint 2013/069, Theorem
/// 3.3; used for samplers in Micciancio, Walter: "Gaussian Sampling over the Integers", eprint 2017/259, section 4) the sum
/// of two independent discrete Gaussians x + c y is one of variance s² + c² t², up to 2^-99, as long as
/// (c/s)² + (1/t)² <= 2π/η² for the smoothing parameter η = 4.72 of the integers at 2^-100; here the left side is at most
/// 17/64 and the right one is 0.282. No branch and no index depends on a sample.
package struct IntegerGaussian: Sendable {
    /// The deviation, at least the one asked for: at most 4 percent more above 200.
    package let deviation: Double
    /// Numbers that are summed, without the last.
    private let digitCount: Int
    /// What the last number counts.
    private let factor: Double

    /// Digits that one word holds: 110 · 4^27 / 3 is below 2^60.
    private static let wordDigits = 27

    /// The Gaussian of at least some deviation; nil above 2^110 or for anything that is no positive number.
    package init?(deviation: Double) {
        guard deviation > 0, deviation <= 0x1p110 else { return nil }
        let unit = GaussianTable.deviation
        var digits = 0
        var inner = 0.0
        while true {
            let largest = Self.power(2 * digits)
            let rest = (Swift.max(deviation * deviation - inner, 0)).squareRoot() / unit
            let factor = Swift.max(1, rest.rounded(.up))
            if factor <= largest {
                self.digitCount = digits
                self.factor = factor
                self.deviation = (inner + factor * factor * unit * unit).squareRoot()
                return
            }
            inner += unit * unit * largest * largest
            digits += 1
        }
    }

    /// Samples in three parts: low + 4^27 high + factor last.
    package struct Samples: Sendable {
        package var low: [Int64]
        package var high: [Int64]
        package var last: [Int8]

        /// Puts sample i at `places[i]` of `degree` coefficients, zero elsewhere.
        func scattered(to places: [Int], degree: Int) -> Samples {
            var result = Samples(
                low: .init(repeating: 0, count: degree), high: .init(repeating: 0, count: degree),
                last: .init(repeating: 0, count: degree))
            for (index, place) in places.enumerated() {
                result.low[place] = low[index]
                result.high[place] = high[index]
                result.last[place] = last[index]
            }
            return result
        }
    }

    /// Draws samples from the streams of a seed; never use one seed twice.
    package func samples(
        count: Int, seed: borrowing SecretSeed, context: RingContext
    ) -> Samples {
        var samples = Samples(
            low: .init(repeating: 0, count: count), high: .init(repeating: 0, count: count),
            last: [])
        for digit in (0..<digitCount).reversed() {
            let numbers = draw(count, UInt32(digit), seed, context)
            if digit < Self.wordDigits {
                for (index, number) in numbers.enumerated() {
                    samples.low[index] = samples.low[index] &* 4 &+ Int64(number)
                }
            } else {
                for (index, number) in numbers.enumerated() {
                    samples.high[index] = samples.high[index] &* 4 &+ Int64(number)
                }
            }
        }
        samples.last = draw(count, UInt32(digitCount), seed, context)
        return samples
    }

    /// Numbers of deviation 8 from one stream.
    private func draw(
        _ count: Int, _ stream: UInt32, _ seed: borrowing SecretSeed, _ context: RingContext
    ) -> [Int8] {
        let padded = (count + 7) / 8 * 8
        let table = GaussianTable.shared
        var numbers = [Int8](repeating: 0, count: padded)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * padded) { words in
            let bytes = UnsafeMutableRawBufferPointer(words)
            do {
                try ChaCha20.fill(bytes, seed: seed, nonce: (stream, 0, 0))
            } catch {
                preconditionFailure("stream of a polynomial exceeds ChaCha20's limit")
            }
            context.kernels.inversion(
                &numbers, words.baseAddress, table.high, table.low, table.thresholdCount, padded)
            SecretBytes.wipe(bytes)
        }
        return Array(numbers.prefix(count))
    }

    /// A polynomial of samples, at some places only or everywhere.
    ///
    /// - Throws: `RingError.invalidBasis`.
    package func polynomial(
        seed: borrowing SecretSeed, places: [Int]?, context: RingContext, basis: Basis
    ) throws(RingError) -> Polynomial<Coefficient> {
        var samples = samples(
            count: places?.count ?? context.degree, seed: seed, context: context)
        if let places { samples = samples.scattered(to: places, degree: context.degree) }
        var result = try Polynomial<Coefficient>(
            signedCoefficients: samples.last, context: context, basis: basis)
        result.multiply(
            byScalars: basis.indices.map { residue(ofFactorModulo: context.moduli[$0]) })
        result += try Polynomial<Coefficient>(
            signedCoefficients: samples.low, context: context, basis: basis)
        if digitCount > Self.wordDigits {
            let high = try Polynomial<Coefficient>(
                signedCoefficients: samples.high, context: context, basis: basis)
            result.multiplyAccumulate(
                high,
                byScalars: basis.indices.map {
                    context.moduli[$0].power(4, UInt64(Self.wordDigits))
                })
        }
        return result
    }

    /// A power of two, exactly.
    private static func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// The factor is an integer below 2^108 with 53 significant bits.
    private func residue(ofFactorModulo modulus: Modulus) -> UInt64 {
        let shift = Swift.max(0, Int(factor.exponent) - 52)
        let word = UInt64(factor / Self.power(shift))
        return modulus.multiply(modulus.reduce(word), modulus.power(2, UInt64(shift)))
    }

    /// Samples modulo some primes, by prime.
    package func residues(_ samples: Samples, moduli: [Modulus]) -> [[UInt64]] {
        moduli.map { modulus in
            let factor = residue(ofFactorModulo: modulus)
            let power = modulus.power(4, UInt64(Self.wordDigits))
            // A multiple of the prime above 2^60 makes every part positive without a branch.
            let offset = ((UInt64(1) << 61) / modulus.value) * modulus.value
            func reduced(_ part: Int64) -> UInt64 {
                modulus.reduce(UInt64(bitPattern: part) &+ offset)
            }
            return samples.low.indices.map { index in
                let high = modulus.multiply(reduced(samples.high[index]), power)
                let last = modulus.multiply(reduced(Int64(samples.last[index])), factor)
                return modulus.add(reduced(samples.low[index]), modulus.add(high, last))
            }
        }
    }

    /// Samples as doubles, rounded; for statistics.
    package func values(_ samples: Samples) -> [Double] {
        samples.low.indices.map {
            Double(samples.low[$0]) + Self.power(2 * Self.wordDigits) * Double(samples.high[$0])
                + factor * Double(samples.last[$0])
        }
    }
}
