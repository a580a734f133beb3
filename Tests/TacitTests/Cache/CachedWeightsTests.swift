import CKKS
import Foundation
import Inference
import Tacit
import TestSupport
import Testing

@Suite("The cache of encoded weights")
struct CachedWeightsTests {
    private let fixture: CacheFixture

    init() throws { fixture = try CacheFixture() }

    /// A model as if read from its file.
    private func read(_ model: Model) throws -> Model { try Model(bytes: model.bytes()) }

    private func prepare(_ model: Model) throws -> PreparedModel {
        let cache = try fixture.cache()
        let prepared = try PreparedModel(model, cache: cache)
        cache.finishWriting()
        return prepared
    }

    private func expectEqual(_ a: PreparedModel, _ b: PreparedModel, _ what: String) throws {
        let (x, y) = (
            try #require(a.slotProgram).parts, try #require(b.slotProgram).parts
        )
        #expect(x.numbers == y.numbers, "\(what)")
        #expect(x.plaintexts.count == y.plaintexts.count, "\(what)")
        for (p, q) in zip(x.plaintexts, y.plaintexts) {
            #expect(
                p.polynomial == q.polynomial && p.level == q.level && p.scale == q.scale
                    && p.isExtended == q.isExtended, "\(what)")
        }
    }

    @Test("mapped weights are the encoded ones, and answers right: a matrix, folds, activations")
    func hitEqualsMiss() throws {
        for (name, model, rows) in [
            ("small", try SmallModel.compiled(), SmallModel.rows),
            ("waiting squares", try SmallModel.waitingSquares(), SmallModel.rows),
            (
                "digits", try DemoModel.digits.compiled(rows: 1),
                try Array(DemoModel.digits.testRows().prefix(2))
            ),
        ] {
            let model = try read(model)
            let made = try prepare(model)
            let mapped = try prepare(model)
            #expect(!made.isMapped && mapped.isMapped)
            try expectEqual(made, mapped, name)
            let client = try Client(card: model.card)
            let predictor = try Predictor(
                mapped, keys: EvaluationKeySet(client.evaluationKeys(), card: model.card))
            let answer = try client.decrypt(predictor.predict(client.encrypt(rows)))
            #expect(
                try largestError(answer, model.clearPrediction(rows))
                    < model.card.contents.output.errorBound)
        }
        #expect(fixture.warnings.isEmpty)
        #expect(try fixture.files(".weights").count == 3)
    }

    @Test("random graphs, with every kind of step, come back as they were")
    func randomGraphs() throws {
        var mapped = 0
        for seed in UInt64(7000)..<7100 where mapped < 8 {
            let graph = RandomGraph(seed: seed, steps: 4, functions: seed % 2 == 0)
            let degree = try ONNXImporter().read(graph.model).network.degree
            guard (1...3).contains(degree), graph.expected.values.count <= 80 else { continue }
            var options = CompileOptions()
            options.scheme = .ckks
            options.layout = .slots
            options.inputRange = -1...1
            options.precisionBits = 8
            guard let compiled = try? Model(onnx: graph.model, options: options) else { continue }
            let model = try read(compiled)
            let made = try prepare(model)
            guard made.slotProgram != nil else { continue }
            let again = try prepare(model)
            #expect(again.isMapped)
            try expectEqual(made, again, "graph \(seed)")
            mapped += 1
        }
        #expect(mapped == 8)
    }

    @Test("damage is noticed before an answer leaves; other versions of a model are other files")
    func damage() throws {
        let model = try read(SmallModel.compiled())
        _ = try prepare(model)
        let file = try #require(try fixture.files(".weights").first)
        let good = try Data(contentsOf: file)
        let client = try Client(card: model.card)
        let keys = try client.evaluationKeys()
        let request = try client.encrypt(SmallModel.rows)
        let clear = try model.clearPrediction(SmallModel.rows)
        var random = TestGenerator(seed: 8)
        let places =
            [100, good.count - 1]
            + (0..<10).map { _ in random.integer(in: 0...(good.count - 1)) }
        for place in places {
            var bytes = good
            bytes[place] ^= 0x20
            try bytes.write(to: file)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: file.path)
            let cache = try fixture.cache()
            let before = fixture.warnings.count
            let predictor = try Predictor(
                PreparedModel(model, cache: cache),
                keys: EvaluationKeySet(keys, card: model.card))
            let answer = try client.decrypt(predictor.predict(request))
            cache.finishWriting()
            #expect(largestError(answer, clear) < 1e-4, "byte \(place)")
            #expect(fixture.warnings.count == before + 1, "byte \(place)")
            #expect(try Data(contentsOf: file) == good, "byte \(place)")
        }
        _ = try prepare(read(SmallModel.compiled(seed: 2)))
        #expect(try fixture.files(".weights").count == 2)
    }

    @Test(
        "a model's file is mapped by its head alone; freshly compiled models and none without a cache leave no file"
    )
    func files() throws {
        let model = try SmallModel.compiled()
        _ = try prepare(model)
        #expect(try fixture.files().isEmpty)
        let bytes = try model.bytes()
        let path = fixture.folder.appending(path: "../\(UUID().uuidString).tacit").standardized
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        _ = try PreparedModel(path: path.path, cache: nil)
        #expect(try fixture.files().isEmpty)
        for isMapped in [false, true] {
            let cache = try fixture.cache()
            let prepared = try PreparedModel(path: path.path, cache: cache)
            cache.finishWriting()
            #expect(prepared.isMapped == isMapped)
            #expect(prepared.card.digest == model.card.digest)
        }
        // Another size than the head says: nothing is mapped for it.
        try Data(bytes.dropLast(3)).write(to: path)
        #expect(throws: WireError.self) {
            try PreparedModel(path: path.path, cache: fixture.cache())
        }
        // A card of another model in a head that names this one.
        var forged = bytes
        forged[300] ^= 1
        try Data(forged).write(to: path)
        #expect(throws: WireError.self) {
            try PreparedModel(path: path.path, cache: fixture.cache())
        }
    }
}
