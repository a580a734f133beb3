import CKKS
import Circuits
import ComplexModule
import RealModule
import TestSupport
import Testing

/// Circuits on ciphertexts of small insecure sets, against cleartext.
@Suite struct EncryptedTests {
    /// Precision in bits of a result against its expectation.
    func bits(_ found: [Complex<Double>], _ wanted: [Complex<Double>]) -> Double {
        -Double.log2(max(distance(found, wanted), .leastNonzeroMagnitude))
    }

    /// Applies a transform on ciphertexts and checks level, scale and precision.
    func check(
        _ transform: LinearTransform, _ parameters: CKKSParameters, level: Int,
        babyStep: Int? = nil, bits bound: Double, generator: inout TestGenerator
    ) throws {
        let plan = try transform.plan(level: level, parameters: parameters, babyStep: babyStep)
        let fixture = try EncryptedFixture(parameters, rotations: plan.rotations)
        let prepared = try transform.prepare(plan, encoder: fixture.encoder)
        let x = (0..<transform.sourceCount).map { _ in generator.complexes(transform.slotCount) }
        let operands = try x.map { try fixture.encrypt($0, level: level) }
        let y = try prepared.apply(to: operands, engine: fixture.evaluator)
        for (found, wanted) in zip(y, try transform.evaluate(x)) {
            #expect(found.level == level - 1)
            #expect(found.scale == parameters.scale(atLevel: level - 1))
            let precision = bits(try fixture.decrypt(found), wanted)
            #expect(precision > bound)
        }
    }

    @Test func linearTransformsOfEveryShape() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 256, baseBits: 48, scaleBits: 40, levels: 3, digits: .limbsPerDigit(2))
        let slots = parameters.slotCount
        var generator = TestGenerator(seed: 41)
        let dense = try generator.matrix(slotCount: slots, amounts: 0..<slots, isComplex: true)
        try check(
            LinearTransform(dense, bias: .complex(generator.complexes(slots))), parameters,
            level: 3, bits: 22, generator: &generator)
        let sparse = try generator.matrix(slotCount: slots, amounts: [-9, -1, 0, 1, 7, 64, 100])
        for step in [1, 3, 8, 128] {
            try check(
                LinearTransform(sparse, folds: [32, -8], bias: .real(generator.reals(slots))),
                parameters, level: 2, babyStep: step, bits: 24, generator: &generator)
        }
        let strided = try generator.matrix(slotCount: slots, amounts: (0..<16).map { $0 * 8 })
        try check(
            LinearTransform(strided), parameters, level: 1, bits: 24, generator: &generator)
    }

    @Test func severalSourcesAndOutputs() throws {
        let parameters = try tinyParameters(degree: 128, levels: 2)
        let slots = parameters.slotCount
        var generator = TestGenerator(seed: 42)
        for sets in [[[0, 1, 5], [2], [Int]()], [[0], [0], [0]], [[], [], []]] {
            let rows = try (0..<2).map { _ in
                try sets.map { try generator.matrix(slotCount: slots, amounts: $0) }
            }
            try check(
                LinearTransform(
                    matrices: rows, folds: [16], biases: [.real(generator.reals(slots)), nil]),
                parameters, level: 2, bits: 20, generator: &generator)
        }
    }

    @Test func levelsOfTwoPrimes() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 128, baseBits: 80, scaleBits: 62, levels: 4, digits: .limbsPerDigit(3))
        let slots = parameters.slotCount
        var generator = TestGenerator(seed: 43)
        let matrix = try generator.matrix(slotCount: slots, amounts: -4...11)
        try check(
            LinearTransform(matrix), parameters, level: 4, bits: 38, generator: &generator)
        let coefficients = generator.reals(16)
        try check(
            SlotPolynomial(basis: .chebyshev, coefficients: coefficients), parameters,
            order: .afterRescale, bits: 38, generator: &generator)
    }

    /// Evaluates a polynomial on a ciphertext and checks level, scale and precision.
    func check(
        _ polynomial: SlotPolynomial, _ parameters: CKKSParameters, order: RelinearizationOrder,
        bits bound: Double, generator: inout TestGenerator
    ) throws {
        let level = parameters.maxLevel
        let plan = try polynomial.plan(level: level, parameters: parameters, order: order)
        let fixture = try EncryptedFixture(
            parameters, relinearizationLevel: plan.relinearizationLevel)
        let x = generator.reals(parameters.slotCount)
        let y = try plan.prepare(encoder: fixture.encoder).apply(
            to: fixture.encrypt(x.map { Complex($0) }, level: level), engine: fixture.evaluator)
        #expect(y.level == level - polynomial.depth)
        #expect(y.scale == parameters.scale(atLevel: y.level))
        let wanted = x.indices.map { Complex(polynomial.evaluate(x[$0], slot: $0)) }
        let precision = bits(try fixture.decrypt(y), wanted)
        #expect(precision > bound, "\(polynomial.basis) degree \(polynomial.degree)")
    }

    @Test(arguments: [PolynomialBasis.power, .chebyshev])
    func polynomialsOfAllDegrees(basis: PolynomialBasis) throws {
        let parameters = try CKKSParameters.insecure(
            degree: 128, baseBits: 49, scaleBits: 42, levels: 6, digits: .limbsPerDigit(2))
        var generator = TestGenerator(seed: 44)
        for degree in 0...63 {
            let coefficients = generator.reals(degree + 1)
            // The argument's noise, some 2^-36, grows by the derivative, at most the sum of |c_i|·i^2 in
            // both bases.
            let growth = coefficients.enumerated().reduce(1) {
                $0 + abs($1.element) * Double($1.offset * $1.offset)
            }
            try check(
                SlotPolynomial(basis: basis, coefficients: coefficients), parameters,
                order: degree % 2 == 0 ? .afterRescale : .beforeRescale,
                bits: 32 - .log2(growth), generator: &generator)
        }
    }

    @Test func oddSparseAndPerSlotPolynomials() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 128, baseBits: 49, scaleBits: 42, levels: 5, digits: .limbsPerDigit(2))
        var generator = TestGenerator(seed: 45)
        for basis in [PolynomialBasis.power, .chebyshev] {
            let odd = generator.reals(28).enumerated().map { $0.offset % 2 == 1 ? $0.element : 0 }
            var sparse = [Double](repeating: 0, count: 24)
            for i in [0, 1, 9, 16, 23] { sparse[i] = generator.real(in: -1...1) }
            for coefficients in [odd, sparse, [0, 0, 1], [0, 0, 0, 0, -1], [0.5, -2]] {
                try check(
                    SlotPolynomial(basis: basis, coefficients: coefficients), parameters,
                    order: .afterRescale, bits: 24, generator: &generator)
            }
            for degree in [0, 1, 2, 5, 12] {
                let vectors = (0...degree).map { _ in generator.reals(parameters.slotCount) }
                try check(
                    SlotPolynomial(basis: basis, slotCoefficients: vectors), parameters,
                    order: .afterRescale, bits: 24, generator: &generator)
            }
        }
    }

    @Test func sigmoidOfAnAffineMap() throws {
        // Chebyshev fit of the logistic function on [-8, 8], domain scaling folded into the map.
        let parameters = try CKKSParameters.insecure(
            degree: 256, baseBits: 49, scaleBits: 40, levels: 6, digits: .limbsPerDigit(3))
        let slots = parameters.slotCount
        func logistic(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
        let count = 32
        let nodes = (0..<count).map { Double.cos(.pi * (Double($0) + 0.5) / Double(count)) }
        let coefficients = (0..<count).map { k in
            let sum = nodes.reduce(0) {
                $0 + logistic(8 * $1) * .cos(Double(k) * .acos($1))
            }
            return (k == 0 ? 1.0 : 2.0) / Double(count) * sum
        }
        var generator = TestGenerator(seed: 46)
        let map = try LinearTransform(
            generator.matrix(slotCount: slots, amounts: 0..<4), bias: .real(generator.reals(slots)))
        let scaled = try LinearTransform(
            DiagonalMatrix(
                slotCount: slots,
                diagonals: map.matrices[0][0].diagonals.mapValues {
                    .complex($0.complexValues.map { $0.multiplied(by: 1 / 8.0) })
                }),
            bias: map.biases[0].map {
                .complex($0.complexValues.map { $0.multiplied(by: 1 / 8.0) })
            })
        let plan = try scaled.plan(level: 6, parameters: parameters)
        let sigmoid = try SlotPolynomial(basis: .chebyshev, coefficients: coefficients)
            .plan(level: 5, parameters: parameters)
        let fixture = try EncryptedFixture(
            parameters, rotations: plan.rotations,
            relinearizationLevel: sigmoid.relinearizationLevel)
        let x = generator.reals(slots).map { Complex($0) }
        let hidden = try scaled.prepare(plan, encoder: fixture.encoder).apply(
            to: [fixture.encrypt(x, level: 6)], engine: fixture.evaluator)[0]
        let y = try sigmoid.prepare(encoder: fixture.encoder).apply(
            to: hidden, engine: fixture.evaluator)
        let wanted = try map.evaluate([x])[0].map { Complex(logistic($0.real)) }
        #expect(y.level == 0)
        #expect(distance(try fixture.decrypt(y), wanted) < 1e-5)
    }

    @Test func missingKeysAreNamed() throws {
        let parameters = try tinyParameters(degree: 64, levels: 2)
        var generator = TestGenerator(seed: 47)
        let slots = parameters.slotCount
        let fixture = try EncryptedFixture(parameters)
        let x = try fixture.encrypt(generator.complexes(slots), level: 2)
        let transform = try LinearTransform(generator.matrix(slotCount: slots, amounts: [1]))
        let plan = try transform.plan(level: 2, parameters: parameters)
        let prepared = try transform.prepare(plan, encoder: fixture.encoder)
        #expect(throws: CircuitsError.self) {
            try prepared.apply(to: [x], engine: fixture.evaluator)
        }
        let square = try SlotPolynomial(basis: .power, coefficients: [0, 0, 1])
            .plan(level: 2, parameters: parameters).prepare(encoder: fixture.encoder)
        #expect(
            throws: CircuitsError.scheme(
                circuit: "polynomial of degree 2", .missingRelinearizationKey)
        ) { try square.apply(to: x, engine: fixture.evaluator) }
    }
}
