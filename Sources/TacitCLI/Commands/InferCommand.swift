import ArgumentParser
import Tacit

/// `tacit infer`: a request to a response, on ciphertexts; takes no secret.
struct InferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Run a compiled model on encrypted rows.",
        discussion: """
            Needs no secret and has no way to be given one. The answer is re-randomized, so that it tells the \
            client the scores and nothing else of the computation.
            """)

    @Option(help: "The compiled model.")
    var model: String
    @Option(help: "The client's evaluation keys.")
    var evaluationKeys: String
    @Argument(help: "The request.")
    var request: String
    @Option(name: .shortAndLong, help: "Where to write the response.")
    var output: String
    @OptionGroup var engine: ArithmeticOption
    @OptionGroup var parallel: ThreadsOption

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let model = try Files.model(model)
        let keys = try Files.read(evaluationKeys)
        let predictor = try Files.blaming(evaluationKeys) {
            try Predictor(model: model, evaluationKeys: keys, threadCount: parallel.threads)
        }
        let bytes = try Files.read(request)
        let ready = clock.now
        let response = try Files.blaming(request) {
            try Console.showingProgress(of: "ciphertexts") {
                try predictor.predict(bytes, arithmetic: engine.arithmetic, progress: $0)
            }
        }
        let done = clock.now
        try Files.write(response, to: output)
        Console.note(
            "loaded in \(Console.time(ready - start)), computed in \(Console.time(done - ready)), "
                + Console.bytes(response.count))
    }
}
