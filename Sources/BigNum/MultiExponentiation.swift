/// Products of powers of many bases modulo m^2, with public exponents of either sign.
///
/// The tables of odd powers are made once and serve every row of exponents; a row then shares its squarings among
/// all bases (Straus 1964; windowed non-adjacent forms, Moeller 2001). The inverses that negative digits need
/// come from one inversion for all bases (Montgomery's trick). Time depends on the exponents, not on the bases.
package struct MultiExponentiation: Sendable {
    private let ring: SquareModulus
    private let windowBits: Int
    /// Per base: first table entry, or nil if no row uses it.
    private let firsts: [Int?]
    private let table: LimbArray
    private let rows: [[Step]]

    /// A multiplication that belongs before the squaring number `bit` from the end.
    private struct Step: Sendable {
        let bit: Int
        let entry: Int
    }

    /// Prepares all rows of exponents; row r asks for the product of `bases[i]^rows[r][i]`.
    ///
    /// Throws `BigNumError.notInvertible` if a base has no inverse modulo m^2.
    ///
    /// - Precondition: every row has one exponent per base; bases lie in `0 ..< m^2`.
    package init(ring: SquareModulus, bases: [BigInt], rows: [[BigInt]]) throws(BigNumError) {
        self.ring = ring
        let window = MultiExponentiation.bestWindow(bases: bases.count, rows: rows)
        windowBits = window
        var isUsed = [Bool](repeating: false, count: bases.count)
        for row in rows {
            precondition(row.count == bases.count, "one exponent per base")
            for (index, exponent) in row.enumerated() where !exponent.isZero {
                isUsed[index] = true
            }
        }
        let perSign = 1 << (window - 2)
        var next = 0
        firsts = isUsed.map { used in
            guard used else { return nil }
            defer { next += 2 * perSign }
            return next
        }
        let used = bases.indices.filter { isUsed[$0] }
        let inverses = try BigInt.inverses(used.map { bases[$0] }, modulo: ring)
        table = ring.makeElements(count: next)
        let scratch = ring.makeScratch()
        let square = ring.makeElements(count: 1)
        for (position, index) in used.enumerated() {
            for (sign, base) in [bases[index], inverses[position]].enumerated() {
                let first = (2 * position + sign) * perSign
                ring.load(base, into: table, at: first)
                ring.square(square[0], table[first], scratch)
                for entry in first + 1..<first + perSign {
                    ring.multiply(table[entry], table[entry - 1], square[0], scratch)
                }
            }
        }
        let starts = firsts
        self.rows = rows.map { row in
            var steps: [Step] = []
            for (index, exponent) in row.enumerated() {
                guard let first = starts[index] else { continue }
                for (bit, digit) in exponent.nonAdjacentForm(windowBits: window) {
                    let sign = digit < 0 ? perSign : 0
                    steps.append(Step(bit: bit, entry: first + sign + Int(digit.magnitude) / 2))
                }
            }
            return steps.sorted { $0.bit > $1.bit }
        }
    }

    /// The product of row `index`, modulo m^2.
    package func product(row index: Int) -> BigInt {
        let steps = rows[index]
        guard let top = steps.first else { return 1 }
        let scratch = ring.makeScratch()
        let state = ring.makeElements(count: 1)
        state[0].update(from: table[top.entry], count: table.stride)
        var bit = top.bit
        for step in steps.dropFirst() {
            while bit > step.bit {
                ring.square(state[0], state[0], scratch)
                bit -= 1
            }
            ring.multiply(state[0], state[0], table[step.entry], scratch)
        }
        for _ in 0..<bit { ring.square(state[0], state[0], scratch) }
        return ring.value(of: state, at: 0, scratch: scratch)
    }

    /// The window that makes tables and expected digits together cheapest.
    private static func bestWindow(bases: Int, rows: [[BigInt]]) -> Int {
        let bits = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1.bitWidth } }
        let costs = (2...8).map { window in
            (cost: (bases << (window - 1)) + bits / (window + 1), window: window)
        }
        return costs.min { $0.cost < $1.cost }?.window ?? 4
    }
}

extension BigInt {
    /// Non-zero digits of the windowed non-adjacent form, lowest first: `sum digit 2^bit`, digits odd and
    /// of magnitude below `2^(windowBits - 1)`.
    func nonAdjacentForm(windowBits: Int) -> [(bit: Int, digit: Int)] {
        var result: [(Int, Int)] = []
        var rest = magnitude
        var bit = 0
        let size = 1 << windowBits
        while !rest.isZero {
            let zeros = rest.trailingZeroBitCount
            rest = rest >> zeros
            bit += zeros
            var digit = Int(rest.lowWord & UInt64(size - 1))
            if digit >= size / 2 { digit -= size }
            rest -= BigInt(digit)
            result.append((bit, isNegative ? -digit : digit))
        }
        return result
    }

    /// The inverses of all values modulo m^2 through one inversion (Montgomery's trick).
    ///
    /// Throws `BigNumError.notInvertible` if any value has none.
    static func inverses(
        _ values: [BigInt], modulo ring: SquareModulus
    ) throws(BigNumError) -> [BigInt] {
        guard !values.isEmpty else { return [] }
        var prefixes: [BigInt] = [1]
        for value in values {
            prefixes.append((prefixes[prefixes.count - 1] * value).mod(ring.square))
        }
        guard var inverse = prefixes[values.count].inverse(modulo: ring.square) else {
            throw .notInvertible(operation: "inverse of a batch")
        }
        var result = values
        for index in values.indices.reversed() {
            result[index] = (inverse * prefixes[index]).mod(ring.square)
            inverse = (inverse * values[index]).mod(ring.square)
        }
        return result
    }
}
