#if Service
    import ArgumentParser
    import Foundation
    import Synchronization
    import Tacit
    import TacitRemote

    /// Requests at a fixed rate, whatever becomes of them: nobody waits for an answer before the next is sent.
    struct Overload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send requests at a fixed rate, without retries, and count what comes back.")

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Requests a second.") var rate = 100.0
        @Option(help: "How long, in seconds.") var seconds = 20.0
        @Option(help: "Most requests under way; beyond it the sender waits, and says so.")
        var underWay = 512

        struct Report: Encodable {
            let sent: Int
            let held: Int
            let tally: Tally.Report
        }

        func run() async throws {
            let owners = try workload.owners()
            var options = RemoteOptions()
            options.connectionCount = underWay
            options.retries = .none
            let predictors = try owners.map {
                try $0.predictor(workload.server, workload.model, options)
            }
            for predictor in predictors { try await predictor.uploadKeys() }
            let tally = Tally()
            var time = Stopwatch()
            let (sent, held) = await time.time { await send(owners, predictors, tally) }
            try report(Report(sent: sent, held: held, tally: tally.report(time)))
        }

        /// Sends until the time is over; returns how many requests, and how often one was held back.
        private func send(
            _ owners: [Owner], _ predictors: [RemotePredictor], _ tally: Tally
        ) async -> (sent: Int, held: Int) {
            let flying = Counter()
            var (sent, held) = (0, 0)
            let start = ContinuousClock.now
            await withDiscardingTaskGroup { group in
                while ContinuousClock.now - start < .seconds(seconds) {
                    let due = start + .seconds(Double(sent) / rate)
                    if due > .now { try? await Task.sleep(until: due, clock: .continuous) }
                    while flying.value >= underWay {
                        held += 1
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                    let number = sent
                    sent += 1
                    flying.add(1)
                    let owner = owners[number % owners.count]
                    let predictor = predictors[number % owners.count]
                    group.addTask {
                        let index = number % owner.requests.count
                        await tally.call(owner, index) {
                            try await predictor.predict(owner.requests[index])
                        }
                        flying.add(-1)
                    }
                }
            }
            return (sent, held)
        }
    }

    /// A number that tasks share.
    private final class Counter: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func add(_ amount: Int) { number.withLock { $0 += amount } }
    }
#endif
