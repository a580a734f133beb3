package import CKKS
package import Circuits

/// How the circuits evaluate one step of a program.
package enum StepPlan: Sendable {
    /// Nothing but additions.
    case direct
    /// An affine step; the transform carries the diagonals.
    case linear(LinearTransformPlan)
    /// Additions of rotations of the sum so far, in slots.
    case fold(level: Int, rotations: [Int])
    /// A polynomial step.
    case polynomial(PolynomialPlan)
    /// A square that is relinearized and not rescaled.
    case pendingSquare(level: Int)
    /// A product of two values: relinearized before the rescale, which rounds less.
    case product(level: Int)

    /// Key switches for one ciphertext.
    var keySwitchCount: Int {
        switch self {
        case .direct: 0
        case .linear(let plan): plan.keySwitchCount
        case .fold(_, let rotations): rotations.count
        case .polynomial(let plan): plan.relinearizationCount
        case .product, .pendingSquare: 1
        }
    }
}

/// All that the plan of an affine step depends on.
struct TransformPattern: Hashable {
    let amounts: [[[Int]]]
    let folds: [Int]
    let takesRealPart: Bool
    let rescalesLast: Bool
    let slotCount: Int
    let level: Int
    let costs: OperationCosts

    /// The plan.
    func plan() throws -> LinearTransformPlan {
        try LinearTransformPlan(
            amounts: amounts, folds: folds, takesRealPart: takesRealPart,
            rescalesLast: rescalesLast, slotCount: slotCount, level: level, costs: costs)
    }
}

extension SlotProgram {
    /// The plan of one step.
    package func plan(of step: Step, parameters: CKKSParameters) throws -> StepPlan {
        try plan(of: step, parameters: parameters) { try $0.plan() }
    }

    /// The same; `transform` gives the plan of an affine step, which takes long to find.
    func plan(
        of step: Step, parameters: CKKSParameters,
        transform: (TransformPattern) throws -> LinearTransformPlan
    ) throws -> StepPlan {
        switch step.operation {
        case .input, .sum:
            return .direct
        case .product:
            return .product(level: step.operandLevel)
        case .pendingSquare:
            return .pendingSquare(level: step.operandLevel)
        case .fold(let source, _):
            return .fold(
                level: step.operandLevel,
                rotations: step.layout.folds(of: steps[source].layout))
        case .affine(let terms, _, let gathering, let rescalesLast):
            let matrix = slotMatrix(terms, gathering, step)
            return .linear(
                try transform(
                    TransformPattern(
                        amounts: [terms.map { $0.amounts.map { $0 * step.layout.rowCapacity } }],
                        folds: matrix.folds, takesRealPart: matrix.takesRealPart,
                        rescalesLast: rescalesLast,
                        slotCount: parameters.slotCount, level: step.operandLevel,
                        costs: OperationCosts(
                            parameters: parameters, level: step.operandLevel,
                            rescalesLast: rescalesLast, weights: weights ?? .first))))
        case .polynomial(_, let polynomial):
            return .polynomial(
                try PolynomialPlan(
                    polynomial.onSlots(step.layout), level: step.operandLevel,
                    parameters: parameters, order: .beforeRescale))
        }
    }

    /// The matrices of an affine step between the layouts of its sources and its own.
    func slotMatrix(_ terms: [Term], _ gathering: Gathering, _ step: Step) -> SlotMatrix {
        SlotMatrix(
            terms.map {
                SlotMatrix.Term($0.matrix, source: steps[$0.source].layout, amounts: $0.amounts)
            }, result: step.layout, gathering: gathering)
    }
}

extension SlotProgram.Polynomial {
    /// The polynomial with coefficients in slots.
    func onSlots(_ layout: SlotLayout) throws(CircuitsError) -> SlotPolynomial {
        switch self {
        case .power(let list):
            return try SlotPolynomial(basis: .power, coefficients: list)
        case .chebyshev(let list):
            return try SlotPolynomial(basis: .chebyshev, coefficients: list)
        case .perElement(let list):
            return try SlotPolynomial(
                basis: .power, slotCoefficients: list.map(layout.slots(ofVector:)))
        }
    }
}

extension KeyRequirements {
    /// The keys that a program's plans need.
    package init(program: SlotProgram, parameters: CKKSParameters) throws {
        var rotations: [Int: Int] = [:]
        var relinearization: Int?
        var conjugation: Int?
        for step in program.steps {
            switch try program.plan(of: step, parameters: parameters) {
            case .direct: continue
            case .linear(let plan):
                rotations.merge(plan.rotations) { max($0, $1) }
                if plan.takesRealPart { conjugation = max(conjugation ?? 0, plan.foldLevel) }
            case .fold(let level, let amounts):
                for amount in amounts { rotations[amount] = max(rotations[amount] ?? 0, level) }
            case .polynomial(let plan):
                guard let level = plan.relinearizationLevel else { continue }
                relinearization = max(relinearization ?? level, level)
            case .product(let level), .pendingSquare(let level):
                relinearization = max(relinearization ?? 0, level)
            }
        }
        self.init(
            rotations: rotations.map { Rotation(amount: $0.key, level: $0.value) }.sorted(),
            relinearizationLevel: relinearization, conjugationLevel: conjugation,
            responseLevel: program.steps[program.output].level)
    }
}
