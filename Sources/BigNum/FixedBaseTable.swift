/// Powers of one base modulo m^2, prepared so that a power costs one product per window and a few squares.
///
/// Windows are dealt to `spread` accumulators in turn: window i of accumulator r is number `i spread + r` of the
/// exponent, so that the table holds every `spread`-th window only, `base^(j 2^(w i spread))` for every digit j
/// (Brickell, Gordon, McCurley, Wilson 1992; Lim and Lee 1994), and fits the cache. A secret digit is looked up by
/// reading its window whole.
package final class FixedBaseTable: Sendable {
    /// The ring of the powers.
    package let ring: SquareModulus
    /// Bits of the largest exponent.
    package let exponentBits: Int

    private let windowBits: Int
    private let windowCount: Int
    private let spread: Int
    private let table: WindowTable

    /// Prepares the powers of `base`, which lies in `0 ..< m^2`.
    package init(
        ring: SquareModulus, base: BigInt, exponentBits: Int, windowBits: Int = 6, spread: Int = 4
    ) {
        self.ring = ring
        self.exponentBits = exponentBits
        self.windowBits = windowBits
        self.spread = spread
        let step = windowBits * spread
        windowCount = max(1, (exponentBits + step - 1) / step)
        table = WindowTable(ring, windows: windowCount, windowBits: windowBits)
        let scratch = ring.makeScratch()
        let powers = ring.makeElements(count: table.entries)
        let power = ring.makeElements(count: 1)
        ring.load(1, into: powers, at: 0)
        ring.load(base, into: power, at: 0)
        for window in 0..<windowCount {
            powers[1].update(from: power[0], count: powers.stride)
            for digit in 2..<max(2, table.entries) {
                if digit.isMultiple(of: 2) {
                    ring.square(powers[digit], powers[digit / 2], scratch)
                } else {
                    ring.multiply(powers[digit], powers[digit - 1], power[0], scratch)
                }
            }
            for digit in 0..<table.entries {
                table.store(powers[digit], window: window, entry: digit)
            }
            guard window + 1 < windowCount else { continue }
            for _ in 0..<step { ring.square(power[0], power[0], scratch) }
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

    /// The base to each of several secret exponents, eight at a time where that is faster.
    package func powers(_ exponents: [BigInt]) -> [BigInt] {
        elements(exponents).map { ring.value($0) }
    }

    /// The same powers as elements.
    package func elements(_ exponents: [BigInt]) -> [RingElement] {
        let results = ring.makeElements(count: exponents.count)
        let lanes = exponents.count >= Lanes.pays ? Lanes(ring) : nil
        for first in stride(from: 0, to: exponents.count, by: Lanes.count) {
            let digits = exponents[first..<min(first + Lanes.count, exponents.count)].map {
                WindowDigits($0, bits: exponentBits, windowBits: windowBits)
            }
            if let lanes, digits.count >= Lanes.pays {
                run(digits, lanes: lanes, into: results, first: first)
            } else {
                for (index, digits) in digits.enumerated() {
                    run(digits, into: results, at: first + index)
                }
            }
        }
        return ring.elements(of: results, count: exponents.count)
    }

    /// One power: the windows of the table in turn, each for all accumulators, then the accumulators by Horner's rule.
    private func run(_ digits: WindowDigits, into results: LimbArray, at index: Int) {
        let scratch = ring.makeScratch()
        let states = ring.makeElements(count: spread + 1)
        let factor = states[spread]
        for window in 0..<windowCount {
            for part in 0..<spread {
                table.select(
                    window == 0 ? states[part] : factor, window: window,
                    index: digits[window * spread + part])
                if window > 0 { ring.multiply(states[part], states[part], factor, scratch) }
            }
        }
        let result = results[index]
        result.update(from: states[spread - 1], count: results.stride)
        for part in stride(from: spread - 2, through: 0, by: -1) {
            for _ in 0..<windowBits { ring.square(result, result, scratch) }
            ring.multiply(result, result, states[part], scratch)
        }
    }

    /// Six to eight powers, side by side.
    private func run(
        _ digits: [WindowDigits], lanes: Lanes, into results: LimbArray, first: Int
    ) {
        let states = lanes.makeBatches(count: spread)
        for window in 0..<windowCount {
            for part in 0..<spread {
                let indices = (0..<Lanes.count).map { lane in
                    lane < digits.count ? UInt(digits[lane][window * spread + part]) : 0
                }
                if window == 0 {
                    lanes.startSelected(from: table, window: 0, indices: indices)
                } else {
                    lanes.start(batch: states[part])
                    lanes.multiplySelected(from: table, window: window, indices: indices)
                }
                lanes.store(batch: states[part])
            }
        }
        lanes.start(batch: states[spread - 1])
        for part in stride(from: spread - 2, through: 0, by: -1) {
            lanes.square(times: windowBits)
            lanes.multiply(batch: states[part])
        }
        lanes.store(into: results, first: first)
    }
}
