import Benchmark
import Foundation
import Tacit

/// Models per stage: one row, on throwaway keys.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock, .peakMemoryResident]
    Benchmark.defaultConfiguration.maxDuration = .seconds(6)

    let models = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "models")
    for name in ["breast_cancer", "digits", "mnist_mlp", "mnist_cnn", "mnist_cryptonets"] {
        let file = models.appending(path: "\(name)/\(name).onnx")
        var options = CompileOptions()
        if name.hasPrefix("mnist") { options.inputRange = 0...255 }
        declare(name, file, options)
    }
    var paillier = CompileOptions()
    paillier.scheme = .paillier
    declare("breast_cancer", models.appending(path: "breast_cancer/breast_cancer.onnx"), paillier)
}

/// Declares the stages of a model; what they need is made when the first of them runs.
func declare(_ name: String, _ file: URL, _ options: CompileOptions) {
    let scheme = options.scheme == .paillier ? ", paillier" : ""
    Benchmark("\(name)\(scheme): encrypt") { benchmark in
        let talk = try Talk(file, options)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try talk.client.encrypt(talk.rows)) }
    }
    Benchmark("\(name)\(scheme): infer") { benchmark in
        let talk = try Talk(file, options)
        let request = try talk.client.encrypt(talk.rows)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try talk.predictor.predict(request)) }
    }
    Benchmark("\(name)\(scheme): decrypt") { benchmark in
        let talk = try Talk(file, options)
        let response = try talk.predictor.predict(talk.client.encrypt(talk.rows))
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try talk.client.decrypt(response)) }
    }
}

/// A client and a predictor of one model.
struct Talk {
    let client: Client
    let predictor: Predictor
    let rows: [[Double]]

    init(_ file: URL, _ options: CompileOptions) throws {
        let model = try Model(onnx: file, options: options)
        client = try Client(card: model.card)
        predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
        rows = [
            (0..<model.card.inputCount).map { column in
                let range = model.card.contents.input.range(of: column)
                return range.center + 0.25 * range.radius
            }
        ]
    }
}
