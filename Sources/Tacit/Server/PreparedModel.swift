import CKKS
import Inference
import Ring

/// A compiled model with its weights encoded, once for any number of clients.
public struct PreparedModel: Sendable {
    /// The model.
    public let model: Model
    /// Threads that share the work of one prediction.
    public let threadCount: Int
    let form: Form

    /// What the schemes compute with.
    enum Form: Sendable {
        case ckks(PreparedLattice)
        case paillier(PaillierProgram)
    }

    /// Encodes the weights.
    ///
    /// - Parameters:
    ///   - model: the compiled model.
    ///   - threadCount: threads that share the work of one prediction, 1 to 1024; answers do not depend on it.
    /// - Throws: `TacitError`, `CircuitsError` or `CKKSError` for a program that contradicts its card.
    public init(_ model: Model, threadCount: Int = 1) throws {
        self.model = model
        self.threadCount = threadCount
        switch model.compiled.program {
        case .paillier(let program):
            form = .paillier(program)
        case .ckks, .coefficients, .columns:
            form = .ckks(try PreparedLattice(model, threadCount: threadCount))
        }
    }
}

/// A lattice program with its weights encoded.
struct PreparedLattice: Sendable {
    let context: CKKSContext
    private let program: Program

    private enum Program: Sendable {
        case slots(PreparedProgram)
        case coefficients(PreparedCoefficients)
        case columns(PreparedColumns)
    }

    init(_ model: Model, threadCount: Int) throws {
        let parameters = try model.card.lattice().parameters
        context =
            threadCount == 1
            ? try model.card.context(parameters)
            : try CKKSContext(parameters, threadCount: threadCount)
        switch model.compiled.program {
        case .ckks(let program):
            self.program = .slots(try PreparedProgram(program, context: context))
        case .coefficients(let program):
            self.program = .coefficients(try PreparedCoefficients(program, context: context))
        case .columns(let program):
            self.program = .columns(try PreparedColumns(program))
        case .paillier:
            throw TacitError(.wrongScheme, "the program runs under paillier, its card says ckks")
        }
    }

    /// The results of every step for one group of rows; none for programs without steps in slots.
    func trace<Engine: SlotArithmetic>(
        _ inputs: [Engine.Ciphertext], engine: Engine
    ) throws -> [Engine.Ciphertext] {
        guard case .slots(let program) = program else { return [] }
        var values: [Engine.Ciphertext] = []
        _ = try program.run(
            inputs, engine: engine, inspect: { _, value in values.append(value) })
        return values
    }

    /// Evaluates the program on one group of rows; `flood` is for those that mask their answers themselves.
    func run<Engine: SlotArithmetic>(
        _ inputs: [Engine.Ciphertext], engine: Engine, rowCount: Int, flood: NoiseFlood?,
        observer: PredictionObserver
    ) throws -> [Engine.Ciphertext] {
        switch program {
        case .slots(let program):
            return [
                try program.run(
                    inputs, engine: engine, shouldStop: observer.shouldStop,
                    observe: {
                        observer.step(program.program.steps[$0].origin.description, $1)
                    })
            ]
        case .coefficients(let program):
            return try observer.timing("coefficients") {
                [
                    try program.run(
                        inputs[0], engine: engine, rowCount: rowCount, flood: flood)
                ]
            }
        case .columns(let program):
            return try observer.timing("columns") { try program.run(inputs, engine: engine) }
        }
    }
}
