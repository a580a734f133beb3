/// Products of powers of many bases modulo m^2, with public exponents of either sign.
///
/// Exponents are cut into signed windows. Tables of small powers are made once and serve every row; for every row,
/// sign and window position the entries that belong there are multiplied (Straus 1964, Yao 1976), all of them
/// independent tasks that run eight at a time, and Horner's rule puts the positions together. What negative digits
/// gathered is divided out at the end, with one inversion for all rows (Montgomery's trick). Time depends on the
/// exponents, not on the bases.
package struct MultiExponentiation {
    private let ring: SquareModulus
    private let windowBits: Int
    private let windowCount: Int
    private let rows: [[BigInt]]
    private let lanes: Lanes?
    /// Powers 1 to 2^(windowBits - 1) of every base, then 1.
    private let table: LimbArray

    /// The products of all rows: row r is the product of `bases[i]^rows[r][i]`.
    ///
    /// Throws `BigNumError.notInvertible` if a base has to be inverted and cannot be.
    ///
    /// - Precondition: every row has one exponent per base.
    package static func products(
        ring: SquareModulus, bases: [RingElement], rows: [[BigInt]]
    ) throws(BigNumError) -> [RingElement] {
        let work = MultiExponentiation(ring: ring, bases: bases, rows: rows)
        var result: [RingElement] = []
        for first in stride(from: 0, to: rows.count, by: rowsPerChunk) {
            let chunk = first..<min(first + rowsPerChunk, rows.count)
            result += try work.products(chunk)
        }
        return result
    }

    /// Rows whose tasks are sorted and run together.
    private static let rowsPerChunk = 16

    private init(ring: SquareModulus, bases: [RingElement], rows: [[BigInt]]) {
        self.ring = ring
        self.rows = rows
        let bits = rows.reduce(1) { $1.reduce($0) { max($0, $1.bitWidth) } }
        windowBits = Self.bestWindow(bases: bases.count, rows: rows, bits: bits)
        windowCount = bits / windowBits + 1
        lanes = Lanes(ring)
        let perBase = 1 << (windowBits - 1)
        table = ring.makeElements(count: bases.count * perBase + 1)
        ring.loadOne(into: table, at: bases.count * perBase)
        for (index, base) in bases.enumerated() {
            table[index * perBase].update(from: base.array[base.index], count: table.stride)
        }
        fillTable(bases: bases.count, perBase: perBase)
    }

    private var oneIndex: Int { table.count - 1 }

    /// Makes the powers from 2 on, eight bases at a time.
    private func fillTable(bases: Int, perBase: Int) {
        let scratch = ring.makeScratch()
        for first in stride(from: 0, to: bases, by: Lanes.count) {
            let group = first..<min(first + Lanes.count, bases)
            guard let lanes, group.count >= Lanes.pays else {
                for base in group {
                    let start = base * perBase
                    for entry in stride(from: 1, to: perBase, by: 1) {
                        ring.multiply(
                            table[start + entry], table[start + entry - 1], table[start], scratch)
                    }
                }
                continue
            }
            let starts = (0..<Lanes.count).map { min(first + $0, group.upperBound - 1) * perBase }
            let factor = lanes.makeBatches(count: 1)
            lanes.start(table, starts)
            lanes.store(batch: factor[0])
            let results = ring.makeElements(count: Lanes.count)
            for entry in stride(from: 1, to: perBase, by: 1) {
                lanes.multiply(batch: factor[0])
                lanes.store(into: results, first: 0)
                for (lane, base) in group.enumerated() {
                    table[base * perBase + entry].update(
                        from: results[lane], count: table.stride)
                }
            }
        }
    }

    private func products(_ chunk: Range<Int>) throws(BigNumError) -> [RingElement] {
        // Tasks of row r: its windows with positive digits, highest first, then those with negative ones.
        let tasks = chunk.flatMap { row in self.tasks(row: row) }
        let parts = run(tasks)
        let chains = chunk.count * 2
        let powers = horner(parts, chains: chains)
        let scratch = ring.makeScratch()
        let isDivided = (0..<chains).map { chain in
            tasks[chain * windowCount..<(chain + 1) * windowCount].contains { !$0.isEmpty }
        }
        var divisors: [BigInt] = []
        for row in 0..<chunk.count where isDivided[2 * row + 1] {
            divisors.append(
                ring.value(RingElement(array: powers, index: 2 * row + 1)).published())
        }
        var inverses = try BigInt.inverses(divisors, modulo: ring)[...]
        let factor = ring.makeElements(count: 1)
        return (0..<chunk.count).map { row in
            if isDivided[2 * row + 1], let inverse = inverses.popFirst() {
                ring.load(public: inverse, into: factor, at: 0)
                ring.multiply(powers[2 * row], powers[2 * row], factor[0], scratch)
            }
            return RingElement(array: powers, index: 2 * row)
        }
    }

    /// The table entries that each of a row's `2 windowCount` tasks multiplies.
    private func tasks(row: Int) -> [[Int]] {
        var result = [[Int]](repeating: [], count: 2 * windowCount)
        let perBase = 1 << (windowBits - 1)
        for (base, exponent) in rows[row].enumerated() where !exponent.isZero {
            let digits = exponent.signedWindows(windowBits: windowBits, count: windowCount)
            for (position, digit) in digits.enumerated() where digit != 0 {
                let task = (digit < 0 ? windowCount : 0) + windowCount - 1 - position
                result[task].append(base * perBase + Int(digit.magnitude) - 1)
            }
        }
        return result
    }

    /// The product of every task's entries; tasks of like length run side by side.
    private func run(_ tasks: [[Int]]) -> LimbArray {
        let results = ring.makeElements(count: tasks.count)
        let order = tasks.indices.sorted { tasks[$0].count > tasks[$1].count }
        let scratch = ring.makeScratch()
        let sorted = ring.makeElements(count: Lanes.count)
        for first in stride(from: 0, to: order.count, by: Lanes.count) {
            let group = order[first..<min(first + Lanes.count, order.count)]
            let busy = group.prefix { tasks[$0].count > 1 }
            if let lanes, busy.count >= Lanes.pays {
                let longest = tasks[group[first]].count
                for step in 0..<longest {
                    let entries = (0..<Lanes.count).map { lane in
                        guard lane < group.count else { return oneIndex }
                        let list = tasks[group[first + lane]]
                        return step < list.count ? list[step] : oneIndex
                    }
                    if step == 0 {
                        lanes.start(table, entries)
                    } else {
                        lanes.multiply(table, entries)
                    }
                }
                lanes.store(into: sorted, first: 0)
                for (lane, task) in group.enumerated() {
                    results[task].update(from: sorted[lane], count: results.stride)
                }
            } else {
                for task in group {
                    let list = tasks[task]
                    results[task].update(
                        from: table[list.first ?? oneIndex], count: results.stride)
                    for entry in list.dropFirst() {
                        ring.multiply(results[task], results[task], table[entry], scratch)
                    }
                }
            }
        }
        return results
    }

    /// Every chain of `windowCount` parts, the highest first, put together.
    private func horner(_ parts: LimbArray, chains: Int) -> LimbArray {
        let results = ring.makeElements(count: chains)
        let scratch = ring.makeScratch()
        for first in stride(from: 0, to: chains, by: Lanes.count) {
            let group = first..<min(first + Lanes.count, chains)
            if let lanes, group.count >= Lanes.pays {
                for position in 0..<windowCount {
                    let indices = (0..<Lanes.count).map { lane in
                        min(first + lane, group.upperBound - 1) * windowCount + position
                    }
                    if position == 0 {
                        lanes.start(parts, indices)
                    } else {
                        lanes.square(times: windowBits)
                        lanes.multiply(parts, indices)
                    }
                }
                lanes.store(into: results, first: first)
            } else {
                for chain in group {
                    let result = results[chain]
                    result.update(from: parts[chain * windowCount], count: results.stride)
                    for position in 1..<max(1, windowCount) {
                        for _ in 0..<windowBits { ring.square(result, result, scratch) }
                        ring.multiply(
                            result, result, parts[chain * windowCount + position], scratch)
                    }
                }
            }
        }
        return results
    }

    /// The window that makes tables, digits and squarings together cheapest; digits are counted on a sample.
    private static func bestWindow(bases: Int, rows: [[BigInt]], bits: Int) -> Int {
        let sample = rows.prefix(8).flatMap { $0.prefix(8) }
        guard !sample.isEmpty else { return 2 }
        let costs = (2...7).map { window in
            let windows = bits / window + 1
            let digits = sample.reduce(0) { sum, exponent in
                sum
                    + exponent.signedWindows(windowBits: window, count: windows)
                    .reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            }
            let products = digits * bases * rows.count / sample.count
            let table = bases * ((1 << (window - 1)) - 1)
            return (cost: table + products + 2 * rows.count * windows, window: window)
        }
        return costs.min { $0.cost < $1.cost }?.window ?? 4
    }
}

extension BigInt {
    /// Digits of the value at base `2^windowBits`, the lowest first, each in `-2^(windowBits-1) + 1 ... 2^(windowBits-1)`
    /// for a positive value and mirrored for a negative one.
    ///
    /// - Precondition: `count` is at least `bitWidth / windowBits + 1`.
    func signedWindows(windowBits: Int, count: Int) -> [Int] {
        let words = magnitude.words
        let size = 1 << windowBits
        var carry = 0
        return (0..<count).map { index in
            let start = index * windowBits
            var digit = 0
            if start / 64 < words.count {
                var bits = words[start / 64] >> UInt64(start % 64)
                if start % 64 != 0, start / 64 + 1 < words.count {
                    bits |= words[start / 64 + 1] << UInt64(64 - start % 64)
                }
                digit = Int(bits & UInt64(size - 1))
            }
            digit += carry
            carry = digit > size / 2 ? 1 : 0
            digit -= carry * size
            return isNegative ? -digit : digit
        }
    }

    /// The inverses of all values modulo m^2 through one inversion (Montgomery's trick).
    ///
    /// Throws `BigNumError.notInvertible` if any value has none.
    static func inverses(
        _ values: [BigInt], modulo ring: SquareModulus
    ) throws(BigNumError) -> [BigInt] {
        guard !values.isEmpty else { return [] }
        let square = ring.square
        var prefixes: [BigInt] = [1]
        for value in values {
            prefixes.append((prefixes[prefixes.count - 1] * value).mod(square))
        }
        guard var inverse = prefixes[values.count].inverse(modulo: square) else {
            throw .notInvertible(operation: "inverse of a batch")
        }
        var result = values
        for index in values.indices.reversed() {
            result[index] = (inverse * prefixes[index]).mod(square)
            inverse = (inverse * values[index]).mod(square)
        }
        return result
    }
}
