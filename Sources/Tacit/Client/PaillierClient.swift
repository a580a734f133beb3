import Inference
import Paillier

/// The client's side of Paillier: rows to requests and responses to scores, a few at a time.
struct PaillierClient: Sendable {
    let card: Card

    /// Numbers that go together, since many at once are faster than few.
    private static let numbersAtOnce = 256

    private func rowsAtOnce(width: Int) -> Int { max(1, Self.numbersAtOnce / max(1, width)) }

    /// Encrypts rows with the help of the primes.
    func request(
        _ rows: [[Double]], privateKey: borrowing PaillierPrivateKey,
        to destination: FrameDestination, counter: BatchCounter?, progress: ProgressObserver
    ) throws -> WrittenFrame {
        let codec = try PaillierFiles.inputCodec(card)
        let key = privateKey.publicKey
        let header = try PaillierFiles.header(.request, card: card, key: key)
        let step = rowsAtOnce(width: card.inputCount)
        return try Frame.stream(to: destination) { frame in
            for start in stride(from: 0, to: rows.count, by: step) {
                let end = min(start + step, rows.count)
                let mark = counter?.mark()
                for vector in try privateKey.encrypt(rows: Array(rows[start..<end]), codec: codec) {
                    try frame.add(vector, header: header, count: rows.count, key: key)
                }
                withExtendedLifetime(mark) {}
                progress(end, rows.count)
            }
        }
    }

    /// Encrypts rows for the key's owner.
    func request(
        _ rows: [[Double]], publicKey: PaillierPublicKey, to destination: FrameDestination,
        progress: ProgressObserver
    ) throws -> WrittenFrame {
        let codec = try PaillierFiles.inputCodec(card)
        let encryptor = try PaillierEncryptor(publicKey)
        let header = try PaillierFiles.header(.request, card: card, key: publicKey)
        return try Frame.stream(to: destination) { frame in
            for (index, row) in rows.enumerated() {
                try frame.add(
                    encryptor.encrypt(row, codec: codec), header: header, count: rows.count,
                    key: publicKey)
                progress(index + 1, rows.count)
            }
        }
    }

    /// Decrypts the scores of a response.
    func scores(
        ofResponse response: FrameOrigin, privateKey: borrowing PaillierPrivateKey, firstRow: Int,
        counter: BatchCounter?, progress: ProgressObserver
    ) throws -> [[Double]] {
        let key = privateKey.publicKey
        let packing = try PaillierFiles.scorePacking(card, key: key)
        let expected = try PaillierFiles.responseExpectation(card, key: key)
        let count = card.contents.output.count
        return try Frame.stream(from: response, as: .response) { header, reader in
            var groups = try PaillierGroups(
                header, &reader, card: card, expected: expected, counter: counter)
            var scores: [[Double]] = []
            while !groups.isAtEnd {
                let (some, mark) = try groups.next(
                    &reader, limit: rowsAtOnce(width: expected.count))
                let rows =
                    if let packing {
                        try privateKey.decrypt(rows: some, packing: packing, count: count)
                    } else {
                        try privateKey.decrypt(rows: some)
                    }
                withExtendedLifetime(mark) {}
                for row in rows {
                    try card.check(scores: row, row: firstRow + scores.count)
                    scores.append(row)
                }
                progress(scores.count, groups.rowCount)
            }
            return scores
        }
    }
}
