/// The fixed public ladder of NTT-friendly primes of a degree.
///
/// Candidates are the primes k·4N + 1 below 2^50, ordered by their distance from a target, so that
/// the primes lie on both sides of it and their products stay near its powers. The order depends on
/// degree and target alone; equal requests give equal primes everywhere.
public enum PrimeLadder {
    /// The `count` primes nearest to `target`, nearest first (of two equally near the smaller).
    ///
    /// - Parameters:
    ///   - degree: The ring degree N.
    ///   - target: A real number, at most 2^50.
    ///   - count: How many primes.
    ///   - excluded: Primes already in use.
    /// - Throws: `RingError.unsupportedDegree`, `RingError.noPrime` when the ladder is exhausted.
    public static func primes(
        degree: Int, near target: Double, count: Int, excluding excluded: Set<UInt64> = []
    ) throws(RingError) -> [UInt64] {
        try RingContext.validate(degree: degree)
        let bits = target >= 1 && target.isFinite ? target.exponent : 0
        guard target >= 256, target <= 0x1p50 else {
            throw .noPrime(nearBits: Int(bits), degree: degree)
        }
        var walk = Walk(step: UInt64(4 * degree), target: target)
        var found: [UInt64] = []
        while found.count < count {
            guard let candidate = walk.next() else {
                throw .noPrime(nearBits: Int(bits), degree: degree)
            }
            if !excluded.contains(candidate), Modulus(candidate).isPrime { found.append(candidate) }
        }
        return found
    }

    /// The unused prime nearest to a real target.
    ///
    /// - Throws: `RingError.unsupportedDegree`, `RingError.noPrime` when none is left.
    public static func prime(
        degree: Int, nearest target: Double, excluding excluded: Set<UInt64> = []
    ) throws(RingError) -> UInt64 {
        try primes(degree: degree, near: target, count: 1, excluding: excluded)[0]
    }

    /// The numbers 1 modulo `step` in [2^7, 2^50), by distance from the target.
    private struct Walk {
        let step: UInt64
        let target: Double
        var below: UInt64
        var above: UInt64

        init(step: UInt64, target: Double) {
            self.step = step
            self.target = target
            below = (UInt64(target) / step) * step + 1
            above = below + step
            if Double(below) > target {
                above = below
                below = below > step ? below - step : 0
            }
        }

        mutating func next() -> UInt64? {
            let hasBelow = below >= 1 << 7
            let hasAbove = above < 1 << 50
            guard hasBelow || hasAbove else { return nil }
            if hasBelow, !hasAbove || target - Double(below) <= Double(above) - target {
                defer { below = below > step ? below - step : 0 }
                return below
            }
            defer { above += step }
            return above
        }
    }
}
