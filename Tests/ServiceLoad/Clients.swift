#if Service
    import ArgumentParser
    import Foundation
    import Synchronization
    import Tacit
    import TacitRemote

    /// Many clients at a time, each with one request under way; every answer is decrypted and checked.
    struct Clients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep many clients busy and check every answer by decryption.")

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Clients at a time, shared out among the owners.") var clients = 64
        @Option(help: "How long, in seconds.") var seconds = 600.0
        @Option(help: "Seconds between lines of progress on standard error.") var every = 10.0

        func run() async throws {
            let owners = try workload.owners()
            var options = RemoteOptions()
            options.connectionCount = clients
            let predictors = try owners.map {
                try $0.predictor(workload.server, workload.model, options)
            }
            for predictor in predictors { try await predictor.uploadKeys() }
            let tally = Tally()
            let start = ContinuousClock.now
            let end = start + .seconds(seconds)
            let processor = processorSeconds()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<clients {
                    let owner = owners[number % owners.count]
                    let predictor = predictors[number % owners.count]
                    group.addTask {
                        var index = number
                        while ContinuousClock.now < end {
                            index = (index + 1) % owner.requests.count
                            await tally.call(owner, index) {
                                try await predictor.predict(
                                    owner.requests[index],
                                    progress: {
                                        if case .retrying = $0 { tally.retried() }
                                    })
                            }
                        }
                    }
                }
                group.addTask { [every] in
                    while ContinuousClock.now < end {
                        try? await Task.sleep(for: .seconds(min(every, (end - .now) / .seconds(1))))
                        FileHandle.standardError.write(Data("\(tally.line)\n".utf8))
                    }
                }
            }
            try report(
                tally.report(
                    seconds: (ContinuousClock.now - start) / .seconds(1),
                    processorSeconds: processorSeconds() - processor))
        }
    }

    /// What happened so far.
    final class Tally: Sendable {
        struct Content {
            var right = 0
            var wrong = 0
            var retries = 0
            var failures: [String: Int] = [:]
            var durations: [Duration] = []
        }

        struct Report: Encodable {
            let seconds: Double
            let right: Int
            let wrong: Int
            let retries: Int
            let failures: [String: Int]
            let perSecond: Double
            let latencies: Latencies
            let processorSeconds: Double
        }

        private let content = Mutex(Content())

        func retried() { content.withLock { $0.retries += 1 } }

        func call(_ owner: Owner, _ index: Int, _ work: () async throws -> [UInt8]) async {
            let start = ContinuousClock.now
            do {
                let response = try await work()
                let duration = ContinuousClock.now - start
                record(isRight: owner.isRight(response, for: index), duration)
            } catch {
                let name = (error as? RemoteError).map { "\($0.code)" } ?? "\(type(of: error))"
                content.withLock { $0.failures[name, default: 0] += 1 }
            }
        }

        func record(isRight: Bool, _ duration: Duration) {
            content.withLock { content in
                if isRight { content.right += 1 } else { content.wrong += 1 }
                content.durations.append(duration)
            }
        }

        var line: String {
            content.withLock {
                "right \($0.right), wrong \($0.wrong), failures \($0.failures), retries \($0.retries)"
            }
        }

        func report(seconds: Double, processorSeconds: Double) -> Report {
            content.withLock { content in
                Report(
                    seconds: seconds, right: content.right, wrong: content.wrong,
                    retries: content.retries, failures: content.failures,
                    perSecond: Double(content.right) / seconds,
                    latencies: Latencies(content.durations),
                    processorSeconds: processorSeconds)
            }
        }
    }
#endif
