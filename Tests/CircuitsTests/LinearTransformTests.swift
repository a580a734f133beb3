import CKKS
import Circuits
import ComplexModule
import RealModule
import TestSupport
import Testing

/// Linear transforms on the clear engine, against dense linear algebra.
@Suite struct LinearTransformTests {
    let engine: ClearEngine
    let parameters: CKKSParameters
    var slots: Int { parameters.slotCount }

    init() throws {
        parameters = try tinyParameters()
        engine = try ClearEngine(parameters)
    }

    /// Applies a transform and checks values, level, scale, and the plan's counts against what happened.
    func check(
        _ transform: LinearTransform, level: Int = 3, babyStep: Int? = nil,
        generator: inout TestGenerator
    ) throws -> LinearTransformPlan {
        let plan = try transform.plan(level: level, parameters: parameters, babyStep: babyStep)
        let prepared = try transform.prepare(plan, encoder: engine.encoder)
        let x = (0..<transform.sourceCount).map { _ in generator.complexes(slots) }
        engine.resetTally()
        let y = try prepared.apply(
            to: x.map { engine.encrypt($0, level: level) }, engine: engine)
        let tally = engine.tally
        let expected = try transform.evaluate(x)
        #expect(y.count == expected.count)
        for (found, wanted) in zip(y, expected) {
            #expect(distance(found.values, wanted) < 1e-6)
            #expect(found.level == level - 1)
            #expect(found.scale == parameters.scale(atLevel: level - 1))
        }
        #expect(tally.rotations == plan.rotations)
        #expect(tally.hoisted == plan.hoistedRotationCount)
        #expect(tally.full == plan.fullRotationCount)
        #expect(tally.plain == plan.plainMultiplicationCount)
        return plan
    }

    @Test func clearEvaluationIsTheDenseProduct() throws {
        var generator = TestGenerator(seed: 1)
        for isComplex in [false, true] {
            let matrix = try generator.matrix(
                slotCount: slots, amounts: [0, 3, -5, 17, 40], isComplex: isComplex)
            let x = generator.complexes(slots)
            #expect(distance(try matrix.multiply(x), product(dense(matrix), x)) < 1e-12)
        }
    }

    @Test func randomSparseMatrices() throws {
        var generator = TestGenerator(seed: 2)
        for round in 0..<40 {
            let count = generator.integer(in: 1...slots)
            let amounts = (0..<count).map { _ in generator.integer(in: -100...100) }
            let matrix = try generator.matrix(
                slotCount: slots, amounts: Set(amounts), isComplex: round % 3 == 0)
            let bias: SlotVector? = round % 2 == 0 ? .real(generator.reals(slots)) : nil
            let transform = try LinearTransform(matrix, bias: bias)
            _ = try check(transform, level: 1 + round % 7, generator: &generator)
        }
    }

    @Test func everyBabyStepGivesTheSameResult() throws {
        var generator = TestGenerator(seed: 3)
        let dense = try LinearTransform(
            generator.matrix(slotCount: slots, amounts: 0..<slots))
        let banded = try LinearTransform(
            generator.matrix(slotCount: slots, amounts: [-7, -3, -2, -1, 0, 1, 2, 3, 11]))
        for transform in [dense, banded] {
            var cheapest = Double.infinity
            for step in 1...slots {
                let plan = try check(transform, babyStep: step, generator: &generator)
                #expect(plan.babyStep == step)
                cheapest = min(cheapest, plan.cost)
            }
            let chosen = try check(transform, generator: &generator)
            #expect(chosen.cost <= cheapest)
        }
    }

    @Test func denseMatrixNeedsAboutTwiceTheRootOfItsDiagonals() throws {
        let amounts = [[Array(0..<64)]]
        let costs = OperationCosts(
            decomposition: 0, hoistedRotation: 1, plainMultiplication: 0, innerSum: 0,
            fullRotation: 1)
        let plan = try LinearTransformPlan(
            amounts: amounts, slotCount: 4096, level: 1, costs: costs)
        #expect(plan.keySwitchCount == 14)
        let costly = OperationCosts(
            decomposition: 0, hoistedRotation: 1, plainMultiplication: 0, innerSum: 0,
            fullRotation: 4)
        let uneven = try LinearTransformPlan(
            amounts: amounts, slotCount: 4096, level: 1, costs: costly)
        #expect(uneven.hoistedRotationCount == 15)
        #expect(uneven.fullRotationCount == 3)
    }

    @Test func interleavedRowsKeepTheCountsOfTheirStride() throws {
        let costs = OperationCosts(parameters: parameters, level: 3)
        for stride in [1, 2, 8, 32] {
            let plain = try LinearTransformPlan(
                amounts: [[Array(0..<32)]], slotCount: 4096, level: 3, costs: costs)
            let strided = try LinearTransformPlan(
                amounts: [[(0..<32).map { $0 * stride }]], slotCount: 4096, level: 3, costs: costs)
            #expect(strided.cost == plain.cost)
            #expect(strided.rotations.keys.allSatisfy { $0 % stride == 0 })
        }
    }

    @Test func convolutionTapsSplitByRow() throws {
        // A 3x3 kernel on rows of 32: two baby columns and two giant rows beat eight hoisted rotations
        // once hoisted rotations cost as much as full ones.
        let taps = (-1...1).flatMap { row in (-1...1).map { row * 32 + $0 } }
        let costs = OperationCosts(
            decomposition: 0, hoistedRotation: 1, plainMultiplication: 0, innerSum: 0,
            fullRotation: 1)
        let plan = try LinearTransformPlan(
            amounts: [[taps]], slotCount: 1024, level: 1, costs: costs)
        #expect(plan.keySwitchCount == 4)
    }

    @Test func rectangularMatrixInCopiesWithFolds() throws {
        // A 4 x 16 matrix: the input is repeated twice in 32 slots; copy c holds the diagonals
        // 2c, 2c + 1 of each block of 4 columns; folds by 16, 8 and 4 add the parts up.
        var generator = TestGenerator(seed: 4)
        let rows = 4
        let columns = 16
        let weights = (0..<rows).map { _ in generator.reals(columns) }
        var diagonals: [Int: [Double]] = [:]
        for copy in 0..<2 {
            for k in 0..<2 {
                let d = 2 * copy + k
                // slot copy*16 + t takes x[(t + d) mod 16] from its own copy
                for t in 0..<columns {
                    let source = (t + d) % columns
                    let amount = t + d < columns ? d : d - columns
                    diagonals[amount, default: Array(repeating: 0, count: slots)][
                        copy * columns + t] = weights[t % rows][source]
                }
            }
        }
        let transform = try LinearTransform(
            DiagonalMatrix(slotCount: slots, diagonals: diagonals), folds: [16, 8, 4],
            bias: .real((0..<slots).map { Double($0 % rows) }))
        _ = try check(transform, generator: &generator)
        let x = generator.reals(columns)
        let y = try transform.evaluate([(x + x).map { Complex($0) }])[0]
        for row in 0..<rows {
            let wanted = zip(weights[row], x).reduce(Double(row)) { $0 + $1.0 * $1.1 }
            #expect(abs(y[row].real - wanted) < 1e-12)
        }
    }

    @Test func severalSourcesAndOutputs() throws {
        var generator = TestGenerator(seed: 5)
        for round in 0..<12 {
            let sources = generator.integer(in: 1...4)
            let outputs = generator.integer(in: 1...3)
            var matrices: [[DiagonalMatrix]] = []
            for _ in 0..<outputs {
                var row: [DiagonalMatrix] = []
                for _ in 0..<sources {
                    let count = generator.integer(in: 0...8)
                    let amounts = Set((0..<count).map { _ in generator.integer(in: 0...31) })
                    row.append(try generator.matrix(slotCount: slots, amounts: amounts))
                }
                matrices.append(row)
            }
            let transform = try LinearTransform(
                matrices: matrices, folds: round % 2 == 0 ? [] : [4, -8],
                biases: (0..<outputs).map { $0 == 1 ? nil : .real(generator.reals(slots)) })
            _ = try check(transform, generator: &generator)
        }
    }

    @Test func zeroMatrixGivesTheBias() throws {
        var generator = TestGenerator(seed: 6)
        let bias = generator.reals(slots)
        let transform = try LinearTransform(
            .zero(slotCount: slots), folds: [1], bias: .real(bias))
        let plan = try check(transform, generator: &generator)
        #expect(plan.keySwitchCount == 0)
    }

    @Test func congruentAmountsAddUpAndZeroDiagonalsGo() throws {
        var generator = TestGenerator(seed: 7)
        let a = generator.reals(slots)
        let b = generator.reals(slots)
        let zero = [Double](repeating: 0, count: slots)
        let matrix = try DiagonalMatrix(
            slotCount: slots, diagonals: [3: a, 3 - slots: b, 3 + slots: zero, 5: zero])
        #expect(matrix.amounts == [3])
        #expect(matrix.diagonals[3] == .real(zip(a, b).map { $0 + $1 }))
    }

    @Test func keyPriceReducesTheNumberOfKeys() throws {
        var costs = OperationCosts(parameters: parameters, level: 3)
        costs.hoistedRotation = 0.1
        let amounts = [[Array(0..<256)]]
        let fast = try LinearTransformPlan(
            amounts: amounts, slotCount: 4096, level: 3, costs: costs)
        costs.key = 1000
        let small = try LinearTransformPlan(
            amounts: amounts, slotCount: 4096, level: 3, costs: costs)
        #expect(small.rotations.count < fast.rotations.count)
        #expect(small.rotations.count == 30)
    }
}
