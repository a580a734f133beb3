#if Service
    import ArgumentParser
    import Foundation
    import Tacit
    import TacitRemote

    /// The same requests by the library, by a thin server around it, by the server through a bare socket, and by the server
    /// through its client: what a network adds, what the service, and what the client.
    ///
    /// The server makes ahead, between requests, the encryption of zero that re-randomizes an answer; the library, asked one
    /// request after the other, makes it with the answer. So what the server adds to the library is less than what it takes
    /// beyond its own evaluation.
    ///
    /// In alternating blocks, because who asks a server does not compute the same thing itself in between; and compared
    /// block by block, because machines that others share change their speed within seconds.
    struct Overhead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Time one request at a time by the library, a thin server, a bare socket and the client, in turns."
        )

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Requests each way.") var count = 600
        @Option(help: "Requests by one before it is the next one's turn.") var block = 10
        @Option(
            help: "Threads of the library's predictor: as many as the server gives to one request.")
        var threads = CKKSContext.processorCount

        struct Report: Encodable {
            let library: Way.Report
            /// By a thread behind a socket that does nothing but evaluate.
            let thin: Way.Report
            let server: Way.Report
            let serverAndClient: Way.Report
            let requestBytes: Int
            let responseBytes: Int
            let wrong: Int
        }

        func run() async throws {
            let owner = try workload.owners()[0]
            let local = try Predictor(
                model: owner.model, evaluationKeys: owner.evaluationKeys, threadCount: threads)
            let remote = try owner.predictor(workload.server, workload.model, RemoteOptions())
            // Uploads the keys before the bare socket needs them.
            try await remote.uploadKeys()
            let wire = try Wire(
                server: workload.server, model: workload.model, token: owner.token(),
                keys: remote.evaluationKeysID)
            let thinServer = try ThinServer(local, requestByteCount: owner.requests[0].count)
            let messages = owner.requests.map(wire.message)
            var buffer = [UInt8](repeating: 0, count: 1 << 24)
            var (library, thin, server, client) = (Way(owner), Way(owner), Way(owner), Way(owner))
            for turn in 0...max(1, count / block) {
                // The first turn fills caches and tables.
                let (size, counts) = turn == 0 ? (5, false) : (min(block, count), true)
                try await library.take(size, counts: counts) {
                    try local.predict(owner.requests[$0])
                }
                try await thin.take(size, counts: counts, evaluation: { thinServer.evaluation }) {
                    Array(try thinServer.exchange(owner.requests[$0], into: &buffer))
                }
                try await server.take(size, counts: counts, evaluation: wire.evaluation) {
                    try Wire.response(in: wire.exchange(messages[$0], into: &buffer))
                }
                try await client.take(size, counts: counts) {
                    try await remote.predict(owner.requests[$0])
                }
            }
            try report(
                Report(
                    library: library.report(nil), thin: thin.report(library),
                    server: server.report(library), serverAndClient: client.report(library),
                    requestBytes: owner.requests[0].count, responseBytes: server.responseByteCount,
                    wrong: [library, thin, server, client].map(\.wrongCount).reduce(0, +)))
        }
    }

    /// One way to get answers, and how long it took.
    struct Way {
        private let owner: Owner
        private var blocks: [[Duration]] = []
        /// Without the time that the other side gives for evaluating.
        private var beyond: [Duration] = []
        private(set) var wrongCount = 0
        private(set) var responseByteCount = 0

        /// In milliseconds.
        struct Report: Encodable {
            let latency: Latencies
            let beyondEvaluation: Latencies
            /// Of every turn, the median less the other way's.
            let added: Latencies
        }

        init(_ owner: Owner) { self.owner = owner }

        /// Gets a block of answers.
        ///
        /// - Parameters:
        ///   - count: how many.
        ///   - counts: whether they are a block of the report.
        ///   - evaluation: the time for evaluating the last answer, if known; asked outside of what is measured.
        ///   - predict: gives the answer to a request.
        mutating func take(
            _ count: Int, counts: Bool, evaluation: () throws -> Duration? = { nil },
            _ predict: (Int) async throws -> [UInt8]
        ) async throws {
            var durations: [Duration] = []
            for round in 0..<count {
                let index = round % owner.requests.count
                let start = ContinuousClock.now
                let response = try await predict(index)
                let duration = ContinuousClock.now - start
                durations.append(duration)
                if counts, let evaluation = try evaluation() {
                    beyond.append(duration - evaluation)
                }
                if !owner.isRight(response, for: index) { wrongCount += 1 }
                responseByteCount = response.count
            }
            if counts { blocks.append(durations) }
        }

        func report(_ other: Way?) -> Report {
            let added = other.map { other in
                zip(blocks, other.blocks).map { median($0) - median($1) }
            }
            return Report(
                latency: Latencies(blocks.flatMap(\.self)), beyondEvaluation: Latencies(beyond),
                added: Latencies(added ?? []))
        }

        private func median(_ durations: [Duration]) -> Duration {
            let sorted = durations.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }
#endif
