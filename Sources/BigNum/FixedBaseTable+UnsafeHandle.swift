/// Memory for limbs, aligned to 64 bytes, for as long as the object lives.
package protocol LimbMemory: AnyObject, Sendable {
    /// Gives `body` the limbs; the pointer must not outlive the call. Written only while its user builds a table.
    func withLimbs(_ body: (UnsafeMutablePointer<UInt>) -> Void)
}

extension LimbArray: LimbMemory {
    package func withLimbs(_ body: (UnsafeMutablePointer<UInt>) -> Void) { body(self[0]) }
}

/// The engine of whole numbers: elements in a row, one window after the other.
extension FixedBaseTable {
    func fill(_ bases: LimbArray, ring: SquareModulus) {
        let scratch = ring.makeScratch()
        let one = ring.makeElements(count: 1)
        ring.loadOne(into: one, at: 0)
        memory.withLimbs { table in
            for window in 0..<bases.count {
                let first = table + window * windowLimbs
                let step = bases.stride
                first.update(from: one[0], count: step)
                for digit in 1..<max(1, entries) {
                    ring.multiply(
                        first + digit * step, first + (digit - 1) * step, bases[window], scratch)
                }
            }
        }
    }

    /// One power: the windows of the table in turn, each for all accumulators.
    func run(_ digits: WindowDigits, ring: SquareModulus, into results: LimbArray, at index: Int) {
        let scratch = ring.makeScratch()
        let states = ring.makeElements(count: shape.spread + 1)
        let factor = states[shape.spread]
        memory.withLimbs { table in
            for window in 0..<shape.windowCount {
                for part in 0..<shape.spread {
                    ring.select(
                        window == 0 ? states[part] : factor, from: table + window * windowLimbs,
                        count: entries, index: digits[window * shape.spread + part])
                    if window > 0 { ring.multiply(states[part], states[part], factor, scratch) }
                }
            }
        }
        combine(states, ring: ring, into: results, at: index)
    }
}

/// The vector engine.
extension FixedBaseTable {
    /// Writes the windows, eight entries at a time: `x^j` and what the kernel wants beside it, for the window's base x.
    func fill(_ bases: LimbArray, inverses: LimbArray, ring: SquareModulus) {
        guard let digits = ring.digits, let lanes = Lanes(ring) else { return }
        let half = digits.batchWords / 2
        // The eight powers, those of the inverse, the steps from eight to the next, and an entry.
        let batches = lanes.makeBatches(count: 5)
        let scratch = LimbArray(count: 1, stride: digits.batchScratchWords)
        memory.withLimbs { table in
            for window in 0..<bases.count {
                firstPowers(bases[window], ring: ring, lanes: lanes, into: batches[0], batches[2])
                firstPowers(
                    inverses[window], ring: ring, lanes: lanes, into: batches[1], batches[3])
                for first in stride(from: 0, to: entries, by: Lanes.count) {
                    batches[4].update(from: batches[0], count: half)
                    digits.multiplyHalves(
                        batches[4] + half, batches[0] + half, batches[1], scratch)
                    digits.store(
                        batch: batches[4], in: table + window * windowLimbs, entries: entries,
                        first: first)
                    guard first + Lanes.count < entries else { break }
                    digits.multiplyBatch(batches[0], batches[0], batches[2], scratch)
                    digits.multiplyHalves(batches[1], batches[1], batches[3], scratch)
                }
            }
        }
    }

    /// `x^0` to `x^7` as a batch, and `x^8` in every lane of another.
    private func firstPowers(
        _ x: UnsafePointer<UInt>, ring: SquareModulus, lanes: Lanes,
        into batch: UnsafeMutablePointer<UInt>, _ step: UnsafeMutablePointer<UInt>
    ) {
        let scratch = ring.makeScratch()
        let powers = ring.makeElements(count: Lanes.count + 1)
        ring.loadOne(into: powers, at: 0)
        for index in 1..<powers.count {
            ring.multiply(powers[index], powers[index - 1], x, scratch)
        }
        lanes.start(powers, Array(0..<Lanes.count))
        lanes.store(batch: batch)
        lanes.start(powers, [Int](repeating: Lanes.count, count: Lanes.count))
        lanes.store(batch: step)
    }

    /// One power: the lanes are its accumulators, and with four of them the upper lanes take the later windows.
    func run(
        dealing number: WindowDigits, ring: SquareModulus, into results: LimbArray, at index: Int
    ) {
        guard let digits = ring.digits else { return }
        let perGroup = shape.windowCount / shape.groups
        let state = LimbArray(count: 1, stride: digits.fixedStateWords)
        let scratch = LimbArray(count: 1, stride: digits.fixedScratchWords)
        let indices = LimbArray(count: 1, stride: 2 * Lanes.count)
        memory.withLimbs { table in
            for window in stride(from: 0, to: perGroup, by: 2) {
                let count = min(2, perGroup - window)
                for lane in 0..<count * Lanes.count {
                    let part = lane % shape.spread
                    let own =
                        window + lane / Lanes.count
                        + lane % Lanes.count / shape.spread * perGroup
                    indices[0][lane] = UInt(number[own * shape.spread + part])
                }
                let first = table + window * windowLimbs
                digits.multiplyFixed(
                    state[0], sets: 1, isFirst: window == 0, windows: first,
                    upper: first + (shape.groups - 1) * perGroup * windowLimbs,
                    next: windowLimbs, entries: entries, indices: indices[0], count: count,
                    scratch)
            }
        }
        let batch = LimbArray(count: 1, stride: digits.batchWords)
        digits.finishFixed(batch[0], state[0], scratch)
        let elements = ring.makeElements(count: Lanes.count)
        digits.unpack(batch[0], into: elements, first: 0, rest: batch)
        for lane in shape.spread..<max(shape.spread, Lanes.count) {
            ring.multiply(
                elements[lane % shape.spread], elements[lane % shape.spread], elements[lane],
                scratch)
        }
        combine(elements, ring: ring, into: results, at: index)
    }

    /// Powers side by side, in groups of eight that share the reading of windows.
    ///
    /// The accumulators of a group's lanes lie in states one after the other. Results go where the numbers are in their
    /// array.
    func run(
        _ numbers: ArraySlice<WindowDigits>, lanes: Lanes, ring: SquareModulus,
        into results: LimbArray
    ) {
        guard let digits = ring.digits else { return }
        let spread = shape.spread
        let groups = stride(from: numbers.startIndex, to: numbers.endIndex, by: Lanes.count).map {
            numbers[$0..<min($0 + Lanes.count, numbers.endIndex)]
        }
        let states = LimbArray(count: groups.count * spread, stride: digits.fixedStateWords)
        let scratch = LimbArray(count: 1, stride: digits.fixedScratchWords)
        let indices = LimbArray(count: 1, stride: 2 * spread * Lanes.count)
        memory.withLimbs { table in
            for window in stride(from: 0, to: shape.usedWindowCount, by: 2) {
                let count = min(2, shape.usedWindowCount - window)
                let start = table + window * windowLimbs
                for (position, group) in groups.enumerated() {
                    for number in 0..<count * spread {
                        for (lane, digits) in group.enumerated() {
                            indices[0][number * Lanes.count + lane] =
                                UInt(digits[window * spread + number])
                        }
                    }
                    digits.multiplyFixed(
                        states[position * spread], sets: spread, isFirst: window == 0,
                        windows: start, upper: start, next: windowLimbs, entries: entries,
                        indices: indices[0], count: count, scratch)
                }
            }
        }
        for (position, group) in groups.enumerated() {
            finish(
                states, first: position * spread, lanes: lanes, digits: digits, scratch: scratch)
            lanes.store(into: results, first: group.startIndex)
        }
    }

    /// Eight powers, in the accumulator of the lanes, out of their states by Horner's rule.
    private func finish(
        _ states: LimbArray, first: Int, lanes: Lanes, digits: DigitModulus, scratch: LimbArray
    ) {
        let batch = LimbArray(count: 1, stride: digits.batchWords)
        for part in (0..<shape.spread).reversed() {
            digits.finishFixed(batch[0], states[first + part], scratch)
            if part == shape.spread - 1 {
                lanes.start(batch: batch[0])
            } else {
                lanes.square(times: shape.windowBits)
                lanes.multiply(batch: batch[0])
            }
        }
    }
}
