import Synchronization

/// Carries matrices beside a `Codable` structure, so that weights travel as binary numbers.
///
/// While coding, a store stands in the coder's `userInfo`; each matrix is coded as its index in it.
package final class MatrixStore: Sendable {
    private let stored: Mutex<[SparseMatrix]>

    /// An empty store to encode with, or a full one to decode with.
    package init(_ matrices: [SparseMatrix] = []) { stored = Mutex(matrices) }

    /// The matrices, in the order in which they were coded.
    package var matrices: [SparseMatrix] { stored.withLock { $0 } }

    /// Where coders find the store.
    package static var key: CodingUserInfoKey {
        get throws {
            guard let key = CodingUserInfoKey(rawValue: "tacit.matrices") else {
                throw MatrixStoreMissing()
            }
            return key
        }
    }

    fileprivate func add(_ matrix: SparseMatrix) -> Int {
        stored.withLock { matrices in
            matrices.append(matrix)
            return matrices.count - 1
        }
    }
}

/// A matrix was coded without a store.
struct MatrixStoreMissing: Error {}

extension SparseMatrix: Codable {
    /// Codes the matrix as an index into the coder's store.
    ///
    /// - Throws: when there is no store.
    public func encode(to encoder: any Encoder) throws {
        guard let store = encoder.userInfo[try MatrixStore.key] as? MatrixStore else {
            throw MatrixStoreMissing()
        }
        var container = encoder.singleValueContainer()
        try container.encode(store.add(self))
    }

    /// Takes the matrix from the decoder's store.
    ///
    /// - Throws: when there is no store or no such matrix in it.
    public init(from decoder: any Decoder) throws {
        guard let store = decoder.userInfo[try MatrixStore.key] as? MatrixStore else {
            throw MatrixStoreMissing()
        }
        let container = try decoder.singleValueContainer()
        let index = try container.decode(Int.self)
        guard store.matrices.indices.contains(index) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "there is no matrix \(index)")
        }
        self = store.matrices[index]
    }

    /// Adopts storage from a file.
    ///
    /// - Throws: `InferenceError.malformedProgram` unless the invariants hold and all values are finite.
    package init(
        checkedRowCount rowCount: Int, columnCount: Int, rowStarts: [Int], columns: [Int32],
        values: [Double]
    ) throws(InferenceError) {
        func check(_ holds: Bool, _ reason: String) throws(InferenceError) {
            if !holds { throw .malformedProgram(reason: "a matrix whose \(reason)") }
        }
        try check(rowCount >= 0 && columnCount >= 0, "size is negative")
        try check(
            rowStarts.count == rowCount + 1 && rowStarts.first == 0
                && rowStarts.last == values.count && columns.count == values.count,
            "parts have different lengths")
        try check(values.allSatisfy { $0.isFinite && $0 != 0 }, "values are zero or not finite")
        for row in 0..<rowCount {
            let range = (rowStarts[row], rowStarts[row + 1])
            try check(range.0 <= range.1 && range.1 <= values.count, "rows overlap")
            var last = -1
            for column in columns[range.0..<range.1] {
                try check(
                    Int(column) > last && Int(column) < columnCount, "columns are out of order")
                last = Int(column)
            }
        }
        self.init(
            rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns,
            values: values)
    }
}
