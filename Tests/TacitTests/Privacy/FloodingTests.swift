import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// Responses with noise, in every layout, through files.
@Suite("Flooded responses")
struct FloodingTests {
    /// A linear model of eight inputs and two scores.
    static func linear(_ change: (inout CompileOptions) -> Void = { _ in }) throws -> Model {
        var random = TestGenerator(seed: 3)
        var model = ONNXWriter(inputWidth: 8)
        model.matrix((0..<8).map { _ in (0..<2).map { _ in Float(random.real(in: -1...1)) } })
        var options = CompileOptions()
        options.inputRange = -2...2
        change(&options)
        return try Model(onnx: Data(model.bytes(outputWidth: 2)), options: options)
    }

    /// A square between two matrices.
    static func square(_ change: (inout CompileOptions) -> Void = { _ in }) throws -> Model {
        var options = CompileOptions()
        options.inputRange = -2...2
        change(&options)
        return try Model(onnx: SmallModel.onnx(), options: options)
    }

    private func hiding(_ model: Model) -> (flooding: NoiseHiding?, sharing: NoiseHiding?) {
        guard case .ckks(let lattice) = model.card.contents.scheme else { return (nil, nil) }
        return (lattice.flooding, lattice.sharing)
    }

    private func layout(_ model: Model) -> String {
        guard case .ckks(let lattice) = model.card.contents.scheme else { return "" }
        return lattice.layout.name
    }

    private func rows(_ count: Int, width: Int) -> [[Double]] {
        var random = TestGenerator(seed: 9)
        return (0..<count).map { _ in (0..<width).map { _ in random.real(in: -2...2) } }
    }

    /// Bound of errors, spread of one request's answers, and bytes that differ.
    private func check(_ model: Model, rows: [[Double]], answers: Int) throws {
        let room = try #require(hiding(model).flooding)
        let talk = try Conversation(model)
        let clear = try model.clearPrediction(rows)
        let request = try talk.client.encrypt(rows)
        var squares = 0.0
        var bytes: Set<[UInt8]> = []
        for _ in 0..<answers {
            let response = try talk.predictor.predict(request)
            bytes.insert(response)
            let found = try talk.client.decrypt(response)
            #expect(largestError(found, clear) <= model.card.contents.output.errorBound)
            for (a, b) in zip(found.scores.joined(), clear.scores.joined()) {
                squares += (a - b) * (a - b)
            }
        }
        #expect(bytes.count == answers)
        let count = Double(answers * rows.count * model.card.contents.output.count)
        // Flooding is nearly all of a response's error.
        let deviation = (squares / count).squareRoot()
        #expect(abs(deviation / room.scoreDeviation - 1) < 4 / (2 * count).squareRoot() + 0.05)
    }

    @Test("coefficients at 40 bits: one more prime, errors within the bound, noise as wide as said")
    func coefficients() throws {
        let model = try Self.linear { $0.flooding = HidingGoal(bits: 40) }
        #expect(layout(model) == "coefficients")
        let room = try #require(hiding(model).flooding)
        #expect(room.deviation == room.noiseNorm * 0x1p39)
        #expect(room.precisionBits >= 13.9)
        #expect(model.certificate.unhidden?.degree ?? 0 < 8192)
        try check(model, rows: rows(20, width: 8), answers: 40)
    }

    @Test("slots at 30 bits over a thousand responses")
    func slots() throws {
        let model = try Self.square {
            $0.flooding = HidingGoal(bits: 30, uses: 1000)
            $0.layout = .slots
            $0.rows = 16
        }
        #expect(layout(model) == "slots")
        try check(model, rows: rows(16, width: 4), answers: 30)
    }

    @Test("columns at 20 bits")
    func columns() throws {
        let model = try Self.square {
            $0.flooding = HidingGoal(bits: 20)
            $0.layout = .columns
            $0.rows = 500
        }
        #expect(layout(model) == "columns")
        try check(model, rows: rows(500, width: 4), answers: 2)
    }

    @Test("both engines flood, and a model file keeps the room")
    func exactEngine() throws {
        let model = try Self.linear { $0.flooding = HidingGoal(bits: 40) }
        let again = try Model(bytes: model.bytes())
        #expect(hiding(again).flooding == hiding(model).flooding)
        let talk = try Conversation(again)
        let rows = rows(2, width: 8)
        let response = try talk.predictor.predict(
            talk.client.encrypt(rows, arithmetic: .gmp), arithmetic: .gmp)
        let clear = try model.clearPrediction(rows)
        let error = largestError(try talk.client.decrypt(response), clear)
        let room = try #require(hiding(model).flooding)
        #expect(error <= model.card.contents.output.errorBound && error > room.scoreDeviation / 50)
    }

    @Test("goals outside their ranges, and of paillier, are refused by name")
    func refusals() throws {
        for goal in [HidingGoal(bits: 7), HidingGoal(bits: 129), HidingGoal(bits: 40, uses: 0)] {
            let error = #expect(throws: CompileError.self) {
                _ = try Self.linear { $0.flooding = goal }
            }
            #expect("\(String(describing: error))".contains("--flood"))
        }
        #expect(throws: CompileError.self) {
            _ = try Self.linear { $0.sharing = HidingGoal(bits: 29) }
        }
        #expect(throws: CompileError.self) {
            _ = try Self.linear {
                $0.scheme = .paillier
                $0.flooding = HidingGoal(bits: 40)
            }
        }
    }
}
