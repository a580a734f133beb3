extension SquareModulus {
    /// Bits of a window that powers of secret exponents are cut into.
    static let secretWindowBits = 5

    /// `base` to a secret `exponent` modulo m^2, by fixed windows whose tables are read whole.
    ///
    /// - Parameters:
    ///   - base: In `0 ..< m^2`.
    ///   - exponent: Non-negative; only `exponentBits`, its public bound, shows in the time.
    /// - Precondition: `exponent` has no more than `exponentBits` bits.
    package func powerSecret(_ base: BigInt, exponent: BigInt, exponentBits: Int) -> BigInt {
        let digits = WindowDigits(exponent, bits: exponentBits, windowBits: Self.secretWindowBits)
        let tableSize = 1 << Self.secretWindowBits
        let scratch = makeScratch()
        let table = makeElements(count: tableSize)
        load(1, into: table, at: 0)
        load(base, into: table, at: 1)
        for index in 2..<tableSize {
            if index.isMultiple(of: 2) {
                square(table[index], table[index / 2], scratch)
            } else {
                multiply(table[index], table[index - 1], table[1], scratch)
            }
        }
        // Element 0: the power so far; element 1: the factor of the window at hand.
        let state = makeElements(count: 2)
        load(1, into: state, at: 0)
        for window in stride(from: digits.count - 1, through: 0, by: -1) {
            if window != digits.count - 1 {
                for _ in 0..<Self.secretWindowBits { square(state[0], state[0], scratch) }
            }
            select(state[1], from: table, first: 0, count: tableSize, index: digits[window])
            multiply(state[0], state[0], state[1], scratch)
        }
        return value(of: state, at: 0, scratch: scratch)
    }
}

/// A non-negative exponent cut into windows of equal width, lowest first; wiped when released.
struct WindowDigits {
    let count: Int
    private let limbs: LimbArray
    private let windowBits: Int

    init(_ exponent: BigInt, bits: Int, windowBits: Int) {
        precondition(!exponent.isNegative, "windows are of natural numbers")
        precondition(exponent.bitWidth <= bits, "an exponent beyond its stated width")
        precondition((1...16).contains(windowBits), "windows have 1 to 16 bits")
        self.windowBits = windowBits
        count = max(1, (bits + windowBits - 1) / windowBits)
        // One limb more, so that a window may reach past the top.
        limbs = LimbArray(count: 1, stride: (bits + 63) / 64 + 1)
        limbs.write(exponent, at: 0, offset: 0, limbs: limbs.stride)
    }

    subscript(window: Int) -> Int {
        let start = window * windowBits
        let words = limbs[0]
        let low = words[start / 64] >> UInt(start % 64)
        let next = start / 64 + 1 < limbs.stride ? words[start / 64 + 1] : 0
        let high = start % 64 == 0 ? 0 : next << UInt(64 - start % 64)
        return Int((low | high) & ((1 << UInt(windowBits)) - 1))
    }
}
