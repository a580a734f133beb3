/// Classical security of a parameter set, in bits.
///
/// There is no way to ask for less: parameters for tests come from `package` factories whose names
/// say `insecure`. Secrets are always uniform ternary; sparse secrets do not exist here.
public enum SecurityLevel: Int, Sendable, Hashable, CaseIterable {
    /// 128 bits, the default everywhere.
    case bits128 = 128
    /// 192 bits.
    case bits192 = 192
    /// 256 bits.
    case bits256 = 256
}

/// How far a parameter set stays below the security bounds.
public struct SecurityMargins: Sendable, Hashable {
    /// Ring degree.
    public let degree: Int
    /// round(log2(QP)), special primes included.
    public let modulusBits: Int
    /// Classical bound of the 2024 guideline at the asked level; nil where no modulus is safe.
    public let bound: Int?
    /// Bits under `bound`; negative when above.
    public var margin: Int? { bound.map { $0 - modulusBits } }
    /// Bound of the more conservative ADPS16 quantum model at 128 bits, for information; nil above
    /// degree 32768.
    public let adps16Bound: Int?
    /// Bits under `adps16Bound`; negative when above.
    public var adps16Margin: Int? { adps16Bound.map { $0 - modulusBits } }
}

/// Largest log2(QP) by degree, for uniform ternary secrets and errors of deviation at least 3.19.
public enum SecurityBound {
    /// The classical columns for 128, 192 and 256 bits of Table 5.2, "Security Guidelines for
    /// Implementing Homomorphic Encryption" (eprint 2024/463).
    private static let classical: [Int: [Int?]] = [
        1024: [26, nil, nil], 2048: [53, 36, 27], 4096: [106, 73, 56], 8192: [214, 147, 114],
        16384: [430, 297, 230], 32768: [868, 597, 462], 65536: [1747, 1199, 929],
        131_072: [3523, 2411, 1866],
    ]

    /// Bounds at 128 bits against quantum adversaries in the ADPS16 cost model, as used by
    /// swift-homomorphic-encryption (`EncryptionParameters`).
    private static let adps16: [Int: Int] = [
        1024: 21, 2048: 41, 4096: 83, 8192: 165, 16384: 330, 32768: 660,
    ]

    /// Largest round(log2(QP)) that is accepted at a degree and security level.
    ///
    /// - Returns: bits, or nil when no modulus is safe (or the degree is not in the table).
    public static func maximumModulusBits(degree: Int, security: SecurityLevel) -> Int? {
        guard let row = classical[degree] else { return nil }
        switch security {
        case .bits128: return row[0]
        case .bits192: return row[1]
        case .bits256: return row[2]
        }
    }

    /// Distance of a modulus to the bounds.
    ///
    /// - Parameters:
    ///   - degree: ring degree.
    ///   - modulusBits: log2(QP), special primes included.
    ///   - security: the level whose classical bound counts.
    public static func margins(degree: Int, modulusBits: Double, security: SecurityLevel)
        -> SecurityMargins
    {
        SecurityMargins(
            degree: degree, modulusBits: roundedBits(modulusBits),
            bound: maximumModulusBits(degree: degree, security: security),
            adps16Bound: adps16[degree])
    }

    /// Refuses a modulus above the bound.
    ///
    /// - Throws: `CKKSError.insecure` or `.noSecureModulus`.
    public static func check(degree: Int, modulusBits: Double, security: SecurityLevel)
        throws(CKKSError)
    {
        guard let bound = maximumModulusBits(degree: degree, security: security) else {
            throw .noSecureModulus(degree: degree, security: security.rawValue)
        }
        let bits = roundedBits(modulusBits)
        guard bits <= bound else {
            throw .insecure(
                degree: degree, modulusBits: bits, bound: bound, security: security.rawValue)
        }
    }

    /// log2(QP) to the nearest integer; anything that is not a number counts as too large.
    private static func roundedBits(_ bits: Double) -> Int {
        guard bits.isFinite, bits >= 0, bits < 1e9 else { return .max }
        return Int(bits.rounded())
    }
}
