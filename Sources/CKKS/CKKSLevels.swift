import RealModule

/// A chain whose levels differ: how many bits each divides by, and on which scale its values stand.
///
/// A product with a plaintext at level l takes values from scale[l] to scale[l-1] with a plaintext of scale
/// scale[l-1] q_l / scale[l], which may be much smaller than scale[l]: weights need fewer bits than values. Only where
/// ciphertexts are multiplied and rescaled does scale[l-1] = scale[l]^2 / q_l have to hold.
public struct CKKSLevels: Sendable, Hashable {
    /// Bits of the base group.
    public let baseBits: Double
    /// Bits of the groups of levels 1 and up.
    public let groupBits: [Double]
    /// Bits of the scales of levels 0 and up.
    public let scaleBits: [Double]
    /// Levels at which products of ciphertexts are rescaled; their lower scale follows from the upper one.
    public let productLevels: Set<Int>
    /// Whether keys switch at all.
    public let switchesKeys: Bool

    /// Describes a chain; there is one scale more than groups.
    public init(
        baseBits: Double, groupBits: [Double], scaleBits: [Double], productLevels: Set<Int>,
        switchesKeys: Bool
    ) {
        self.baseBits = baseBits
        self.groupBits = groupBits
        self.scaleBits = scaleBits
        self.productLevels = productLevels
        self.switchesKeys = switchesKeys
    }

    /// Largest size of a group of one prime, in bits.
    public static let largestPrimeBits = PrimeChooser.largestBits

    /// Primes of a group: as few as hold its bits.
    static func primeCount(_ bits: Double) -> Int {
        max(1, Int((bits / largestPrimeBits).rounded(.up)))
    }
}

extension CKKSParameters {
    /// Chooses primes from the ladder for a chain whose levels differ.
    ///
    /// Groups are as near to their bits as the ladder has primes; scales are exact powers of two, but for those that
    /// follow from a product. The choice is deterministic.
    ///
    /// - Throws: `CKKSError.invalidParameter`, `.notEnoughPrimes`, `.insecure` or `.noSecureModulus`.
    public static func make(
        degree: Int, levels: CKKSLevels, security: SecurityLevel = .bits128
    ) throws(CKKSError) -> CKKSParameters {
        try checkDegree(degree, insecure: false)
        let count = levels.groupBits.count
        guard levels.scaleBits.count == count + 1, (0...60).contains(count),
            (levels.groupBits + levels.scaleBits + [levels.baseBits]).allSatisfy({
                (8...200).contains($0)
            })
        else {
            throw .invalidParameter(
                name: "levels", value: "\(count) groups, \(levels.scaleBits.count) scales",
                expected: "at most 60 groups and one scale more, of 8 to 200 bits each")
        }
        guard let limit = SecurityBound.maximumModulusBits(degree: degree, security: security)
        else { throw .noSecureModulus(degree: degree, security: security.rawValue) }
        var chooser = PrimeChooser(degree: degree)
        let base = try chooser.group(bits: levels.baseBits)
        var scales = [Double.exp2(levels.scaleBits[count])]
        var groups: [[UInt64]] = []
        for level in stride(from: count, to: 0, by: -1) {
            let above = scales[scales.count - 1]
            let isProduct = levels.productLevels.contains(level)
            let bits =
                isProduct
                ? 2 * Double.log2(above) - levels.scaleBits[level - 1]
                : levels.groupBits[level - 1]
            let group = try chooser.group(bits: bits)
            groups.append(group)
            scales.append(
                isProduct ? above * above / product(group) : .exp2(levels.scaleBits[level - 1]))
        }
        groups.reverse()
        scales.reverse()
        let moduli = base + groups.joined()
        let digits =
            levels.switchesKeys
            ? cheapestDigits(moduli: moduli, bound: Double(limit) + 0.45) : (alpha: 0, primes: 0)
        let special =
            digits.alpha == 0
            ? []
            : try chooser.special(
                digitBits: digitBits(moduli: moduli, digitLimbCount: digits.alpha),
                room: Double(limit) + 0.45 - bits(moduli), count: digits.primes)
        return try CKKSParameters(
            unboundedDegree: degree, baseGroup: base, levelGroups: groups, specialModuli: special,
            digitLimbCount: digits.alpha, topScale: scales[count], scales: scales,
            security: security)
    }

    /// What transforms of primes of this set take, in the mean, as a multiple of the quickest.
    public var primeWeight: Double {
        let all = moduli + specialModuli
        return all.reduce(0) { $0 + Self.primeWeight(Double.log2(Double($1))) } / Double(all.count)
    }

    /// What transforms of a prime of some bits take, as a multiple of the quickest; measured on a Zen 4.
    private static func primeWeight(_ bits: Double) -> Double {
        bits > PrimeChooser.quickestBits ? 1.6 : 1
    }

    /// Limbs per digit and special primes for the cheapest key switch within the bound.
    ///
    /// Transforms of primes above 2^46.5 take longer, so that one more special prime may be less work.
    private static func cheapestDigits(
        moduli: [UInt64], bound: Double
    ) -> (alpha: Int, primes: Int) {
        let limbs = moduli.map { primeWeight(Double.log2(Double($0))) }
        var best = (alpha: 1, primes: 1, cost: Double.infinity)
        for alpha in 1...min(moduli.count, maximumDigitLimbCount) {
            let digit = digitBits(moduli: moduli, digitLimbCount: alpha)
            guard bits(moduli) + digit + 0.1 <= bound else { continue }
            let least = PrimeChooser.specialCount(bits: digit)
            for primes in least...(least + 1) where moduli.count + primes <= maximumModulusCount {
                let margin = min(leastMarginBits, bound - bits(moduli) - digit)
                var width = Double(primes) * primeWeight((digit + margin) / Double(primes))
                // Programs work at every level, not at the highest alone.
                var cost = 0.0
                for (index, limb) in limbs.enumerated() {
                    width += limb
                    cost += width * (2 + 1.8 * Double(index / alpha + 1))
                }
                if cost < best.cost { best = (alpha, primes, cost) }
            }
        }
        return (best.alpha, best.primes)
    }
}

extension PrimeChooser {
    /// A group of as few unused primes as hold some bits, within a bit of them.
    fileprivate mutating func group(bits: Double) throws(CKKSError) -> [UInt64] {
        let count = CKKSLevels.primeCount(bits)
        let primes = try group(nearBits: bits, count: count)
        guard abs(CKKSParameters.bits(primes) - bits) <= 1 else {
            throw .notEnoughPrimes(
                degree: degree, bits: bits / Double(count), hint: "ask for more bits at this level")
        }
        return primes
    }
}
