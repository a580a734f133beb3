import BigNum

/// The discrete Gaussian on the integers with deviation 8, as thresholds for inversion.
///
/// Thresholds are the distribution of magnitudes times 2^127, rounded down; they are computed with integers of 256
/// bits, so the statistical distance of a sample from the exact distribution is below 2^-119.
package struct GaussianTable: Sendable {
    /// Deviation, in the sense of exp(-x²/(2·8²)).
    package static let deviation = 8.0
    /// The one table.
    package static let shared = GaussianTable()

    /// Bits of the thresholds and of the fixed-point numbers they are made of.
    private static let thresholdBits = 127
    private static let workBits = 256
    /// Beyond, the probability is below 2^-130.
    private static let largestMagnitude = 110

    /// Upper 64 and lower 63 bits of each threshold, ascending.
    let high: [UInt64]
    let low: [UInt64]

    /// Number of thresholds: the largest magnitude of a sample.
    package var thresholdCount: Int { high.count }

    private init() {
        let one = BigInt(1) << Self.workBits
        // Weights of the magnitudes: 1, then twice exp(-x²/128) for both signs.
        var weights = [one]
        var weight = one
        var ratio = Self.exponential
        let square = (ratio * ratio) >> Self.workBits
        for _ in 1...(Self.largestMagnitude + 16) {
            weight = (weight * ratio) >> Self.workBits
            ratio = (ratio * square) >> Self.workBits
            weights.append(weight << 1)
        }
        let total = BigInt.sum(weights)
        var below = BigInt(0)
        var thresholds: [BigInt] = []
        for magnitude in 0..<Self.largestMagnitude {
            below += weights[magnitude]
            thresholds.append(
                (below << Self.thresholdBits).quotientAndRemainder(
                    dividingBy: total, rounding: .floor
                ).quotient)
        }
        high = thresholds.map { UInt64(exactly: $0 >> 63) ?? .max }
        low = thresholds.map { UInt64(exactly: $0.lowBits(63)) ?? .max }
    }

    /// exp(-1/128) by its series, times 2^256.
    private static var exponential: BigInt {
        var (sum, term) = (BigInt(0), BigInt(1) << workBits)
        var order = 0
        while !term.isZero {
            if order % 2 == 0 { sum += term } else { sum -= term }
            order += 1
            term =
                term.quotientAndRemainder(
                    dividingBy: BigInt(128 * order), rounding: .floor
                ).quotient
        }
        return sum
    }
}
