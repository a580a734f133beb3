import CKKS
import Circuits
import ComplexModule
import RealModule
import TestSupport
import Testing

/// What circuits refuse, by name.
@Suite struct BadInputTests {
    let engine: ClearEngine
    let parameters: CKKSParameters
    var slots: Int { parameters.slotCount }

    init() throws {
        parameters = try tinyParameters(levels: 4)
        engine = try ClearEngine(parameters)
    }

    func expect<Value>(
        _ error: CircuitsError, _ body: () throws -> Value,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) { _ = try body() }
    }

    @Test func matrices() throws {
        for count in [0, 1, 3, 12, -4] {
            expect(.invalidSlotCount(count)) {
                try DiagonalMatrix(slotCount: count, diagonals: [Int: [Double]]())
            }
        }
        expect(.vectorLength(what: "diagonal 2", found: 3, slots: 4)) {
            try DiagonalMatrix(slotCount: 4, diagonals: [2: [1, 2, 3]])
        }
        expect(.notFinite(what: "diagonal -1", index: 2)) {
            try DiagonalMatrix(slotCount: 4, diagonals: [-1: [1, 2, .nan, 4]])
        }
        expect(.notFinite(what: "diagonal 0", index: 1)) {
            try DiagonalMatrix(
                slotCount: 2, diagonals: [0: .complex([.zero, Complex(0, .infinity)])])
        }
        let matrix = try DiagonalMatrix(slotCount: 4, diagonals: [0: [1, 2, 3, 4]])
        expect(.vectorLength(what: "vector", found: 2, slots: 4)) {
            try matrix.multiply([.zero, .zero])
        }
    }

    @Test func maps() throws {
        let four = try DiagonalMatrix(slotCount: 4, diagonals: [0: [1, 2, 3, 4]])
        let eight = try DiagonalMatrix.zero(slotCount: 8)
        #expect(throws: CircuitsError.self) { try LinearTransform(matrices: []) }
        #expect(throws: CircuitsError.self) { try LinearTransform(matrices: [[]]) }
        #expect(throws: CircuitsError.self) {
            try LinearTransform(matrices: [[four], [four, four]])
        }
        #expect(throws: CircuitsError.self) { try LinearTransform(matrices: [[four, eight]]) }
        #expect(throws: CircuitsError.self) {
            try LinearTransform(matrices: [[four]], biases: [nil, nil])
        }
        expect(.trivialFold(position: 1, amount: -8)) { try LinearTransform(four, folds: [2, -8]) }
        expect(.vectorLength(what: "bias of output 0", found: 2, slots: 4)) {
            try LinearTransform(four, bias: .real([1, 2]))
        }
        expect(.notFinite(what: "bias of output 0", index: 3)) {
            try LinearTransform(four, bias: .real([1, 2, 3, -.infinity]))
        }
        expect(.operandCount(circuit: "linear transform", found: 0, expected: 1)) {
            try LinearTransform(four).evaluate([])
        }
    }

    @Test func plansOfMaps() throws {
        var generator = TestGenerator(seed: 31)
        let transform = try LinearTransform(
            generator.matrix(slotCount: slots, amounts: [0, 1, 2]))
        expect(.levelTooLow(circuit: "linear transform", depth: 1, available: 0)) {
            try transform.plan(level: 0, parameters: parameters)
        }
        expect(.levelOutOfRange(circuit: "linear transform", level: 5, maximum: 4)) {
            try transform.plan(level: 5, parameters: parameters)
        }
        expect(.invalidBabyStep(0)) {
            try transform.plan(level: 1, parameters: parameters, babyStep: 0)
        }
        let small = try tinyParameters(degree: 32, levels: 2)
        expect(
            .slotCountMismatch(
                circuit: "linear transform", circuitSlots: slots, parameterSlots: slots / 2)
        ) { try transform.plan(level: 1, parameters: small) }
        let plan = try transform.plan(level: 2, parameters: parameters)
        let other = try LinearTransform(generator.matrix(slotCount: slots, amounts: [0, 3]))
        #expect(throws: CircuitsError.self) { try other.prepare(plan, encoder: engine.encoder) }
        let costs = OperationCosts(parameters: parameters, level: 2)
        expect(.invalidSlotCount(6)) {
            try LinearTransformPlan(amounts: [[[1]]], slotCount: 6, level: 1, costs: costs)
        }
        #expect(throws: CircuitsError.self) {
            try LinearTransformPlan(amounts: [], slotCount: 8, level: 1, costs: costs)
        }
    }

    @Test func operandsOfMaps() throws {
        var generator = TestGenerator(seed: 32)
        let transform = try LinearTransform(
            generator.matrix(slotCount: slots, amounts: [0, 1, 2]))
        let plan = try transform.plan(level: 2, parameters: parameters)
        let prepared = try transform.prepare(plan, encoder: engine.encoder)
        let x = engine.encrypt(generator.complexes(slots), level: 2)
        expect(.operandCount(circuit: "linear transform", found: 2, expected: 1)) {
            try prepared.apply(to: [x, x], engine: engine)
        }
        let high = engine.encrypt(generator.complexes(slots), level: 3)
        #expect(throws: CircuitsError.self) { try prepared.apply(to: [high], engine: engine) }
        let pending = try engine.square(x)
        #expect(throws: CircuitsError.self) { try prepared.apply(to: [pending], engine: engine) }
        let shallow = try ClearEngine(tinyParameters(levels: 1))
        expect(.levelOutOfRange(circuit: "linear transform", level: 2, maximum: 1)) {
            try prepared.apply(to: [x], engine: shallow)
        }
    }

    @Test func polynomials() throws {
        expect(.emptyPolynomial) { try SlotPolynomial(basis: .power, coefficients: [Double]()) }
        expect(.notFinite(what: "coefficient of degree 1", index: 0)) {
            try SlotPolynomial(basis: .power, coefficients: [1, .nan])
        }
        expect(.notFinite(what: "coefficient of degree 0", index: 1)) {
            try SlotPolynomial(basis: .chebyshev, slotCoefficients: [[1, .infinity]])
        }
        expect(.vectorLength(what: "coefficient of degree 1", found: 3, slots: 2)) {
            try SlotPolynomial(basis: .power, slotCoefficients: [[1, 2], [1, 2, 3]])
        }
        #expect(throws: CircuitsError.self) {
            try SlotPolynomial(basis: .power, slotCoefficients: [[]])
        }
        expect(.degreeTooHigh(degree: 600, maximum: 511)) {
            try SlotPolynomial(
                basis: .power, coefficients: [Double](repeating: 1, count: 601))
        }
    }

    @Test func polynomialsTooDeepForTheirLevel() throws {
        let polynomial = try SlotPolynomial(
            basis: .chebyshev, coefficients: (0...15).map { Double($0) + 0.5 })
        let error = CircuitsError.levelTooLow(
            circuit: "polynomial of degree 15", depth: 4, available: 3)
        expect(error) { try polynomial.plan(level: 3, parameters: parameters) }
        #expect(
            error.description
                == "polynomial of degree 15 needs 4 levels, the operand is at level 3; "
                + "take parameters with 1 more, or lower the degree")
        expect(.levelOutOfRange(circuit: "polynomial of degree 15", level: 9, maximum: 4)) {
            try polynomial.plan(level: 9, parameters: parameters)
        }
        expect(.levelOutOfRange(circuit: "polynomial of degree 15", level: -1, maximum: 4)) {
            try polynomial.plan(level: -1, parameters: parameters)
        }
        let vectors = try SlotPolynomial(basis: .power, slotCoefficients: [[1, 2], [3, 4]])
        expect(
            .slotCountMismatch(
                circuit: "polynomial of degree 1", circuitSlots: 2, parameterSlots: slots)
        ) { try vectors.plan(level: 2, parameters: parameters) }
    }

    @Test func operandsOfPolynomials() throws {
        let polynomial = try SlotPolynomial(basis: .power, coefficients: [0, 0, 1])
        let prepared = try polynomial.plan(level: 2, parameters: parameters)
            .prepare(encoder: engine.encoder)
        var generator = TestGenerator(seed: 33)
        for level in [1, 3] {
            let x = engine.encrypt(generator.complexes(slots), level: level)
            #expect(throws: CircuitsError.self) { try prepared.apply(to: x, engine: engine) }
        }
    }

    @Test func everyDescriptionIsOneLine() {
        let errors: [CircuitsError] = [
            .invalidSlotCount(3), .vectorLength(what: "x", found: 1, slots: 2),
            .notFinite(what: "x", index: 1), .mapShape(reason: "r"),
            .trivialFold(position: 0, amount: 0), .invalidBabyStep(0),
            .levelTooLow(circuit: "c", depth: 2, available: 1),
            .levelOutOfRange(circuit: "c", level: 2, maximum: 1),
            .operandMismatch(circuit: "c", index: 0, reason: "r"),
            .operandCount(circuit: "c", found: 1, expected: 2), .emptyPolynomial,
            .degreeTooHigh(degree: 600, maximum: 511),
            .slotCountMismatch(circuit: "c", circuitSlots: 2, parameterSlots: 4),
            .scheme(circuit: "c", .missingRelinearizationKey),
        ]
        for error in errors {
            #expect(error.description.count > 10)
            #expect(!error.description.contains("\n"))
        }
    }
}
