/// Odd polynomials applied one after another that together approximate the sign of t in [-1, 1], and with it relu:
/// t (1 + sign t) / 2.
///
/// A single polynomial misses relu by about 0.14 / degree; a composition gains a constant factor of bits per level. Each
/// stage is the odd minimax polynomial of the constant 1 over the positive values that the stage before can give
/// (Lee, Lee, No, Kim, "Minimax Approximation of Sign Function by Composite Polynomial for Homomorphic Comparison", IEEE TDSC 2022).
package struct CompositeStep: Sendable, Hashable {
    /// Chebyshev coefficients over [-1, 1] of each stage, even ones zero.
    ///
    /// Every stage maps [-1, 1] into itself.
    package let stages: [[Double]]
    /// Largest distance of t (1 + sign) / 2 from relu over [-1, 1], measured on a dense grid.
    package let reluError: Double
    /// Largest distance of the sign from 1 where it should be good.
    private let endError: Double

    /// Degree of each stage.
    package var degrees: [Int] { stages.map { $0.count - 1 } }
    /// Levels of all stages, by binary powers.
    package var depth: Int { degrees.reduce(0) { $0 + CompositeStep.depth($1) } }

    /// The approximate sign.
    package func sign(_ t: Double) -> Double {
        stages.reduce(t) { ChebyshevSeries.evaluate($1, at: $0) }
    }

    /// Levels that one polynomial of this degree takes.
    static func depth(_ degree: Int) -> Int {
        degree <= 1 ? max(0, degree) : Int.bitWidth - degree.leadingZeroBitCount
    }

    private static let choices = [3, 7, 15]
    private static let longest = 4

    /// Degrees that never fall, fewest levels first, then the least sum.
    private static let sequences: [[Int]] = {
        var all: [[Int]] = []
        var level: [[Int]] = [[]]
        for _ in 0..<longest {
            level = level.flatMap { sequence in
                choices.filter { $0 >= sequence.last ?? 0 }.map { sequence + [$0] }
            }
            all += level
        }
        func cost(_ sequence: [Int]) -> (Int, Int) {
            (sequence.reduce(0) { $0 + depth($1) }, sequence.reduce(0, +))
        }
        return all.sorted { cost($0) < cost($1) }
    }()

    /// The composition of fewest levels, then of least degree sum, that comes within `error` of relu over [-1, 1];
    /// nil where none is found, which is so for errors below about 5e-4.
    package static func relu(error: Double) -> CompositeStep? {
        guard error > 1e-7, error < 0.25 else { return nil }
        for degrees in sequences {
            // Near zero relu is small itself, so that the sign may be wrong there. The best start is the smallest one
            // from which the last stage is good enough.
            var good = min(0.9, 40 * error)
            guard let last = CompositeStep(degrees: degrees, from: good, measured: false),
                last.endError / 2 <= error
            else { continue }
            var bad = error / 2
            while good > 1.1 * bad {
                let middle = (good * bad).squareRoot()
                let step = CompositeStep(degrees: degrees, from: middle, measured: false)
                if let step, step.endError / 2 <= error { good = middle } else { bad = middle }
            }
            if let step = CompositeStep(degrees: degrees, from: good), step.reluError <= error {
                return step
            }
        }
        return nil
    }

    /// The composition for magnitudes from `least` to 1, nil where an exchange does not settle.
    package init?(degrees: [Int], from least: Double) {
        self.init(degrees: degrees, from: least, measured: true)
    }

    private init?(degrees: [Int], from least: Double, measured: Bool) {
        guard least > 0, least < 1 else { return nil }
        var stages: [OddPolynomial] = []
        var low = least
        var level = 0.0
        for degree in degrees {
            guard let best = OddPolynomial.nearestToOne(from: low, degree: degree) else {
                return nil
            }
            level = best.error
            // Scaled so that values stay in [-1, 1].
            stages.append(best.polynomial.scaled(by: 1 / (1 + level)))
            low = (1 - level) / (1 + level)
        }
        // The last stage ends around 1, not below it.
        stages[stages.count - 1] = stages[stages.count - 1].scaled(by: 1 + level)
        endError = level
        self.stages = stages.map(\.coefficients)
        var largest = 0.0
        for index in 0...(measured ? 6000 : 0) {
            for reach in [1, min(1, 2 * least)] {
                let t = reach * Double(index) / 6000
                let sign = stages.reduce(t) { $1($0) }
                largest = max(largest, t * abs(sign - 1) / 2)
            }
        }
        reluError = largest
    }
}
