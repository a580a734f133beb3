import ComplexModule
import RealModule

/// Squared errors of one operation by slot, summed over cases.
struct NoiseTally: Sendable {
    private(set) var squares: [Double] = []
    private(set) var caseCount = 0

    mutating func add(_ errors: [Complex<Double>]) {
        if squares.isEmpty { squares = Array(repeating: 0, count: errors.count) }
        for slot in errors.indices { squares[slot] += errors[slot].lengthSquared }
        caseCount += 1
    }

    /// Bits that the root mean square over all slots and cases lies above the predicted one.
    func bits(above predicted: Double) -> Double {
        let mean = squares.reduce(0, +) / Double(squares.count * caseCount)
        return Double.log2(mean.squareRoot() / predicted)
    }

    /// Bits that the worst slot's root mean square lies above the median slot's.
    var excess: Double {
        let sorted = squares.sorted()
        return Double.log2(sorted[sorted.count - 1] / sorted[sorted.count / 2]) / 2
    }
}
