#if Service
    import ArgumentParser
    import Foundation
    import Tacit
    import TacitRemote

    /// The same requests by the library and by the server: what the service adds.
    ///
    /// In alternating blocks: who asks a server does not compute the same thing itself in between.
    struct Overhead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time one request at a time by the library and by the server, in turns.")

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Requests each way.") var count = 200
        @Option(help: "Requests by one before it is the other's turn.") var block = 20
        @Option(
            help: "Threads of the library's predictor: as many as the server gives to one request.")
        var threads = 1

        struct Report: Encodable {
            let library: Latencies
            let service: Latencies
            /// Of the figures, not of pairs.
            let difference: Latencies
            let requestBytes: Int
            let responseBytes: Int
            let wrong: Int
        }

        func run() async throws {
            let owner = try workload.owners()[0]
            let local = try Predictor(
                model: owner.model, evaluationKeys: owner.evaluationKeys, threadCount: threads)
            let remote = try owner.predictor(workload.server, workload.model, RemoteOptions())
            var spent: (library: [Duration], service: [Duration]) = ([], [])
            var wrong = 0
            var responseBytes = 0
            /// Times a block of requests; the first ones upload keys and fill caches and tables.
            func time(
                isWarm: Bool, _ predict: ([UInt8]) async throws -> [UInt8]
            ) async throws -> [Duration] {
                var durations: [Duration] = []
                for round in 0..<(isWarm ? min(block, count) : 5) {
                    let index = round % owner.requests.count
                    let start = ContinuousClock.now
                    let response = try await predict(owner.requests[index])
                    durations.append(ContinuousClock.now - start)
                    if !owner.isRight(response, for: index) { wrong += 1 }
                    responseBytes = response.count
                }
                return isWarm ? durations : []
            }
            for isWarm in [false] + Array(repeating: true, count: max(1, count / block)) {
                spent.library += try await time(isWarm: isWarm) { try local.predict($0) }
                spent.service += try await time(isWarm: isWarm) { try await remote.predict($0) }
            }
            let (library, service) = (Latencies(spent.library), Latencies(spent.service))
            try report(
                Report(
                    library: library, service: service, difference: service - library,
                    requestBytes: owner.requests[0].count, responseBytes: responseBytes,
                    wrong: wrong))
        }
    }
#endif
