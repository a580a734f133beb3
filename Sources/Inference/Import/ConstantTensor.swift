/// A tensor known at import: a weight, a shape, class labels.
struct ConstantTensor: Sendable {
    /// The elements in row-major order.
    enum Storage: Sendable {
        case real([Double])
        case integer([Int64])
        case text([String])
    }

    let shape: [Int]
    let storage: Storage
    /// Whether a value stands for the unknown number of rows; such a tensor serves as a shape only.
    var dependsOnRows = false

    init(shape: [Int], _ storage: Storage, dependsOnRows: Bool = false) {
        self.shape = shape
        self.storage = storage
        self.dependsOnRows = dependsOnRows
    }

    /// Stands for the number of rows in shapes computed by Shape nodes; no real dimension is as large.
    static let rowsMarker: Int64 = 0x7A31_55C3_0F2D

    var count: Int {
        switch storage {
        case .real(let values): values.count
        case .integer(let values): values.count
        case .text(let values): values.count
        }
    }

    /// The elements as doubles, nil for text.
    var reals: [Double]? {
        switch storage {
        case .real(let values): values
        case .integer(let values): values.map(Double.init)
        case .text: nil
        }
    }

    /// The elements of an integer tensor, else nil.
    var integers: [Int64]? {
        if case .integer(let values) = storage { return values }
        return nil
    }

    /// The same elements in another shape of equal count.
    func reshaped(_ shape: [Int]) -> ConstantTensor {
        ConstantTensor(shape: shape, storage, dependsOnRows: dependsOnRows)
    }

    /// The elements at the given positions.
    func gathering(_ indices: [Int], shape: [Int]) -> ConstantTensor {
        let picked: Storage =
            switch storage {
            case .real(let values): .real(indices.map { values[$0] })
            case .integer(let values): .integer(indices.map { values[$0] })
            case .text(let values): .text(indices.map { values[$0] })
            }
        return ConstantTensor(shape: shape, picked, dependsOnRows: dependsOnRows)
    }
}
