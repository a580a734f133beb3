public import ComplexModule
public import RealModule

/// A matrix on the slot vector, stored as its non-zero cyclic diagonals.
///
/// y[t] = sum over amounts d of diagonal_d[t] · x[(t + d) mod slotCount]
/// (Halevi and Shoup, "Algorithms in HElib", CRYPTO 2014, section 4.3). Amounts are kept in
/// 0..<slotCount; diagonals that are zero everywhere are dropped.
public struct DiagonalMatrix: Sendable, Hashable {
    /// Number of slots, a power of two.
    public let slotCount: Int
    /// Non-zero diagonals by rotation amount in 0..<slotCount.
    public let diagonals: [Int: SlotVector]

    /// Adopts diagonals; amounts that agree modulo the number of slots are added up.
    ///
    /// - Parameters:
    ///   - slotCount: a power of two of at least 2.
    ///   - diagonals: `slotCount` finite values by rotation amount (any integer).
    /// - Throws: `CircuitsError.invalidSlotCount`, `.vectorLength` or `.notFinite`.
    public init(slotCount: Int, diagonals: [Int: SlotVector]) throws(CircuitsError) {
        guard slotCount >= 2, slotCount & (slotCount - 1) == 0 else {
            throw .invalidSlotCount(slotCount)
        }
        var kept: [Int: SlotVector] = [:]
        for amount in diagonals.keys.sorted() {
            guard let values = diagonals[amount] else { continue }
            try values.check("diagonal \(amount)", slotCount: slotCount)
            let canonical = amount.modulo(slotCount)
            kept[canonical] = kept[canonical].map { $0 + values } ?? values
        }
        self.slotCount = slotCount
        self.diagonals = kept.filter { !$0.value.isZero }
    }

    /// Adopts real diagonals.
    ///
    /// - Throws: as `init(slotCount:diagonals:)`.
    public init(slotCount: Int, diagonals: [Int: [Double]]) throws(CircuitsError) {
        try self.init(slotCount: slotCount, diagonals: diagonals.mapValues { .real($0) })
    }

    /// The matrix without entries.
    ///
    /// - Throws: `CircuitsError.invalidSlotCount`.
    public static func zero(slotCount: Int) throws(CircuitsError) -> DiagonalMatrix {
        try DiagonalMatrix(slotCount: slotCount, diagonals: [Int: SlotVector]())
    }

    /// Rotation amounts of the non-zero diagonals, ascending.
    public var amounts: [Int] { diagonals.keys.sorted() }

    /// The product with a cleartext vector: the oracle of the encrypted evaluation.
    ///
    /// - Throws: `CircuitsError.vectorLength`.
    public func multiply(_ x: [Complex<Double>]) throws(CircuitsError) -> [Complex<Double>] {
        guard x.count == slotCount else {
            throw .vectorLength(what: "vector", found: x.count, slots: slotCount)
        }
        var y = [Complex<Double>](repeating: .zero, count: slotCount)
        for amount in amounts {
            guard let values = diagonals[amount]?.complexValues else { continue }
            for t in 0..<slotCount { y[t] += values[t] * x[(t + amount) & (slotCount - 1)] }
        }
        return y
    }
}
