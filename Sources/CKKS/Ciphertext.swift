package import Ring
public import Secrets
import RealModule

/// An encryption of a plaintext: two polynomials, or three after a product, in evaluation form over
/// Q_level.
///
/// It decrypts to c0 + c1·s (+ c2·s^2).
public struct Ciphertext: Sendable {
    /// c0, c1 and, for products that are not relinearized yet, c2.
    package var polynomials: [Polynomial<Evaluation>]
    /// Level in 0...maxLevel: rescales still available.
    public package(set) var level: Int
    /// The factor the values carry.
    public package(set) var scale: Double
    /// Whose secret key it is under.
    public let keyID: KeyID
    /// The public seed that c1 was expanded from; only fresh symmetric encryptions have it.
    package var seed: Seed?

    package init(
        polynomials: [Polynomial<Evaluation>], level: Int, scale: Double, keyID: KeyID,
        seed: Seed? = nil
    ) {
        self.polynomials = polynomials
        self.level = level
        self.scale = scale
        self.keyID = keyID
        self.seed = seed
    }

    /// Number of polynomials: 2, or 3 before relinearization.
    public var polynomialCount: Int { polynomials.count }
    /// The scale in bits.
    public var scaleBits: Double { log2OfScale(scale) }
    /// Whether only c0 and a seed need to be sent.
    public var isSeeded: Bool { seed != nil }
}

/// log2 of a scale.
func log2OfScale(_ scale: Double) -> Double { Double.log2(scale) }

/// Whether two scales are the same up to rounding of the bookkeeping itself, 2^-45 relative; that
/// is below the precision of the encoder.
func scalesMatch(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 0x1p-45 * Swift.max(left, right)
}
