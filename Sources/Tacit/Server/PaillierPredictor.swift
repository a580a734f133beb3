import Inference
import Paillier

/// The server's side of Paillier.
struct PaillierPredictor: Sendable {
    private let card: Card
    private let map: PaillierAffine
    private let key: PaillierPublicKey
    private let evaluator: PaillierEvaluator

    init(card: Card, program: PaillierProgram, key: PaillierPublicKey) throws {
        self.card = card
        self.key = key
        let plain = try program.affine(card)
        map =
            try PaillierFiles.scorePacking(card, key: key).map { packing in
                let codec = try PaillierFiles.inputCodec(card)
                return try plain.packed(packing, inputBound: codec.bound)
            } ?? plain
        evaluator = try PaillierEvaluator(key)
    }

    func predict(
        _ request: FrameOrigin, to destination: FrameDestination, observer: PredictionObserver
    ) throws -> WrittenFrame {
        let expected = try PaillierFiles.requestExpectation(card, key: key)
        let responseHeader = try PaillierFiles.header(.response, card: card, key: key)
        return try Frame.stream(to: destination) { frame in
            try Frame.stream(from: request, as: .request) { header, reader in
                var rows = try PaillierGroups(
                    header, &reader, card: card, expected: expected, counter: observer.batches)
                for index in 0..<rows.rowCount {
                    try observer.checkStop()
                    observer.progress(index, rows.rowCount)
                    let (vectors, mark) = try rows.next(&reader)
                    let answer = try observer.timing("row") {
                        try evaluator.apply(map, to: vectors[0])
                    }
                    withExtendedLifetime(mark) {}
                    try frame.add(answer, header: responseHeader, count: rows.rowCount, key: key)
                }
                observer.progress(rows.rowCount, rows.rowCount)
            }
        }
    }
}

extension PaillierProgram {
    /// The map with its weights in the card's fixed point, one score after the other.
    func affine(_ card: Card) throws -> PaillierAffine {
        let dense = matrix.dense()
        let width = matrix.columnCount
        return try PaillierAffine(
            weights: (0..<matrix.rowCount).map { Array(dense[($0 * width)..<(($0 + 1) * width)]) },
            bias: bias, columnCount: width,
            inputFractionBits: PaillierFiles.paillier(card).inputFractionBits,
            fractionBits: weightFractionBits)
    }
}
