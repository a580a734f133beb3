public import ComplexModule
public import RealModule

/// How close computed slots are to the expected ones, in bits: -log2 of the distance.
public struct PrecisionReport: Sendable, Hashable, CustomStringConvertible {
    /// Bits of the largest distance (the worst slot).
    public let worstBits: Double
    /// Bits of the mean distance.
    public let meanBits: Double
    /// Bits of the median distance.
    public let medianBits: Double
    /// Root of the mean squared distance.
    public let rootMeanSquare: Double
    /// Largest distance.
    public let largestError: Double
    /// Slot of the largest distance.
    public let worstSlot: Int

    /// Precision reported for a distance of zero.
    static let exactBits = 1074.0

    /// Compares complex slots; both lists have the same count, at least one.
    ///
    /// - Throws: `CKKSError.operandCount` when the counts differ or are zero.
    public init(expected: [Complex<Double>], found: [Complex<Double>]) throws(CKKSError) {
        try self.init(
            distances: zip(expected, found).map { ($0 - $1).length },
            counts: (expected.count, found.count))
    }

    /// Compares real values; both lists have the same count, at least one.
    ///
    /// - Throws: `CKKSError.operandCount` when the counts differ or are zero.
    public init(expected: [Double], found: [Double]) throws(CKKSError) {
        try self.init(
            distances: zip(expected, found).map { abs($0 - $1) },
            counts: (expected.count, found.count))
    }

    private init(distances: [Double], counts: (Int, Int)) throws(CKKSError) {
        guard counts.0 == counts.1, counts.0 > 0 else {
            throw .operandCount(
                operation: "precision report",
                reason: "\(counts.0) expected and \(counts.1) found values; give equally many")
        }
        // A distance that is not a number counts as infinite.
        let clean = distances.map { $0.isNaN ? Double.infinity : $0 }
        let sorted = clean.sorted()
        let count = Double(clean.count)
        largestError = sorted[sorted.count - 1]
        worstSlot = clean.firstIndex(of: largestError) ?? 0
        rootMeanSquare = (clean.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
        worstBits = Self.bits(largestError)
        meanBits = Self.bits(clean.reduce(0, +) / count)
        medianBits = Self.bits(sorted[sorted.count / 2])
    }

    private static func bits(_ distance: Double) -> Double {
        distance == 0 ? exactBits : -Double.log2(distance)
    }

    /// One line: worst, mean and median bits.
    public var description: String {
        "precision: worst \(decimal(worstBits)) bits (slot \(worstSlot)), mean \(decimal(meanBits)), "
            + "median \(decimal(medianBits))"
    }
}
