#if Service
    import ArgumentParser
    import Foundation
    import Tacit
    import TacitRemote

    /// The same requests by the library, by the server through a bare socket, and by the server through its client: what the
    /// service adds, and what the client.
    ///
    /// In alternating blocks: who asks a server does not compute the same thing itself in between.
    struct Overhead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Time one request at a time by the library, a bare socket and the client, in turns."
        )

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Requests each way.") var count = 200
        @Option(help: "Requests by one before it is the other's turn.") var block = 20
        @Option(
            help: "Threads of the library's predictor: as many as the server gives to one request.")
        var threads = CKKSContext.processorCount

        struct Report: Encodable {
            let library: Latencies
            let wire: Latencies
            let client: Latencies
            /// By the bare socket, without the time that each answer's own head gives for evaluating.
            let beyondEvaluation: Latencies
            /// Of the figures, not of pairs; so is the next.
            let service: Latencies
            let serviceAndClient: Latencies
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
            let messages = owner.requests.map(wire.message)
            var buffer = [UInt8](repeating: 0, count: 1 << 24)
            var spent: (library: [Duration], wire: [Duration], client: [Duration]) = ([], [], [])
            var beyond: [Duration] = []
            var wrong = 0
            var responseBytes = 0
            /// Times a block of requests; the first ones upload keys and fill caches and tables.
            func time(
                isWarm: Bool, notes: (Duration) throws -> Void = { _ in },
                _ predict: (Int) async throws -> [UInt8]
            ) async throws -> [Duration] {
                var durations: [Duration] = []
                for round in 0..<(isWarm ? min(block, count) : 5) {
                    let index = round % owner.requests.count
                    let start = ContinuousClock.now
                    let response = try await predict(index)
                    durations.append(ContinuousClock.now - start)
                    if let last = durations.last, isWarm { try notes(last) }
                    if !owner.isRight(response, for: index) { wrong += 1 }
                    responseBytes = response.count
                }
                return isWarm ? durations : []
            }
            for isWarm in [false] + Array(repeating: true, count: max(1, count / block)) {
                spent.library += try await time(isWarm: isWarm) {
                    try local.predict(owner.requests[$0])
                }
                spent.wire += try await time(
                    isWarm: isWarm, notes: { try beyond.append($0 - wire.evaluation()) }
                ) {
                    try Wire.response(in: wire.exchange(messages[$0], into: &buffer))
                }
                spent.client += try await time(isWarm: isWarm) {
                    try await remote.predict(owner.requests[$0])
                }
            }
            let library = Latencies(spent.library)
            let (bare, client) = (Latencies(spent.wire), Latencies(spent.client))
            try report(
                Report(
                    library: library, wire: bare, client: client,
                    beyondEvaluation: Latencies(beyond), service: bare - library,
                    serviceAndClient: client - library,
                    requestBytes: owner.requests[0].count, responseBytes: responseBytes,
                    wrong: wrong))
        }
    }
#endif
