import Foundation
import Inference
import Secrets
import Tacit
import TestSupport
import Testing

/// Results that are handed on: noise as wide as the formula says, and counted.
@Suite("Shared results")
struct SharingTests {
    private func room(_ model: Model) throws -> NoiseHiding {
        guard case .ckks(let lattice) = model.card.contents.scheme else {
            throw CompileError.constantOutput
        }
        return try #require(lattice.sharing)
    }

    @Test("the deviation of the added noise is sqrt(12 k) 2^(s/2) t within five percent")
    func deviation() throws {
        let models = [
            try FloodingTests.linear { $0.sharing = HidingGoal(bits: 40, uses: 16) },
            try FloodingTests.square {
                $0.sharing = HidingGoal(bits: 30, uses: 4)
                $0.rows = 64
            },
        ]
        for model in models {
            let room = try room(model)
            let expected =
                (12 * Double(room.goal.uses)).squareRoot()
                * exp2(Double(room.goal.bits) / 2) * room.noiseNorm
            #expect(abs(room.deviation / expected - 1) < 1e-12)
            let talk = try Conversation(model)
            var random = TestGenerator(seed: 4)
            let rows = (0..<64).map { _ in
                (0..<model.card.inputCount).map { _ in random.real(in: -2...2) }
            }
            let response = try talk.predictor.predict(talk.client.encrypt(rows))
            let plain = try talk.client.decrypt(response)
            var (squares, count) = (0.0, 0.0)
            for _ in 0..<40 {
                let shared = try talk.client.decryptToShare(response)
                #expect(shared.shares >= 1)
                for (a, b) in zip(shared.prediction.scores.joined(), plain.scores.joined()) {
                    squares += (a - b) * (a - b)
                    count += 1
                }
            }
            #expect(count >= 2000)
            #expect(abs((squares / count).squareRoot() / room.scoreDeviation - 1) < 0.05)
        }
    }

    @Test("shares are counted in the vault before they are returned, and refused past the bound")
    func counted() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-sharing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try FloodingTests.linear { $0.sharing = HidingGoal(bits: 30, uses: 2) }
        let ring = try KeyRing.create(at: folder.path)
        func passphrase() throws -> Passphrase {
            var bytes = Array("correct horse".utf8)
            return try Passphrase(SecretBytes(moving: &bytes))
        }
        let client = try ring.makeKey("k", card: model.card, passphrase: passphrase())
        let predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
        let response = try predictor.predict(
            client.encrypt([[Double](repeating: 0.5, count: 8)]))
        for count in 1...2 {
            let shared = try ring.decryptToShare(
                response, key: "k", card: model.card, passphrase: passphrase())
            #expect(shared.scores.count == 1)
            #expect(try ring.vault.info("k").shareCount == UInt64(count))
        }
        let error = #expect(throws: SecretsError.self) {
            try ring.decryptToShare(
                response, key: "k", card: model.card, passphrase: passphrase())
        }
        #expect(error == .sharesUsedUp(name: "k", shared: 2, asked: 1, limit: 2))
        #expect(try ring.vault.info("k").shareCount == 2)
        // Reading for oneself is not counted.
        _ = try ring.client("k", card: model.card, passphrase: passphrase(), decryptOnly: true)
            .decrypt(response)
        #expect(try ring.vault.info("k").shareCount == 2)
    }

    @Test("without room nothing is shared, whatever the layout")
    func noRoom() throws {
        for model in [try FloodingTests.linear(), try FloodingTests.square()] {
            let talk = try Conversation(model)
            let row = [Double](repeating: 0.5, count: model.card.inputCount)
            let response = try talk.predictor.predict(talk.client.encrypt([row]))
            let error = #expect(throws: TacitError.self) {
                try talk.client.decryptToShare(response)
            }
            #expect(error?.reason.contains("--share") == true)
        }
    }
}
