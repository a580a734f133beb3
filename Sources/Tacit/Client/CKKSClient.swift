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
        context = try card.context(parameters)
    }

    /// Encodes rows: for every group of rows that share ciphertexts, the plaintexts of its layout.
    func encode(_ rows: [[Double]]) throws -> [Plaintext] {
        var plaintexts: [Plaintext] = []
        for start in stride(from: 0, to: rows.count, by: lattice.rowCapacity) {
            let group = rows[start..<min(start + lattice.rowCapacity, rows.count)]
                .map { lattice.normalization?.apply(to: $0) ?? $0 }
            switch lattice.layout {
            case .slots(let layouts, _):
                plaintexts += try layouts.map { try encode(group, in: $0) }
            case .coefficients(let layout):
                plaintexts.append(
                    try CoefficientEncoder(context: context).encode(
                        layout.coefficients(ofRows: group), factor: scale,
                        level: lattice.inputLevel))
            case .columns(let layout):
                let encoder = SlotEncoder(context: context)
                plaintexts += try (0..<layout.inputCount).map {
                    try encoder.encode(
                        layout.slots(ofFeature: $0, rows: group), level: lattice.inputLevel)
                }
            }
        }
        return plaintexts
    }

    /// Scale of fresh ciphertexts.
    private var scale: Double { context.parameters.scale(atLevel: lattice.inputLevel) }

    private func encode(_ group: [[Double]], in layout: SlotLayout) throws -> Plaintext {
        let encoder = SlotEncoder(context: context)
        let (real, imaginary) = layout.slots(ofRows: group.map { $0[...] })
        guard let imaginary else { return try encoder.encode(real, level: lattice.inputLevel) }
        return try encoder.encode(
            zip(real, imaginary).map { Complex($0, $1) }, level: lattice.inputLevel)
    }

    /// Number of ciphertexts that hold the results of `rowCount` rows.
    func ciphertextCount(rows rowCount: Int) -> Int {
        (rowCount + lattice.rowCapacity - 1) / lattice.rowCapacity
    }

    /// The scores of all rows from the decrypted phases of their ciphertexts.
    ///
    /// - Parameters:
    ///   - phases: decrypted, in order.
    ///   - rowCount: rows that they hold.
    ///   - checks: whether scores must lie in the card's range, which noise may make them leave.
    /// - Throws: `TacitError` when a score is outside the card's range; `CKKSError` when a phase cannot be decoded.
    func scores(of phases: [Plaintext], rowCount: Int, checks: Bool = true) throws -> [[Double]] {
        if case .columns(let layout) = lattice.layout {
            return try scores(of: phases, layout, rowCount: rowCount, checks: checks)
        }
        let read = try phases.map(reader)
        var scores: [[Double]] = []
        for row in 0..<rowCount {
            let values = read[row / lattice.rowCapacity](row % lattice.rowCapacity)
            if checks { try card.check(scores: values, row: row) }
            scores.append(values)
        }
        return scores
    }

    /// Scores of columns: one phase per score and group.
    private func scores(
        of phases: [Plaintext], _ layout: ColumnLayout, rowCount: Int, checks: Bool
    ) throws -> [[Double]] {
        let columns = try phases.map { try SlotEncoder(context: context).decodeReal($0) }
        return try (0..<rowCount).map { row in
            let first = row / layout.slotCount * layout.outputCount
            let values = (0..<layout.outputCount).map {
                columns[first + $0][row % layout.slotCount] / layout.outputFactor
            }
            if checks { try card.check(scores: values, row: row) }
            return values
        }
    }

    /// What gives the scores of each row of one ciphertext.
    private func reader(_ phase: Plaintext) throws -> (Int) -> [Double] {
        switch lattice.layout {
        case .columns:
            return { _ in [] }
        case .slots(_, let layout):
            let slots = try SlotEncoder(context: context).decodeReal(phase)
            return { layout.elements(ofRow: $0, slots: slots) }
        case .coefficients(let layout):
            let coefficients = try CoefficientEncoder(context: context).decode(
                phase, factor: phase.scale)
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
        let bound = contents.output.bound + contents.output.errorBound
        guard let column = scores.firstIndex(where: { !(abs($0) <= bound) }) else { return }
        throw TacitError(
            .outputOutOfRange,
            "row \(row + 1), score \(column + 1) is outside the card's range of ±\(bound): a value left "
                + "its range on the way, or the answer is not from this model; check the row, or have "
                + "the model compiled with calibration rows like it")
    }
}
