import ArgumentParser
import Tacit

#if Service
    import TacitRemote
#endif

/// `tacit infer`: a request to a response, on ciphertexts, here or by a server; takes no secret.
struct InferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Run a compiled model on encrypted rows.",
        discussion: """
            Needs no secret and has no way to be given one. The answer is re-randomized, so that it tells the \
            client the scores and nothing else of the computation.

              tacit infer --model digits.tacit --evaluation-keys me.evk request.ct -o response.ct
              tacit infer --server https://tacit.example.org --token-file token --model digits \\
                          --evaluation-keys me.evk request.ct -o response.ct

            With --server, the evaluation keys are uploaded if the server lacks them; a broken upload goes on where \
            it stopped. Here, expanded keys and encoded weights are kept in a cache, so that the next run starts at once: see tacit cache.
            """)

    @Option(help: "The compiled model; with --server, the model's name there.")
    var model: String
    @Option(help: "The client's evaluation keys.")
    var evaluationKeys: String
    @Argument(help: "The request.")
    var request: String
    @Option(name: .shortAndLong, help: "Where to write the response.")
    var output: String
    #if Service
        @OptionGroup var server: ServerOptions
    #endif
    @OptionGroup var engine: ArithmeticOption
    @OptionGroup var parallel: ThreadsOption
    @OptionGroup var caching: CacheOptions

    #if Service
        func validate() throws {
            guard server.server == nil || engine.arithmetic == .residues else {
                throw ValidationError(
                    "--arithmetic gmp computes here; it does not go with --server")
            }
        }
    #endif

    func run() async throws {
        #if Service
            if let remote = try server.remote() { return try await ask(remote) }
        #endif
        try computeHere()
    }

    #if Service
        private func ask(_ remote: RemoteServer) async throws {
            let start = ContinuousClock.now
            let keys = try Files.read(evaluationKeys)
            let predictor = try Files.blaming(evaluationKeys) {
                try remote.predictor(model: model, evaluationKeys: keys)
            }
            let bytes = try Files.read(request)
            let response = try await Console.showingRemoteProgress {
                try await predictor.predict(bytes, progress: $0)
            }
            try Files.write(response, to: output)
            Console.note(
                "answered in \(Console.time(ContinuousClock.now - start)), "
                    + Console.bytes(response.count))
        }
    #endif

    private func computeHere() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let cache = caching.open()
        defer { cache?.finishWriting() }
        let model = try PreparedModel(
            path: model, threadCount: parallel.threads, cache: cache)
        let predictor = try Files.blaming(evaluationKeys) {
            try Predictor(
                model,
                keys: EvaluationKeySet(path: evaluationKeys, card: model.card, cache: cache))
        }
        let ready = clock.now
        let interruption = Interruption()
        let byteCount = try Files.blaming(request) {
            try Console.showingProgress(of: "groups of rows") { progress in
                try predictor.predict(
                    path: request, to: output, arithmetic: engine.arithmetic,
                    observer: PredictionObserver(
                        progress: progress, shouldStop: { interruption.isAsked }))
            }
        }
        let done = clock.now
        Console.note(
            "loaded in \(Console.time(ready - start)), computed in \(Console.time(done - ready)), "
                + Console.bytes(byteCount))
    }
}
