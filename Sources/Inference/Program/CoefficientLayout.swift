/// Rows as coefficients of one polynomial, for a single affine map.
///
/// Row r has its elements at `r · stride + j`; the weights polynomial holds W[k][j] at `k · d + d - 1 - j`, d inputs, so
/// that the product has score k of row r at coefficient `r · stride + k · d + d - 1`, with `stride = K · d` for K scores.
/// No other row reaches these coefficients (Huang et al., "Cheetah", USENIX Security 2022, section 3).
public struct CoefficientLayout: Sendable, Hashable, Codable {
    /// Ring degree.
    public let degree: Int
    /// Elements of one row.
    public let inputCount: Int
    /// Scores of one row.
    public let outputCount: Int
    /// What the weights were multiplied by before rounding; scores come multiplied by it.
    public let weightFactor: Double

    /// Makes a layout.
    package init(degree: Int, inputCount: Int, outputCount: Int, weightFactor: Double) {
        self.degree = degree
        self.inputCount = inputCount
        self.outputCount = outputCount
        self.weightFactor = weightFactor
    }

    private var stride: Int { inputCount * outputCount }

    /// Rows that one ciphertext holds.
    public var rowCapacity: Int { max(1, degree / max(1, stride)) }

    /// The coefficients of up to `rowCapacity` rows.
    package func coefficients(ofRows rows: [[Double]]) -> [Double] {
        var coefficients = [Double](repeating: 0, count: degree)
        for (row, values) in rows.enumerated() {
            for (element, value) in values.enumerated() {
                coefficients[row * stride + element] = value
            }
        }
        return coefficients
    }

    /// Where the score of a row stands.
    package func place(row: Int, score: Int) -> Int {
        row * stride + score * inputCount + inputCount - 1
    }

    /// The places of all scores of all rows.
    package var places: [Int] { places(ofRows: nil) }

    /// The places of all scores of the first rows, or of all rows.
    package func places(ofRows count: Int?) -> [Int] {
        (0..<min(count ?? rowCapacity, rowCapacity)).flatMap { row in
            (0..<outputCount).map { place(row: row, score: $0) }
        }
    }

    /// The scores of one row, from the decoded coefficients.
    package func scores(ofRow row: Int, coefficients: [Double]) -> [Double] {
        (0..<outputCount).map { coefficients[place(row: row, score: $0)] / weightFactor }
    }

    /// The weights polynomial of a matrix.
    package func weights(_ matrix: SparseMatrix) -> [Double] {
        var weights = [Double](repeating: 0, count: degree)
        for score in 0..<matrix.rowCount {
            for (column, value) in matrix.row(score) {
                weights[score * inputCount + inputCount - 1 - column] = value
            }
        }
        return weights
    }

    /// The polynomial that adds a bias to every score.
    package func biases(_ bias: [Double]) -> [Double] {
        var coefficients = [Double](repeating: 0, count: degree)
        for row in 0..<rowCapacity {
            for (score, value) in bias.enumerated() {
                coefficients[place(row: row, score: score)] = value
            }
        }
        return coefficients
    }

    /// Whether everything fits; files from strangers are checked with this.
    var isWellFormed: Bool {
        guard degree.isPowerOfTwo, degree <= 1 << 16, (1...degree).contains(inputCount),
            (1...degree).contains(outputCount)
        else { return false }
        return inputCount * outputCount <= degree && weightFactor.isFinite && weightFactor >= 1
    }
}

/// One affine map on rows that stand in coefficients: one product with a plaintext, no keys but the public one.
public struct CoefficientProgram: Sendable, Hashable, Codable {
    /// Where rows and scores stand.
    public let layout: CoefficientLayout
    /// One row for each score, one column for each input.
    public let matrix: SparseMatrix
    /// Added to the scores.
    public let bias: [Double]
    /// The model's nodes.
    public let origin: Network.Origin

    /// Whether the parts fit together.
    var isWellFormed: Bool {
        layout.isWellFormed && matrix.rowCount == layout.outputCount
            && matrix.columnCount == layout.inputCount && bias.count == layout.outputCount
            && bias.allSatisfy(\.isFinite)
    }
}
