import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// Requests of many groups of rows: few ciphertexts in memory, and files that are there as a whole or not at all.
@Suite("Many rows, few ciphertexts in memory")
struct MemoryBoundTests {
    private func rows(_ count: Int) -> [[Double]] {
        var random = TestGenerator(seed: 3)
        return (0..<count).map { _ in (0..<4).map { _ in random.real(in: -2...2) } }
    }

    /// A model of one row for each ciphertext.
    private func talk() throws -> Conversation { try Conversation(SmallModel.compiled()) }

    private func additive() throws -> Conversation {
        try Conversation(
            FloodingTests.linear {
                $0.scheme = .paillier
                $0.paillierBits = 2048
            })
    }

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-memory-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Encrypts, evaluates and decrypts rows; counts the groups of each.
    private func counting(
        _ talk: Conversation, _ rows: [[Double]]
    ) throws -> (counters: [BatchCounter], scores: [[Double]]) {
        let counters = (0..<3).map { _ in BatchCounter() }
        let request = try talk.client.secret.encrypt(
            rows, card: talk.model.card, arithmetic: .residues, counter: counters[0],
            progress: { _, _ in })
        var observer = PredictionObserver()
        observer.batches = counters[1]
        let response = try talk.predictor.predict(request.bytes, observer: observer)
        let scores = try talk.client.secret.decrypt(
            .memory(response), card: talk.model.card, arithmetic: .residues, counter: counters[2],
            progress: { _, _ in })
        return (counters, scores)
    }

    @Test("encryption, evaluation and decryption hold one group at a time")
    func counted() throws {
        let talk = try talk()
        let rows = rows(40)
        let groups =
            (40 + talk.model.certificate.rowsPerCiphertext - 1)
            / talk.model.certificate.rowsPerCiphertext
        #expect(groups > 3)
        let (counters, scores) = try counting(talk, rows)
        for counter in counters {
            #expect(counter.total >= groups)
            // The last one may go a little later than the next one comes.
            #expect(counter.most <= 2)
        }
        let clear = try talk.model.clearPrediction(rows).scores
        #expect(zip(scores.joined(), clear.joined()).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("the same under paillier")
    func additiveScheme() throws {
        let talk = try additive()
        var random = TestGenerator(seed: 4)
        let rows = (0..<70).map { _ in (0..<8).map { _ in random.real(in: -2...2) } }
        let (counters, scores) = try counting(talk, rows)
        #expect(counters[0].total == 3 && counters[1].total == 70 && counters[2].total >= 1)
        for counter in counters { #expect(counter.most <= 2) }
        let clear = try talk.model.clearPrediction(rows).scores
        #expect(zip(scores.joined(), clear.joined()).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("rows in rounds: the results of all, and the numbers of rows in refusals")
    func rounds() throws {
        let talk = try talk()
        let rows = rows(150)
        var told: [Int] = []
        let found = try talk.client.predict(rows, with: talk.predictor) { done, total in
            #expect(total == told.first.map { _ in total } ?? total && done <= total)
            told.append(done)
        }
        #expect(found.scores.count == 150 && told == told.sorted())
        #expect(try largestError(found, talk.model.clearPrediction(rows)) < 1e-4)
        var wrong = rows
        wrong[140][2] = 3
        let error = #expect(throws: TacitError.self) {
            try talk.client.predict(wrong, with: talk.predictor)
        }
        #expect(error?.reason.contains("row 141, column 3") == true)
        let report = try Verification.run(model: talk.model, rows: rows)
        #expect(report.rowCount == 150 && report.isWithinBound)
        #expect(Set(report.stages.map(\.name)).count == report.stages.count)
    }

    @Test("several threads encrypt the same rows in the same order")
    func threads() throws {
        // Four ciphertexts for each group, more than one group, and a last one that is not full.
        let columns = try Conversation(
            FloodingTests.square {
                $0.layout = .columns
                $0.precisionBits = 10
            })
        let slots = try talk()
        let capacity = columns.model.certificate.rowsPerCiphertext
        for (talk, count) in [(columns, capacity + 3), (slots, 21)] {
            let rows = rows(count)
            for threadCount in [2, 3, 64] {
                let request = try talk.client.encrypt(rows, threadCount: threadCount)
                let found = try talk.client.decrypt(talk.predictor.predict(request))
                #expect(try largestError(found, talk.model.clearPrediction(rows)) < 0.05)
            }
        }
    }

    @Test("from file to file: the same answer; nothing is left where it fails or is stopped")
    func files() throws {
        for talk in [try talk(), try additive()] {
            let folder = try folder()
            defer { try? FileManager.default.removeItem(at: folder) }
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let width = talk.model.card.inputCount
            let rows = rows(20).map { Array(repeating: $0[0], count: width) }
            let size = try talk.client.encrypt(rows, to: path("request"))
            let request = [UInt8](try Data(contentsOf: URL(filePath: path("request"))))
            #expect(request.count == size)
            let written = try talk.predictor.predict(path: path("request"), to: path("response"))
            let response = [UInt8](try Data(contentsOf: URL(filePath: path("response"))))
            #expect(response.count == written)
            let clear = try talk.model.clearPrediction(rows)
            #expect(try largestError(talk.client.decrypt(response), clear) < 1e-4)
            let before = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))

            // A bit of the last ciphertext, which is found when all but it are answered.
            var damaged = request
            damaged[damaged.count - 100] ^= 1
            try Data(damaged).write(to: URL(filePath: path("request")))
            let error = #expect(throws: WireError.self) {
                try talk.predictor.predict(path: path("request"), to: path("other"))
            }
            #expect(error?.problem == .damaged && error?.source == path("request"))
            #expect(throws: WireError.self) {
                try talk.predictor.predict(path: path("request"), to: path("response"))
            }
            try Data(request).write(to: URL(filePath: path("request")))
            var count = 0
            let stopped = #expect(throws: TacitError.self) {
                try talk.predictor.predict(
                    path: path("request"), to: path("response"),
                    observer: PredictionObserver(shouldStop: {
                        count += 1
                        return count > 10
                    }))
            }
            #expect(stopped?.code == .stopped)
            #expect(throws: WireError.self) {
                try talk.predictor.predict(path: path("request"), to: path("absent/response"))
            }
            #expect(throws: WireError.self) {
                try talk.client.encrypt(rows, to: path("absent/request"))
            }
            let after = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
            #expect(after == before)
            #expect(
                [UInt8](try Data(contentsOf: URL(filePath: path("response")))) == response)
        }
    }
}
