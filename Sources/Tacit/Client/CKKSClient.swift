import CKKS
import ComplexModule
import Inference
import Secrets

/// The client's side of the lattice scheme: rows to ciphertexts and back, in the card's layouts.
struct CKKSClient: Sendable {
    let card: Card
    let lattice: CKKSCard
    let context: CKKSContext

    init(card: Card) throws {
        let (lattice, parameters) = try card.lattice()
        self.card = card
        self.lattice = lattice
        context = try CKKSContext(parameters)
    }

    /// Groups of rows that share a ciphertext, as slots.
    func slots(of rows: [[Double]]) -> [[Double]] {
        let layout = lattice.inputLayout
        return stride(from: 0, to: rows.count, by: layout.rowCapacity).map { start in
            let group = rows[start..<min(start + layout.rowCapacity, rows.count)]
            return layout.slots(
                ofRows: group.map { lattice.normalization?.apply(to: $0)[...] ?? $0[...] })
        }
    }

    /// Encodes rows; one plaintext per group.
    func encode(_ rows: [[Double]]) throws -> [Plaintext] {
        let encoder = SlotEncoder(context: context)
        return try slots(of: rows).map {
            try encoder.encode($0, level: lattice.inputLevel)
        }
    }

    /// Number of ciphertexts that hold `rowCount` rows.
    func ciphertextCount(rows rowCount: Int) -> Int {
        (rowCount + lattice.inputLayout.rowCapacity - 1) / lattice.inputLayout.rowCapacity
    }

    /// The scores of all rows from the slots of their ciphertexts.
    ///
    /// - Throws: `TacitError` when a score is outside the card's range.
    func scores(fromSlots slots: [[Double]], rowCount: Int) throws(TacitError) -> [[Double]] {
        let layout = lattice.outputLayout
        var scores: [[Double]] = []
        for row in 0..<rowCount {
            let values = layout.elements(
                ofRow: row % layout.rowCapacity, slots: slots[row / layout.rowCapacity])
            try card.check(scores: values, row: row)
            scores.append(values)
        }
        return scores
    }

    /// Generates exactly the evaluation keys that the card asks for.
    func evaluationKeys(for secretKey: borrowing SecretKey) throws(CKKSError) -> EvaluationKeys {
        try KeyGenerator(context: context).evaluationKeys(
            for: secretKey, publicKeyLevel: lattice.keys.responseLevel,
            relinearizationLevel: lattice.keys.relinearizationLevel,
            rotations: Dictionary(
                uniqueKeysWithValues: lattice.keys.rotations.map { ($0.amount, $0.level) }))
    }
}

extension Card {
    /// Refuses scores that no accepted input can produce.
    func check(scores: [Double], row: Int) throws(TacitError) {
        let bound = contents.output.bound + contents.output.errorBound
        guard let column = scores.firstIndex(where: { !(abs($0) <= bound) }) else { return }
        throw TacitError(
            .outputOutOfRange,
            "row \(row + 1), score \(column + 1) is outside the card's range of ±\(bound): a value left "
                + "its range on the way, or the answer is not from this model; check the row, or have "
                + "the model compiled with calibration rows like it")
    }
}
