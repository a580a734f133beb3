import CKKS
import Circuits
import Foundation
import Inference
import TestSupport
import Testing

/// Programs split rotations by the weights they were compiled with, on whatever machine they run.
struct WeightsTests {
    /// Raising twenty times as dear as a product with a key, and the other way round.
    private static let raising = weights(decomposition: 8, innerProduct: 0.05)
    private static let products = weights(decomposition: 0.5, innerProduct: 8)

    private static func weights(
        decomposition: Double, innerProduct: Double
    ) -> OperationWeights {
        OperationWeights(
            decomposition: decomposition, innerProduct: innerProduct, permutation: 0.2,
            plainProduct: 0.15, division: 1, sharesDivisions: true)
    }

    private func compiled(
        _ weights: OperationWeights
    ) throws -> (card: CKKSCard, program: SlotProgram, parameters: CKKSParameters) {
        var random = TestGenerator(seed: 8)
        let model = try ChainTests.model([40, 40, 10], &random)
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .slots
        options.inputRange = -1...1
        options.precisionBits = 8
        options.costs.weights = weights
        let compiled = try Compiler.compile(model, options: options)
        guard case .ckks(let card) = compiled.card.scheme,
            case .ckks(let program) = compiled.program
        else { throw CompileError.constantOutput }
        return (card, program, try card.parameters.checked())
    }

    /// A program written and read again, with changed fields in between.
    private func copy(
        _ program: SlotProgram, _ change: (inout [String: Any]) -> Void
    ) throws -> SlotProgram {
        let store = MatrixStore()
        let encoder = JSONEncoder()
        encoder.userInfo[try MatrixStore.key] = store
        var fields = try #require(
            try JSONSerialization.jsonObject(with: encoder.encode(program)) as? [String: Any])
        change(&fields)
        let decoder = JSONDecoder()
        decoder.userInfo[try MatrixStore.key] = MatrixStore(store.matrices)
        return try decoder.decode(
            SlotProgram.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    @Test("the keys of a program are those of the weights it carries")
    func weightsTravelWithTheProgram() throws {
        var keys: Set<KeyRequirements> = []
        for weights in [Self.raising, Self.products] {
            let (card, program, parameters) = try compiled(weights)
            #expect(program.weights == weights)
            let read = try copy(program) { _ in }
            #expect(read == program)
            #expect(try KeyRequirements(program: read, parameters: parameters) == card.keys)
            keys.insert(card.keys)
        }
        #expect(keys.count == 2)
    }

    @Test("a program without weights splits as releases did that had none")
    func programsWithoutWeights() throws {
        let (_, program, parameters) = try compiled(.first)
        let older = try copy(program) { $0["weights"] = nil }
        #expect(older.weights == nil)
        #expect(
            try KeyRequirements(program: older, parameters: parameters)
                == KeyRequirements(program: program, parameters: parameters))
    }

    @Test("weights of a file that are no positive numbers are refused", arguments: [0, -1, 1e9])
    func badWeights(value: Double) throws {
        let (_, program, parameters) = try compiled(.first)
        try program.validate(parameters: parameters)
        let bad = SlotProgram(
            steps: program.steps, output: program.output,
            weights: Self.weights(decomposition: value, innerProduct: 1))
        #expect(throws: InferenceError.self) { try bad.validate(parameters: parameters) }
    }

    @Test("weights are found again in what the parts of rotations take")
    func weightsOfParts() throws {
        let parameters = try CKKSParameters.make(
            degree: 8192, baseBits: 45, scaleBits: 36, levels: 3)
        for (decomposition, product) in [(1.4, 0.27), (0.9, 0.6)] {
            let weights = Self.weights(decomposition: decomposition, innerProduct: product)
            let costs = OperationCosts(
                parameters: parameters, level: 3, rescalesLast: true, weights: weights)
            let found = RotationParts(
                plain: costs.plainMultiplication, hoisted: costs.hoistedRotation,
                division: costs.giantSum, giant: costs.giantRotation
            ).weights(parameters, level: 3)
            for place in [
                \OperationWeights.decomposition, \.innerProduct, \.plainProduct, \.division,
            ] {
                #expect(abs(found[keyPath: place] - weights[keyPath: place]) < 1e-9)
            }
        }
        // Differences that a busy machine made negative are no weights.
        let noise = RotationParts(plain: -1, hoisted: -1, division: -1, giant: -1)
        #expect(noise.weights(parameters, level: 3).isWellFormed)
    }
}
