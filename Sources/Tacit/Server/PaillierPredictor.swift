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
        let paillier = try PaillierFiles.paillier(card)
        self.key = key
        let dense = program.matrix.dense()
        let width = program.matrix.columnCount
        let plain = try PaillierAffine(
            weights: (0..<program.matrix.rowCount).map {
                Array(dense[($0 * width)..<(($0 + 1) * width)])
            }, bias: program.bias, columnCount: width,
            inputFractionBits: paillier.inputFractionBits,
            fractionBits: program.weightFractionBits)
        map =
            try PaillierFiles.scorePacking(card, key: key).map { packing in
                let codec = try PaillierFiles.inputCodec(card)
                return try plain.packed(packing, inputBound: codec.bound)
            } ?? plain
        evaluator = try PaillierEvaluator(key)
    }

    func predict(_ bytes: [UInt8], observer: PredictionObserver) throws -> [UInt8] {
        let rows = try PaillierFiles.request(bytes, card: card, key: key)
        var answers: [PaillierTensor] = []
        for (index, row) in rows.enumerated() {
            try observer.checkStop()
            observer.progress(index, rows.count)
            answers.append(try observer.timing("row") { try evaluator.apply(map, to: row) })
        }
        observer.progress(rows.count, rows.count)
        return try PaillierFiles.bytes(answers, kind: .response, card: card, key: key)
    }
}
