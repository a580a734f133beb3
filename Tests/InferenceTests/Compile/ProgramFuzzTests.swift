import CKKS
import Inference
import TestSupport
import Testing

/// Random networks through the compiler: the program computes what the network does.
struct ProgramFuzzTests {
    private func options(_ seed: Int) -> CompileOptions {
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.inputRange = -1...1
        options.precisionBits = 12
        options.rows = [1, 2, 5, 16][seed % 4]
        return options
    }

    private func rows(_ count: Int, of width: Int, _ random: inout TestGenerator) -> [[Double]] {
        (0..<count).map { _ in (0..<width).map { _ in random.real(in: -1...1) } }
    }

    private func lattice(_ compiled: CompiledModel) throws -> (card: CKKSCard, program: SlotProgram)
    {
        guard case .ckks(let card) = compiled.card.scheme,
            case .ckks(let program) = compiled.program
        else { throw CompileError.constantOutput }
        return (card, program)
    }

    @Test("the program in the clear is the network", arguments: 0..<8)
    func clear(batch: Int) throws {
        var random = TestGenerator(seed: UInt64(batch))
        var compiledCount = 0
        for seed in (batch * 30)..<(batch * 30 + 30) {
            let model = try RandomNetwork.make(seed: UInt64(seed), layers: 1 + seed % 5)
            let compiled: CompiledModel
            do {
                compiled = try Compiler.compile(model, options: options(seed))
            } catch CompileError.constantOutput {
                continue
            }
            compiledCount += 1
            let (card, program) = try lattice(compiled)
            let parameters = try #require(try compiled.card.validate())
            try compiled.validate(parameters: parameters)
            for row in rows(4, of: model.network.inputCount, &random) {
                let expected = try ClearExecutor(model.network).run([row])[0]
                let found = program.clearScores(card.normalization?.apply(to: row) ?? row)
                #expect(found.count == expected.count)
                for (a, b) in zip(found, expected) {
                    #expect(abs(a - b) < 1e-9 * max(1, abs(b)), "seed \(seed)")
                }
            }
        }
        #expect(compiledCount >= 26)
    }

    @Test("encrypted scores keep the card's bound", arguments: 0..<10)
    func encrypted(seed: Int) throws {
        let model = try RandomNetwork.make(seed: UInt64(9000 + seed), layers: 1 + seed % 3)
        let compiled = try Compiler.compile(model, options: options(seed))
        guard case .ckks(let card) = compiled.card.scheme else {
            throw CompileError.constantOutput
        }
        var random = TestGenerator(seed: UInt64(seed))
        let rows = rows(card.rowCapacity, of: model.network.inputCount, &random)
        let found = try EncryptedRun(compiled, seed: UInt64(seed)).scores(of: rows)
        let expected = try ClearExecutor(model.network).run(rows)
        for (row, scores) in expected.enumerated() {
            for (a, b) in zip(found[row], scores) {
                #expect(abs(a - b) <= compiled.card.output.errorBound, "seed \(seed)")
                #expect(abs(b) <= compiled.card.output.bound)
            }
        }
    }
}
