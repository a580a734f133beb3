import CKKS
import Inference
import RealModule
import TestSupport
import Testing

/// Levels with scales of their own: what the compiler gives chains of maps and squares, and what files may claim.
struct ScaleTests {
    private func options(precision: Int) -> CompileOptions {
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.inputRange = -1...1
        options.precisionBits = precision
        return options
    }

    private func parts(
        _ compiled: CompiledModel
    ) throws -> (card: CKKSCard, program: SlotProgram, parameters: CKKSParameters) {
        guard case .ckks(let card) = compiled.card.scheme,
            case .ckks(let program) = compiled.program
        else { throw CompileError.constantOutput }
        return (card, program, try card.parameters.checked())
    }

    private func with(_ scales: [Double], _ parameters: CKKSParameters) throws -> CKKSParameters {
        try CKKSParameters(
            degree: parameters.degree, baseGroup: parameters.baseGroup,
            levelGroups: parameters.levelGroups, specialModuli: parameters.specialModuli,
            digitLimbCount: parameters.digitLimbCount, topScale: scales[scales.count - 1],
            scales: scales, security: .bits128)
    }

    /// Levels whose products rescale to the scale below.
    private func productLevels(of program: SlotProgram) -> Set<Int> {
        var levels: Set<Int> = []
        for step in program.steps {
            switch step.operation {
            case .polynomial, .product:
                levels.formUnion((step.level..<step.operandLevel).map { $0 + 1 })
            default: break
            }
        }
        return levels
    }

    /// `y = W3 (s + a) + W4 a` for `a = W1 x` and `s = W2 a^2`: sums and branches over several levels.
    private func residual(_ random: inout TestGenerator) throws -> ImportedModel {
        let width = 9
        var builder = NetworkBuilder(inputShape: [width])
        func dense(_ rows: Int) -> SparseMatrix {
            .dense(
                rowCount: rows, columnCount: width,
                values: (0..<(rows * width)).map { _ in random.real(in: -1...1) / Double(width) })
        }
        let a = builder.affine(
            [(builder.input, dense(width))], bias: (0..<width).map { Double($0) / 20 },
            shape: [width], origin: .init(["a"]))
        let square = builder.activation(a, .polynomial(.power(2)), origin: .init(["square"]))
        let s = builder.affine([(square, dense(width))], shape: [width], origin: .init(["s"]))
        let sum = builder.affine(
            [(s, .identity(width)), (a, .identity(width))], bias: nil, shape: [width],
            origin: .init(["sum"]))
        let y = builder.affine(
            [(sum, dense(4)), (a, dense(4))], bias: nil, shape: [4], origin: .init(["y"]))
        let tail = ClientTail(
            scoreCount: 4, steps: [], outputs: [.init(name: "y", value: 0, shape: [4])])
        return ImportedModel(
            network: try builder.finish(output: y), tail: tail,
            inputs: [.init(name: "x", offset: 0, shape: [width])], opset: 17, producer: "")
    }

    /// Scales changed at random wherever no product of ciphertexts ties them to their neighbors.
    private func loosened(
        _ program: SlotProgram, _ parameters: CKKSParameters, _ random: inout TestGenerator
    ) -> (scales: [Double], count: Int) {
        let products = productLevels(of: program)
        var scales = parameters.scales
        var count = 0
        for level in scales.indices where !products.contains(level) && !products.contains(level + 1)
        {
            scales[level] *= Double.exp2(-random.real(in: 0.5...4))
            count += 1
        }
        return (scales, count)
    }

    /// Encrypted, simulated and clear scores of one model on scales of its levels' own.
    private func check(_ model: ImportedModel, seed: UInt64) throws -> Int {
        var random = TestGenerator(seed: seed)
        let compiled = try Compiler.compile(model, options: options(precision: 20))
        let (card, program, uniform) = try parts(compiled)
        let (scales, count) = loosened(program, uniform, &random)
        let parameters = try with(scales, uniform)
        let rows = (0..<card.rowCapacity).map { _ in
            (0..<model.network.inputCount).map { _ in random.real(in: -1...1) }
        }
        let clear = try ClearExecutor(model.network).run(rows)
        let run = try EncryptedRun(compiled, parameters: parameters, seed: seed)
        // Scales are at most four bits smaller: errors are that much larger, for values and weights.
        let bound = 0x1p8 * compiled.card.output.errorBound
        for found in [try run.scores(of: rows), try run.simulatedScores(of: rows)] {
            for (row, scores) in clear.enumerated() {
                for (a, b) in zip(found[row], scores) {
                    #expect(abs(a - b) <= bound, "seed \(seed)")
                }
            }
        }
        return count
    }

    @Test("sums, branches and residuals meet exactly, whatever the scales of their levels")
    func branches() throws {
        var random = TestGenerator(seed: 77)
        #expect(try check(residual(&random), seed: 1) >= 2)
        var loosened = 0
        for seed in UInt64(300)..<308 {
            let model = try RandomNetwork.make(seed: seed, layers: 2 + Int(seed % 3))
            loosened += try check(model, seed: seed)
        }
        #expect(loosened >= 8)
    }

    @Test("programs that meet scales they cannot work on are refused")
    func forgedScales() throws {
        var random = TestGenerator(seed: 78)
        let (_, program, parameters) = try parts(
            Compiler.compile(residual(&random), options: options(precision: 14)))
        try program.validate(parameters: parameters)
        let products = productLevels(of: program)
        let top = parameters.maxLevel
        let product = try #require(products.max())
        func refuses(_ level: Int, _ scale: Double) throws {
            var scales = parameters.scales
            scales[level] = scale
            let forged = try with(scales, parameters)
            #expect(throws: InferenceError.self, "level \(level), scale \(scale)") {
                try program.validate(parameters: forged)
            }
        }
        // A square that is rescaled to another scale than the level below claims.
        try refuses(product, parameters.scales[product] * 1.001)
        // Weights that would be rounded to nothing.
        try refuses(top, parameters.scales[top - 1] * parameters.groupProduct(atLevel: top))
        // A branch that comes down by a factor that is no large number.
        try refuses(1, 4)
    }

    @Test("squares that wait must have room, and readers that take them")
    func forgedPendingSquares() throws {
        var random = TestGenerator(seed: 5)
        let model = try ChainTests.model([20, 16, 12, 10], &random)
        var options = options(precision: 8)
        options.calibrationRows = (0..<20).map { _ in (0..<20).map { _ in random.real(in: -1...1) }
        }
        let (_, program, parameters) = try parts(Compiler.compile(model, options: options))
        let square = try #require(
            program.steps.firstIndex {
                if case .pendingSquare = $0.operation { true } else { false }
            })
        let level = program.steps[square].level
        var scales = parameters.scales
        scales[level] = Double.exp2(parameters.logQ(atLevel: level) / 2 + 0.5)
        let forged = try with(scales, parameters)
        #expect(throws: InferenceError.self) { try program.validate(parameters: forged) }
        // The output itself, a sum and a polynomial of what waits.
        let waiting = program.steps[square]
        func step(_ operation: SlotProgram.Operation, below: Int = 0) -> SlotProgram.Step {
            SlotProgram.Step(
                operation: operation, operandLevel: waiting.level, level: waiting.level - below,
                layout: waiting.layout, origin: waiting.origin)
        }
        let zeros = [Double](repeating: 0, count: waiting.layout.elementCount)
        let steps = Array(program.steps[...square])
        let last: [SlotProgram.Step] = [
            step(.sum([square], bias: zeros)), step(.pendingSquare(source: square)),
            step(.polynomial(source: square, .power([0, 0, 1])), below: 1),
            step(.product(square, square), below: 1),
        ]
        for list in [steps] + last.map({ steps + [$0] }) {
            let bad = SlotProgram(steps: list, output: list.count - 1)
            #expect(throws: InferenceError.self) { try bad.validate(parameters: parameters) }
        }
    }
}
