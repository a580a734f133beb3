import RealModule
import Ring

/// How the limbs of Q are cut into key-switching digits, and how many special primes that costs.
///
/// Fewer digits make key switching faster and keys smaller, but need a larger special modulus.
public enum DigitPolicy: Sendable, Hashable {
    /// The cheapest cut whose log2(QP) fits the security bound.
    case automatic
    /// One limb per digit: the smallest log2(QP).
    case smallestModulus
    /// As many digits as asked, or fewer where the limbs do not divide.
    case digitCount(Int)
    /// Exactly this many limbs per digit.
    case limbsPerDigit(Int)
    /// No special primes: no relinearization, no rotations.
    case none
}

/// What a shape costs before its primes are chosen; lets a compiler choose the degree.
public struct CKKSShape: Sendable, Hashable {
    /// Bits of the base group.
    public let baseBits: Int
    /// Bits of every level group and of the scale.
    public let scaleBits: Int
    /// Number of levels.
    public let levels: Int
    /// Digit policy.
    public let digits: DigitPolicy

    /// Describes a shape.
    public init(baseBits: Int, scaleBits: Int, levels: Int, digits: DigitPolicy = .automatic) {
        self.baseBits = baseBits
        self.scaleBits = scaleBits
        self.levels = levels
        self.digits = digits
    }

    /// log2(Q), as asked.
    public var logQ: Int { baseBits + scaleBits * levels }

    /// Smallest log2(QP) the shape can have under its digit policy; a part of a bit above what the
    /// primes give.
    public var minimumLogQP: Double {
        let limbs = limbBits
        switch digits {
        case .none: return Double(logQ)
        case .automatic, .smallestModulus: return Double(logQ) + Self.digitBits(limbs, 1)
        case .digitCount, .limbsPerDigit:
            return Double(logQ) + Self.digitBits(limbs, policyAlpha(limbs.count))
        }
    }

    /// The smallest degree whose bound admits the shape, or nil.
    ///
    /// - Parameters:
    ///   - security: the level whose bound counts.
    ///   - minimum: a lower bound for the degree, for its slots.
    public func smallestDegree(security: SecurityLevel, minimum: Int = 1024) -> Int? {
        var degree = 1024
        while degree <= 65536 {
            if degree >= minimum,
                let bound = SecurityBound.maximumModulusBits(degree: degree, security: security),
                minimumLogQP <= Double(bound)
            {
                return degree
            }
            degree *= 2
        }
        return nil
    }

    /// Nominal bits of each limb.
    var limbBits: [Double] {
        let base = Self.splitBase(baseBits)
        let group = Self.split(scaleBits)
        return base + (0..<levels).flatMap { _ in group }
    }

    /// Limbs per digit under the explicit policies.
    func policyAlpha(_ limbCount: Int) -> Int {
        switch digits {
        case .digitCount(let count): return (limbCount + max(1, count) - 1) / max(1, count)
        case .limbsPerDigit(let alpha): return min(max(1, alpha), limbCount)
        default: return 1
        }
    }

    /// Bits of the largest digit of `alpha` consecutive limbs.
    static func digitBits(_ limbs: [Double], _ alpha: Int) -> Double {
        stride(from: 0, to: limbs.count, by: alpha)
            .map { limbs[$0..<min($0 + alpha, limbs.count)].reduce(0, +) }
            .max() ?? 0
    }

    /// Bits per prime of a base group: as few primes as hold them.
    static func splitBase(_ bits: Int) -> [Double] {
        let count = Swift.max(1, (bits + 49) / 50)
        let part = Swift.min(Double(bits) / Double(count), PrimeChooser.largestBits)
        return Array(repeating: part, count: count)
    }

    /// Bits per prime of a level's group: equal parts with primes on both sides of them.
    static func split(_ bits: Int) -> [Double] {
        let count = Swift.max(1, (2 * bits + 98) / 99)
        return Array(repeating: Double(bits) / Double(count), count: count)
    }
}

extension CKKSParameters {
    /// Bits the special modulus exceeds the largest digit by, where the bound leaves room; then the
    /// noise of a key switch is that of one rounding.
    static let specialMarginBits = 10.0
    /// The least of it that is given up no further, for special primes of the quickest transforms: a
    /// key switch then adds 1.5 percent to the variance of its rounding.
    static let leastMarginBits = 5.0

    /// Chooses primes from the ladder for a shape.
    ///
    /// Level primes lie on both sides of 2^scaleBits, taken greedily from the top so that every
    /// scale[l-1] = scale[l]^2 / q_l comes back to 2^scaleBits. The choice is deterministic: equal
    /// arguments give equal primes on every machine.
    ///
    /// - Parameters:
    ///   - degree: ring degree.
    ///   - baseBits: bits of the base group, 20...150; it bounds scale times values at level 0.
    ///   - scaleBits: bits of the scales, 20...100; above 49 a level has two or three primes.
    ///   - levels: number of rescales, 0...60.
    ///   - digits: digit policy.
    ///   - security: the level whose bound must hold.
    /// - Throws: `CKKSError.invalidParameter`, `.notEnoughPrimes`, `.insecure` or
    ///   `.noSecureModulus`.
    public static func make(
        degree: Int, baseBits: Int, scaleBits: Int, levels: Int, digits: DigitPolicy = .automatic,
        security: SecurityLevel = .bits128
    ) throws(CKKSError) -> CKKSParameters {
        try make(
            degree: degree,
            shape: CKKSShape(
                baseBits: baseBits, scaleBits: scaleBits, levels: levels, digits: digits),
            security: security)
    }

    /// Parameters for tests: no security bound at all.
    package static func insecure(
        degree: Int, baseBits: Int, scaleBits: Int, levels: Int, digits: DigitPolicy = .automatic
    ) throws(CKKSError) -> CKKSParameters {
        try make(
            degree: degree,
            shape: CKKSShape(
                baseBits: baseBits, scaleBits: scaleBits, levels: levels, digits: digits),
            security: nil)
    }

    /// The same set with other special primes, for tests: no security bound.
    package static func insecure(literal parameters: CKKSParameters, specialModuli: [UInt64])
        throws(CKKSError) -> CKKSParameters
    {
        try CKKSParameters(
            unboundedDegree: parameters.degree, baseGroup: parameters.baseGroup,
            levelGroups: parameters.levelGroups, specialModuli: specialModuli,
            digitLimbCount: parameters.digitLimbCount,
            topScale: parameters.scales[parameters.maxLevel], scales: parameters.givenScales,
            security: nil)
    }

    private static func make(degree: Int, shape: CKKSShape, security: SecurityLevel?)
        throws(CKKSError) -> CKKSParameters
    {
        try checkDegree(degree, insecure: security == nil)
        try checkShape(shape)
        var chooser = PrimeChooser(degree: degree)
        let base = try chooser.baseGroup(bits: shape.baseBits)
        let (groups, top) = try chooser.levelGroups(
            bits: shape.scaleBits, count: shape.levels)
        let moduli = base + groups.joined()
        var bound: Double?
        if let security {
            guard
                let limit = SecurityBound.maximumModulusBits(degree: degree, security: security)
            else {
                throw .noSecureModulus(degree: degree, security: security.rawValue)
            }
            bound = Double(limit)
        }
        let alpha = chooseAlpha(shape: shape, moduli: moduli, bound: bound)
        let special = try special(alpha, moduli, bound: bound, &chooser)
        return try CKKSParameters(
            unboundedDegree: degree, baseGroup: base, levelGroups: groups, specialModuli: special,
            digitLimbCount: alpha, topScale: top, security: security)
    }

    /// Special primes for digits of `alpha` limbs; none for none.
    static func special(
        _ alpha: Int, _ moduli: [UInt64], bound: Double?, _ chooser: inout PrimeChooser
    ) throws(CKKSError) -> [UInt64] {
        alpha == 0
            ? []
            : try chooser.special(
                digitBits: digitBits(moduli: moduli, digitLimbCount: alpha),
                room: bound.map { $0 + 0.45 - bits(moduli) })
    }

    private static func checkShape(_ shape: CKKSShape) throws(CKKSError) {
        func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(CKKSError) {
            guard range.contains(value) else {
                throw .invalidParameter(
                    name: name, value: "\(value)",
                    expected: "\(range.lowerBound) to \(range.upperBound)")
            }
        }
        try check("baseBits", shape.baseBits, 20...150)
        try check("scaleBits", shape.scaleBits, 20...100)
        try check("levels", shape.levels, 0...60)
        try check(
            "limbs", shape.limbBits.count, 1...maximumModulusCount)
        switch shape.digits {
        case .digitCount(let count): try check("digitCount", count, 1...shape.limbBits.count)
        case .limbsPerDigit(let alpha): try check("limbsPerDigit", alpha, 1...shape.limbBits.count)
        case .automatic, .smallestModulus, .none: break
        }
    }

    /// Limbs per digit: by policy, or the cheapest within the bound.
    private static func chooseAlpha(shape: CKKSShape, moduli: [UInt64], bound: Double?) -> Int {
        switch shape.digits {
        case .none: return 0
        case .smallestModulus: return 1
        case .digitCount, .limbsPerDigit: return shape.policyAlpha(moduli.count)
        case .automatic: return cheapestAlpha(moduli: moduli, bound: bound)
        }
    }

    /// Limbs per digit for the cheapest key switch within the bound.
    static func cheapestAlpha(moduli: [UInt64], bound: Double?) -> Int {
        var best = (alpha: 1, cost: Double.infinity)
        for alpha in 1...Swift.min(moduli.count, maximumDigitLimbCount) {
            let digit = digitBits(moduli: moduli, digitLimbCount: alpha)
            let special = PrimeChooser.specialCount(bits: digit)
            if let bound, bits(moduli) + digit + 0.1 > bound + 0.45 { continue }
            if moduli.count + special > maximumModulusCount { continue }
            let cost = keySwitchCost(limbs: moduli.count, alpha: alpha, special: special)
            if cost < best.cost { best = (alpha, cost) }
        }
        return best.alpha
    }

    /// Cost of one key switch in units of one NTT: transforms of the digits and of the mod-down,
    /// plus the inner product at two fifths of an NTT per limb and key half.
    private static func keySwitchCost(limbs: Int, alpha: Int, special: Int) -> Double {
        let digits = (limbs + alpha - 1) / alpha
        let transforms = digits * (limbs + special) + 2 * (limbs + special)
        return Double(transforms) + 0.4 * Double(2 * digits * (limbs + special))
    }
}
