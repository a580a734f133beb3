/// Sums of key switches that are divided by P once: what relinearization, rotations and sums of
/// rotations have in common.
///
/// A sum's value before its division is, over Q and P,
///
///     Σ w · g(u_0 + P c_0, u_1)  +  Σ w · P (c_0, c_1)
///
/// over its terms, u the inner product of digits and key, g an automorphism, w a plaintext; after
/// the division the addends join and the sum's own automorphism is applied. Limbs are independent
/// but for the division, so work goes by one limb at a time: its digits are raised, multiplied by
/// all keys, weighted and divided while they are in the second-level cache (`evaluate`, in the file
/// of pointers).
///
/// One instance serves one operation after another, `begin` to `clear`: its lists keep their
/// capacity, so that a steady operation takes no memory from the system but for its results.
package final class SwitchedSums: @unchecked Sendable {
    /// Where a term goes.
    package struct Use {
        /// The sum.
        package let sum: Int
        /// A factor over Q and P; nil for one.
        package let weights: Polynomial<Evaluation>?

        /// Pairs a sum with a factor.
        package init(sum: Int, weights: Polynomial<Evaluation>? = nil) {
            self.sum = sum
            self.weights = weights
        }
    }

    /// One of the polynomials whose digits are switched.
    package struct Digits {
        let number: Int
    }

    /// A key switch; its uses are a range of the list.
    struct Switch {
        let digits: Int
        let key: SwitchingRows
        let body: Polynomial<Evaluation>?
        let index: PermutationTable?
        let uses: Range<Int>
    }

    /// P times a pair that needs no key switch.
    struct Plain {
        let pair: (Polynomial<Evaluation>, Polynomial<Evaluation>)
        let uses: Range<Int>
    }

    /// The ring.
    package let context: RingContext
    /// Q, then P.
    private(set) var basis = Basis([])
    /// What the sums are divided by: P, or P and some limbs of Q.
    private(set) var dropped = Basis([])
    /// P by modulus index; 0 on the limbs of P.
    private(set) var special: [UInt64] = []
    private(set) var sumCount = 0
    private(set) var plains: [Plain] = []
    private(set) var switches: [Switch] = []
    private(set) var uses: [(use: Use, isFirst: Bool)] = []
    private(set) var addends: [Polynomial<Evaluation>?] = []
    private(set) var elements: [PermutationTable?] = []
    private var started: [Bool] = []
    /// Both halves of every sum, once evaluated.
    var results: [Polynomial<Evaluation>] = []
    /// The digits in use are the first; the others wait for the next operation.
    private(set) var digits: [RaisedDigits] = []
    private var digitsInUse = 0

    /// Ready to begin.
    package init(context: RingContext) { self.context = context }

    /// Begins with empty sums.
    ///
    /// - Parameters:
    ///   - count: how many sums.
    ///   - basis: Q, then P.
    ///   - dropped: what to divide by; part of the basis.
    ///   - special: P modulo the modulus of each index of the context; 0 where that divides P.
    package func begin(count: Int, basis: Basis, dropped: Basis, special: [UInt64]) {
        clear()
        self.basis = basis
        self.dropped = dropped
        self.special = special
        sumCount = count
        for _ in 0..<count {
            elements.append(nil)
            started.append(false)
            for _ in 0..<2 { addends.append(nil) }
        }
    }

    /// Forgets all operands and results.
    package func clear() {
        for number in 0..<digitsInUse { digits[number].clear() }
        digitsInUse = 0
        plains.removeAll(keepingCapacity: true)
        switches.removeAll(keepingCapacity: true)
        uses.removeAll(keepingCapacity: true)
        addends.removeAll(keepingCapacity: true)
        elements.removeAll(keepingCapacity: true)
        started.removeAll(keepingCapacity: true)
        results.removeAll(keepingCapacity: true)
    }

    /// Cuts a polynomial into digits, see `RaisedDigits.init`; the basis is that of the sums.
    package func cut(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], team: ThreadTeam
    ) -> Digits {
        if digitsInUse == digits.count { digits.append(RaisedDigits(context: context)) }
        digits[digitsInUse].cut(polynomial, converters: converters, basis: basis, team: team)
        digitsInUse += 1
        return Digits(number: digitsInUse - 1)
    }

    /// Adds g(u_0 + P body, u_1) to sums; terms of the same digits go one after another.
    package func add(
        _ digits: Digits, _ key: SwitchingRows, body: Polynomial<Evaluation>? = nil,
        applying element: GaloisElement = .identity, to uses: [Use]
    ) {
        let first = self.uses.count
        for use in uses { mark(use) }
        switches.append(
            Switch(
                digits: digits.number, key: key, body: body, index: table(element),
                uses: first..<self.uses.count))
    }

    /// The same for one sum, without a factor: takes no list.
    package func add(
        _ digits: Digits, _ key: SwitchingRows, body: Polynomial<Evaluation>? = nil,
        applying element: GaloisElement = .identity, toSum sum: Int
    ) {
        let first = uses.count
        mark(Use(sum: sum))
        switches.append(
            Switch(
                digits: digits.number, key: key, body: body, index: table(element),
                uses: first..<uses.count))
    }

    /// Adds P times a pair to sums; before any key switch.
    package func add(
        _ first: Polynomial<Evaluation>, _ second: Polynomial<Evaluation>, to uses: [Use]
    ) {
        precondition(switches.isEmpty, "pairs go first")
        let start = self.uses.count
        for use in uses { mark(use) }
        plains.append(Plain(pair: (first, second), uses: start..<self.uses.count))
    }

    /// What joins a sum after its division, and the automorphism applied then.
    package func finish(
        _ sum: Int, adding first: Polynomial<Evaluation>?, _ second: Polynomial<Evaluation>?,
        applying element: GaloisElement = .identity
    ) {
        addends[2 * sum] = first
        addends[2 * sum + 1] = second
        elements[sum] = table(element)
    }

    /// Both halves of an evaluated sum.
    package func result(_ sum: Int) -> [Polynomial<Evaluation>] {
        [results[2 * sum], results[2 * sum + 1]]
    }

    /// Whether every sum has a term.
    var isComplete: Bool { started.allSatisfy { $0 } }

    private func table(_ element: GaloisElement) -> PermutationTable? {
        element.isIdentity ? nil : context.permutation(element, isEvaluation: true)
    }

    private func mark(_ use: Use) {
        uses.append((use, !started[use.sum]))
        started[use.sum] = true
    }
}
