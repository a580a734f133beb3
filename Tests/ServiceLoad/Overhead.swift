#if Service
    import ArgumentParser
    import Foundation
    import Tacit
    import TacitRemote

    /// The same request by the library and by the server, alternating: what the service adds.
    struct Overhead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time one request at a time by the library and by the server, alternating.")

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Requests each way.") var count = 200
        @Option(
            help: "Threads of the library's predictor: as many as the server gives to one request.")
        var threads = 1

        struct Report: Encodable {
            let library: Latencies
            let service: Latencies
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
            var library: [Duration] = []
            var service: [Duration] = []
            var wrong = 0
            var responseBytes = 0
            let clock = ContinuousClock()
            for round in -5..<count {
                let index = (round + 5) % owner.requests.count
                let request = owner.requests[index]
                let start = clock.now
                let own = try local.predict(request)
                let middle = clock.now
                let theirs = try await remote.predict(request)
                let end = clock.now
                for response in [own, theirs] where !owner.isRight(response, for: index) {
                    wrong += 1
                }
                responseBytes = theirs.count
                // The first rounds upload keys, fill caches and tables.
                guard round >= 0 else { continue }
                library.append(middle - start)
                service.append(end - middle)
            }
            try report(
                Report(
                    library: Latencies(library), service: Latencies(service),
                    difference: Latencies(zip(service, library).map { $0 - $1 }),
                    requestBytes: owner.requests[0].count, responseBytes: responseBytes,
                    wrong: wrong))
        }
    }
#endif
