/// How rows and scores stand in ciphertexts: what a client needs to know to encrypt and to read results.
public enum CiphertextLayout: Sendable, Hashable, Codable {
    /// In slots; inputs may take several ciphertexts.
    case slots(inputs: [SlotLayout], output: SlotLayout)
    /// In coefficients.
    case coefficients(CoefficientLayout)
    /// One ciphertext per feature, rows in slots.
    case columns(ColumnLayout)

    /// Rows that one group of ciphertexts holds.
    public var rowCapacity: Int {
        switch self {
        case .slots(_, let output): output.rowCapacity
        case .coefficients(let layout): layout.rowCapacity
        case .columns(let layout): layout.slotCount
        }
    }

    /// Ciphertexts that a group of rows takes.
    public var inputCiphertextCount: Int {
        switch self {
        case .slots(let inputs, _): inputs.count
        case .coefficients: 1
        case .columns(let layout): layout.inputCount
        }
    }

    /// Ciphertexts that the scores of a group take.
    public var outputCiphertextCount: Int {
        if case .columns(let layout) = self { layout.outputCount } else { 1 }
    }

    /// `slots`, `coefficients` or `columns`.
    public var name: String {
        switch self {
        case .slots: "slots"
        case .coefficients: "coefficients"
        case .columns: "columns"
        }
    }

    /// Whether a card with this layout is consistent.
    func isWellFormed(degree: Int, inputs: Int, outputs: Int) -> Bool {
        switch self {
        case .slots(let layouts, let output):
            !layouts.isEmpty && layouts.count <= 1 << 16 && output.isWellFormed
                && output.isComplete && output.imaginary == nil && output.elementCount == outputs
                && output.slotCount == degree / 2
                && layouts.allSatisfy {
                    $0.isWellFormed && $0.slotCount == degree / 2 && $0.elementCount == inputs
                        && $0.rowCapacity == output.rowCapacity
                }
        case .coefficients(let layout):
            layout.isWellFormed && layout.degree == degree && layout.inputCount == inputs
                && layout.outputCount == outputs
        case .columns(let layout):
            layout.isWellFormed && layout.slotCount == degree / 2 && layout.inputCount == inputs
                && layout.outputCount == outputs
        }
    }
}
