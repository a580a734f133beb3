import BigNum
import CKKS
import Ring
import Testing

/// Ring operations of the fast engine against the same operations on whole integers.
///
/// No coefficient differs, at any level of any set. Operands are integers of the whole range, its
/// ends included.
@Suite struct ExactEngineTests {
    @Test func setsCoverTheShapes() {
        #expect(ExactSets.all.count == 6)
        #expect(Set(ExactSets.all.map(\.parameters.digitCount)) == [1, 2, 3, 4])
        #expect(Set(ExactSets.all.map(\.parameters.digitLimbCount)) == [1, 2, 3])
        #expect(Set(ExactSets.all.map { $0.parameters.group(atLevel: 1).count }) == [1, 2])
    }

    @Test(arguments: ExactSets.all) func importAndExportAreInverse(_ pair: ExactPair) throws {
        for level in pair.levels {
            for count in 2...3 {
                let a = try pair.ciphertext(level, seed: 1, polynomials: count)
                let b = try pair.exact.importing(a)
                #expect(try pair.exact.exporting(b).polynomials == a.polynomials)
                #expect(pair.exact.level(of: b) == level)
                #expect(pair.exact.scale(of: b) == a.scale)
                #expect(pair.exact.polynomialCount(of: b) == count)
            }
        }
    }

    @Test(arguments: ExactSets.all) func sums(_ pair: ExactPair) throws {
        for level in pair.levels {
            for (left, right) in [(2, 2), (2, 3), (3, 2), (3, 3)] {
                let a = try pair.ciphertext(level, seed: 2, polynomials: left)
                let b = try pair.ciphertext(level, seed: 3, polynomials: right)
                let (x, y) = (try pair.exact.importing(a), try pair.exact.importing(b))
                try pair.same({ try $0.add(a, b) }, { try $0.add(x, y) })
                try pair.same({ try $0.subtract(a, b) }, { try $0.subtract(x, y) })
                try pair.same({ try $0.negate(a) }, { try $0.negate(x) })
                let p = try pair.plaintext(level, seed: 4)
                try pair.same({ try $0.addPlain(a, p) }, { try $0.addPlain(x, p) })
                for value in [-0.625, 0, 3.25, 1000.0001] {
                    try pair.same({ try $0.addScalar(a, value) }, { try $0.addScalar(x, value) })
                }
            }
        }
    }

    @Test(arguments: ExactSets.all) func productsWithNumbers(_ pair: ExactPair) throws {
        for level in pair.levels {
            for count in 2...3 {
                let a = try pair.ciphertext(level, seed: 5, polynomials: count)
                let x = try pair.exact.importing(a)
                let p = try pair.plaintext(level, seed: 6)
                try pair.same({ try $0.multiplyPlain(a, p) }, { try $0.multiplyPlain(x, p) })
                for factor in [0, 1, -1, 7, -123_456_789, Int.max, Int.min] {
                    try pair.same(
                        { try $0.multiplyInteger(a, factor) },
                        { try $0.multiplyInteger(x, factor) })
                }
                for factor in [0, 0.7, -3.25, 1e-3] {
                    // At the end of what the level leaves room for, and at the scale itself.
                    for scale in [0x1.8p27, ExactPair.smallScale] {
                        try pair.same(
                            { try $0.multiplyScalar(a, factor, resultScale: scale) },
                            { try $0.multiplyScalar(x, factor, resultScale: scale) })
                    }
                }
            }
        }
    }

    @Test(arguments: ExactSets.all) func productsOfCiphertexts(_ pair: ExactPair) throws {
        for level in pair.levels {
            let a = try (0..<3).map { try pair.ciphertext(level, seed: 7 + UInt64($0)) }
            let x = try a.map { try pair.exact.importing($0) }
            try pair.same({ try $0.multiply(a[0], a[1]) }, { try $0.multiply(x[0], x[1]) })
            try pair.same({ try $0.square(a[0]) }, { try $0.square(x[0]) })
            try pair.same(
                { try $0.sumOfProducts(a, a.reversed()) },
                { try $0.sumOfProducts(x, x.reversed()) })
            let weights = try (0..<3).map { try pair.plaintext(level, seed: 11 + UInt64($0)) }
            try pair.same({ try $0.weightedSum(a, weights) }, { try $0.weightedSum(x, weights) })
            let numbers = [0.5, -1.75, 3]
            try pair.same(
                { try $0.weightedSum(a, numbers, resultScale: 0x1p20) },
                { try $0.weightedSum(x, numbers, resultScale: 0x1p20) })
        }
    }

    @Test(arguments: ExactSets.all) func levels(_ pair: ExactPair) throws {
        let parameters = pair.parameters
        for level in pair.levels {
            let scale = parameters.scale(atLevel: level)
            for count in 2...3 {
                let a = try pair.ciphertext(level, seed: 13, scale: scale, polynomials: count)
                let x = try pair.exact.importing(a)
                for target in 0...level {
                    try pair.same(
                        { try $0.truncate(a, toLevel: target) },
                        { try $0.truncate(x, toLevel: target) })
                    // The identity keeps a seed, which these have not.
                    try pair.same(
                        { try $0.dropLevel(a, to: target) }, { try $0.dropLevel(x, to: target) })
                }
            }
        }
    }

    @Test(arguments: ExactSets.all) func rescaling(_ pair: ExactPair) throws {
        let parameters = pair.parameters
        for level in pair.levels.dropFirst() {
            for count in 2...3 {
                for scale in [squared(parameters.scale(atLevel: level)), 0x1.5p90] {
                    let a = try pair.ciphertext(level, seed: 14, scale: scale, polynomials: count)
                    let x = try pair.exact.importing(a)
                    try pair.same({ try $0.rescale(a) }, { try $0.rescale(x) })
                    if count == 2 {
                        try pair.same(
                            { try $0.relinearizeAndRescale(a) }, { try $0.relinearizeAndRescale(x) }
                        )
                    }
                }
            }
        }
    }

    /// Half of the group is where roundings part: k q + (q ± 1)/2 and its neighbors.
    @Test(arguments: ExactSets.all) func rescalingOfHalves(_ pair: ExactPair) throws {
        for level in pair.levels.dropFirst() {
            let q = pair.product(pair.parameters.group(atLevel: level))
            let top = pair.modulus(level - 1) >> 1
            let quotients: [BigInt] = [0, 1, -1, 12345, top - 1, 1 - top]
            let halves = quotients.flatMap { k in
                (-3...3).map { k * q + (q >> 1) + BigInt($0) }
            }
            let places = (0..<pair.parameters.degree).map { halves[$0 % halves.count] }
            let polynomial = try pair.polynomial(places, level)
            let a = Ciphertext(
                polynomials: [polynomial, -polynomial], level: level, scale: 0x1.5p90,
                keyID: pair.fixture.keys.keyID)
            let x = try pair.exact.importing(a)
            try pair.same({ try $0.rescale(a) }, { try $0.rescale(x) })
            // And they are roundings: q c is nearer to the value than half of q and a sliver.
            let found = try pair.exact.exporting(pair.exact.rescale(x)).polynomials[0]
                .toCoefficient().bigCoefficients()
            let limit = (q >> 1) + (q >> 40) + 1
            #expect(zip(places, found).allSatisfy { ($0 - $1 * q).magnitude <= limit })
        }
    }

    private func squared(_ value: Double) -> Double { value * value }
}
