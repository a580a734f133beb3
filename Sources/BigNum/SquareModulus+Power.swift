extension SquareModulus {
    /// Bits of a window that powers of secret exponents are cut into.
    static let secretWindowBits = 5

    /// `base` to a secret `exponent` modulo m^2, by fixed windows whose tables are read whole.
    ///
    /// The exponent's number of limbs shows, nothing else of either.
    package func power(_ base: RingElement, _ exponent: SecretNatural) -> RingElement {
        let digits = WindowDigits(exponent, windowBits: Self.secretWindowBits)
        let tableSize = 1 << Self.secretWindowBits
        let scratch = makeScratch()
        let table = makeElements(count: tableSize)
        loadOne(into: table, at: 0)
        table[1].update(from: base.array[base.index], count: table.stride)
        for index in 2..<tableSize {
            if index.isMultiple(of: 2) {
                square(table[index], table[index / 2], scratch)
            } else {
                multiply(table[index], table[index - 1], table[1], scratch)
            }
        }
        // Element 0: the power so far; element 1: the factor of the window at hand.
        let state = makeElements(count: 2)
        loadOne(into: state, at: 0)
        for window in stride(from: digits.count - 1, through: 0, by: -1) {
            if window != digits.count - 1 {
                for _ in 0..<Self.secretWindowBits { square(state[0], state[0], scratch) }
            }
            select(state[1], from: table[0], count: tableSize, index: digits[window])
            multiply(state[0], state[0], state[1], scratch)
        }
        return RingElement(array: state, index: 0)
    }

    /// Each of several bases to one secret exponent modulo m^2, eight at a time where that is faster; their number shows.
    package func powers(_ bases: [SecretNatural], _ exponent: SecretNatural) -> [RingElement] {
        var result: [RingElement] = []
        let lanes = bases.count >= Lanes.pays ? Lanes(self) : nil
        for first in stride(from: 0, to: bases.count, by: Lanes.count) {
            let group = Array(bases[first..<min(first + Lanes.count, bases.count)])
            if let lanes, group.count >= Lanes.pays {
                result += powers(group, exponent, lanes: lanes)
            } else {
                result += group.map { power(element($0), exponent) }
            }
        }
        return result
    }

    /// Writes the element of 1.
    func loadOne(into array: LimbArray, at index: Int) {
        load(SecretNatural(1), into: array, at: index)
    }

    private func powers(
        _ bases: [SecretNatural], _ exponent: SecretNatural, lanes: Lanes
    ) -> [RingElement] {
        let digits = WindowDigits(exponent, windowBits: Self.secretWindowBits)
        // The bases, and 1 for lanes without one.
        let elements = makeElements(count: bases.count + 1)
        for (index, base) in bases.enumerated() { load(base, into: elements, at: index) }
        loadOne(into: elements, at: bases.count)
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

/// An exponent cut into windows of equal width, lowest first; wiped when released.
struct WindowDigits {
    let count: Int
    private let exponent: SecretNatural
    private let windowBits: Int

    /// Cuts the lowest `bits` bits, by default all.
    init(_ exponent: SecretNatural, bits: Int? = nil, windowBits: Int) {
        precondition((1...16).contains(windowBits), "windows have 1 to 16 bits")
        self.exponent = exponent
        self.windowBits = windowBits
        count = ((bits ?? 64 * exponent.limbCount) + windowBits - 1) / windowBits
    }

    /// Windows past the last are zero.
    subscript(window: Int) -> Int {
        guard window < count else { return 0 }
        let start = window * windowBits
        let words = exponent.limbs[0]
        func word(_ index: Int) -> UInt { index < exponent.limbCount ? words[index] : 0 }
        let low = word(start / 64) >> UInt(start % 64)
        let high = start % 64 == 0 ? 0 : word(start / 64 + 1) << UInt(64 - start % 64)
        return Int((low | high) & ((1 << UInt(windowBits)) - 1))
    }
}
