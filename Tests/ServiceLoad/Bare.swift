#if Service
    import ArgumentParser
    import Foundation
    import Synchronization
    import Tacit

    /// The bare evaluator on the same requests, without a server: what a service can reach at most.
    ///
    /// Owners take turns, as in the service: every evaluation reads other keys than the one before.
    struct Bare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Evaluate the same requests in this process, decrypting and checking as clients do."
        )

        @OptionGroup var workload: WorkloadOptions
        @Option(help: "Threads, each with predictions of its own.") var threads = 2
        @Option(help: "How long, in seconds.") var seconds = 10.0
        @Flag(help: "Leave decrypting and checking out.") var withoutChecking = false

        func run() async throws {
            let owners = try workload.owners()
            let prepared = try PreparedModel(owners[0].model)
            let predictors = try owners.map {
                try Predictor(
                    prepared,
                    keys: EvaluationKeySet($0.evaluationKeys, card: owners[0].model.card))
            }
            let tally = Tally()
            let start = ContinuousClock.now
            let end = start + .seconds(seconds)
            let processor = processorSeconds()
            let done = DispatchGroup()
            for number in 0..<threads {
                let thread = Thread { [withoutChecking] in
                    var index = number
                    while ContinuousClock.now < end {
                        index += 1
                        let owner = owners[index % owners.count]
                        let row = index / owners.count % owner.requests.count
                        tally.compute(owner, row, checks: !withoutChecking) {
                            try predictors[index % owners.count].predict(owner.requests[row])
                        }
                    }
                    done.leave()
                }
                thread.stackSize = 8 << 20
                done.enter()
                thread.start()
            }
            await withCheckedContinuation { continuation in
                done.notify(queue: .global()) { continuation.resume() }
            }
            try report(
                tally.report(
                    seconds: (ContinuousClock.now - start) / .seconds(1),
                    processorSeconds: processorSeconds() - processor))
        }
    }

    extension Tally {
        /// As `call`, on this thread.
        func compute(_ owner: Owner, _ index: Int, checks: Bool, _ work: () throws -> [UInt8]) {
            let start = ContinuousClock.now
            let response = try? work()
            let duration = ContinuousClock.now - start
            let isRight = response.map { !checks || owner.isRight($0, for: index) } ?? false
            record(isRight: isRight, duration)
        }
    }
#endif
