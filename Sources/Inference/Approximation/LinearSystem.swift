import Foundation

/// Small dense systems of equations.
enum LinearSystem {
    /// The solution of `rows`, each n coefficients and the right side, by elimination with partial pivoting; nil where
    /// the system is singular.
    static func solve(_ rows: [[Double]]) -> [Double]? {
        var rows = rows
        let size = rows.count
        for column in 0..<size {
            let pivot =
                (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            guard abs(rows[pivot][column]) > 1e-13 else { return nil }
            rows.swapAt(column, pivot)
            for row in (column + 1)..<max(size, column + 1) {
                let factor = rows[row][column] / rows[column][column]
                if factor == 0 { continue }
                for k in column...size { rows[row][k] -= factor * rows[column][k] }
            }
        }
        var solution = [Double](repeating: 0, count: size)
        for row in (0..<size).reversed() {
            var sum = rows[row][size]
            for k in (row + 1)..<max(size, row + 1) { sum -= rows[row][k] * solution[k] }
            solution[row] = sum / rows[row][row]
        }
        return solution.allSatisfy(\.isFinite) ? solution : nil
    }
}

/// Points of Chebyshev polynomials.
enum ChebyshevPoint {
    /// Extreme point `index` of T_count, from 1 down to -1.
    static func extreme(_ index: Int, of count: Int) -> Double {
        cos(Double.pi * Double(index) / Double(count))
    }
}
