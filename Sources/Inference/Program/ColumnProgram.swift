/// One ciphertext for every feature, rows in the slots: for many rows at once.
public struct ColumnLayout: Sendable, Hashable, Codable {
    /// Slots of one ciphertext: rows of a group.
    public let slotCount: Int
    /// Features of a row: ciphertexts of a group.
    public let inputCount: Int
    /// Scores of a row: ciphertexts of a group's answer.
    public let outputCount: Int
    /// What the scores come multiplied by.
    public let outputFactor: Double

    /// The slots of one feature for up to `slotCount` rows.
    package func slots(ofFeature feature: Int, rows: [[Double]]) -> [Double] {
        var slots = [Double](repeating: 0, count: slotCount)
        for (row, values) in rows.enumerated() { slots[row] = values[feature] }
        return slots
    }

    /// Whether everything fits; files from strangers are checked with this.
    var isWellFormed: Bool {
        slotCount.isPowerOfTwo && slotCount <= 1 << 16 && (1...(1 << 16)).contains(inputCount)
            && (1...(1 << 16)).contains(outputCount) && outputFactor.isFinite && outputFactor > 0
    }
}

/// A chain of affine maps and squares on columns: integer matrices over whole ciphertexts, no rotations.
public struct ColumnProgram: Sendable, Hashable, Codable {
    /// Where rows and scores stand.
    public let layout: ColumnLayout
    /// The steps in order.
    public let steps: [Step]

    /// One step.
    public struct Step: Sendable, Hashable, Codable {
        /// What is computed.
        public let operation: Operation
        /// Level of the operands.
        public let level: Int
        /// The model's nodes.
        public let origin: Network.Origin
    }

    /// What a step computes.
    public enum Operation: Sendable, Hashable, Codable {
        /// A map whose weights are multiplied by `factor` and rounded; values so far stand multiplied by
        /// `valueFactor / factor`, afterwards by `valueFactor`.
        case affine(matrix: SparseMatrix, bias: [Double], factor: Double, valueFactor: Double)
        /// The square of every value; one level.
        case square
    }

    /// Most entries of one matrix.
    static let largestMatrix = 1 << 26

    /// Level of fresh ciphertexts.
    public var inputLevel: Int { steps.first?.level ?? 0 }

    /// Whether widths and levels follow one another from the input to the output.
    func isWellFormed(levels: ClosedRange<Int>) -> Bool {
        guard layout.isWellFormed, !steps.isEmpty else { return false }
        var (width, level) = (layout.inputCount, inputLevel)
        for step in steps {
            guard step.level == level, levels.contains(level) else { return false }
            switch step.operation {
            case .affine(let matrix, let bias, let factor, let valueFactor):
                guard matrix.columnCount == width, matrix.rowCount == bias.count,
                    matrix.rowCount <= Self.largestMatrix / max(1, width),
                    (bias + [factor, valueFactor]).allSatisfy(\.isFinite), factor > 0
                else { return false }
                width = matrix.rowCount
            case .square: level -= 1
            }
        }
        return width == layout.outputCount && level == 0
    }
}
