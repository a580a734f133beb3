import BigNum
import Ring
import Secrets
import TestSupport
import Testing

@Suite struct SamplingTests {
    private func seed(_ value: UInt8) throws -> Seed {
        try Seed(bytes: [UInt8](repeating: value, count: 32))
    }

    /// Word by word from the same stream, as the documentation says.
    @Test(arguments: InstructionSet.supported)
    func uniformFollowsTheStream(set: InstructionSet) throws {
        // Moduli whose words are rejected as often as can be, about three times a limb.
        let degree = 65536
        let limbs = try PrimeLadder.primes(degree: degree, near: 0x1p64 / 16385.9, count: 3)
        let context = try RingContext(degree: degree, moduli: limbs, instructionSet: set)
        let seed = try seed(7)
        let polynomial = Polynomial<Evaluation>.uniform(
            seed: seed, stream: 5, digit: 2, context: context, basis: context.fullBasis)
        var rejections = 0
        for limb in 0..<3 {
            let q = context.moduli[limb].value
            var words = [UInt64](repeating: 0, count: degree + 4096)
            try words.withUnsafeMutableBytes {
                try ChaCha20.fill($0, seed: seed, nonce: (5, 2, UInt32(limb)))
            }
            let threshold = UInt64((UInt128(1) << 64) % UInt128(q))
            func draw(_ word: UInt64) -> UInt64? {
                let product = word.multipliedFullWidth(by: q)
                return product.low < threshold ? nil : product.high
            }
            var next = degree
            let expected = words.prefix(degree).map { word -> UInt64 in
                if let value = draw(word) { return value }
                rejections += 1
                while true {
                    next += 1
                    if let value = draw(words[next - 1]) { return value }
                }
            }
            #expect(polynomial.residues()[limb] == expected)
        }
        #expect(rejections > 0)
    }

    @Test func uniformLimbsAreIndependentOfOthers() throws {
        let context = try testRing(degree: 256)
        let seed = try seed(1)
        let all = Polynomial<Evaluation>.uniform(
            seed: seed, stream: 0, digit: 0, context: context, basis: context.fullBasis)
        let some = Polynomial<Evaluation>.uniform(
            seed: seed, stream: 0, digit: 0, context: context, basis: Basis([3, 1]))
        #expect(all.restricted(to: Basis([3, 1])) == some)
        let other = Polynomial<Evaluation>.uniform(
            seed: seed, stream: 0, digit: 1, context: context, basis: context.fullBasis)
        #expect(all != other)
    }

    @Test func uniformIsUniform() throws {
        let degree = 65536
        let context = try testRing(degree: degree, bits: [Double](repeating: 45, count: 16))
        let polynomial = Polynomial<Evaluation>.uniform(
            seed: try seed(9), stream: 0, digit: 0, context: context, basis: context.fullBasis)
        let bins = 64
        var counts = [Int](repeating: 0, count: bins)
        for (limb, values) in polynomial.residues().enumerated() {
            let q = context.moduli[limb].value
            for value in values { counts[Int(UInt128(value) * UInt128(bins) / UInt128(q))] += 1 }
        }
        expectChiSquare(counts, [Double](repeating: 1 / Double(bins), count: bins))
    }

    /// Chi-square of the counts: within six standard deviations of its mean.
    private func expectChiSquare(_ counts: [Int], _ probabilities: [Double]) {
        let total = Double(counts.reduce(0, +))
        let statistic = zip(counts, probabilities).reduce(0.0) { sum, pair in
            let expected = total * pair.1
            return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
        let freedom = Double(counts.count - 1)
        #expect(statistic < freedom + 6 * (2 * freedom).squareRoot())
        #expect(statistic > freedom - 6 * (2 * freedom).squareRoot())
    }

    private func signed(_ bytes: borrowing SecretBytes) -> [Int8] {
        bytes.withUnsafeBytes { $0.map { Int8(bitPattern: $0) } }
    }

    /// 16 polynomials of 65536 coefficients.
    private func drawMany(
        _ context: RingContext,
        _ draw: (inout SecretWorkspace, inout SecretBytes, borrowing SecretSeed, UInt32) -> Void
    ) throws -> [Int8] {
        var workspace = try SecretWorkspace(context: context)
        var samples = try SecretBytes(count: context.degree)
        let secretSeed = try SecretSeed(from: SeededRandomSource(seed: 12))
        var values: [Int8] = []
        for stream in 0..<UInt32(16) {
            draw(&workspace, &samples, secretSeed, stream)
            values += signed(samples)
        }
        return values
    }

    @Test(arguments: InstructionSet.supported)
    func binomialHasItsDistribution(set: InstructionSet) throws {
        let context = try testRing(degree: 65536, bits: [40], instructionSet: set)
        let values = try drawMany(context) { workspace, samples, seed, stream in
            workspace.drawBinomial(into: &samples, seed: seed, nonce: (stream, 0, 0))
        }
        let count = Double(values.count)
        #expect(values.count >= 1_000_000)
        let mean = values.reduce(0.0) { $0 + Double($1) } / count
        let variance = values.reduce(0.0) { $0 + Double($1) * Double($1) } / count
        #expect(abs(mean) < 6 * (10.5 / count).squareRoot())
        // Var of x^2 is about 2 sigma^4.
        #expect(abs(variance - 10.5) < 6 * (2 * 10.5 * 10.5 / count).squareRoot())
        // P(k) = C(42, 21 + k) / 2^42, tails joined.
        var row = [1.0]
        for _ in 0..<42 { row = zip([0] + row, row + [0]).map { ($0 + $1) / 2 } }
        let reach = 12
        var counts = [Int](repeating: 0, count: 2 * reach + 1)
        for value in values { counts[min(max(Int(value), -reach), reach) + reach] += 1 }
        var probabilities = (-reach...reach).map { row[21 + $0] }
        probabilities[0] = row[0...(21 - reach)].reduce(0, +)
        probabilities[2 * reach] = probabilities[0]
        expectChiSquare(counts, probabilities)
        // Samples that share words are uncorrelated.
        let third = (65536 + 2) / 3
        let shared = (0..<(third - 2)).reduce(0.0) {
            $0 + Double(values[$1]) * Double(values[$1 + 2 * third])
        }
        #expect(abs(shared) / Double(third) < 6 * 10.5 / Double(third).squareRoot())
    }

    @Test(arguments: InstructionSet.supported)
    func ternaryHasItsDistribution(set: InstructionSet) throws {
        let context = try testRing(degree: 65536, bits: [40], instructionSet: set)
        let values = try drawMany(context) { workspace, samples, seed, stream in
            workspace.drawTernary(into: &samples, seed: seed, nonce: (stream, 0, 0))
        }
        #expect(values.allSatisfy { (-1...1).contains($0) })
        let counts = [-1, 0, 1].map { value in values.count { $0 == value } }
        expectChiSquare(counts, [1.0 / 3, 1.0 / 3, 1.0 / 3])
    }

    /// Counts of the values of ten million samples, by value plus 128, from the randomness that products use.
    private func tenMillion(
        _ draw: (inout SecretWorkspace, inout SecretBytes, borrowing SecretSeed, UInt32) -> Void
    ) throws -> [Int] {
        let context = try testRing(degree: 65536, bits: [40])
        var workspace = try SecretWorkspace(context: context)
        var samples = try SecretBytes(count: context.degree)
        var seed = try SecretSeed(from: SystemRandomSource())
        var counts = [Int](repeating: 0, count: 256)
        for stream in 0..<UInt32(153) {
            if stream % 17 == 0 { seed.refresh(from: SystemRandomSource()) }
            draw(&workspace, &samples, seed, stream)
            samples.withUnsafeBytes { for byte in $0 { counts[Int(byte ^ 0x80)] += 1 } }
        }
        return counts
    }

    @Test func tenMillionErrorsAreBinomial() throws {
        let counts = try tenMillion { workspace, samples, seed, stream in
            workspace.drawBinomial(into: &samples, seed: seed, nonce: (stream, 0, 0))
        }
        let total = Double(counts.reduce(0, +))
        #expect(total > 1e7)
        let square = counts.enumerated().reduce(0.0) { sum, entry in
            sum + Double((entry.offset - 128) * (entry.offset - 128)) * Double(entry.element)
        }
        #expect(abs(square / total - 10.5) < 0.005 * 10.5)
        #expect(counts[..<(128 - 21)].allSatisfy { $0 == 0 })
        #expect(counts[(128 + 22)...].allSatisfy { $0 == 0 })
        // P(k) = C(42, 21 + k) / 2^42; fourteen and beyond are one bin on each side.
        var row = [1.0]
        for _ in 0..<42 { row = zip([0] + row, row + [0]).map { ($0 + $1) / 2 } }
        let reach = 14
        let tail = row[0...(21 - reach)].reduce(0, +)
        let middle = ((1 - reach)...(reach - 1)).map { ($0, row[21 + $0]) }
        expectChiSquare(
            [counts[...(128 - reach)].reduce(0, +), counts[(128 + reach)...].reduce(0, +)]
                + middle.map { counts[128 + $0.0] },
            [tail, tail] + middle.map(\.1))
    }

    @Test func tenMillionSecretsAreUniform() throws {
        let counts = try tenMillion { workspace, samples, seed, stream in
            workspace.drawTernary(into: &samples, seed: seed, nonce: (stream, 0, 0))
        }
        #expect(counts.reduce(0, +) > 10_000_000)
        #expect(counts[127...129].reduce(0, +) == counts.reduce(0, +))
        expectChiSquare(Array(counts[127...129]), [1.0 / 3, 1.0 / 3, 1.0 / 3])
    }

    @Test func everySetDrawsTheSameSecrets() throws {
        var drawn: [[Int8]] = []
        for set in InstructionSet.supported {
            for degree in [16, 1024] {
                let context = try testRing(degree: degree, bits: [40], instructionSet: set)
                var workspace = try SecretWorkspace(context: context)
                var samples = try SecretBytes(count: degree)
                let seed = try SecretSeed(from: SeededRandomSource(seed: 3))
                workspace.drawBinomial(into: &samples, seed: seed, nonce: (1, 2, 3))
                drawn.append(signed(samples))
                workspace.drawTernary(into: &samples, seed: seed, nonce: (1, 2, 4))
                drawn.append(signed(samples))
            }
        }
        for start in stride(from: 4, to: drawn.count, by: 4) {
            #expect(Array(drawn[start..<(start + 4)]) == Array(drawn[0..<4]))
        }
    }

    @Test func secretArithmeticMatchesPolynomials() throws {
        let context = try testRing(degree: 64)
        let basis = context.fullBasis
        var workspace = try SecretWorkspace(context: context)
        let seed = try SecretSeed(from: SeededRandomSource(seed: 4))
        var secret = try SecretBytes(count: 64)
        var error = try SecretBytes(count: 64)
        var second = try SecretBytes(count: 64)
        workspace.drawTernary(into: &secret, seed: seed, nonce: (0, 0, 0))
        workspace.drawBinomial(into: &error, seed: seed, nonce: (0, 0, 1))
        let s = try Polynomial(signedCoefficients: signed(secret), context: context, basis: basis)
            .toEvaluation()
        let e = try Polynomial(signedCoefficients: signed(error), context: context, basis: basis)
            .toEvaluation()
        var generator = TestGenerator(seed: 43)
        let a: Polynomial<Evaluation> = try generator.polynomial(context, basis)
        let c: Polynomial<Evaluation> = try generator.polynomial(context, basis)

        let minus = Polynomial.masked(
            uniform: a, secret: secret, error: error, workspace: &workspace)
        #expect(minus == e - a * s)
        let hiding = Polynomial.masked(
            uniform: a, secret: secret, error: error, message: c, workspace: &workspace)
        #expect(hiding == e - a * s + c)
        workspace.drawBinomial(into: &second, seed: seed, nonce: (0, 0, 2))
        let f = try Polynomial(signedCoefficients: signed(second), context: context, basis: basis)
            .toEvaluation()
        let part = Basis([0, 2])
        let pair = Polynomial.maskedPair(
            (a, c), over: part, secret: secret, errors: error, second, workspace: &workspace)
        #expect(pair.0 == (e + a * s).restricted(to: part))
        #expect(pair.1 == (f + c * s).restricted(to: part))
        #expect(
            minus.phase(a, over: part, secret: secret, workspace: &workspace)
                == e.restricted(to: part))
        #expect(minus.phase(a, secret: secret, workspace: &workspace) == e)
        #expect(minus.phase(a, c, secret: secret, workspace: &workspace) == e + c * s * s)

        let scalars: [UInt64] = [1, 0, 77, context.moduli[3].value - 1]
        var sum = c
        sum.addSecret(secret, byScalars: scalars, workspace: &workspace)
        var expected = c
        expected.multiplyAccumulate(s, byScalars: scalars)
        #expect(sum == expected)
        sum = c
        sum.addSecretSquare(secret, byScalars: scalars, workspace: &workspace)
        expected = c
        expected.multiplyAccumulate(s * s, byScalars: scalars)
        #expect(sum == expected)

        let g = GaloisElement.rotation(by: 5, degree: 64)
        let moved = try secret.applying(g, context: context)
        #expect(
            try Polynomial(signedCoefficients: signed(moved), context: context, basis: basis)
                .toEvaluation() == s.applying(g))
        workspace.wipe()
    }
}
