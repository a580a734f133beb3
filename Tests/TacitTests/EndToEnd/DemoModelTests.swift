import Inference
import Secrets
import Tacit
import Testing

/// The demo models on all their test rows, encrypted against clear.
@Suite("Demo models, encrypted", .serialized)
struct DemoModelTests {
    @Test(
        "digits: every row's class is the clear model's, logits within 1e-3", arguments: [1, 8, 32])
    func digits(rowsAtOnce: Int) throws {
        let talk = try Conversation(DemoModel.digits.compiled(rows: rowsAtOnce))
        var rows = try DemoModel.digits.testRows()
        // One row in a ciphertext costs most; the larger batches see every row.
        if rowsAtOnce == 1 { rows = Array(rows.prefix(8)) }
        let clear = try talk.model.clearPrediction(rows)
        let found = try talk.answer(rows)
        #expect(found.scores.count == rows.count)
        #expect(found.largest == clear.largest)
        #expect(largestError(found, clear) < 1e-3)
        #expect(largestError(found, clear) <= talk.model.card.contents.output.errorBound)
    }

    @Test("digits: the clear model has the accuracy that its card states")
    func accuracy() throws {
        let model = try DemoModel.digits.compiled(rows: 1)
        let found = try model.clearPrediction(DemoModel.digits.testRows()).largest
        let labels = try DemoModel.digits.labels()
        let right = zip(found, labels).filter { $0 == $1 }.count
        #expect(Double(right) > 0.95 * Double(labels.count))
    }

    @Test("breast cancer: CKKS within 1e-4 on every row, labels included")
    func breastCancer() throws {
        let rows = try DemoModel.breastCancer.testRows()
        let talk = try Conversation(DemoModel.breastCancer.compiled(rows: rows.count))
        let clear = try talk.model.clearPrediction(rows)
        let found = try talk.answer(rows)
        #expect(largestError(found, clear) < 1e-4)
        #expect(found.labels == clear.labels)
        #expect(!found.labels.isEmpty)
    }

    @Test("breast cancer: Paillier within 1e-6")
    func paillier() throws {
        let rows = Array(try DemoModel.breastCancer.testRows().prefix(6))
        let talk = try Conversation(
            DemoModel.breastCancer.compiled(rows: 6, scheme: .paillier))
        let clear = try talk.model.clearPrediction(rows)
        let found = try talk.answer(rows)
        #expect(largestError(found, clear) < 1e-6)
        #expect(found.labels == clear.labels)
    }

    @Test("the engines agree on requests, responses and results")
    func engines() throws {
        let talk = try Conversation(DemoModel.breastCancer.compiled(rows: 1))
        let rows = Array(try DemoModel.breastCancer.testRows().prefix(1))
        let clear = try talk.model.clearPrediction(rows)
        for (first, second, third) in [
            (Arithmetic.gmp, Arithmetic.residues, Arithmetic.gmp), (.residues, .gmp, .residues),
        ] {
            let request = try talk.client.encrypt(rows, arithmetic: first)
            let response = try talk.predictor.predict(request, arithmetic: second)
            let found = try talk.client.decrypt(response, arithmetic: third)
            #expect(largestError(found, clear) < 1e-4)
        }
    }
}

extension Prediction {
    /// The labels of each row.
    var labels: [String] {
        outputs.flatMap { results in
            results.flatMap { result -> [String] in
                if case .labels(let labels) = result { labels } else { [] }
            }
        }
    }
}
