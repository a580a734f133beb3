package import Ring

/// An encoded plaintext: an integer polynomial in evaluation form, with its level and scale.
///
/// Invariant: the basis is Q_level, followed by the special primes when `isExtended`.
public struct Plaintext: Sendable {
    /// The polynomial, residues below their moduli.
    package let polynomial: Polynomial<Evaluation>
    /// Level in 0...maxLevel.
    public let level: Int
    /// The factor the values carry.
    public let scale: Double
    /// Whether the special limbs are there, which postponed mod-downs need.
    public let isExtended: Bool

    package init(
        polynomial: Polynomial<Evaluation>, level: Int, scale: Double, isExtended: Bool = false
    ) {
        self.polynomial = polynomial
        self.level = level
        self.scale = scale
        self.isExtended = isExtended
    }

    /// The scale in bits.
    public var scaleBits: Double { log2OfScale(scale) }
}
