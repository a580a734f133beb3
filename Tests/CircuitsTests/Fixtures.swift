import CKKS
import Circuits
import ComplexModule
import RealModule
import TestSupport

/// Small insecure parameters: many levels at a tiny degree.
func tinyParameters(degree: Int = 64, levels: Int = 7) throws -> CKKSParameters {
    try CKKSParameters.insecure(degree: degree, baseBits: 45, scaleBits: 36, levels: levels)
}

/// Largest distance between two vectors.
func distance(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Double {
    a.count == b.count ? zip(a, b).map { ($0 - $1).length }.max() ?? 0 : .infinity
}

extension TestGenerator {
    mutating func reals(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
        (0..<count).map { _ in real(in: range) }
    }

    mutating func complexes(_ count: Int) -> [Complex<Double>] {
        (0..<count).map { _ in Complex(real(in: -1...1), real(in: -1...1)) }
    }

    /// A matrix with the given diagonals, real or complex.
    mutating func matrix(
        slotCount: Int, amounts: some Sequence<Int>, isComplex: Bool = false
    ) throws -> DiagonalMatrix {
        var diagonals: [Int: SlotVector] = [:]
        for amount in amounts {
            diagonals[amount] =
                isComplex ? .complex(complexes(slotCount)) : .real(reals(slotCount))
        }
        return try DiagonalMatrix(slotCount: slotCount, diagonals: diagonals)
    }
}

/// The dense matrix that diagonals describe, entry by entry.
func dense(_ matrix: DiagonalMatrix) -> [[Complex<Double>]] {
    let n = matrix.slotCount
    var rows = Array(repeating: Array(repeating: Complex<Double>.zero, count: n), count: n)
    for (amount, values) in matrix.diagonals {
        for (t, value) in values.complexValues.enumerated() { rows[t][(t + amount) % n] = value }
    }
    return rows
}

/// Product of a dense matrix and a vector.
func product(_ rows: [[Complex<Double>]], _ x: [Complex<Double>]) -> [Complex<Double>] {
    rows.map { row in zip(row, x).reduce(.zero) { $0 + $1.0 * $1.1 } }
}
