import ArgumentParser
import Tacit

#if Service
    import TacitRemote
#endif

/// `tacit predict`: rows to results in one step, by a server or here.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Encrypt rows, have them computed, and decrypt the answer, in one step.",
        discussion: """
            With --server, fetches the model's card, makes a key if the vault has none of this name, encrypts, \
            uploads the evaluation keys if the server lacks them, and decrypts the answer. The server sees \
            ciphertexts and public keys only. Without --server, MODEL is a compiled model and everything happens here.

              tacit predict --server https://tacit.example.org --token-file token \\
                            --model digits --vault keys --name me rows.csv -o result.csv
              tacit predict --model digits.tacit --vault keys --name me rows.csv

            Evaluation keys are kept in the vault's folder, so that they are made and uploaded once; here, their \
            expanded form and the encoded weights are kept in a cache besides: see tacit cache.
            """)

    @Option(help: "The model's name on the server; without --server, the compiled model.")
    var model: String
    @OptionGroup var key: VaultOptions
    @Argument(help: "The rows.")
    var rows: String
    @OptionGroup var reading: RowsOptions
    @OptionGroup var results: ResultOptions
    #if Service
        @OptionGroup var server: ServerOptions
    #endif
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var parallel: ThreadsOption
    @OptionGroup var caching: CacheOptions

    func run() async throws {
        #if Service
            if let remote = try server.remote() {
                let card = try await Console.showingRemoteProgress {
                    try await remote.card(of: model, progress: $0)
                }
                return try await predict(card) { client, rows, keys in
                    let request = try Console.showingProgress(of: "ciphertexts") {
                        try client.encrypt(rows, threadCount: parallel.threads, progress: $0)
                    }
                    let predictor = try remote.predictor(model: model, evaluationKeys: keys)
                    let response = try await Console.showingRemoteProgress {
                        try await predictor.predict(request, progress: $0)
                    }
                    return try Console.showingProgress(of: "groups of rows") {
                        try client.decrypt(response, progress: $0)
                    }
                }
            }
        #endif
        let cache = caching.open()
        defer { cache?.finishWriting() }
        let prepared = try PreparedModel(
            path: model, threadCount: parallel.threads, cache: cache)
        try await predict(prepared.card) { client, rows, keys in
            let predictor = try Predictor(
                prepared, keys: EvaluationKeySet(keys, card: prepared.card, cache: cache))
            return try Console.showingProgress(of: "groups of rows") {
                try client.predict(rows, with: predictor, progress: $0)
            }
        }
    }

    /// Reads rows and keys, and writes the results.
    private func predict(
        _ card: Card,
        answer: (_ client: Client, _ rows: [[Double]], _ keys: [UInt8]) async throws -> Prediction
    ) async throws {
        let path = self.rows
        let rows = try Files.rows(path, for: card, reading)
        // Rows are checked before a passphrase is asked for.
        try Files.blaming(path) { try card.validate(rows: rows) }
        let (client, ring, isNew) = try ClientKey.openOrMake(
            key, card: card, passphrase: passphrase)
        let keys = try Console.showingProgress(of: "keys") {
            try ring.evaluationKeys(of: client, progress: $0)
        }
        if isNew {
            Console.note(
                "key '\(key.name)' \(client.keyID.shortDescription) is new in \(key.vault)")
        }
        let prediction = try await answer(client, rows, keys)
        let table = try prediction.table(withScores: results.scores)
        try results.write(table)
    }
}
