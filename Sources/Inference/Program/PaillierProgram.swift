/// A model under Paillier: one affine map, in fixed point.
///
/// With inputs at `inputFractionBits` and weights at `weightFractionBits`, scores stand at the sum of both.
/// All tensors have one public exponent each, so that magnitudes do not show.
public struct PaillierProgram: Sendable, Hashable, Codable {
    /// Rows: scores; columns: inputs.
    public let matrix: SparseMatrix
    /// Added to the scores.
    public let bias: [Double]
    /// Fraction bits of the weights.
    public let weightFractionBits: Int

    /// Whether the program fits its card.
    func isValid(_ card: PaillierCard, inputs: Int, outputs: Int) -> Bool {
        matrix.rowCount == outputs && matrix.columnCount == inputs && bias.count == outputs
            && bias.allSatisfy(\.isFinite) && (0...512).contains(weightFractionBits)
            && card.outputFractionBits == card.inputFractionBits + weightFractionBits
    }
}

extension PaillierCard {
    /// Whether the figures are possible ones.
    var isValid: Bool {
        [2048, 3072, 4096].contains(modulusBits) && (0...512).contains(inputFractionBits)
            && (inputFractionBits...1024).contains(outputFractionBits)
            && (scoreSlotBits.map { (2..<modulusBits - 2).contains($0) } ?? true)
    }
}

extension Network {
    /// The network as one affine map of its input, or nil when it is none.
    func composedAffineMap() -> (matrix: SparseMatrix, bias: [Double])? {
        guard isAffine else { return nil }
        var maps: [(matrix: SparseMatrix, bias: [Double])] = []
        for node in nodes {
            switch node.operation {
            case .input:
                maps.append(
                    (.identity(node.elementCount), .init(repeating: 0, count: node.elementCount)))
            case .affine(let map):
                maps.append(Self.compose(map, node.elementCount, inputCount, maps))
            case .activation, .product:
                return nil
            }
        }
        return maps[output.index]
    }

    private static func compose(
        _ map: AffineMap, _ count: Int, _ inputCount: Int,
        _ maps: [(matrix: SparseMatrix, bias: [Double])]
    ) -> (matrix: SparseMatrix, bias: [Double]) {
        var matrix = SparseMatrix.zero(rowCount: count, columnCount: inputCount)
        var bias = map.bias
        for term in map.terms {
            let source = maps[term.source.index]
            matrix = matrix + term.matrix.composed(after: source.matrix)
            term.matrix.accumulate(source.bias, into: &bias)
        }
        return (matrix, bias)
    }
}
