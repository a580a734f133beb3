import CKKS
import ComplexModule
import TestSupport
import Testing

/// Composed operations: sums over rotations and products, levels, chains of products.
@Suite struct SumTests {
    private func sum(_ lists: [[Complex<Double>]]) -> [Complex<Double>] {
        lists.dropFirst().reduce(lists[0]) { zipped($0, $1, +) }
    }

    /// The same sums through the protocol's one-by-one definitions.
    private struct OneByOne: SlotArithmetic {
        let engine: Evaluator
        var parameters: CKKSParameters { engine.parameters }
        func level(of c: Ciphertext) -> Int { c.level }
        func scale(of c: Ciphertext) -> Double { c.scale }
        func polynomialCount(of c: Ciphertext) -> Int { c.polynomialCount }
        func add(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.add(a, b)
        }
        func subtract(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.subtract(a, b)
        }
        func negate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { try engine.negate(a) }
        func addPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
            try engine.addPlain(a, p)
        }
        func multiplyPlain(_ a: Ciphertext, _ p: Plaintext) throws(CKKSError) -> Ciphertext {
            try engine.multiplyPlain(a, p)
        }
        func multiplyInteger(_ a: Ciphertext, _ n: Int) throws(CKKSError) -> Ciphertext {
            try engine.multiplyInteger(a, n)
        }
        func multiplyScalar(_ a: Ciphertext, _ x: Double, resultScale: Double) throws(CKKSError)
            -> Ciphertext
        { try engine.multiplyScalar(a, x, resultScale: resultScale) }
        func addScalar(_ a: Ciphertext, _ x: Double) throws(CKKSError) -> Ciphertext {
            try engine.addScalar(a, x)
        }
        func multiply(_ a: Ciphertext, _ b: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.multiply(a, b)
        }
        func relinearize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.relinearize(a)
        }
        func rescale(_ a: Ciphertext) throws(CKKSError) -> Ciphertext { try engine.rescale(a) }
        func truncate(_ a: Ciphertext, toLevel level: Int) throws(CKKSError) -> Ciphertext {
            try engine.truncate(a, toLevel: level)
        }
        func dropLevel(_ a: Ciphertext, to level: Int) throws(CKKSError) -> Ciphertext {
            try engine.dropLevel(a, to: level)
        }
        func rotate(_ a: Ciphertext, by amount: Int) throws(CKKSError) -> Ciphertext {
            try engine.rotate(a, by: amount)
        }
        func conjugate(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.conjugate(a)
        }
        func rerandomize(_ a: Ciphertext) throws(CKKSError) -> Ciphertext {
            try engine.rerandomize(a)
        }
    }

    @Test func weightedRotationSums() throws {
        for set in Sets.all {
            let f = try set.get()
            let plain = OneByOne(engine: f.evaluator)
            for level in 1...f.parameters.maxLevel {
                let x = f.values(1)
                let a = try f.encrypt(x, level)
                let weights = (0..<4).map { f.values(10 + UInt64($0)) }
                let encoded = try weights.map { try f.encode($0, level, extended: true) }
                let plan = [
                    [(0, 0), (1, 1), (5, 2)], [(1, 3)], [(0, 1), (0, 2)], [(-1, 0), (-1, 1)],
                ]
                let sums = plan.map {
                    $0.map { WeightedRotation(by: $0.0, weights: encoded[$0.1]) }
                }
                let expected = plan.map { terms in
                    sum(terms.map { zipped(rotated(x, $0.0), weights[$0.1], *) })
                }
                for rescaling in [false, true] {
                    let results = try f.evaluator.weightedRotationSums(
                        a, sums, rescaling: rescaling)
                    let others = try plain.weightedRotationSums(a, sums, rescaling: rescaling)
                    for (index, result) in results.enumerated() {
                        let bound = try worstSlot * f.error(others[index], expected[index]) + 1e-9
                        #expect(result.level == (rescaling ? level - 1 : level))
                        #expect(result.scale == others[index].scale)
                        #expect(try f.error(result, expected[index]) < bound)
                    }
                }
                let single = try f.evaluator.weightedRotationSum(a, sums[0])
                #expect(
                    try single.polynomials
                        == f.evaluator.weightedRotationSums(a, [sums[0]], rescaling: false)[0]
                        .polynomials)
            }
        }
    }

    @Test func sumsWithoutRotationsNeedNeitherKeysNorSpecialLimbs() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 1024, baseBits: 45, scaleBits: 35, levels: 1, digits: .none)
        let context = try CKKSContext(parameters)
        let encoder = SlotEncoder(context: context)
        let generator = KeyGenerator(context: context)
        let key = try generator.secretKey()
        let e = try Evaluator(context: context)
        let a = try Encryptor(context: context).encrypt(
            encoder.encode([3], level: 1), secretKey: key)
        let w = try encoder.encode([0.5], level: 1)
        let terms = [WeightedRotation(by: 0, weights: w), WeightedRotation(by: 512, weights: w)]
        let result = try e.weightedRotationSums(a, [terms], rescaling: true)[0]
        let found = try Decryptor(context: context).decryptReal(result, secretKey: key)
        #expect(abs(found[0] - 3) < 1e-6)
        #expect(throws: CKKSError.missingGaloisKey(rotation: 1, level: 1, available: 0)) {
            try e.rotate(a, by: 1)
        }
        #expect(throws: CKKSError.noKeySwitching(operation: "switching key")) {
            try generator.relinearizationKey(for: key, level: 1)
        }
        #expect(throws: CKKSError.missingRelinearizationKey) {
            try e.relinearize(e.multiply(a, a))
        }
        #expect(throws: CKKSError.missingPublicKey(operation: "rerandomize")) {
            try e.rerandomize(a)
        }
    }

    @Test func rotatedSums() throws {
        for set in Sets.small {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            for level in 0...f.parameters.maxLevel {
                let lists = (0..<4).map { f.values(20 + UInt64($0)) }
                let encrypted = try lists.map { try f.encrypt($0, level) }
                let amounts = [0, 1, -1, 0]
                let expected = sum(zip(lists, amounts).map { rotated($0, $1) })
                let result = try f.evaluator.rotatedSum(
                    zip(encrypted, amounts).map { ($0, $1) })
                let bound =
                    worstSlot
                    * (4 * noise.freshSymmetric(level: level) + 2 * noise.keySwitch(level: level))
                #expect(try f.error(result, expected) < bound)
                let still = try f.evaluator.rotatedSum([(encrypted[0], 0), (encrypted[1], 0)])
                #expect(
                    try still.polynomials
                        == f.evaluator.add(encrypted[0], encrypted[1]).polynomials)
                #expect(
                    try f.error(
                        OneByOne(engine: f.evaluator).rotatedSum(
                            zip(encrypted, amounts).map { ($0, $1) }), expected) < bound)
            }
        }
    }

    @Test func sumsOfProductsAreTheirSumsExactly() throws {
        for set in Sets.small {
            let f = try set.get()
            let level = f.parameters.maxLevel
            let x = try (0..<3).map { try f.encrypt(f.values(30 + UInt64($0)), level) }
            let y = try (0..<3).map { try f.encrypt(f.values(40 + UInt64($0)), level) }
            let plain = OneByOne(engine: f.evaluator)
            #expect(
                try f.evaluator.sumOfProducts(x, y).polynomials
                    == plain.sumOfProducts(x, y).polynomials)
            let weights = try (0..<3).map { try f.encode(f.values(50 + UInt64($0)), level) }
            #expect(
                try f.evaluator.weightedSum(x, weights).polynomials
                    == plain.weightedSum(x, weights).polynomials)
            #expect(
                try f.evaluator.weightedSum(x, [0.5, -2, 0]).polynomials
                    == plain.weightedSum(x, [0.5, -2, 0]).polynomials)
            let expected = sum(
                (0..<3).map { zipped(f.values(30 + UInt64($0)), f.values(40 + UInt64($0)), *) })
            let result = try f.evaluator.relinearizeAndRescale(f.evaluator.sumOfProducts(x, y))
            #expect(try f.error(result, expected) < 1e-4)
            // A product of three polynomials among ciphertexts of two.
            let mixed = try f.evaluator.add(
                f.evaluator.multiply(x[0], y[0]), f.evaluator.multiplyPlain(x[1], weights[1]))
            #expect(mixed.polynomialCount == 3)
            #expect(
                try f.error(
                    mixed,
                    zipped(
                        zipped(f.values(30), f.values(40), *),
                        zipped(f.values(31), f.values(51), *), +)) < 1e-4)
        }
    }

    @Test func scalarsLandOnAnyScale() throws {
        let f = try Sets.insecureSingle.get()
        let level = 3
        let x = f.values(60)
        let a = try f.encrypt(x, level)
        let square = try f.evaluator.square(a)
        let target = f.parameters.scale(atLevel: level) * 0x1p30
        let lists = [a, try f.evaluator.multiplyScalar(a, 1)]
        // Ciphertexts of different scales meet on the sum's.
        let sum = try f.evaluator.weightedSum(lists, [0.25, -0.5], resultScale: target * 0x1p40)
        #expect(sum.scale == target * 0x1p40)
        #expect(try f.error(sum, x.map { $0 * Complex(-0.25) }) < 1e-8)
        let raised = try f.evaluator.multiplyScalar(square, 0.5, resultScale: square.scale * 0x1p30)
        #expect(
            try f.error(raised, zipped(x, x, *).map { $0 * Complex(0.5) }) < 1e-8)
        #expect(throws: CKKSError.self) {
            try f.evaluator.multiplyScalar(a, 1, resultScale: 0x1p400)
        }
        #expect(throws: CKKSError.self) { try f.evaluator.multiplyScalar(a, .nan) }
        #expect(throws: CKKSError.self) { try f.evaluator.multiplyScalar(a, 1, resultScale: 0) }
        #expect(throws: CKKSError.self) { try f.evaluator.addScalar(a, 1e300) }
    }

    @Test func droppingLevelsKeepsValuesAndScalesExact() throws {
        for set in Sets.all {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let top = f.parameters.maxLevel
            let x = f.values(70)
            let a = try f.encrypt(x, top)
            for level in 0...top {
                let low = try f.evaluator.dropLevel(a, to: level)
                #expect(low.level == level && low.scale == f.parameters.scale(atLevel: level))
                try low.validate(in: f.context)
                let bound =
                    worstSlot
                    * (noise.freshSymmetric(level: top) + noise.rescale(fromLevel: level + 1))
                    + 4 / f.parameters.scale(atLevel: level)
                #expect(try f.error(low, x) < bound)
                // It adds to a fresh one of that level.
                let sum = try f.evaluator.add(low, f.encrypt(x, level))
                #expect(try f.error(sum, zipped(x, x, +)) < 4 * bound)
                let cut = try f.evaluator.truncate(a, toLevel: level)
                #expect(cut.level == level && cut.scale == a.scale)
                #expect(try f.decrypt(cut) == f.decrypt(a))
            }
            #expect(try f.evaluator.dropLevel(a, to: top).polynomials == a.polynomials)
        }
    }

    /// x^(2^depth) down to level 0, with scales on their targets all the way.
    @Test func squaringDownTheWholeChain() throws {
        for set in Sets.all {
            let f = try set.get()
            var x = f.values(80).map { Complex(0.9 + 0.1 * $0.real, 0.1 * $0.imaginary) }
            var a = try f.encrypt(x, f.parameters.maxLevel)
            while a.level > 0 {
                a = try f.evaluator.relinearizeAndRescale(f.evaluator.square(a))
                x = zipped(x, x, *)
                #expect(a.scale == f.parameters.scale(atLevel: a.level))
            }
            let bits = try PrecisionReport(expected: x, found: f.decrypt(a)).worstBits
            let scaleBits = f.parameters.scales[0].exponent
            #expect(bits > Double(scaleBits) - 25, "\(f.parameters.degree): \(bits) bits")
        }
    }

    @Test func rerandomizationChangesEveryPolynomialAndNoValue() throws {
        for set in Sets.small {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            for level in 0...f.parameters.maxLevel {
                let x = f.values(90)
                let a = try f.encrypt(x, level)
                let (b, c) = (try f.evaluator.rerandomize(a), try f.evaluator.rerandomize(a))
                for index in 0..<2 {
                    #expect(a.polynomials[index] != b.polynomials[index])
                    #expect(b.polynomials[index] != c.polynomials[index])
                }
                #expect(!b.isSeeded)
                #expect(try f.error(b, x) < worstSlot * 2 * noise.freshPublic(level: level))
            }
            let square = try f.evaluator.square(f.encrypt(f.values(1), 1))
            #expect(
                throws: CKKSError.wrongDegree(operation: "rerandomize", found: 3, expected: 2)
            ) { try f.evaluator.rerandomize(square) }
        }
    }

    @Test func mismatchesAreNamed() throws {
        let f = try Sets.insecureSingle.get()
        let e = f.evaluator
        let (a, b) = (try f.encrypt(f.values(1), 2), try f.encrypt(f.values(2), 3))
        let pending = try e.multiplyScalar(a, 2)
        let base = try f.encrypt(f.values(3), 0)
        #expect(throws: CKKSError.levelMismatch(operation: "add", left: 2, right: 3)) {
            try e.add(a, b)
        }
        #expect(throws: CKKSError.levelMismatch(operation: "multiply", left: 3, right: 2)) {
            try e.multiply(b, a)
        }
        #expect(throws: CKKSError.levelMismatch(operation: "addPlain", left: 2, right: 1)) {
            try e.addPlain(a, f.encode(f.values(1), 1))
        }
        let error = refusal { try e.add(a, pending) }
        if case .scaleMismatch(let operation, let level, let left, let right) = error {
            #expect(operation == "add" && level == 2)
            #expect(abs(left - 40) < 0.01 && abs(right - 80) < 0.01)
        } else {
            Issue.record("mixed scales gave \(String(describing: error))")
        }
        #expect(throws: CKKSError.self) { try e.addPlain(pending, f.encode(f.values(1), 2)) }
        #expect(throws: CKKSError.noLevelLeft(operation: "rescale")) { try e.rescale(base) }
        // A ciphertext at its level's scale has nothing to divide by twice.
        let thin = try e.rescale(a)
        #expect(thin.scale < 2)
        #expect(throws: CKKSError.self) { try e.rescale(thin) }
        #expect(throws: CKKSError.self) { try e.multiply(base, base) }
        #expect(throws: CKKSError.self) { try e.multiplyPlain(base, f.encode(f.values(1), 0)) }
        let square = try e.square(a)
        #expect(throws: CKKSError.wrongDegree(operation: "multiply", found: 3, expected: 2)) {
            try e.multiply(square, a)
        }
        #expect(throws: CKKSError.wrongDegree(operation: "rotate", found: 3, expected: 2)) {
            try e.rotate(square, by: 1)
        }
        #expect(throws: CKKSError.missingGaloisKey(rotation: 7, level: 2, available: 8)) {
            try e.rotate(a, by: 7)
        }
        #expect(throws: CKKSError.levelOutOfRange(operation: "dropLevel", level: 3, maximum: 2)) {
            try e.dropLevel(a, to: 3)
        }
        #expect(throws: CKKSError.self) { try e.dropLevel(pending, to: 1) }
        #expect(throws: CKKSError.self) { try e.truncate(a, toLevel: -1) }
        #expect(throws: CKKSError.self) { try e.truncate(pending, toLevel: 0) }
        let flat = try f.encode(f.values(1), 2)
        #expect(
            throws: CKKSError.plaintextNotExtended(operation: "weightedRotationSum", index: 0)
        ) { try e.weightedRotationSum(a, [WeightedRotation(by: 1, weights: flat)]) }
        // One sum rotates, another does not and has plain weights.
        #expect(throws: CKKSError.self) {
            try e.weightedRotationSums(
                a,
                [
                    [WeightedRotation(by: 1, weights: f.encode(f.values(1), 2, extended: true))],
                    [WeightedRotation(by: 0, weights: flat)],
                ], rescaling: false)
        }
        #expect(throws: CKKSError.self) { try e.weightedRotationSums(a, [[]], rescaling: false) }
        #expect(try e.weightedRotationSums(a, [], rescaling: false).isEmpty)
        #expect(throws: CKKSError.self) { try e.rotatedSum([]) }
        #expect(throws: CKKSError.self) { try e.sumOfProducts([a], []) }
        #expect(throws: CKKSError.self) { try e.sumOfProducts([], []) }
        #expect(throws: CKKSError.self) { try e.weightedSum([a, b], [1.0, 2.0]) }
        #expect(try e.rotations(a, by: []).isEmpty)
        #expect(try e.multiplyInteger(a, .min).level == 2)
    }
}
