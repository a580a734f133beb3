package import CKKS
import Circuits

/// A prepared program taken apart, to be kept and put together again without encoding anything.
extension PreparedProgram {
    /// What does the work of a step, as numbers name it.
    private enum Kind: Int {
        case input, sum, linear, fold, polynomial, product, pendingSquare
    }

    /// Takes the program apart.
    package var parts: PreparedParts {
        var parts = PreparedParts()
        parts.append(inputCount)
        parts.append(output)
        parts.append(steps) { parts, step in
            parts.append(step.operandLevel)
            parts.append(step.level)
            parts.append(step.sources) { $0.append($1) }
            parts.append(step.origin.names) { $0.append($1) }
            switch step.work {
            case .input: parts.append(Kind.input.rawValue)
            case .sum(let bias):
                parts.append(Kind.sum.rawValue)
                parts.append(bias)
            case .linear(let transform):
                parts.append(Kind.linear.rawValue)
                transform.append(to: &parts)
            case .fold(let rotations):
                parts.append(Kind.fold.rawValue)
                parts.append(rotations) { $0.append($1) }
            case .polynomial(let polynomial):
                parts.append(Kind.polynomial.rawValue)
                polynomial.append(to: &parts)
            case .product: parts.append(Kind.product.rawValue)
            case .pendingSquare: parts.append(Kind.pendingSquare.rawValue)
            }
        }
        return parts
    }

    /// Puts a program together that was taken apart in a context of the same parameters.
    ///
    /// - Throws: where the parts contradict each other.
    package init(_ parts: PreparedParts, context: CKKSContext) throws {
        let parameters = context.parameters
        var reader = PreparedPartsReader(parts)
        let inputCount = try reader.int(in: 1...(1 << 16))
        let output = try reader.int(in: 0...(1 << 24))
        var index = 0
        let steps = try reader.list { (reader) throws(PreparedPartsError) in
            let step = try Self.step(&reader, index, parameters)
            index += 1
            return step
        }
        try reader.finish()
        let inputs = steps.prefix { if case .input = $0.work { true } else { false } }
        guard inputs.count == inputCount, steps.indices.contains(output),
            steps.dropFirst(inputCount).allSatisfy({
                if case .input = $0.work { false } else { true }
            })
        else { throw PreparedPartsError("the inputs or the output are missing") }
        self.init(context: context, steps: steps, inputCount: inputCount, output: output)
    }

    private static func step(
        _ reader: inout PreparedPartsReader, _ index: Int, _ parameters: CKKSParameters
    ) throws(PreparedPartsError) -> Step {
        let operandLevel = try reader.int(in: 0...parameters.maxLevel)
        let level = try reader.int(in: 0...operandLevel)
        let sources = try reader.list { (reader) throws(PreparedPartsError) in
            try reader.int(in: 0...max(0, index - 1))
        }
        let names = try reader.list { (reader) throws(PreparedPartsError) in try reader.text() }
        let (work, operands): (Work, ClosedRange<Int>)
        switch Kind(rawValue: try reader.int(in: 0...Kind.pendingSquare.rawValue)) {
        case .input: (work, operands) = (.input, 0...0)
        case .sum: (work, operands) = (.sum(bias: try reader.plaintext(level: level)), 1...Int.max)
        case .linear:
            let transform = try PreparedLinearTransform(&reader, parameters: parameters)
            let count = transform.plan.sourceCount
            (work, operands) = (.linear(transform), count...count)
        case .fold:
            let rotations = try reader.list { (reader) throws(PreparedPartsError) in
                try reader.int(in: 0...(parameters.slotCount - 1))
            }
            (work, operands) = (.fold(rotations), 1...1)
        case .polynomial:
            let polynomial = try PreparedPolynomial(&reader, parameters: parameters)
            (work, operands) = (.polynomial(polynomial), 1...1)
        case .pendingSquare: (work, operands) = (.pendingSquare, 1...1)
        case .product, nil: (work, operands) = (.product, 2...2)
        }
        guard operands.contains(sources.count) else {
            throw PreparedPartsError("a step has another number of operands")
        }
        return Step(
            work: work, sources: sources, operandLevel: operandLevel, level: level,
            origin: Network.Origin(names))
    }
}
