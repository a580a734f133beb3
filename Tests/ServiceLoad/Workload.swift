#if Service
    import ArgumentParser
    import Foundation
    import Tacit
    import TacitRemote

    /// What all subcommands are told.
    struct WorkloadOptions: ParsableArguments {
        @Option(help: "The server.") var server = "http://127.0.0.1:8080"
        @Option(help: "The model's name on the server.") var model: String
        @Option(help: "The same model as a file.") var modelFile: String
        @Option(help: "Rows to encrypt.") var rows: String
        @Option(help: "Requests encrypted beforehand for each key, of one row each.") var pool = 16
        @Option(
            parsing: .upToNextOption,
            help: "Token files, each of another owner with a key of its own; none: one owner.")
        var tokenFiles: [String] = []

        /// The owners with their keys and encrypted rows.
        func owners() throws -> [Owner] {
            let model = try Model(
                bytes: WholeFile.read(path: modelFile, maximumByteCount: 1 << 33), source: modelFile
            )
            let table = try RowTable.read(path: rows)
            let rows = (0..<min(pool, table.rowCount)).map { Array(table.row($0)) }
            let tokens: [String?] = tokenFiles.isEmpty ? [nil] : tokenFiles.map(\.self)
            return try tokens.map { try Owner(model: model, rows: rows, tokenFile: $0) }
        }
    }

    /// A data owner: a key, its evaluation keys, encrypted rows, and what the clear model says of them.
    struct Owner: Sendable {
        let model: Model
        let client: Client
        let evaluationKeys: [UInt8]
        let requests: [[UInt8]]
        private let expected: [[Double]]
        private let bound: Double
        let tokenFile: String?

        init(model: Model, rows: [[Double]], tokenFile: String?) throws {
            self.model = model
            self.tokenFile = tokenFile
            client = try Client(card: model.card)
            evaluationKeys = try client.evaluationKeys()
            requests = try rows.map { [client] in try client.encrypt([$0]) }
            expected = try model.clearPrediction(rows).scores
            // The card's bound is a promise to one prediction in very many; a wrong answer is off by far more.
            let magnitude = expected.joined().map(abs).max() ?? 1
            bound = max(2 * model.certificate.errorBound, 0.01 * magnitude)
        }

        func predictor(_ address: String, _ name: String, _ options: RemoteOptions) throws
            -> RemotePredictor
        {
            var options = options
            options.token = try tokenFile.map { try BearerToken(contentsOf: $0) }
            return try RemoteServer(address, options: options).predictor(
                model: name, evaluationKeys: evaluationKeys)
        }

        /// The owner's token, if any.
        func token() throws -> String? {
            try tokenFile.map {
                try String(contentsOfFile: $0, encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
        }

        /// Whether a response holds the scores of a request.
        func isRight(_ response: [UInt8], for index: Int) -> Bool {
            guard let scores = try? client.decrypt(response).scores, scores.count == 1,
                scores[0].count == expected[index].count
            else { return false }
            return zip(scores[0], expected[index]).allSatisfy { abs($0 - $1) <= bound }
        }
    }

    /// Times of many calls.
    struct Latencies: Encodable {
        let count: Int
        let minimum: Double
        let median: Double
        let p90: Double
        let p99: Double
        let maximum: Double

        /// In milliseconds.
        init(_ durations: [Duration]) {
            let sorted = durations.map { $0 / .milliseconds(1) }.sorted()
            func quantile(_ part: Double) -> Double {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
            }
            count = sorted.count
            minimum = sorted.first ?? 0
            median = quantile(0.5)
            p90 = quantile(0.9)
            p99 = quantile(0.99)
            maximum = sorted.last ?? 0
        }
    }

    /// Prints a result as one line of JSON.
    func report(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
#endif
