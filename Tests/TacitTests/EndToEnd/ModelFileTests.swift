import CKKS
import Foundation
import Inference
import Ring
import Secrets
import Tacit
import TestSupport
import Testing

/// Cards and models as files: round trips, and contents that a stranger changed.
@Suite("Card and model files")
struct ModelFileTests {
    @Test("cards and models come back as they were, under both schemes")
    func roundTrip() throws {
        let models = [
            try SmallModel.compiled(rows: 4), try DemoModel.digits.compiled(rows: 8),
            try DemoModel.breastCancer.compiled(rows: 3),
            try DemoModel.breastCancer.compiled(rows: 1, scheme: .paillier),
        ]
        for model in models {
            let bytes = try model.bytes()
            let read = try Model(bytes: bytes)
            #expect(read.compiled == model.compiled)
            #expect(read.card.bytes == model.card.bytes && read.card.digest == model.card.digest)
            #expect(read.certificate == model.certificate)
            #expect(try read.bytes().count == bytes.count)
            let card = try Card(bytes: model.card.bytes)
            #expect(card.contents == model.card.contents && card.digest == model.card.digest)
        }
    }

    @Test("a model from a file computes what the compiled one does")
    func serves() throws {
        let model = try SmallModel.compiled()
        let read = try Model(bytes: model.bytes())
        let client = try Client(card: Card(bytes: model.card.bytes))
        let predictor = try Predictor(model: read, evaluationKeys: client.evaluationKeys())
        let found = try client.decrypt(predictor.predict(client.encrypt(SmallModel.rows)))
        #expect(try largestError(found, model.clearPrediction(SmallModel.rows)) < 1e-4)
    }

    @Test("a card with any number changed is refused, or harmless: nothing traps")
    func tamperedCards() throws {
        for scheme in [CompileOptions.Scheme.ckks, .paillier] {
            let card = try DemoModel.breastCancer.compiled(rows: 2, scheme: scheme).card
            let original = try JSONDecoder().decode(
                Tampered.self, from: JSONEncoder().encode(card.contents))
            let rows = [Array(repeating: 0.0, count: card.inputCount)]
            var refusedCount = 0
            let changed = original.changes(most: 260)
            for value in changed {
                do {
                    let data = try JSONEncoder().encode(value)
                    let contents = try JSONDecoder().decode(ModelCard.self, from: data)
                    let forged = try Card(forging: contents, like: card)
                    if scheme == .ckks {
                        let client = try Client(card: forged)
                        _ = try client.encrypt(rows)
                    }
                } catch {
                    refusedCount += 1
                }
            }
            #expect(changed.count > 20 && refusedCount > changed.count / 3)
        }
    }

    @Test("a program with any number changed is refused, or harmless: nothing traps")
    func tamperedPrograms() throws {
        try tamper(SmallModel.compiled(rows: 2, layout: .slots))
        let model = try SmallModel.waitingSquares()
        guard case .ckks(let program) = model.compiled.program else {
            Issue.record("not in slots")
            return
        }
        #expect(
            program.steps.contains {
                if case .pendingSquare = $0.operation { true } else { false }
            })
        try tamper(model)
    }

    private func tamper(_ model: Model) throws {
        guard case .ckks(let program) = model.compiled.program,
            let parameters = model.card.parameters
        else {
            Issue.record("not a lattice model")
            return
        }
        let store = MatrixStore()
        let encoder = JSONEncoder()
        encoder.userInfo[try MatrixStore.key] = store
        let original = try JSONDecoder().decode(Tampered.self, from: encoder.encode(program))
        let context = try CKKSContext(parameters)
        let decoder = JSONDecoder()
        decoder.userInfo[try MatrixStore.key] = MatrixStore(store.matrices)
        var refusedCount = 0
        let changed = original.changes(most: 400)
        for value in changed {
            do {
                let data = try JSONEncoder().encode(value)
                let forged = try decoder.decode(SlotProgram.self, from: data)
                try forged.validate(parameters: parameters)
                _ = forged.clearScores([0, 0, 0, 0])
                _ = try PreparedProgram(forged, context: context)
            } catch {
                refusedCount += 1
            }
        }
        #expect(changed.count > 50 && refusedCount > changed.count / 2)
    }

    @Test("a model whose parts are of different cards is refused")
    func mixedParts() throws {
        let model = try SmallModel.compiled(rows: 1)
        let other = try SmallModel.compiled(seed: 2, rows: 8)
        let digits = try DemoModel.digits.compiled(rows: 1)
        for stranger in [digits.compiled, other.compiled] {
            let mixed = CompiledModel(
                card: model.card.contents, network: model.compiled.network,
                program: stranger.program, certificate: model.certificate)
            let same = stranger.program == model.compiled.program
            if same { continue }
            #expect(throws: InferenceError.self) {
                try mixed.validate(parameters: model.card.parameters)
            }
        }
        let network = CompiledModel(
            card: model.card.contents, network: digits.compiled.network,
            program: model.compiled.program, certificate: model.certificate)
        #expect(throws: InferenceError.self) {
            try network.validate(parameters: model.card.parameters)
        }
    }
}

extension Card {
    /// A card file with other contents and a digest that fits them.
    fileprivate init(forging contents: ModelCard, like card: Card) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = try encoder.encode(contents)
        let ring = try contents.validate().map(\.ringDigest) ?? card.ringDigest
        let scheme: FrameScheme = card.parameters == nil ? .paillier : .ckks
        let header = try FrameHeader(kind: .card, scheme: scheme, ring: ring)
        try self.init(bytes: Frame.bytes(header) { writer in writer.bytes(json) })
    }
}
