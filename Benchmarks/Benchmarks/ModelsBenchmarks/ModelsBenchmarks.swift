import Benchmark
import Foundation
import Settings
import Tacit

/// Models per stage: one row, on throwaway keys.
let benchmarks: @Sendable () -> Void = {
    Settings.apply(metrics: [.wallClock, .peakMemoryResident])
    for name in [
        "breast_cancer", "digits", "mnist_mlp", "mnist_cnn", "mnist_cryptonets", "mnist_lenet",
    ] {
        var options = CompileOptions()
        if name.hasPrefix("mnist") { options.inputRange = 0...255 }
        declare(Work(name: name, options: options))
    }
    var paillier = CompileOptions()
    paillier.scheme = .paillier
    declare(Work(name: "breast_cancer", options: paillier))
}

/// A model and how it is compiled.
struct Work: Sendable {
    let name: String
    let options: CompileOptions

    var title: String { options.scheme == .paillier ? "\(name), paillier" : name }

    func compile() throws -> Model {
        let models = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "models")
        return try Model(onnx: models.appending(path: "\(name)/\(name).onnx"), options: options)
    }
}

/// Declares the stages of a model, each with the others' results made before.
func declare(_ work: Work) {
    stage("compile", work) { { blackHole(try work.compile()) } }
    stage("make keys", work) {
        let client = try Client(card: work.compile().card)
        return { blackHole(try client.evaluationKeys()) }
    }
    stage("load model and keys", work) {
        let model = try work.compile()
        let keys = try Client(card: model.card).evaluationKeys()
        return { blackHole(try Predictor(model: model, evaluationKeys: keys)) }
    }
    stage("encrypt", work) {
        let card = try work.compile().card
        let (client, rows) = (try Client(card: card), card.sampleRows)
        return { blackHole(try client.encrypt(rows)) }
    }
    stage("infer", work) {
        let talk = try Talk(work)
        return { blackHole(try talk.predictor.predict(talk.request)) }
    }
    stage("decrypt", work) {
        let talk = try Talk(work)
        let response = try talk.predictor.predict(talk.request)
        return { blackHole(try talk.client.decrypt(response)) }
    }
}

func stage(
    _ name: String, _ work: Work, _ prepare: @escaping @Sendable () throws -> (() throws -> Void)
) {
    Benchmark("\(work.title): \(name)") { benchmark, run in
        for _ in benchmark.scaledIterations { try run() }
    } setup: {
        try prepare()
    }
}

/// A client, its request, and a predictor of one model.
struct Talk {
    let client: Client
    let predictor: Predictor
    let request: [UInt8]

    init(_ work: Work) throws {
        let model = try work.compile()
        client = try Client(card: model.card)
        predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
        request = try client.encrypt(model.card.sampleRows)
    }
}

extension Card {
    /// One row within the card's ranges.
    var sampleRows: [[Double]] {
        [
            (0..<inputCount).map { column in
                let range = contents.input.range(of: column)
                return range.center + 0.25 * range.radius
            }
        ]
    }
}
