import CKKS
import Foundation
import Inference
import TestSupport
import Testing

/// Chains of affine maps and squares, whose levels have scales of their own.
struct ChainTests {
    /// Random maps with squares between them.
    static func model(_ widths: [Int], _ random: inout TestGenerator) throws -> ImportedModel {
        var builder = NetworkBuilder(inputShape: [widths[0]])
        var value = builder.input
        for (layer, (columns, rows)) in zip(widths, widths.dropFirst()).enumerated() {
            if layer > 0 {
                value = builder.activation(
                    value, .polynomial(.power(2)), origin: .init(["square \(layer)"]))
            }
            let weights = (0..<(rows * columns)).map { _ in
                random.real(in: -1...1) * 2 / Double(columns).squareRoot()
            }
            value = builder.affine(
                [(value, .dense(rowCount: rows, columnCount: columns, values: weights))],
                bias: (0..<rows).map { _ in random.real(in: -0.5...0.5) }, shape: [rows],
                origin: .init(["map \(layer)"]))
        }
        let count = widths[widths.count - 1]
        let tail = ClientTail(
            scoreCount: count, steps: [], outputs: [.init(name: "y", value: 0, shape: [count])])
        return ImportedModel(
            network: try builder.finish(output: value).simplified(), tail: tail,
            inputs: [.init(name: "x", offset: 0, shape: [widths[0]])], opset: 17, producer: "")
    }

    /// Errors over many scores must be what the certificate says: neither above nor far below.
    @Test(
        "errors are the predicted ones, squares rescaled or not, with noise and without",
        arguments: [(8, false), (9, false), (10, true), (12, false), (14, false), (16, false)])
    func errors(precision: Int, floods: Bool) throws {
        var random = TestGenerator(seed: UInt64(precision))
        let widths = precision < 12 ? [20, 16, 12, 10] : [20, 16, 10]
        let model = try Self.model(widths, &random)
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.precisionBits = precision
        options.rows = 16
        options.flooding = floods ? HidingGoal(bits: 10) : nil
        let rows = (0..<16).map { _ in (0..<20).map { _ in random.real(in: -1...1) } }
        options.inputRange = -1...1
        options.calibrationRows = rows
        let compiled = try Compiler.compile(model, options: options)
        guard case .ckks(let card) = compiled.card.scheme else { throw CompileError.constantOutput }
        #expect(
            compiled.certificate.errorBound <= compiled.certificate.outputMagnitude
                * exp2(-Double(precision)))
        let used = Array(rows.prefix(card.rowCapacity))
        let run = try EncryptedRun(compiled, seed: 3)
        let expected = try ClearExecutor(model.network).run(used)
        var (sum, count) = (0.0, 0)
        for _ in 0..<4 {
            for (found, scores) in zip(try run.scores(of: used), expected) {
                for (a, b) in zip(found, scores) {
                    #expect(abs(a - b) <= compiled.card.output.errorBound)
                    sum += (a - b) * (a - b)
                    count += 1
                }
            }
        }
        guard !floods else { return }
        let bits = log2((sum / Double(count)).squareRoot() / compiled.certificate.typicalError)
        #expect(abs(bits) < 1, "\(bits) bits from the predicted error")
    }

    @Test("a narrow modulus leaves squares to the next map, a card's scales survive coding")
    func pendingSquares() throws {
        var random = TestGenerator(seed: 5)
        let model = try Self.model([20, 16, 12, 10], &random)
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.precisionBits = 8
        options.inputRange = -1...1
        options.calibrationRows = (0..<20).map { _ in (0..<20).map { _ in random.real(in: -1...1) }
        }
        let compiled = try Compiler.compile(model, options: options)
        guard case .ckks(let program) = compiled.program,
            case .ckks(let card) = compiled.card.scheme
        else { throw CompileError.constantOutput }
        let pending = program.steps.filter {
            if case .pendingSquare = $0.operation { true } else { false }
        }
        #expect(pending.count == 2)
        #expect(program.inputLevel == 3)
        let parameters = try card.parameters.checked()
        #expect(parameters.givenScales?.count == 4)
        let plain = try CKKSParameters(
            degree: parameters.degree, baseGroup: parameters.baseGroup,
            levelGroups: parameters.levelGroups, specialModuli: parameters.specialModuli,
            digitLimbCount: parameters.digitLimbCount, topScale: 0x1p30,
            scales: [0x1p29, 0x1p30, 0x1p30, 0x1p30],
            security: .bits128)
        #expect(plain.ringDigest != parameters.ringDigest)
        #expect(throws: CKKSError.self) {
            try CKKSParameters(
                degree: parameters.degree, baseGroup: parameters.baseGroup,
                levelGroups: parameters.levelGroups, specialModuli: parameters.specialModuli,
                digitLimbCount: parameters.digitLimbCount, topScale: 0x1p30, scales: [0x1p30],
                security: .bits128)
        }
    }
}
