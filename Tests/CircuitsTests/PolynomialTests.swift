import CKKS
import Circuits
import ComplexModule
import RealModule
import TestSupport
import Testing

/// Polynomials on the clear engine, against direct evaluation.
@Suite struct PolynomialTests {
    let engine: ClearEngine
    let parameters: CKKSParameters
    var slots: Int { parameters.slotCount }

    init() throws {
        parameters = try tinyParameters(levels: 9)
        engine = try ClearEngine(parameters)
    }

    /// Sum of coefficients times x^i or cos(i·arccos x): independent of the module's own evaluation.
    func direct(_ basis: PolynomialBasis, _ coefficients: [Double], _ x: Double) -> Double {
        var sum = 0.0
        for (i, c) in coefficients.enumerated() {
            sum += c * (basis == .power ? Double.pow(x, i) : Double.cos(Double(i) * Double.acos(x)))
        }
        return sum
    }

    /// Evaluates in all slots and checks values, levels, scale and the plan's counts.
    @discardableResult
    func check(
        _ polynomial: SlotPolynomial, order: RelinearizationOrder = .afterRescale,
        level: Int? = nil, generator: inout TestGenerator,
        oracle: (Double, Int) -> Double
    ) throws -> PolynomialPlan {
        let level = level ?? parameters.maxLevel
        let plan = try polynomial.plan(level: level, parameters: parameters, order: order)
        let prepared = try plan.prepare(encoder: engine.encoder)
        let x = generator.reals(slots)
        engine.resetTally()
        let y = try prepared.apply(
            to: engine.encrypt(x.map { Complex($0) }, level: level), engine: engine)
        let tally = engine.tally
        let wanted = x.indices.map { Complex(oracle(x[$0], $0)) }
        #expect(distance(y.values, wanted) < 1e-7, "\(polynomial.basis) \(polynomial.degree)")
        #expect(y.level == level - plan.depth)
        #expect(y.level == plan.outputLevel)
        #expect(y.scale == parameters.scale(atLevel: y.level))
        #expect(y.polynomialCount == 2)
        #expect(tally.products == plan.productCount)
        #expect(tally.relinearizations == plan.relinearizationCount)
        #expect(tally.rescales == plan.rescaleCount)
        #expect(tally.relinearizationLevel == plan.relinearizationLevel)
        return plan
    }

    func minimalDepth(_ degree: Int) -> Int {
        var depth = 0
        while 1 << depth < degree + 1 { depth += 1 }
        return depth
    }

    @Test(arguments: [PolynomialBasis.power, .chebyshev])
    func allDegreesAtMinimalDepth(basis: PolynomialBasis) throws {
        var generator = TestGenerator(seed: 11)
        for degree in 0...63 {
            let coefficients = generator.reals(degree + 1)
            let polynomial = try SlotPolynomial(basis: basis, coefficients: coefficients)
            for order in [RelinearizationOrder.afterRescale, .beforeRescale] {
                let plan = try check(polynomial, order: order, generator: &generator) { x, _ in
                    direct(basis, coefficients, x)
                }
                #expect(plan.depth == minimalDepth(degree))
            }
        }
    }

    @Test(arguments: [PolynomialBasis.power, .chebyshev])
    func runsAtExactlyTheLevelsItNeeds(basis: PolynomialBasis) throws {
        var generator = TestGenerator(seed: 12)
        for degree in [1, 2, 3, 7, 8, 15, 27, 63] {
            let coefficients = generator.reals(degree + 1)
            let polynomial = try SlotPolynomial(basis: basis, coefficients: coefficients)
            try check(polynomial, level: polynomial.depth, generator: &generator) { x, _ in
                direct(basis, coefficients, x)
            }
        }
    }

    @Test(arguments: [PolynomialBasis.power, .chebyshev])
    func oddAndEvenPolynomialsSkipHalf(basis: PolynomialBasis) throws {
        var generator = TestGenerator(seed: 13)
        for degree in [3, 5, 7, 13, 15, 27, 31, 59, 63] {
            let full = generator.reals(degree + 1)
            let odd = full.enumerated().map { $0.offset % 2 == 1 ? $0.element : 0 }
            let even = [generator.real(in: -1...1)] + odd.dropFirst().map { _ in 0 }
            var evenFull = even
            for i in stride(from: 2, to: degree, by: 2) { evenFull[i] = full[i] }
            let all = try check(
                SlotPolynomial(basis: basis, coefficients: full), generator: &generator
            ) { x, _ in direct(basis, full, x) }
            let half = try check(
                SlotPolynomial(basis: basis, coefficients: odd), generator: &generator
            ) { x, _ in direct(basis, odd, x) }
            try check(
                SlotPolynomial(basis: basis, coefficients: evenFull), generator: &generator
            ) { x, _ in direct(basis, evenFull, x) }
            #expect(half.relinearizationCount <= all.relinearizationCount)
            #expect(half.productCount <= all.productCount)
            if degree >= 9 { #expect(half.termCount < all.termCount) }
        }
    }

    @Test(arguments: [PolynomialBasis.power, .chebyshev])
    func sparsePolynomials(basis: PolynomialBasis) throws {
        var generator = TestGenerator(seed: 14)
        for _ in 0..<150 {
            let degree = generator.integer(in: 1...127)
            var coefficients = [Double](repeating: 0, count: degree + 1)
            for _ in 0..<generator.integer(in: 1...6) {
                coefficients[generator.integer(in: 0...degree)] =
                    Double(
                        generator.integer(in: -8...8)) / 4
            }
            let polynomial = try SlotPolynomial(basis: basis, coefficients: coefficients)
            try check(polynomial, generator: &generator) { x, _ in direct(basis, coefficients, x) }
        }
    }

    @Test func perSlotCoefficients() throws {
        var generator = TestGenerator(seed: 15)
        for basis in [PolynomialBasis.power, .chebyshev] {
            for degree in [0, 1, 2, 3, 6, 11, 31] {
                let vectors = (0...degree).map { _ in generator.reals(slots) }
                let polynomial = try SlotPolynomial(basis: basis, slotCoefficients: vectors)
                try check(polynomial, generator: &generator) { x, slot in
                    direct(basis, vectors.map { $0[slot] }, x)
                }
            }
        }
    }

    @Test func mixedSharedAndPerSlotCoefficients() throws {
        var generator = TestGenerator(seed: 16)
        for basis in [PolynomialBasis.power, .chebyshev] {
            for degree in [2, 5, 9] {
                let coefficients = (0...degree).map { i -> SlotCoefficient in
                    i % 2 == 0
                        ? .shared(generator.real(in: -1...1)) : .perSlot(generator.reals(slots))
                }
                let polynomial = try SlotPolynomial(basis: basis, coefficients: coefficients)
                try check(polynomial, generator: &generator) { x, slot in
                    direct(basis, coefficients.map { $0[slot] }, x)
                }
            }
        }
    }

    @Test func squareCostsOneLevelOneProductNoCoefficient() throws {
        var generator = TestGenerator(seed: 17)
        let plan = try check(
            SlotPolynomial(basis: .power, coefficients: [0, 0, 1]), generator: &generator
        ) { x, _ in x * x }
        #expect(plan.depth == 1)
        #expect(plan.productCount == 1)
        #expect(plan.relinearizationCount == 1)
        #expect(plan.termCount == 0)
        #expect(plan.relinearizationLevel == parameters.maxLevel - 1)
    }

    @Test func integerLeadingTermsOfPowerOfTwoDegreeSaveALevel() throws {
        var generator = TestGenerator(seed: 18)
        for basis in [PolynomialBasis.power, .chebyshev] {
            for degree in [1, 2, 4, 8, 16] {
                for leading in [1.0, -1, 3] {
                    let coefficients = generator.reals(degree) + [leading]
                    let plan = try check(
                        SlotPolynomial(basis: basis, coefficients: coefficients),
                        generator: &generator
                    ) { x, _ in direct(basis, coefficients, x) }
                    #expect(plan.depth == minimalDepth(degree) - 1)
                }
            }
        }
    }

    @Test func constantsCostNothing() throws {
        var generator = TestGenerator(seed: 19)
        for coefficients in [[0.0], [2.5], [0.25, 0, 0]] {
            let plan = try check(
                SlotPolynomial(basis: .chebyshev, coefficients: coefficients), level: 0,
                generator: &generator
            ) { _, _ in coefficients[0] }
            #expect(plan.depth == 0)
        }
    }

    @Test func trailingZerosAreTrimmed() throws {
        let polynomial = try SlotPolynomial(
            basis: .power, slotCoefficients: [[1, 2], [3, 4], [0, 0], [0, 0]])
        #expect(polynomial.degree == 1)
        #expect(polynomial.evaluate(2, slot: 1) == 10)
        #expect(try SlotPolynomial(basis: .power, coefficients: [0, 0]).degree == 0)
    }

    @Test func coefficientsEqualInAllSlotsAreShared() throws {
        let polynomial = try SlotPolynomial(
            basis: .power, slotCoefficients: [[1, 2], [0, 0], [1, 1]])
        #expect(polynomial.coefficients[2] == .shared(1))
        #expect(polynomial.depth == 1)
    }

    @Test func clearEvaluationOfHighDegrees() throws {
        var generator = TestGenerator(seed: 20)
        for basis in [PolynomialBasis.power, .chebyshev] {
            let coefficients = generator.reals(200)
            let polynomial = try SlotPolynomial(basis: basis, coefficients: coefficients)
            for _ in 0..<20 {
                let x = generator.real(in: -1...1)
                #expect(abs(polynomial.evaluate(x) - direct(basis, coefficients, x)) < 1e-10)
            }
        }
    }

    @Test(arguments: [
        (3, 2, 2), (5, 3, 3), (7, 5, 4), (15, 8, 7), (27, 11, 8), (31, 13, 10), (63, 22, 15),
        (127, 39, 24),
    ])
    func keySwitchesOfPatersonStockmeyer(degree: Int, products: Int, switches: Int) throws {
        // 2^s + 2^(d-s) + d - s - 3 products at d = log2(degree + 1) and the best s are 2, 4, 7, 11, 16, 24 for
        // degrees 3, 7, 15, 31, 63, 127, with one key switch each; lazy relinearization needs no more switches.
        let polynomial = try SlotPolynomial(
            basis: .chebyshev, coefficients: (0...degree).map { 1 / Double($0 + 2) })
        let plan = try polynomial.plan(level: 9, parameters: parameters)
        #expect(plan.productCount <= products)
        #expect(plan.relinearizationCount <= switches)
    }

    @Test func completedSquareIsTheQuadratic() throws {
        var generator = TestGenerator(seed: 21)
        for _ in 0..<50 {
            let c = generator.reals(3, in: -5...5)
            let square = try #require(CompletedSquare(c[0], c[1], c[2]))
            let x = generator.real(in: -10...10)
            let u = square.scale * x + square.shift
            let found = square.sign * u * u + square.constant
            #expect(abs(found - (c[0] + c[1] * x + c[2] * x * x)) < 1e-9)
        }
        #expect(CompletedSquare(1, 2, 0) == nil)
        #expect(CompletedSquare(1, .nan, 1) == nil)
    }
}
