public import Secrets

/// A ciphertext whose polynomials are integers, for the exact engine.
///
/// It decrypts to c0 + c1·s (+ c2·s^2). Invariant: coefficients are closest to zero
/// modulo the level's modulus.
public struct ExactCiphertext: Sendable, Hashable {
    /// c0, c1 and, for products that are not relinearized yet, c2.
    var polynomials: [ExactPolynomial]
    /// Level in 0...maxLevel.
    public internal(set) var level: Int
    /// The factor the values carry.
    public internal(set) var scale: Double
    /// Whose secret key it is under.
    public let keyID: KeyID
    /// The parameters' ring.
    public let ringDigest: Digest32

    /// Number of polynomials: 2, or 3 before relinearization.
    public var polynomialCount: Int { polynomials.count }
}
