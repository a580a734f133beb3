import CGMP

/// A secret natural number in a fixed number of limbs, wiped when released.
///
/// The number of limbs is public; nothing looks at what they hold, unlike in `BigInt`, whose size shows leading zeros.
/// Results get as many limbs as their operands' numbers allow for. Only `published()` and the members that say so make
/// something public.
package struct SecretNatural: Sendable {
    let limbs: LimbArray
    /// Number of 64-bit limbs, at least 1.
    package let limbCount: Int

    /// Zero.
    init(limbCount: Int) {
        self.limbCount = max(1, limbCount)
        limbs = LimbArray(count: 1, stride: self.limbCount)
    }

    /// The magnitude of an integer, whose own number of limbs shows.
    ///
    /// - Precondition: the value has no more than `limbCount` limbs; without it, as many as the value has.
    package init(_ value: BigInt, limbCount: Int? = nil) {
        self.init(limbCount: limbCount ?? mpz_size(&value.storage.raw))
        limbs.write(value, at: 0, offset: 0, limbs: self.limbCount)
    }

    /// The number with the given big-endian bytes.
    package init(bigEndian bytes: UnsafeRawBufferPointer) {
        self.init(limbCount: (bytes.count + 7) / 8)
        let target = limbs[0]
        for index in 0..<bytes.count {
            let position = bytes.count - 1 - index
            target[position / 8] |= UInt(bytes[index]) << UInt(8 * (position % 8))
        }
    }

    /// Copies limbs, lowest first.
    init(copying source: UnsafePointer<UInt>, limbCount: Int) {
        self.init(limbCount: limbCount)
        limbs[0].update(from: source, count: limbCount)
    }

    /// Writes big-endian bytes: the lowest ones, and zeros in front where the buffer is longer.
    package func write(bigEndianTo buffer: UnsafeMutableRawBufferPointer) {
        let source = limbs[0]
        for index in 0..<buffer.count {
            let position = buffer.count - 1 - index
            let limb = position / 8 < limbCount ? source[position / 8] : 0
            buffer[index] = UInt8(truncatingIfNeeded: limb >> UInt(8 * (position % 8)))
        }
    }

    /// The number as a public integer: by decision, which the caller answers for.
    package func published() -> BigInt {
        tacit_publish(limbs[0], limbs.byteCount)
        return BigInt(limbs: limbs[0], count: limbCount)
    }

    /// A bit made public by decision.
    static func published(_ bit: UInt) -> Bool {
        var word = bit
        tacit_publish(&word, MemoryLayout<UInt>.size)
        return word != 0
    }

    /// What division by this number needs.
    ///
    /// - Precondition: the highest bit of the highest limb is set; the limbs live as long as the result is used.
    var divisor: tacit_divisor { tacit_divisor_make(limbs[0], limbCount) }
}

extension SecretNatural {
    /// The product, of as many limbs as both factors have.
    package func times(_ other: SecretNatural) -> SecretNatural {
        let result = SecretNatural(limbCount: limbCount + other.limbCount)
        let room = LimbArray(
            count: 1, stride: tacit_sec_times_room(limbCount, other.limbCount))
        tacit_sec_times(
            result.limbs[0], limbs[0], limbCount, other.limbs[0], other.limbCount, room[0])
        return result
    }

    /// Quotient, of as many limbs as this number, and remainder, of as many as the divisor.
    ///
    /// - Precondition: the highest bit of the divisor's highest limb is set.
    package func quotientAndRemainder(
        dividingBy divisor: SecretNatural
    ) -> (quotient: SecretNatural, remainder: SecretNatural) {
        let quotient = SecretNatural(limbCount: limbCount)
        let remainder = SecretNatural(limbCount: divisor.limbCount)
        let room = LimbArray(count: 1, stride: tacit_sec_room(limbCount, divisor.limbCount))
        var prepared = divisor.divisor
        tacit_sec_quotient_remainder(
            quotient.limbs[0], remainder.limbs[0], limbs[0], limbCount, &prepared, room[0])
        return (quotient, remainder)
    }

    /// The remainder, of as many limbs as the divisor, whose highest bit is set.
    package func mod(_ divisor: SecretNatural) -> SecretNatural {
        let remainder = SecretNatural(limbCount: divisor.limbCount)
        let room = LimbArray(count: 1, stride: tacit_sec_room(limbCount, divisor.limbCount))
        var prepared = divisor.divisor
        tacit_sec_quotient_remainder(
            nil, remainder.limbs[0], limbs[0], limbCount, &prepared, room[0])
        return remainder
    }

    /// The difference modulo 2^64 to the number of limbs, and what was borrowed, 0 or 1.
    ///
    /// - Precondition: both have the same number of limbs.
    func minus(_ other: SecretNatural) -> (difference: SecretNatural, borrow: UInt) {
        precondition(limbCount == other.limbCount, "differences are of numbers of one width")
        let result = SecretNatural(limbCount: limbCount)
        let borrow = tacit_sec_subtract(result.limbs[0], limbs[0], other.limbs[0], limbCount)
        return (result, borrow)
    }

    /// The number less a word, modulo 2^64 to the number of limbs.
    package func minus(_ word: UInt) -> SecretNatural {
        let result = SecretNatural(limbCount: limbCount)
        _ = tacit_sec_subtract_word(result.limbs[0], limbs[0], limbCount, word)
        return result
    }

    /// `m - self` for a number of at most m.
    package func subtracted(from m: SecretNatural) -> SecretNatural { m.minus(self).difference }

    /// The number divided by 2 to a public power below 64, rounded down.
    package func shiftedRight(by bits: Int) -> SecretNatural {
        let result = SecretNatural(limbCount: limbCount)
        let (source, target, shift) = (limbs[0], result.limbs[0], UInt(bits))
        for index in 0..<limbCount {
            let next = index + 1 < limbCount ? source[index + 1] : 0
            target[index] = (source[index] >> shift) | ((next << 1) << (63 - shift))
        }
        return result
    }

    /// The residue modulo n of an integer of a magnitude of at most n, whose number of limbs shows, but not its sign.
    package init(residueOf value: BigInt, modulo n: SecretNatural) {
        let magnitude = SecretNatural(value, limbCount: n.limbCount)
        self.init(limbCount: n.limbCount)
        let sign = UInt(bitPattern: Int(value.storage.raw._mp_size)) >> 63
        tacit_sec_negate_if(sign, limbs[0], magnitude.limbs[0], n.limbs[0], limbCount)
    }
}

/// What is said of secret numbers.
extension SecretNatural {
    /// 1 if the number is zero, else 0; secret.
    var zeroBit: UInt { 1 - tacit_sec_any(limbs[0], limbCount) }

    /// Whether the number is zero; public by decision of the caller.
    package var isZeroPublished: Bool { Self.published(zeroBit) }

    /// Whether both numbers, of the same number of limbs, are equal; public by decision of the caller.
    package func equalsPublished(_ other: SecretNatural) -> Bool {
        minus(other).difference.isZeroPublished
    }

    /// Whether this number is smaller than another of as many limbs; public by decision of the caller.
    package func isBelowPublished(_ other: SecretNatural) -> Bool {
        Self.published(minus(other).borrow)
    }

    /// Whether this number is at least the magnitude of an integer, whose number of limbs shows; public by decision of the caller.
    package func isAtLeastMagnitudePublished(_ value: BigInt) -> Bool {
        guard mpz_size(&value.storage.raw) <= limbCount else { return false }
        return !Self.published(minus(SecretNatural(value, limbCount: limbCount)).borrow)
    }

    /// Some of the lowest 64 bits; public by decision of the caller.
    package func lowBitsPublished(_ mask: UInt) -> UInt {
        var word = limbs[0][0] & mask
        tacit_publish(&word, MemoryLayout<UInt>.size)
        return word
    }

    /// Whether the highest bit of the highest limb is set; public by decision of the caller.
    package var isFullPublished: Bool { Self.published(limbs[0][limbCount - 1] >> 63) }

    /// Whether the difference to another number of as many limbs is below `2^bits`; public by decision of the caller.
    package func isNearPublished(_ other: SecretNatural, bits: Int) -> Bool {
        let (forward, borrow) = minus(other)
        let backward = other.minus(self).difference
        let (a, b, mask) = (forward.limbs[0], backward.limbs[0], 0 &- borrow)
        var above: UInt = 0
        for index in 0..<limbCount {
            let limb = (a[index] & ~mask) | (b[index] & mask)
            let low = bits - 64 * index
            if low < 64 { above |= low <= 0 ? limb : limb >> UInt(low) }
        }
        return !Self.published((above | (0 &- above)) >> 63)
    }

    /// Whether this number and the odd m, of as many limbs and above half of it, have no common factor; public by decision
    /// of the caller.
    package func isCoprimePublished(to m: SecretNatural) -> Bool {
        precondition(limbCount == m.limbCount, "common factors are of numbers of one width")
        return Self.published(tacit_sec_coprime(limbs[0], m.limbs[0], limbCount))
    }
}
