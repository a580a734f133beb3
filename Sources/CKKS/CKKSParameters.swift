public import Secrets

/// The shape of one instance of the scheme: ring, modulus chain, levels, digits and scales.
///
/// Invariants, checked by the only initializer: the degree is a power of two; every modulus is a
/// prime below 2^50 that is 1 modulo 4N, and all are distinct; log2(QP) respects the 2024
/// guideline; the special modulus P is at least as large as every key-switching digit; the scales
/// stay finite and below the modulus at every level.
///
/// A *level* is a group of one or more primes: at level l the modulus Q_l is the product of the
/// base group and of groups 1...l; a rescale at level l divides by the product of group l.
public struct CKKSParameters: Sendable, Hashable {
    /// Ring degree N.
    public let degree: Int
    /// The primes that are left at level 0.
    public let baseGroup: [UInt64]
    /// The primes of each level; index 0 holds level 1's group.
    public let levelGroups: [[UInt64]]
    /// The special primes, product P; empty when no key switching is wanted.
    public let specialModuli: [UInt64]
    /// Limbs per key-switching digit (alpha); 0 exactly when there are no special primes.
    public let digitLimbCount: Int
    /// Target scale of every level; index l is level l.
    ///
    /// Exact bookkeeping: scale[l-1] = scale[l]^2 / q_l, unless a program that never needs that asked for other scales.
    public let scales: [Double]
    /// The scales, where they do not follow from the top one.
    public let givenScales: [Double]?
    /// The security asked for; nil only for the insecure sets of tests.
    package let declaredSecurity: SecurityLevel?
    /// Identity of the ring: degree, grouped primes, digits, top scale and ring kind.
    public let ringDigest: Digest32

    /// Checks and adopts literal parameters.
    ///
    /// - Parameters:
    ///   - degree: ring degree, a power of two from 1024 to 65536.
    ///   - baseGroup: primes of level 0.
    ///   - levelGroups: primes of levels 1, 2, …
    ///   - specialModuli: special primes; empty for parameters without key switching.
    ///   - digitLimbCount: limbs per digit; 0 exactly without special primes.
    ///   - topScale: scale of fresh ciphertexts at the highest level.
    ///   - scales: scales of all levels, the top one last; nil lets them follow from the top one.
    ///   - security: the level whose bound must hold.
    /// - Throws: `CKKSError.invalidParameter`, `.insecure` or `.noSecureModulus`.
    public init(
        degree: Int, baseGroup: [UInt64], levelGroups: [[UInt64]], specialModuli: [UInt64],
        digitLimbCount: Int, topScale: Double, scales: [Double]? = nil, security: SecurityLevel
    ) throws(CKKSError) {
        try self.init(
            unboundedDegree: degree, baseGroup: baseGroup, levelGroups: levelGroups,
            specialModuli: specialModuli, digitLimbCount: digitLimbCount, topScale: topScale,
            scales: scales, security: security)
    }

    /// The shared initializer; `security` is nil only for the insecure factories.
    init(
        unboundedDegree degree: Int, baseGroup: [UInt64], levelGroups: [[UInt64]],
        specialModuli: [UInt64], digitLimbCount: Int, topScale: Double, scales: [Double]? = nil,
        security: SecurityLevel?
    ) throws(CKKSError) {
        try Self.checkDegree(degree, insecure: security == nil)
        try Self.checkGroups(
            degree: degree, base: baseGroup, levels: levelGroups, special: specialModuli)
        let modulusBits = Self.bits(baseGroup) + Self.bits(levelGroups.joined())
        if let security {
            try SecurityBound.check(
                degree: degree, modulusBits: modulusBits + Self.bits(specialModuli),
                security: security)
        }
        try Self.checkDigits(
            moduli: baseGroup + levelGroups.joined(), special: specialModuli,
            digitLimbCount: digitLimbCount)
        self.degree = degree
        self.baseGroup = baseGroup
        self.levelGroups = levelGroups
        self.specialModuli = specialModuli
        self.digitLimbCount = digitLimbCount
        self.declaredSecurity = security
        self.givenScales = scales
        if let scales {
            self.scales = scales
        } else {
            self.scales = try Self.scaleChain(top: topScale, groups: levelGroups)
        }
        try Self.checkScales(self.scales, top: topScale, base: baseGroup, groups: levelGroups)
        self.ringDigest = Self.digest(
            degree: degree, base: baseGroup, levels: levelGroups, special: specialModuli,
            digitLimbCount: digitLimbCount, topScale: topScale, scales: scales)
    }

    /// The security level whose bound was checked; nil for the insecure sets of tests.
    public var security: SecurityLevel? { declaredSecurity }
    /// The highest level, where fresh ciphertexts stand.
    public var maxLevel: Int { levelGroups.count }
    /// Complex slots of one plaintext, N/2.
    public var slotCount: Int { degree / 2 }
    /// All primes of Q: base group, then group 1, 2 and so on.
    public var moduli: [UInt64] { baseGroup + levelGroups.joined() }
    /// log2(Q) at the top.
    public var logQ: Double { Self.bits(moduli) }
    /// log2(QP), which the security bound limits.
    public var logQP: Double { logQ + Self.bits(specialModuli) }
    /// Key-switching digits at the highest level.
    public var digitCount: Int { digitCount(atLevel: maxLevel) }

    /// Limbs of a polynomial at a level.
    public func limbCount(atLevel level: Int) -> Int {
        levelGroups.prefix(max(0, level)).reduce(baseGroup.count) { $0 + $1.count }
    }

    /// Key-switching digits of a polynomial at a level; 0 without special primes.
    public func digitCount(atLevel level: Int) -> Int {
        guard digitLimbCount > 0 else { return 0 }
        return (limbCount(atLevel: level) + digitLimbCount - 1) / digitLimbCount
    }

    /// Target scale of a level in 0...maxLevel.
    public func scale(atLevel level: Int) -> Double { scales[level] }

    /// log2 of the modulus at a level.
    public func logQ(atLevel level: Int) -> Double {
        Self.bits(baseGroup) + Self.bits(levelGroups.prefix(max(0, level)).joined())
    }

    /// The primes a rescale at `level` (1...maxLevel) divides by.
    public func group(atLevel level: Int) -> [UInt64] { levelGroups[level - 1] }

    /// Product of the primes a rescale at `level` divides by, as the bookkeeping uses it.
    public func groupProduct(atLevel level: Int) -> Double {
        Self.product(group(atLevel: level))
    }

    /// Distance to the security bounds, for reports.
    public var securityMargins: SecurityMargins {
        SecurityBound.margins(
            degree: degree, modulusBits: logQP, security: declaredSecurity ?? .bits128)
    }

    /// Checks a level.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`.
    func checkLevel(_ level: Int, _ operation: String) throws(CKKSError) {
        guard (0...maxLevel).contains(level) else {
            throw .levelOutOfRange(operation: operation, level: level, maximum: maxLevel)
        }
    }

    static func product(_ group: some Sequence<UInt64>) -> Double {
        group.reduce(1.0) { $0 * Double($1) }
    }
}
