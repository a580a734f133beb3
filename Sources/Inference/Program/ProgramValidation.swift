package import CKKS
import Circuits

/// Checks of structures that come from files: afterwards nothing in them can trap.
extension Network {
    /// - Throws: `InferenceError.malformedProgram` unless the invariants of the type hold.
    package func validate() throws(InferenceError) {
        func check(_ holds: Bool, _ reason: String) throws(InferenceError) {
            if !holds { throw .malformedProgram(reason: reason) }
        }
        try check(!nodes.isEmpty && nodes.indices.contains(output.index), "no output value")
        for (index, node) in nodes.enumerated() {
            let size = node.shape.reduce((1, false)) { product, dimension in
                let (value, overflow) = product.0.multipliedReportingOverflow(by: dimension)
                return (value, product.1 || overflow || dimension < 1)
            }
            try check(!size.1 && size.0 == node.elementCount, "node \(index) has a wrong shape")
            let isInput = if case .input = node.operation { true } else { false }
            try check(isInput == (index == 0), "the input is not the first value")
            try check(
                node.operation.sources.allSatisfy { (0..<index).contains($0.index) },
                "node \(index) reads a later value")
            try check(node.operation.isFinite, "node \(index) holds a number that is not finite")
            try check(
                shapesAgree(node), "node \(index) does not fit the lengths of its operands")
        }
    }

    private func shapesAgree(_ node: Node) -> Bool {
        let count = node.elementCount
        switch node.operation {
        case .input:
            return true
        case .affine(let map):
            return map.bias.count == count
                && map.terms.allSatisfy {
                    $0.matrix.rowCount == count
                        && $0.matrix.columnCount == self[$0.source].elementCount
                }
        case .activation(let source, .polynomial(let polynomial)):
            return self[source].elementCount == count && !polynomial.coefficients.isEmpty
                && polynomial.coefficients.allSatisfy {
                    if case .perElement(let list) = $0 { list.count == count } else { true }
                }
        case .activation(let source, .fitted(let fit)):
            return self[source].elementCount == count && fit.series.isValid
        case .activation(let source, .function):
            return self[source].elementCount == count
        case .product(let left, let right):
            return self[left].elementCount == count && self[right].elementCount == count
        }
    }
}

extension ChebyshevSeries {
    /// Whether the invariants of the type hold.
    fileprivate var isValid: Bool {
        !coefficients.isEmpty && coefficients.allSatisfy(\.isFinite) && interval.radius > 0
            && interval.radius.isFinite
    }
}

extension SlotProgram {
    /// Checks a program against the parameters it shall run with.
    ///
    /// - Throws: `InferenceError.malformedProgram` unless the invariants of the type hold.
    package func validate(parameters: CKKSParameters) throws(InferenceError) {
        func check(_ holds: Bool, _ reason: String) throws(InferenceError) {
            if !holds { throw .malformedProgram(reason: reason) }
        }
        try check(!steps.isEmpty && steps.indices.contains(output), "no output step")
        try check(weights?.isWellFormed ?? true, "weights that are no positive numbers")
        let pending = pendingSteps
        for (index, step) in steps.enumerated() {
            let layout = step.layout
            try check(
                layout.isWellFormed && layout.slotCount == parameters.slotCount
                    && layout.rowCapacity == steps[0].layout.rowCapacity
                    && (step.operation.isInput
                        || (layout.imaginary == nil && layout.isComplete)),
                "step \(index) has a wrong layout")
            try check(
                (0...parameters.maxLevel).contains(step.level)
                    && (step.level...parameters.maxLevel).contains(step.operandLevel),
                "step \(index) has a wrong level")
            let isInput = step.operation.isInput
            try check(
                isInput == (index < inputLayouts.count) && (index > 0 || isInput),
                "the inputs are not the first steps")
            try check(
                !isInput
                    || (step.layout.elementCount == steps[0].layout.elementCount
                        && step.level == steps[0].level),
                "the inputs differ")
            let sources = step.operation.sources
            try check(
                (isInput || !sources.isEmpty)
                    && sources.allSatisfy {
                        (0..<index).contains($0) && steps[$0].level >= step.operandLevel
                    }, "step \(index) reads a wrong step")
            try check(operandsFit(step), "step \(index) does not fit its operands")
            try check(
                scalesFit(step, pending, parameters),
                "step \(index) meets scales that it cannot work on")
        }
        try check(!pending[output], "the output is not rescaled")
    }

    private func operandsFit(_ step: Step) -> Bool {
        let count = step.layout.elementCount
        switch step.operation {
        case .input:
            return step.level == step.operandLevel
        case .sum(let sources, let bias):
            return step.level == step.operandLevel && bias.count == count
                && bias.allSatisfy(\.isFinite)
                && sources.allSatisfy { steps[$0].layout == step.layout }
        case .pendingSquare(let source):
            return step.level == step.operandLevel && steps[source].layout == step.layout
        case .fold(let source, let matrix):
            return step.level == step.operandLevel && matrix.rowCount == count
                && step.layout.unfolded(matrix) == steps[source].layout
        case .product(let left, let right):
            return step.operandLevel == step.level + 1
                && steps[left].layout == step.layout && steps[right].layout == step.layout
        case .polynomial(let source, let polynomial):
            return steps[source].layout == step.layout && polynomial.isValid(count)
        case .affine(let terms, let bias, let gathering, _):
            return step.operandLevel == step.level + 1 && bias.count == count
                && bias.allSatisfy(\.isFinite)
                && gathering.isValid(step.layout, sources: terms.map { steps[$0.source].layout })
                && terms.allSatisfy { term in
                    let source = steps[term.source].layout
                    return term.matrix.rowCount == count
                        && term.matrix.columnCount == source.elementCount
                        && term.amounts.allSatisfy { (0..<source.period).contains($0) }
                }
        }
    }
}

extension Gathering {
    /// Whether partial sums stay inside one period of their positions.
    fileprivate func isValid(_ result: SlotLayout, sources: [SlotLayout]) -> Bool {
        let longest = sources.map(\.period).max() ?? 1
        switch self {
        case .cyclic(let period):
            return period.isPowerOfTwo && period >= max(longest, result.period)
                && period <= result.positionCount
        case .blocks(let count):
            return count.isPowerOfTwo && count <= result.period && result.period >= longest
                && result.cells.indices.allSatisfy {
                    result.cells[$0] < 0 || $0 & (count - 1) == 0
                }
        }
    }
}

extension SlotProgram.Polynomial {
    fileprivate func isValid(_ elementCount: Int) -> Bool {
        switch self {
        case .power(let list), .chebyshev(let list):
            !list.isEmpty && list.allSatisfy(\.isFinite)
        case .perElement(let list):
            !list.isEmpty
                && list.allSatisfy { $0.count == elementCount && $0.allSatisfy(\.isFinite) }
        }
    }
}

extension ModelCard {
    /// Checks a card that comes from a file and returns its parameters, if it is one of the lattice scheme.
    ///
    /// - Throws: `InferenceError.malformedProgram`, or `CKKSError` for refused parameters.
    package func validate() throws -> CKKSParameters? {
        func check(_ holds: Bool, _ reason: String) throws(InferenceError) {
            if !holds { throw .malformedProgram(reason: "a card \(reason)") }
        }
        let limit = 1 << 24
        let count = input.shape.reduce(1) { product, dimension in
            product < 1 || dimension < 1 || dimension > limit || product > limit
                ? 0 : product * dimension
        }
        try check((1...limit).contains(count), "without a sensible input shape")
        try check(
            input.ranges.count == 1 || input.ranges.count == count, "with missing input ranges")
        try check(
            input.ranges.allSatisfy {
                $0.lower.isFinite && $0.upper.isFinite && $0.lower <= $0.upper
            },
            "with a range that is none")
        try check((1...limit).contains(output.count), "without outputs")
        try check(output.bound.isFinite && output.bound > 0, "without an output bound")
        try check(output.tail.scoreCount == output.count, "whose last steps expect other scores")
        try output.tail.validate()
        try check(
            output.disclosure?.isWellFormed ?? true,
            "that asks for an impossible number of decimals")
        switch scheme {
        case .paillier(let card):
            try check(card.isValid, "with wrong Paillier parameters")
            return nil
        case .ckks(let card):
            let parameters = try card.parameters.checked()
            try check(
                card.fits(parameters, inputs: count, outputs: output.count),
                "whose layouts do not fit its parameters")
            return parameters
        }
    }
}

extension CKKSCard {
    fileprivate func fits(_ parameters: CKKSParameters, inputs: Int, outputs: Int) -> Bool {
        let slots = parameters.slotCount
        let levels = 0...parameters.maxLevel
        let normalizationFits =
            normalization.map {
                $0.centers.count == inputs && $0.radii.count == inputs
                    && ($0.centers + $0.radii).allSatisfy(\.isFinite)
                    && $0.radii.allSatisfy { $0 > 0 }
            } ?? true
        return layout.isWellFormed(degree: parameters.degree, inputs: inputs, outputs: outputs)
            && (keys.conjugationLevel.map(levels.contains) ?? true)
            && levels.contains(inputLevel) && levels.contains(keys.responseLevel)
            && (keys.relinearizationLevel.map(levels.contains) ?? true)
            && keys.rotations.allSatisfy {
                (1..<slots).contains($0.amount) && levels.contains($0.level)
            }
            && (keys.keySwitchingKeyCount == 0 || parameters.digitLimbCount > 0)
            && Set(keys.rotations.map(\.amount)).count == keys.rotations.count
            && normalizationFits
            && (flooding?.isWellFormed(.flooding) ?? true)
            && (sharing?.isWellFormed(.sharing) ?? true)
    }
}
