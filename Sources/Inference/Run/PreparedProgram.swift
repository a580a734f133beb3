public import CKKS
import Circuits

/// A program whose weights are encoded for its parameters; made once, used for every request.
///
/// Immutable and shared between threads; serves both engines.
public struct PreparedProgram: Sendable {
    /// Parameters and tables.
    public let context: CKKSContext
    /// The steps in topological order, inputs first.
    let steps: [Step]
    /// Ciphertexts of a group of rows.
    let inputCount: Int
    /// Index of the step whose result is handed to the client.
    let output: Int

    /// One operation on ciphertexts, ready to be done.
    struct Step: Sendable {
        let work: Work
        let sources: [Int]
        let operandLevel: Int
        let level: Int
        let origin: Network.Origin
    }

    /// What a step does.
    enum Work: Sendable {
        case input
        case sum(bias: Plaintext?)
        case linear(PreparedLinearTransform)
        case fold([Int])
        case polynomial(PreparedPolynomial)
        case pendingSquare
        case product
    }

    /// Encodes the diagonals, biases and coefficients.
    ///
    /// - Throws: `CircuitsError` or `CKKSError` when a weight does not fit the scale.
    public init(_ program: SlotProgram, context: CKKSContext) throws {
        let encoder = SlotEncoder(context: context)
        let pending = program.pendingSteps
        self.init(
            context: context,
            steps: try program.steps.map {
                Step(
                    work: try Self.prepare(
                        $0, program, pending, encoder: encoder, parameters: context.parameters),
                    sources: $0.operation.sources, operandLevel: $0.operandLevel,
                    level: $0.level, origin: $0.origin)
            }, inputCount: program.inputLayouts.count, output: program.output)
    }

    init(context: CKKSContext, steps: [Step], inputCount: Int, output: Int) {
        self.context = context
        self.steps = steps
        self.inputCount = inputCount
        self.output = output
    }

    /// The model's nodes behind a step.
    public func origin(ofStep index: Int) -> String { steps[index].origin.description }

    private static func prepare(
        _ step: SlotProgram.Step, _ program: SlotProgram, _ pending: [Bool],
        encoder: SlotEncoder, parameters: CKKSParameters
    ) throws -> Work {
        switch (step.operation, try program.plan(of: step, parameters: parameters)) {
        case (.sum(_, let bias), _):
            guard bias.contains(where: { $0 != 0 }) else { return .sum(bias: nil) }
            return .sum(
                bias: try encoder.encode(step.layout.slots(ofVector: bias), level: step.level))
        case (.affine(let terms, let bias, let gathering, _), .linear(let plan)):
            guard let diagonals = program.slotMatrix(terms, gathering, step).diagonals else {
                throw InferenceError.malformedProgram(
                    reason: "\(step.origin): the layouts do not hold the matrix")
            }
            let matrices = try diagonals.map {
                try DiagonalMatrix(slotCount: parameters.slotCount, diagonals: $0)
            }
            let hasBias = bias.contains { $0 != 0 }
            let transform = try LinearTransform(
                matrices: [matrices], folds: plan.folds, takesRealPart: plan.takesRealPart,
                biases: [hasBias ? .real(step.layout.slots(ofVector: bias)) : nil])
            let scale = parameters.scale(atLevel: step.operandLevel)
            let isPending = terms.contains { pending[$0.source] }
            return .linear(
                try transform.prepare(
                    plan, encoder: encoder, sourceScale: isPending ? scale * scale : nil))
        case (.polynomial, .polynomial(let plan)):
            return .polynomial(try plan.prepare(encoder: encoder))
        case (.fold, .fold(_, let rotations)):
            return .fold(rotations)
        case (.pendingSquare, _):
            return .pendingSquare
        case (.product, _):
            return .product
        default:
            return .input
        }
    }

    /// Evaluates the program on one group of rows.
    ///
    /// - Parameters:
    ///   - inputs: fresh, at the program's input level, one for each input layout.
    ///   - engine: the arithmetic, with the evaluation keys of `KeyRequirements`.
    ///   - shouldStop: asked before every step; with true the evaluation ends.
    ///   - observe: called after every step with its index and how long it took.
    ///   - inspect: called after every step with its index and its result.
    /// - Returns: the scores at level 0, not yet re-randomized.
    /// - Throws: `RunError` naming the step.
    public func run<Engine: SlotArithmetic>(
        _ inputs: [Engine.Ciphertext], engine: Engine,
        shouldStop: () -> Bool = { false }, observe: (Int, Duration) -> Void = { _, _ in },
        inspect: (Int, Engine.Ciphertext) -> Void = { _, _ in }
    ) throws(RunError) -> Engine.Ciphertext {
        guard inputs.count == inputCount else {
            throw RunError(
                step: 0, origin: "input",
                reason: "\(inputs.count) ciphertexts where \(inputCount) hold a row"
            )
        }
        var values: [Engine.Ciphertext?] = []
        let clock = ContinuousClock()
        for (index, step) in steps.enumerated() {
            if shouldStop() {
                throw RunError(step: index, origin: step.origin.description, reason: "stopped")
            }
            do {
                let start = clock.now
                let operands = try step.sources.map { source in
                    try operand(values[source], level: step.operandLevel, engine)
                }
                let value = try evaluate(index, operands, inputs, engine)
                let result = try lowered(value, to: step.level, engine)
                values.append(result)
                observe(index, clock.now - start)
                inspect(index, result)
            } catch {
                throw RunError(step: index, origin: step.origin.description, reason: "\(error)")
            }
            releaseDeadValues(&values, after: index)
        }
        guard let result = values[output] else {
            throw RunError(step: output, origin: "output", reason: "no value was computed")
        }
        return result
    }

    private func evaluate<Engine: SlotArithmetic>(
        _ index: Int, _ operands: [Engine.Ciphertext], _ inputs: [Engine.Ciphertext],
        _ engine: Engine
    ) throws -> Engine.Ciphertext {
        switch steps[index].work {
        case .input:
            return inputs[index]
        case .sum(let bias):
            var sum = operands[0]
            for other in operands.dropFirst() { sum = try engine.add(sum, other) }
            return try bias.map { try engine.addPlain(sum, $0) } ?? sum
        case .linear(let transform):
            return try transform.apply(to: operands, engine: engine)[0]
        case .fold(let rotations):
            return try rotations.reduce(operands[0]) { try engine.rotatedSum([($0, 0), ($0, $1)]) }
        case .polynomial(let polynomial):
            return try polynomial.apply(to: operands[0], engine: engine)
        case .pendingSquare:
            return try engine.relinearize(engine.square(operands[0]))
        case .product:
            let product = try engine.multiply(operands[0], operands[1])
            return try engine.relinearizeAndRescale(product)
        }
    }

    private func operand<Engine: SlotArithmetic>(
        _ value: Engine.Ciphertext?, level: Int, _ engine: Engine
    ) throws(RunError) -> Engine.Ciphertext {
        guard let value else {
            throw RunError(step: 0, origin: "program", reason: "a value is read after its last use")
        }
        do {
            return try lowered(value, to: level, engine)
        } catch {
            throw RunError(step: 0, origin: "program", reason: "\(error)")
        }
    }

    private func lowered<Engine: SlotArithmetic>(
        _ value: Engine.Ciphertext, to level: Int, _ engine: Engine
    ) throws(CKKSError) -> Engine.Ciphertext {
        engine.level(of: value) > level ? try engine.dropLevel(value, to: level) : value
    }

    /// Lets go of ciphertexts that no later step reads.
    private func releaseDeadValues<Value>(_ values: inout [Value?], after index: Int) {
        let needed = Set(steps.dropFirst(index + 1).flatMap(\.sources))
        for value in values.indices where value != output && !needed.contains(value) {
            values[value] = nil
        }
    }
}

/// Why an evaluation stopped, and at which step.
public struct RunError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Index of the step.
    public let step: Int
    /// The model's nodes behind it.
    public let origin: String
    /// What was refused.
    public let reason: String

    /// One line.
    public var description: String { "step \(step) (\(origin)): \(reason)" }
}
