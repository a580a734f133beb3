/// An odd exponent g modulo 2N: the automorphism X -> X^g of the ring.
public struct GaloisElement: Sendable, Hashable, Comparable {
    /// The exponent, in 1..<2N.
    public let exponent: Int

    init(unchecked exponent: Int) { self.exponent = exponent }

    /// The automorphism of an exponent.
    ///
    /// - Throws: `RingError.invalidGaloisExponent` unless it is odd and in 1..<2N.
    public init(exponent: Int, degree: Int) throws(RingError) {
        guard exponent & 1 == 1, exponent > 0, exponent < 2 * degree else {
            throw .invalidGaloisExponent(exponent, degree: degree)
        }
        self.exponent = exponent
    }

    /// 5^steps: rotates the N/2 slots to the left by `steps`; negative steps rotate to the right.
    public static func rotation(by steps: Int, degree: Int) -> GaloisElement {
        let slots = degree / 2
        var rest = ((steps % slots) + slots) % slots
        var (result, base) = (1, 5)
        while rest != 0 {
            if rest & 1 == 1 { result = result * base % (2 * degree) }
            base = base * base % (2 * degree)
            rest >>= 1
        }
        return GaloisElement(unchecked: result)
    }

    /// -1: conjugates every slot.
    public static func conjugation(degree: Int) -> GaloisElement {
        GaloisElement(unchecked: 2 * degree - 1)
    }

    /// The automorphism that changes nothing.
    public static var identity: GaloisElement { GaloisElement(unchecked: 1) }

    /// Whether this is the identity.
    public var isIdentity: Bool { exponent == 1 }

    /// This automorphism after another one (they commute).
    public func composed(with other: GaloisElement, degree: Int) -> GaloisElement {
        GaloisElement(unchecked: exponent * other.exponent % (2 * degree))
    }

    /// The automorphism that undoes this one.
    public func inverse(degree: Int) -> GaloisElement {
        // The group of odd residues modulo 2N has exponent dividing N/2.
        var (result, base, rest) = (1, exponent, degree / 2 - 1)
        while rest != 0 {
            if rest & 1 == 1 { result = result * base % (2 * degree) }
            base = base * base % (2 * degree)
            rest >>= 1
        }
        return GaloisElement(unchecked: result)
    }

    /// Orders by exponent.
    public static func < (a: GaloisElement, b: GaloisElement) -> Bool { a.exponent < b.exponent }
}
