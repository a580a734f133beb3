public import CKKS
public import ComplexModule
public import RealModule

/// An affine map between slot vectors: y_o = fold(sum over k of M_ok · x_k) + b_o.
///
/// Folding adds rotated copies, in order: for every fold f, y[t] += y[t + f]. It sums partial results
/// that different copies of the input produced. Evaluated on ciphertexts it consumes one level.
public struct LinearTransform: Sendable, Hashable {
    /// Number of slots, a power of two.
    public let slotCount: Int
    /// The matrices by output, then source; not empty, every row as long as the first.
    public let matrices: [[DiagonalMatrix]]
    /// Rotation amounts of the folds in 1..<slotCount.
    public let folds: [Int]
    /// Whether the conjugate is added after the folds, which gives twice the real part.
    public let takesRealPart: Bool
    /// Bias of every output, added after the folds; nil where there is none.
    public let biases: [SlotVector?]

    /// Number of input vectors.
    public var sourceCount: Int { matrices.first?.count ?? 0 }
    /// Number of output vectors.
    public var outputCount: Int { matrices.count }

    /// Describes a map of several sources and outputs.
    ///
    /// - Parameters:
    ///   - matrices: by output, then source; all over the same number of slots.
    ///   - folds: rotation amounts (any integer), applied in order after the rescale.
    ///   - takesRealPart: whether the conjugate is added after the folds: twice the real part.
    ///   - biases: one per output, or empty for none.
    /// - Throws: `CircuitsError.mapShape`, `.trivialFold`, `.vectorLength` or `.notFinite`.
    public init(
        matrices: [[DiagonalMatrix]], folds: [Int] = [], takesRealPart: Bool = false,
        biases: [SlotVector?] = []
    ) throws(CircuitsError) {
        guard let slotCount = matrices.first?.first?.slotCount else {
            throw .mapShape(reason: "no matrices; give at least one output and one source")
        }
        for (output, row) in matrices.enumerated() {
            guard row.count == matrices[0].count else {
                throw .mapShape(
                    reason: "output \(output) has \(row.count) sources, output 0 has "
                        + "\(matrices[0].count); give zero matrices where a source is not used")
            }
            guard row.allSatisfy({ $0.slotCount == slotCount }) else {
                throw .mapShape(
                    reason: "output \(output) mixes numbers of slots; all must be \(slotCount)")
            }
        }
        guard biases.isEmpty || biases.count == matrices.count else {
            throw .mapShape(
                reason: "\(biases.count) biases for \(matrices.count) outputs; give one per output")
        }
        for (output, bias) in biases.enumerated() {
            try bias?.check("bias of output \(output)", slotCount: slotCount)
        }
        for (position, fold) in folds.enumerated() where fold.modulo(slotCount) == 0 {
            throw .trivialFold(position: position, amount: fold)
        }
        self.slotCount = slotCount
        self.matrices = matrices
        self.folds = folds.map { $0.modulo(slotCount) }
        self.takesRealPart = takesRealPart
        self.biases =
            biases.isEmpty ? Array(repeating: nil, count: matrices.count) : biases
    }

    /// Describes a map of one source and one output.
    ///
    /// - Throws: as `init(matrices:folds:biases:)`.
    public init(
        _ matrix: DiagonalMatrix, folds: [Int] = [], bias: SlotVector? = nil
    ) throws(CircuitsError) {
        try self.init(matrices: [[matrix]], folds: folds, biases: [bias])
    }

    /// Rotation amounts of the non-zero diagonals by output, then source: all that a plan depends on,
    /// besides the folds.
    public var amounts: [[[Int]]] { matrices.map { $0.map(\.amounts) } }

    /// Evaluates the map on cleartext: the oracle of the encrypted evaluation.
    ///
    /// - Parameter sources: one vector of `slotCount` values per source.
    /// - Returns: one vector per output.
    /// - Throws: `CircuitsError.operandCount` or `.vectorLength`.
    public func evaluate(
        _ sources: [[Complex<Double>]]
    ) throws(CircuitsError) -> [[Complex<Double>]] {
        guard sources.count == sourceCount else {
            throw .operandCount(
                circuit: "linear transform", found: sources.count, expected: sourceCount)
        }
        var outputs: [[Complex<Double>]] = []
        for (row, bias) in zip(matrices, biases) {
            var y = [Complex<Double>](repeating: .zero, count: slotCount)
            for (matrix, x) in zip(row, sources) {
                let product = try matrix.multiply(x)
                for t in 0..<slotCount { y[t] += product[t] }
            }
            for fold in folds {
                y = (0..<slotCount).map { y[$0] + y[($0 + fold) & (slotCount - 1)] }
            }
            if takesRealPart { y = y.map { $0 + $0.conjugate } }
            if let bias = bias?.complexValues { y = zip(y, bias).map { $0 + $1 } }
            outputs.append(y)
        }
        return outputs
    }

    /// Plans the encrypted evaluation.
    ///
    /// - Parameters:
    ///   - level: level of every source, at least 1; the outputs stand one below.
    ///   - parameters: the scheme's parameters; slots must agree.
    ///   - costs: what operations cost; nil takes `OperationCosts(parameters:level:)`.
    ///   - babyStep: a forced baby step, to share rotation keys between maps; nil searches.
    /// - Throws: `CircuitsError.levelTooLow`, `.levelOutOfRange`, `.slotCountMismatch` or
    ///   `.invalidBabyStep`.
    public func plan(
        level: Int, parameters: CKKSParameters, costs: OperationCosts? = nil, babyStep: Int? = nil
    ) throws(CircuitsError) -> LinearTransformPlan {
        guard parameters.slotCount == slotCount else {
            throw .slotCountMismatch(
                circuit: "linear transform", circuitSlots: slotCount,
                parameterSlots: parameters.slotCount)
        }
        guard level <= parameters.maxLevel else {
            throw .levelOutOfRange(
                circuit: "linear transform", level: level, maximum: parameters.maxLevel)
        }
        return try LinearTransformPlan(
            amounts: amounts, folds: folds, takesRealPart: takesRealPart, slotCount: slotCount,
            level: level,
            costs: costs ?? OperationCosts(parameters: parameters, level: level),
            babyStep: babyStep)
    }
}
