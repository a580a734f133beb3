import Inference

extension Card {
    /// Rows that one group of ciphertexts holds.
    var groupCapacity: Int {
        if case .ckks(let lattice) = contents.scheme { lattice.rowCapacity } else { 1 }
    }

    /// Ciphertexts of rows that go through all steps together.
    private static let ciphertextsAtOnce = 64
    /// Numbers of rows that go through all steps together under Paillier.
    private static let numbersAtOnce = 4096

    /// Rows in parts whose ciphertexts do not take much memory: whole groups.
    func rounds(rowCount: Int) -> some Sequence<Range<Int>> {
        let groups =
            if case .ckks(let lattice) = contents.scheme {
                Self.ciphertextsAtOnce / lattice.layout.inputCiphertextCount
            } else {
                Self.numbersAtOnce / inputCount
            }
        let step = max(1, groups) * groupCapacity
        return stride(from: 0, to: rowCount, by: step).lazy.map {
            $0..<min($0 + step, rowCount)
        }
    }

    /// Groups of ciphertexts that hold so many rows.
    func groupCount(rows rowCount: Int) -> Int { (rowCount + groupCapacity - 1) / groupCapacity }
}

extension Client {
    /// Encrypts rows, has them computed by a predictor in this process, and decrypts: a few ciphertexts at a time, so that
    /// memory does not grow with the rows.
    ///
    /// - Parameters:
    ///   - rows: each of `card.inputCount` finite values inside the card's ranges.
    ///   - predictor: for this client's evaluation keys.
    ///   - arithmetic: which engine computes.
    ///   - progress: told how many groups of ciphertexts are done.
    /// - Throws: as `encrypt`, `Predictor.predict` and `decrypt`.
    public func predict(
        _ rows: [[Double]], with predictor: Predictor, arithmetic: Arithmetic = .residues,
        progress: ProgressObserver = { _, _ in }
    ) throws -> Prediction {
        try card.check(rows)
        var scores: [[Double]] = []
        let total = card.groupCount(rows: rows.count)
        for range in card.rounds(rowCount: rows.count) {
            let before = card.groupCount(rows: range.lowerBound)
            let request = try secret.encrypt(
                Array(rows[range]), card: card, arithmetic: arithmetic,
                threadCount: predictor.threadCount, progress: { _, _ in })
            let response = try predictor.predict(
                request.bytes, arithmetic: arithmetic,
                progress: { done, _ in progress(before + done, total) })
            scores += try secret.decrypt(
                .memory(response), card: card, arithmetic: arithmetic, firstRow: range.lowerBound,
                progress: { _, _ in })
        }
        return try prediction(scores)
    }
}
