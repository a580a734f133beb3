import CKKS
import Inference
import Ring

/// A lattice program with its weights encoded.
struct PreparedLattice: Sendable {
    let context: CKKSContext
    private let program: Program

    private enum Program: Sendable {
        case slots(PreparedProgram)
        case coefficients(PreparedCoefficients)
        case columns(PreparedColumns)
    }

    /// The context that a model computes in.
    static func context(_ card: Card, threadCount: Int) throws -> CKKSContext {
        let parameters = try card.lattice().parameters
        return try threadCount == 1
            ? card.context(parameters) : CKKSContext(parameters, threadCount: threadCount)
    }

    /// Adopts steps on slots.
    init(_ program: PreparedProgram) {
        context = program.context
        self.program = .slots(program)
    }

    init(_ model: Model, threadCount: Int) throws {
        context = try Self.context(model.card, threadCount: threadCount)
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

    /// The program, where it has steps on slots.
    var slotProgram: PreparedProgram? {
        if case .slots(let program) = program { program } else { nil }
    }

    /// The program, where it is one product of coefficients.
    var coefficientProgram: PreparedCoefficients? {
        if case .coefficients(let program) = program { program } else { nil }
    }

    /// The results of every step for one group of rows; none for the single product of coefficients.
    func trace<Engine: SlotArithmetic>(
        _ inputs: [Engine.Ciphertext], engine: Engine
    ) throws -> [[Engine.Ciphertext]] {
        var values: [[Engine.Ciphertext]] = []
        switch program {
        case .slots(let program):
            _ = try program.run(
                inputs, engine: engine, inspect: { _, value in values.append([value]) })
        case .columns(let program):
            _ = try program.run(inputs, engine: engine, inspect: { values.append($1) })
        case .coefficients: break
        }
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
                        observer.step(program.origin(ofStep: $0), $1)
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
