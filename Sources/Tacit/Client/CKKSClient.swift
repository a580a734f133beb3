import CKKS
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
        context = try card.context(parameters)
    }

    /// The rows of one group of ciphertexts, as they are encoded.
    func rows(ofGroup group: Int, _ rows: [[Double]]) -> [[Double]] {
        let start = group * lattice.rowCapacity
        return rows[start..<min(start + lattice.rowCapacity, rows.count)]
            .map { lattice.normalization?.apply(to: $0) ?? $0 }
    }

    /// One of the plaintexts that hold a group of rows.
    func plaintext(_ index: Int, of group: [[Double]]) throws -> Plaintext {
        switch lattice.layout {
        case .slots(let layouts, _):
            return try encode(group, in: layouts[index])
        case .coefficients(let layout):
            return try CoefficientEncoder(context: context).encode(
                layout.coefficients(ofRows: group), factor: scale, level: lattice.inputLevel)
        case .columns(let layout):
            return try SlotEncoder(context: context).encode(
                layout.slots(ofFeature: index, rows: group), level: lattice.inputLevel)
        }
    }

    /// One of the ciphertexts of a group of rows, under the secret key.
    func ciphertext(
        _ index: Int, of group: [[Double]], secretKey: borrowing SecretKey, arithmetic: Arithmetic
    ) throws -> Ciphertext {
        switch (arithmetic, lattice.layout) {
        case (.residues, .slots(let layouts, _)):
            let (real, imaginary) = layouts[index].slots(ofRows: group.map { $0[...] })
            return try Encryptor(context: context).encrypt(
                real: real, imaginary: imaginary, level: lattice.inputLevel, secretKey: secretKey)
        case (.residues, _):
            return try Encryptor(context: context).encrypt(
                plaintext(index, of: group), secretKey: secretKey)
        case (.gmp, _):
            return try ExactEncryptor(context: context).encrypt(
                plaintext(index, of: group), secretKey: secretKey)
        }
    }

    /// The plaintexts of one group of rows.
    func encode(_ rows: [[Double]]) throws -> [Plaintext] {
        let group = self.rows(ofGroup: 0, rows)
        return try (0..<lattice.layout.inputCiphertextCount).map { try plaintext($0, of: group) }
    }

    /// Scale of fresh ciphertexts.
    private var scale: Double { context.parameters.scale(atLevel: lattice.inputLevel) }

    private func encode(_ group: [[Double]], in layout: SlotLayout) throws -> Plaintext {
        let encoder = SlotEncoder(context: context)
        let (real, imaginary) = layout.slots(ofRows: group.map { $0[...] })
        guard let imaginary else { return try encoder.encode(real, level: lattice.inputLevel) }
        return try encoder.encode(
            real: real, imaginary: imaginary, level: lattice.inputLevel)
    }

    /// The scores of one group of rows from the decrypted phases of its ciphertexts.
    ///
    /// - Parameters:
    ///   - phases: decrypted, in order.
    ///   - rowCount: rows that they hold.
    ///   - firstRow: number of rows before them, for messages.
    ///   - checks: whether scores must lie in the card's range, which noise may make them leave.
    /// - Throws: `TacitError` when a score is outside the card's range; `CKKSError` when a phase cannot be decoded.
    func scores(
        of phases: [Plaintext], rowCount: Int, firstRow: Int = 0, checks: Bool = true
    ) throws -> [[Double]] {
        let read = try reader(phases)
        return try (0..<rowCount).map { row in
            let values = read(row)
            if checks { try card.check(scores: values, row: firstRow + row) }
            return values
        }
    }

    /// What gives the scores of each row of a group.
    private func reader(_ phases: [Plaintext]) throws -> (Int) -> [Double] {
        switch lattice.layout {
        case .columns(let layout):
            let columns = try phases.map { try SlotEncoder(context: context).decodeReal($0) }
            return { row in columns.map { $0[row] / layout.outputFactor } }
        case .slots(_, let layout):
            let slots = try SlotEncoder(context: context).decodeReal(phases[0])
            return { layout.elements(ofRow: $0, slots: slots) }
        case .coefficients(let layout):
            let coefficients = try CoefficientEncoder(context: context).decode(
                phases[0], factor: phases[0].scale)
            return { layout.scores(ofRow: $0, coefficients: coefficients) }
        }
    }

    /// Generates exactly the evaluation keys that the card asks for.
    func evaluationKeys(
        for secretKey: borrowing SecretKey, progress: ProgressObserver
    ) throws(CKKSError) -> EvaluationKeys {
        try KeyGenerator(context: context).evaluationKeys(
            for: secretKey, publicKeyLevel: lattice.keys.responseLevel,
            relinearizationLevel: lattice.keys.relinearizationLevel,
            rotations: Dictionary(
                uniqueKeysWithValues: lattice.keys.rotations.map { ($0.amount, $0.level) }),
            conjugationLevel: lattice.keys.conjugationLevel, progress: progress)
    }
}

extension Card {
    /// Refuses scores that no accepted input can produce.
    func check(scores: [Double], row: Int) throws(TacitError) {
        let output = contents.output
        let bound = output.bound + max(output.errorBound, output.publicKeyErrorBound)
        guard let column = scores.firstIndex(where: { !(abs($0) <= bound) }) else { return }
        throw TacitError(
            .outputOutOfRange,
            "row \(row + 1), score \(column + 1) is outside the card's range of ±\(bound): a value left "
                + "its range on the way, or the answer is not from this model; check the row, or have "
                + "the model compiled with calibration rows like it")
    }
}
