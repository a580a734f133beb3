import Foundation
import Inference
import Secrets
import Tacit
import TestSupport
import Testing

/// A small model, so that a whole conversation takes little time.
enum SmallModel {
    static func onnx(seed: UInt64 = 1) -> Data {
        var random = TestGenerator(seed: seed)
        var model = ONNXWriter(inputWidth: 4)
        model.matrix(
            (0..<4).map { _ in (0..<3).map { _ in Float(random.real(in: -1...1)) } })
        model.square()
        model.matrix([[1], [-0.5], [0.25]], name: "V")
        return Data(model.bytes(outputWidth: 1))
    }

    static func compiled(
        seed: UInt64 = 1, rows: Int = 1, layout: CompileOptions.Layout = .auto
    ) throws -> Model {
        var options = CompileOptions()
        options.layout = layout
        options.inputRange = -2...2
        options.rows = rows
        options.precisionBits = 18
        return try Model(onnx: onnx(seed: seed), options: options)
    }

    /// Maps with squares between them, at so few bits that the squares wait for the next map's rescale.
    static func waitingSquares() throws -> Model {
        var random = TestGenerator(seed: 5)
        var model = ONNXWriter(inputWidth: 4)
        for (layer, (columns, rows)) in [(4, 16), (16, 12), (12, 3)].enumerated() {
            if layer > 0 { model.square() }
            model.matrix(
                (0..<columns).map { _ in (0..<rows).map { _ in Float(random.real(in: -0.5...0.5)) }
                },
                name: "W\(layer)")
        }
        var options = CompileOptions()
        options.layout = .slots
        options.inputRange = -2...2
        options.precisionBits = 6
        return try Model(onnx: Data(model.bytes(outputWidth: 3)), options: options)
    }

    static let rows = [[0.5, -1, 2, 0.25], [1, 1, -1, 0]]
}

@Suite("Client and server")
struct ConversationTests {
    /// The identity that a refusal names.
    private func mismatch(_ work: () throws -> Void) -> FrameIdentity? {
        let error = #expect(throws: WireError.self) { try work() }
        guard case .mismatch(let identity, _, _) = error?.problem else {
            Issue.record("\(String(describing: error))")
            return nil
        }
        return identity
    }

    @Test("requests and responses of equal rows differ, their results do not")
    func fresh() throws {
        let talk = try Conversation(SmallModel.compiled(rows: 2))
        let first = try talk.client.encrypt(SmallModel.rows)
        let second = try talk.client.encrypt(SmallModel.rows)
        #expect(first != second)
        let answers = try (0..<2).map { _ in try talk.predictor.predict(first) }
        // Re-randomized: not one of the response's polynomials is the same twice.
        #expect(answers[0] != answers[1] && answers[0].count == answers[1].count)
        let equal = zip(answers[0], answers[1]).filter { $0 == $1 }.count
        #expect(equal < answers[0].count / 50 + 300)
        let results = try answers.map { try talk.client.decrypt($0) }
        #expect(largestError(results[0], results[1]) < 1e-4)
        #expect(try largestError(results[0], talk.model.clearPrediction(SmallModel.rows)) < 1e-4)
    }

    @Test("answers prepared ahead are right, and differ")
    func preparedAhead() throws {
        for (layout, count) in [(CompileOptions.Layout.slots, 1), (.columns, 1)] {
            let talk = try Conversation(SmallModel.compiled(rows: 2, layout: layout))
            let request = try talk.client.encrypt(SmallModel.rows)
            let clear = try talk.model.clearPrediction(SmallModel.rows)
            var answers: Set<[UInt8]> = []
            for round in 0..<3 {
                // Before the first request nobody knows what will be asked for.
                try talk.predictor.prepareAnswer()
                #expect(talk.predictor.preparedCount == (round == 0 ? 0 : count))
                let answer = try talk.predictor.predict(request)
                #expect(talk.predictor.preparedCount == 0)
                #expect(answers.insert(answer).inserted)
                #expect(largestError(try talk.client.decrypt(answer), clear) < 1e-4)
            }
        }
    }

    @Test("a foreign secret of equal parameters, another version, other parameters: each by name")
    func foreign() throws {
        let talk = try Conversation(SmallModel.compiled())
        let request = try talk.client.encrypt(SmallModel.rows)
        let response = try talk.predictor.predict(request)

        let stranger = try Client(card: talk.model.card)
        let strangersServer = try Predictor(
            model: talk.model, evaluationKeys: stranger.evaluationKeys())
        #expect(mismatch { _ = try strangersServer.predict(request) } == .key)
        #expect(mismatch { _ = try stranger.decrypt(response) } == .key)

        // The same file compiled again is another version, with the same parameters.
        let newer = try SmallModel.compiled()
        #expect(newer.card.digest != talk.model.card.digest)
        let upgraded = try Predictor(model: newer, evaluationKeys: talk.client.evaluationKeys())
        #expect(mismatch { _ = try upgraded.predict(request) } == .card)
        let newClient = try Client(card: newer.card)
        #expect(mismatch { _ = try newClient.decrypt(response) } != nil)

        let other = try DemoModel.digits.compiled(rows: 1)
        let otherKeys = try Client(card: other.card).evaluationKeys()
        #expect(
            mismatch { _ = try Predictor(model: talk.model, evaluationKeys: otherKeys) } == .ring)
        #expect(
            mismatch {
                _ = try InputEncryptor(
                    card: other.card, publicKey: talk.client.publicKey())
            } == .ring)
    }

    @Test("rows of the wrong width, beyond the range, or no numbers: row and column are named")
    func refusedRows() throws {
        let model = try SmallModel.compiled()
        let client = try Client(card: model.card)
        let publicly = try InputEncryptor(card: model.card, publicKey: client.publicKey())
        let cases: [(rows: [[Double]], code: TacitError.Code, words: [String])] = [
            ([], .wrongShape, ["no rows"]),
            ([[1, 1, 1]], .wrongShape, ["row 1", "3", "4"]),
            ([[1, 1, 1, 1], [1, 1, 1, 1, 1]], .wrongShape, ["row 2", "5"]),
            ([[1, 1, 1, 1], [1, 1, 2.01, 1]], .inputOutOfRange, ["row 2", "column 3", "-2"]),
            ([[1, -2.5, 1, 1]], .inputOutOfRange, ["row 1", "column 2"]),
            ([[1, 1, 1, .nan]], .inputOutOfRange, ["row 1", "column 4", "finite"]),
            ([[.infinity, 1, 1, 1]], .inputOutOfRange, ["row 1", "column 1", "finite"]),
        ]
        for refused in cases {
            for encrypt in [
                { _ = try client.encrypt(refused.rows) },
                { _ = try publicly.encrypt(refused.rows) },
                { try model.card.validate(rows: refused.rows) },
            ] {
                let error = #expect(throws: TacitError.self) { try encrypt() }
                #expect(error?.code == refused.code)
                for word in refused.words { #expect(error?.reason.contains(word) == true) }
                #expect(error?.reason.contains("2.01") == false)
            }
        }
        // The edges of the range belong to it.
        _ = try client.encrypt([[2, -2, 2, -2]])
    }

    @Test("request, response, keys, card and model: truncated or with one bit changed")
    func damagedBytes() throws {
        let talk = try Conversation(SmallModel.compiled())
        let request = try talk.client.encrypt(SmallModel.rows)
        let response = try talk.predictor.predict(request)
        let keys = try talk.client.evaluationKeys()
        let publicKey = try talk.client.publicKey()
        let readers: [(bytes: [UInt8], read: ([UInt8]) throws -> Void)] = [
            (request, { _ = try talk.predictor.predict($0) }),
            (response, { _ = try talk.client.decrypt($0) }),
            (keys, { _ = try Predictor(model: talk.model, evaluationKeys: $0) }),
            (publicKey, { _ = try InputEncryptor(card: talk.model.card, publicKey: $0) }),
            (talk.model.card.bytes, { _ = try Card(bytes: $0) }),
            (try talk.model.bytes(), { _ = try Model(bytes: $0) }),
        ]
        for (number, reader) in readers.enumerated() {
            try reader.read(reader.bytes)
            var random = TestGenerator(seed: UInt64(number))
            for _ in 0..<40 {
                let count = random.integer(in: 0...(reader.bytes.count - 1))
                #expect(throws: WireError.self) { try reader.read(Array(reader.bytes[..<count])) }
                var flipped = reader.bytes
                let place = random.integer(in: 0...(flipped.count - 1))
                flipped[place] ^= 1 << UInt8(random.integer(in: 0...7))
                #expect(throws: WireError.self, "reader \(number), byte \(place)") {
                    try reader.read(flipped)
                }
            }
        }
    }
}
