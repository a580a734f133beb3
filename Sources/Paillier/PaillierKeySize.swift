/// The widths of the modulus that are offered, with their strength against factoring.
///
/// Strengths as in NIST SP 800-56B rev. 2, table 4. Paillier is not secure against quantum computers.
public enum PaillierKeySize: Int, Sendable, Hashable, CaseIterable {
    /// 2048 bits: 112 bits of security, less than elsewhere in this package; never a default.
    case bits2048Security112 = 2048
    /// 3072 bits: 128 bits of security; the default.
    case bits3072 = 3072
    /// 4096 bits: 152 bits of security.
    case bits4096 = 4096

    /// Bits of the modulus.
    public var bits: Int { rawValue }

    /// Bits of security against factoring by known classical algorithms.
    public var securityBits: Int {
        switch self {
        case .bits2048Security112: 112
        case .bits3072: 128
        case .bits4096: 152
        }
    }

    /// Bytes of the modulus.
    var byteCount: Int { bits / 8 }

    /// Bits of each secret prime, and of the exponents of fast randomization.
    var halfBits: Int { bits / 2 }
}
