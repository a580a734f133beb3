/// Powers of one base modulo m^2, prepared so that a power costs one product per window and no square.
///
/// Window i holds `base^(j 2^(w i))` for every digit j (Brickell, Gordon, McCurley, Wilson 1992). A secret digit
/// is looked up by reading its window whole.
package final class FixedBaseTable: Sendable {
    /// The ring of the powers.
    package let ring: SquareModulus
    /// Bits of the largest exponent.
    package let exponentBits: Int

    private let windowBits: Int
    private let windowCount: Int
    private let table: LimbArray

    /// Prepares the powers of `base`, which lies in `0 ..< m^2`.
    package init(ring: SquareModulus, base: BigInt, exponentBits: Int, windowBits: Int = 5) {
        self.ring = ring
        self.exponentBits = exponentBits
        self.windowBits = windowBits
        windowCount = (exponentBits + windowBits - 1) / windowBits
        let size = 1 << windowBits
        table = ring.makeElements(count: windowCount * size)
        let scratch = ring.makeScratch()
        let power = ring.makeElements(count: 1)
        ring.load(base, into: power, at: 0)
        for window in 0..<windowCount {
            let first = window * size
            ring.load(1, into: table, at: first)
            table[first + 1].update(from: power[0], count: table.stride)
            for digit in 2..<size {
                ring.multiply(table[first + digit], table[first + digit - 1], power[0], scratch)
            }
            ring.multiply(power[0], table[first + size - 1], power[0], scratch)
        }
    }

    /// Memory of the table.
    package var byteCount: Int { table.byteCount }

    /// The base to a secret exponent, modulo m^2.
    ///
    /// - Precondition: the exponent is not negative and has no more than `exponentBits` bits.
    package func power(_ exponent: BigInt) -> BigInt {
        powers([exponent]).first ?? 1
    }

    /// The base to each of several secret exponents; they share the way through the table.
    package func powers(_ exponents: [BigInt]) -> [BigInt] {
        guard !exponents.isEmpty else { return [] }
        let size = 1 << windowBits
        let scratch = ring.makeScratch()
        let digits = exponents.map {
            WindowDigits($0, bits: exponentBits, windowBits: windowBits)
        }
        let states = ring.makeElements(count: exponents.count + 1)
        let factor = states[exponents.count]
        for window in 0..<windowCount {
            for (index, digits) in digits.enumerated() {
                if window == 0 {
                    ring.select(
                        states[index], from: table, first: 0, count: size, index: digits[0])
                } else {
                    ring.select(
                        factor, from: table, first: window * size, count: size,
                        index: digits[window])
                    ring.multiply(states[index], states[index], factor, scratch)
                }
            }
        }
        return exponents.indices.map { ring.value(of: states, at: $0, scratch: scratch) }
    }
}
