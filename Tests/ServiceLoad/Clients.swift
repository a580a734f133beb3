#if Service
    import ArgumentParser
    import Foundation
    import Synchronization
    import Tacit
    import TacitRemote

    /// Many clients at a time, each with one request under way; every answer is decrypted and checked.
    ///
    /// Machines that others share change their speed within seconds; so the bare evaluator has its turn in between, with
    /// the same keys.
    struct Clients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep many clients busy and check every answer by decryption.")

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Clients at a time, shared out among the owners.") var clients = 64
        @Option(help: "How long in all, in seconds, without the bare evaluator's turns.")
        var seconds = 600.0
        @Option(help: "Parts of that time, each after a turn of the bare evaluator.") var turns = 60
        @Option(help: "How long each of its turns, in seconds.") var bareSeconds = 5.0
        @Option(help: "Its threads, each with predictions of its own.")
        var bareThreads = CKKSContext.processorCount

        struct Report: Encodable {
            /// Right answers before the first turn.
            let warmUpCount: Int
            let clients: Tally.Report
            let bare: Tally.Report
            /// Of every turn, answers a second by the clients and by the bare evaluator.
            let turns: [[Double]]
        }

        func run() async throws {
            let owners = try workload.owners()
            var options = RemoteOptions()
            options.connectionCount = clients
            let predictors = try owners.map {
                try $0.predictor(workload.server, workload.model, options)
            }
            for predictor in predictors { try await predictor.uploadKeys() }
            let bareEvaluator = try BareEvaluator(owners, threads: bareThreads)
            let (warmUp, served, bare) = (Tally(), Tally(), Tally())
            await ask(owners, predictors, seconds: 2, warmUp)
            var (servedTime, bareTime) = (Stopwatch(), Stopwatch())
            var rates: [[Double]] = []
            for _ in 0..<turns {
                await bareTime.time { await bareEvaluator.run(seconds: bareSeconds, bare) }
                await servedTime.time {
                    await ask(owners, predictors, seconds: seconds / Double(turns), served)
                }
                rates.append([
                    served.newRightCount() / servedTime.last, bare.newRightCount() / bareTime.last,
                ])
                FileHandle.standardError.write(Data("\(served.line)\n".utf8))
            }
            try report(
                Report(
                    warmUpCount: Int(warmUp.newRightCount()), clients: served.report(servedTime),
                    bare: bare.report(bareTime), turns: rates))
        }

        /// Keeps all clients busy until the time is over.
        private func ask(
            _ owners: [Owner], _ predictors: [RemotePredictor], seconds: Double, _ tally: Tally
        ) async {
            let end = ContinuousClock.now + .seconds(seconds)
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
            }
        }
    }
#endif
