import BigNum
import CKKS
import Ring
import Secrets
import TestSupport
import Testing

/// Key switching in both engines: the same coefficients where both divide the same numerator, else
/// within the bounds that `ExactEvaluator` states; and the same for the phases.
@Suite struct ExactSwitchingTests {
    private static let amounts = [1, 5, -1, 8]

    /// Nothing differs, neither coefficients nor phases.
    private func identical(
        _ pair: ExactPair, _ fast: Ciphertext, _ exact: ExactCiphertext,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try pair.difference(fast, exact, sourceLocation: sourceLocation) == 0, "\(pair.name)",
            sourceLocation: sourceLocation)
        #expect(try pair.phaseDifference(fast, exact) == 0, sourceLocation: sourceLocation)
    }

    /// Coefficients differ by at most `bound`, those of the phase by at most bound (1 + N).
    private func within(
        _ bound: BigInt, _ pair: ExactPair, _ fast: Ciphertext, _ exact: ExactCiphertext,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try pair.difference(fast, exact, sourceLocation: sourceLocation)
        #expect(found <= bound, "\(pair.name)", sourceLocation: sourceLocation)
        let phase = try pair.phaseDifference(fast, exact)
        #expect(
            phase <= bound * BigInt(1 + pair.parameters.degree), "\(pair.name)",
            sourceLocation: sourceLocation)
    }

    @Test(arguments: ExactSets.all) func relinearization(_ pair: ExactPair) throws {
        for level in pair.levels {
            for seed in UInt64(0)..<3 {
                let a = try pair.ciphertext(level, seed: 31 + seed, polynomials: 3)
                let x = try pair.exact.importing(a)
                try identical(pair, pair.fast.relinearize(a), pair.exact.relinearize(x))
                let linear = try pair.ciphertext(level, seed: 35 + seed)
                try identical(
                    pair, pair.fast.relinearize(linear),
                    pair.exact.relinearize(pair.exact.importing(linear)))
            }
        }
    }

    @Test(arguments: ExactSets.all) func automorphisms(_ pair: ExactPair) throws {
        for level in pair.levels {
            let a = try pair.ciphertext(level, seed: 41)
            let x = try pair.exact.importing(a)
            for amount in Self.amounts + [0, pair.fixture.slots, pair.fixture.slots + 1] {
                try identical(
                    pair, pair.fast.rotate(a, by: amount), pair.exact.rotate(x, by: amount))
            }
            let together = Self.amounts + [0, 1, 1]
            let exact = try pair.exact.rotations(x, by: together)
            #expect(exact.count == together.count)
            for (left, right) in zip(try pair.fast.rotations(a, by: together), exact) {
                try identical(pair, left, right)
            }
            try identical(pair, pair.fast.conjugate(a), pair.exact.conjugate(x))
        }
    }

    @Test(arguments: ExactSets.all) func conversion(_ pair: ExactPair) throws {
        let generator = KeyGenerator(
            context: pair.context, source: SeededRandomSource(seed: 43))
        let other = try generator.secretKey()
        let key = try pair.fixture.withSecret {
            try generator.conversionKey(from: $0, to: other, level: pair.parameters.maxLevel)
        }
        let back = try ExactEvaluator(context: pair.context)
        for level in pair.levels {
            let a = try pair.ciphertext(level, seed: 44)
            let fast = try pair.fast.convert(a, with: key)
            let exact = try back.exporting(back.convert(back.importing(a), with: key))
            #expect(fast.polynomials == exact.polynomials)
            #expect(exact.keyID == other.keyID)
            #expect(fast.level == exact.level && fast.scale == exact.scale)
        }
    }

    /// One division by P q, or by P and then by q: odd numbers, so the roundings are the same
    /// outside the sliver, which no coefficient of these meets.
    @Test(arguments: ExactSets.all) func mergedDivision(_ pair: ExactPair) throws {
        for level in pair.levels.dropFirst() {
            for seed in UInt64(0)..<3 {
                let a = try pair.ciphertext(level, seed: 51 + seed, scale: 0x1p90, polynomials: 3)
                let x = try pair.exact.importing(a)
                let fast = try pair.fast.relinearizeAndRescale(a)
                let exact = try pair.exact.relinearizeAndRescale(x)
                try within(1, pair, fast, exact)
                try identical(pair, fast, exact)
            }
        }
    }

    @Test(arguments: ExactSets.all) func sumsOfRotations(_ pair: ExactPair) throws {
        for level in pair.levels {
            let a = try (0..<5).map { try pair.ciphertext(level, seed: 61 + UInt64($0)) }
            let x = try a.map { try pair.exact.importing($0) }
            func both(_ amounts: [Int]) throws -> (Ciphertext, ExactCiphertext) {
                (
                    try pair.fast.rotatedSum(amounts.enumerated().map { (a[$0], $1) }),
                    try pair.exact.rotatedSum(amounts.enumerated().map { (x[$0], $1) })
                )
            }
            let (fast, exact) = try both([1, 5, -1, 8, 0])
            try within(2, pair, fast, exact)
            for few in [[0], [0, 0], [1], [0, 8]] {
                let (fast, exact) = try both(few)
                try identical(pair, fast, exact)
            }
        }
    }

    /// (1 + W)/2 for pending sums and 1 + W/(2q) for rescaled ones, W over the weights of true
    /// rotations.
    @Test(arguments: ExactSets.all) func weightedSumsOfRotations(_ pair: ExactPair) throws {
        for level in pair.levels {
            let a = try pair.ciphertext(level, seed: 71, scale: 0x1p30)
            let x = try pair.exact.importing(a)
            let plan: [[Int]] = [[0, 1, 5], [8, -1], [0]]
            var sums: [[WeightedRotation]] = []
            var norms: [BigInt] = []
            for (index, amounts) in plan.enumerated() {
                let terms = try amounts.map {
                    WeightedRotation(
                        by: $0, weights: try weights(pair, level, seed: index, amount: $0))
                }
                sums.append(terms)
                norms.append(
                    BigInt.sum(terms.filter { $0.amount != 0 }.map { norm($0.weights) }))
            }
            try compare(pair, a, x, sums, norms)
        }
    }

    private func compare(
        _ pair: ExactPair, _ a: Ciphertext, _ x: ExactCiphertext, _ sums: [[WeightedRotation]],
        _ norms: [BigInt]
    ) throws {
        // Twice the bound, so that it is an integer; the sliver adds less than one.
        let fast = try pair.fast.weightedRotationSums(a, sums, rescaling: false)
        let exact = try pair.exact.weightedRotationSums(x, sums, rescaling: false)
        #expect(exact.count == sums.count)
        for index in sums.indices {
            let slack = (norms[index] >> 40) + 1
            try within((norms[index] + 1 + slack) >> 1, pair, fast[index], exact[index])
        }
        // A sum without a true rotation has nothing to bring down in either engine.
        try identical(
            pair, pair.fast.weightedRotationSum(a, [sums[2][0]]),
            pair.exact.weightedRotationSum(x, [sums[2][0]]))
        guard a.level > 0 else { return }
        let q = pair.product(pair.parameters.group(atLevel: a.level))
        let (once, twice) = (
            try pair.fast.weightedRotationSums(a, sums, rescaling: true),
            try pair.exact.weightedRotationSums(x, sums, rescaling: true)
        )
        for index in sums.indices {
            // floor of (1 + W/(2q))(1 + 2^-40), which is nowhere near an integer here.
            try within(1 + norms[index].quotient(by: q << 1), pair, once[index], twice[index])
        }
    }

    /// Weights at a scale that lets every level's rescale stand at 1 or more.
    private func weights(_ pair: ExactPair, _ level: Int, seed: Int, amount: Int) throws
        -> Plaintext
    {
        var generator = TestGenerator(seed: UInt64(80 + 10 * seed + (amount & 7)))
        let scale = level > 0 ? pair.parameters.groupProduct(atLevel: level) / 0x1p28 : 4
        return try pair.fixture.encoder.encode(
            (0..<pair.fixture.slots).map { _ in generator.real(in: -1...1) }, level: level,
            scale: max(scale, 4), extended: true)
    }

    /// Σ |w| over the coefficients.
    private func norm(_ plaintext: Plaintext) -> BigInt {
        BigInt.sum(
            plaintext.polynomial.toCoefficient().bigCoefficients().map { $0.magnitude })
    }
}

extension BigInt {
    /// The floor of a quotient.
    fileprivate func quotient(by divisor: BigInt) -> BigInt {
        quotientAndRemainder(dividingBy: divisor, rounding: .floor).quotient
    }
}
