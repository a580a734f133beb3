import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// What clients return of a result, and rows moved into their range.
@Suite("Cards that ask for less")
struct DisclosureTests {
    private let row = [0.5, -1, 2, 0.25, 1, 1, -1, 0]

    @Test("scores are rounded to the decimals that the card names")
    func rounding() throws {
        let model = try FloodingTests.linear { $0.disclosure = Disclosure(decimals: 2) }
        let found = try Conversation(model).answer([row])
        let clear = try model.clearPrediction([row])
        for (a, b) in zip(found.scores[0], clear.scores[0]) {
            #expect(a == (a * 100).rounded() / 100 && abs(a - b) < 0.0051)
        }
        guard case .numbers(let list) = found.outputs[0][0] else {
            Issue.record("no numbers")
            return
        }
        #expect(list == found.scores[0])
        #expect(throws: CompileError.self) {
            _ = try FloodingTests.linear { $0.disclosure = Disclosure(decimals: 16) }
        }
    }

    @Test("labels alone: no score is returned, the largest one's number is")
    func labels() throws {
        let model = try FloodingTests.linear { $0.disclosure = Disclosure(labelsOnly: true) }
        let rows = [row, row.map { -$0 }]
        let found = try Conversation(model).answer(rows)
        #expect(found.scores.isEmpty)
        let clear = try model.clearPrediction(rows).largest
        #expect(found.outputs.map { $0[0] } == clear.map { .labels(["\($0)"]) })
        let table = try found.table()
        #expect(String(decoding: table.csvBytes(), as: UTF8.self).split(separator: "\n").count == 3)
        // Verification holds all scores against the clear model's.
        #expect(try Verification.run(model: model, rows: rows).isWithinBound)
    }

    @Test("a card with an impossible number of decimals is refused")
    func impossible() throws {
        #expect(!Disclosure(decimals: 3).isFull && Disclosure().isFull)
        #expect(Disclosure(decimals: 1).rounded(0.25) == 0.3)
        #expect(Disclosure(decimals: 15).rounded(1e300) == 1e300)
    }

    @Test("clipping moves values to the end of their range and says which")
    func clipping() throws {
        let model = try FloodingTests.linear()
        var rows = [row, row]
        rows[0][2] = 2.5
        rows[1][0] = -1e9
        let (clipped, places) = try model.card.clipped(rows: rows)
        #expect(places.map { [$0.row, $0.column] } == [[1, 3], [2, 1]])
        #expect(clipped[0][2] == 2 && clipped[1][0] == -2)
        #expect(clipped[0].prefix(2) == rows[0].prefix(2))
        #expect(try model.card.clipped(rows: [row]).places.isEmpty)
        let bads: [[Double]] = [[.nan] + row.dropFirst(), [.infinity] + row.dropFirst(), [1]]
        for bad in bads {
            #expect(throws: TacitError.self) { try model.card.clipped(rows: [bad]) }
        }
    }
}
