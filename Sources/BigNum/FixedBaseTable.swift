/// Powers of one base modulo m^2, prepared so that a power costs one product per window and a few squares.
///
/// Windows are dealt to `spread` accumulators in turn: window i of accumulator r is number `i spread + r` of the
/// exponent, so that the table holds every `spread`-th window only, `base^(j 2^(w i spread))` for every digit j
/// (Brickell, Gordon, McCurley, Wilson 1992; Lim and Lee 1994), and fits the cache. A secret digit is looked up by
/// reading its window whole. With vectors, one power deals its accumulators to the eight lanes; several powers take a
/// lane each and share the reading of windows.
///
/// The table does not hold m: a ring of the same m and engine comes with every call, so that secret moduli need not live
/// as long as the table, whose memory is the caller's choice.
package final class FixedBaseTable: Sendable {
    /// How exponents are cut and dealt.
    package struct Shape: Sendable {
        /// Bits of the largest exponent.
        package let exponentBits: Int
        /// Bits of a window, 1 to 8.
        let windowBits: Int
        /// Accumulators of one power: 4 or 8.
        let spread: Int

        /// Describes a table.
        ///
        /// - Precondition: windows have 1 to 8 bits, and there are 4 or 8 accumulators.
        package init(exponentBits: Int, windowBits: Int, spread: Int) {
            precondition((1...8).contains(windowBits), "windows have 1 to 8 bits")
            precondition(spread == 4 || spread == 8, "4 or 8 accumulators")
            (self.exponentBits, self.windowBits, self.spread) = (exponentBits, windowBits, spread)
        }

        /// Windows that the lanes of one power read side by side.
        var groups: Int { 8 / spread }

        /// Windows that exponents reach.
        var usedWindowCount: Int {
            let step = windowBits * spread
            return max(1, (exponentBits + step - 1) / step)
        }

        /// Windows of the table: as many for every group.
        var windowCount: Int { (usedWindowCount + groups - 1) / groups * groups }

        /// Entries of a window; vectors hold sixteen at least.
        func entries(_ ring: SquareModulus) -> Int {
            ring.digits == nil ? 1 << windowBits : max(16, 1 << windowBits)
        }

        /// Limbs of one window.
        func windowLimbs(_ ring: SquareModulus) -> Int {
            let entries = entries(ring)
            return ring.digits?.windowWords(entries: entries) ?? entries * ring.elementLimbs
        }

        /// Memory of the table.
        package func byteCount(_ ring: SquareModulus) -> Int {
            windowCount * windowLimbs(ring) * MemoryLayout<UInt>.stride
        }
    }

    /// How exponents are cut and dealt.
    package let shape: Shape
    /// Bytes of the table.
    package let byteCount: Int

    let memory: any LimbMemory
    let entries: Int
    let windowLimbs: Int

    /// Prepares the powers of `base`.
    ///
    /// Throws `BigNumError.notInvertible` if the base is no unit.
    ///
    /// - Parameters:
    ///   - memory: Room for `shape.byteCount(ring)` bytes, zeros; by default memory that is wiped when released.
    ///   - isSecretPrime: Whether m is a secret prime: then the time of the inversion depends on its size alone. Otherwise the
    ///     product of all the table's bases is treated as public.
    package init(
        ring: SquareModulus, base: RingElement, shape: Shape, memory: (any LimbMemory)? = nil,
        isSecretPrime: Bool = false
    ) throws(BigNumError) {
        self.shape = shape
        entries = shape.entries(ring)
        windowLimbs = shape.windowLimbs(ring)
        byteCount = shape.byteCount(ring)
        self.memory =
            memory ?? LimbArray(count: shape.windowCount, stride: shape.windowLimbs(ring))
        let bases = windowBases(base, ring: ring)
        if ring.digits == nil {
            fill(bases, ring: ring)
        } else {
            let inverses = try inverses(of: bases, ring: ring, isSecretPrime: isSecretPrime)
            fill(bases, inverses: inverses, ring: ring)
        }
    }

    /// The base to the unit of every window.
    private func windowBases(_ base: RingElement, ring: SquareModulus) -> LimbArray {
        let scratch = ring.makeScratch()
        let bases = ring.makeElements(count: shape.windowCount)
        bases[0].update(from: base.array[base.index], count: bases.stride)
        for window in 1..<max(1, shape.windowCount) {
            bases[window].update(from: bases[window - 1], count: bases.stride)
            for _ in 0..<shape.windowBits * shape.spread {
                ring.square(bases[window], bases[window], scratch)
            }
        }
        return bases
    }

    /// The inverses modulo m of all elements through one inversion (Montgomery's trick).
    private func inverses(
        of bases: LimbArray, ring: SquareModulus, isSecretPrime: Bool
    ) throws(BigNumError) -> LimbArray {
        let scratch = ring.makeScratch()
        let prefixes = ring.makeElements(count: bases.count)
        prefixes[0].update(from: bases[0], count: bases.stride)
        for index in 1..<max(1, bases.count) {
            ring.multiply(prefixes[index], prefixes[index - 1], bases[index], scratch)
        }
        let last = RingElement(array: prefixes, index: bases.count - 1)
        let rest = ring.makeElements(count: 1)
        if isSecretPrime {
            // Fermat's theorem; only the lower halves count, which are what they are modulo m.
            let inverse = ring.power(last, ring.number.minus(2))
            rest[0].update(from: inverse.array[inverse.index], count: rest.stride)
        } else {
            let product = ring.residue(last).published()
            guard let inverse = product.inverse(modulo: ring.modulus) else {
                throw .notInvertible(operation: "table of powers")
            }
            ring.load(public: inverse, into: rest, at: 0)
        }
        for index in (1..<max(1, bases.count)).reversed() {
            // prefixes[index] becomes the inverse of bases[index].
            ring.multiply(prefixes[index], rest[0], prefixes[index - 1], scratch)
            ring.multiply(rest[0], rest[0], bases[index], scratch)
        }
        prefixes[0].update(from: rest[0], count: rest.stride)
        return prefixes
    }

    /// Powers from which on a lane for each is faster than the lanes for one power after the other.
    private static let batchPays = 7
    /// Powers that read a window together; their states and two windows stay in the second-level cache.
    private static let batchLimit = 4 * Lanes.count

    /// The base to each of several secret exponents, modulo m^2, eight at a time where that is faster.
    ///
    /// - Precondition: exponents have no more than `shape.exponentBits` bits.
    package func elements(_ exponents: [SecretNatural], ring: SquareModulus) -> [RingElement] {
        let results = ring.makeElements(count: exponents.count)
        let digits = exponents.map {
            WindowDigits($0, bits: shape.exponentBits, windowBits: shape.windowBits)
        }
        var next = 0
        if let lanes = Lanes(ring) {
            while digits.count - next >= Self.batchPays {
                let end = min(next + Self.batchLimit, digits.count)
                // A rest that does not fill lanes goes one by one.
                let rest = (end - next) % Lanes.count
                let whole = rest < Self.batchPays ? end - rest : end
                run(digits[next..<whole], lanes: lanes, ring: ring, into: results)
                next = whole
            }
        }
        for index in next..<digits.count {
            if ring.digits == nil {
                run(digits[index], ring: ring, into: results, at: index)
            } else {
                run(dealing: digits[index], ring: ring, into: results, at: index)
            }
        }
        return ring.elements(of: results, count: exponents.count)
    }

    /// Several accumulators to one power, by Horner's rule: the first is the result.
    func combine(
        _ accumulators: LimbArray, ring: SquareModulus, into results: LimbArray, at index: Int
    ) {
        let scratch = ring.makeScratch()
        let result = results[index]
        result.update(from: accumulators[shape.spread - 1], count: results.stride)
        for part in (0..<shape.spread - 1).reversed() {
            for _ in 0..<shape.windowBits { ring.square(result, result, scratch) }
            ring.multiply(result, result, accumulators[part], scratch)
        }
    }
}
