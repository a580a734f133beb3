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
        @Option(help: "Threads, each with predictions of its own.") var threads = CKKSContext
            .processorCount
        @Option(help: "How long, in seconds.") var seconds = 10.0
        @Flag(help: "Leave decrypting and checking out.") var withoutChecking = false

        func run() async throws {
            let bare = try BareEvaluator(
                workload.owners(), threads: threads, checks: !withoutChecking)
            let tally = Tally()
            var time = Stopwatch()
            await time.time { await bare.run(seconds: seconds, tally) }
            try report(tally.report(time))
        }
    }

    /// Evaluates owners' requests on threads, with keys of this process.
    struct BareEvaluator: Sendable {
        private let owners: [Owner]
        private let predictors: [Predictor]
        private let threads: Int
        private let checks: Bool

        /// Expands the owners' keys.
        init(_ owners: [Owner], threads: Int, checks: Bool = true) throws {
            self.owners = owners
            self.threads = threads
            self.checks = checks
            let prepared = try PreparedModel(owners[0].model)
            predictors = try owners.map {
                try Predictor(
                    prepared,
                    keys: EvaluationKeySet($0.evaluationKeys, card: owners[0].model.card))
            }
        }

        /// Evaluates until the time is over.
        func run(seconds: Double, _ tally: Tally) async {
            let end = ContinuousClock.now + .seconds(seconds)
            let done = DispatchGroup()
            for number in 0..<threads {
                let thread = Thread {
                    var index = number
                    while ContinuousClock.now < end {
                        index += 1
                        evaluate(index, tally)
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
        }

        private func evaluate(_ index: Int, _ tally: Tally) {
            let number = index % owners.count
            let row = index / owners.count % owners[number].requests.count
            tally.compute(owners[number], row, checks: checks) {
                try predictors[number].predict(owners[number].requests[row])
            }
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
