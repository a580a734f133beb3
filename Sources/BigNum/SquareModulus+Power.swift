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
        value(powerElement(base, exponent: exponent, exponentBits: exponentBits))
    }

    private func powerElement(
        _ base: BigInt, exponent: BigInt, exponentBits: Int
    ) -> RingElement {
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
            select(state[1], from: table[0], count: tableSize, index: digits[window])
            multiply(state[0], state[0], state[1], scratch)
        }
        return RingElement(array: state, index: 0)
    }

    /// Each of several bases to one secret exponent modulo m^2, eight at a time where that is faster.
    ///
    /// Conditions as for one base; the number of bases shows.
    package func powersSecret(
        _ bases: [BigInt], exponent: BigInt, exponentBits: Int
    ) -> [BigInt] {
        powerElements(bases, exponent: exponent, exponentBits: exponentBits).map { value($0) }
    }

    /// The same powers as elements.
    package func powerElements(
        _ bases: [BigInt], exponent: BigInt, exponentBits: Int
    ) -> [RingElement] {
        var result: [RingElement] = []
        let lanes = bases.count >= Lanes.pays ? Lanes(self) : nil
        for first in stride(from: 0, to: bases.count, by: Lanes.count) {
            let group = Array(bases[first..<min(first + Lanes.count, bases.count)])
            if let lanes, group.count >= Lanes.pays {
                result += powers(
                    group, exponent: exponent, exponentBits: exponentBits, lanes: lanes)
            } else {
                result += group.map {
                    powerElement($0, exponent: exponent, exponentBits: exponentBits)
                }
            }
        }
        return result
    }

    private func powers(
        _ bases: [BigInt], exponent: BigInt, exponentBits: Int, lanes: Lanes
    ) -> [RingElement] {
        let digits = WindowDigits(exponent, bits: exponentBits, windowBits: Self.secretWindowBits)
        // The bases, and 1 for lanes without one.
        let elements = makeElements(count: bases.count + 1)
        for (index, base) in bases.enumerated() { load(base, into: elements, at: index) }
        load(1, into: elements, at: bases.count)
        let table = lanes.makeBatches(count: 1 << Self.secretWindowBits)
        lanes.start(elements, [Int](repeating: bases.count, count: Lanes.count))
        lanes.store(batch: table[0])
        lanes.start(elements, (0..<Lanes.count).map { min($0, bases.count) })
        lanes.store(batch: table[1])
        for index in 2..<table.count {
            lanes.start(batch: table[index.isMultiple(of: 2) ? index / 2 : index - 1])
            if index.isMultiple(of: 2) { lanes.square() } else { lanes.multiply(batch: table[1]) }
            lanes.store(batch: table[index])
        }
        lanes.start(batch: table[0])
        for window in stride(from: digits.count - 1, through: 0, by: -1) {
            if window != digits.count - 1 { lanes.square(times: Self.secretWindowBits) }
            lanes.multiplySelected(fromBatches: table, index: digits[window])
        }
        lanes.store(into: elements, first: 0)
        return self.elements(of: elements, count: bases.count)
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

    /// Windows past the last are zero.
    subscript(window: Int) -> Int {
        guard window < count else { return 0 }
        let start = window * windowBits
        let words = limbs[0]
        let low = words[start / 64] >> UInt(start % 64)
        let next = start / 64 + 1 < limbs.stride ? words[start / 64 + 1] : 0
        let high = start % 64 == 0 ? 0 : next << UInt(64 - start % 64)
        return Int((low | high) & ((1 << UInt(windowBits)) - 1))
    }
}
