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
package struct SwitchedSums {
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

    /// A key switch.
    struct Switch {
        let key: SwitchingRows
        let body: Polynomial<Evaluation>?
        let index: PermutationTable?
        let uses: [(use: Use, isFirst: Bool)]
    }

    /// P times a pair that needs no key switch.
    struct Plain {
        let pair: (Polynomial<Evaluation>, Polynomial<Evaluation>)
        let uses: [(use: Use, isFirst: Bool)]
    }

    /// The ring.
    package let context: RingContext
    /// Q, then P.
    package let basis: Basis
    /// What the sums are divided by: P, or P and some limbs of Q.
    package let dropped: Basis
    /// P by modulus index; 0 on the limbs of P.
    let special: [UInt64]
    let sumCount: Int
    private(set) var plains: [Plain] = []
    /// The digits, and the key switches of each.
    private(set) var sources: [(digits: RaisedDigits, switches: [Switch])] = []
    private(set) var addends: [Polynomial<Evaluation>?]
    private(set) var elements: [PermutationTable?]
    private var started: [Bool]

    /// Empty sums.
    ///
    /// - Parameters:
    ///   - count: how many sums.
    ///   - context: the ring.
    ///   - basis: Q, then P.
    ///   - dropped: what to divide by; part of the basis.
    ///   - special: P modulo the modulus of each index of the context; 0 where that divides P.
    package init(
        count: Int, context: RingContext, basis: Basis, dropped: Basis, special: [UInt64]
    ) {
        self.context = context
        self.basis = basis
        self.dropped = dropped
        self.special = special
        sumCount = count
        addends = Array(repeating: nil, count: 2 * count)
        elements = Array(repeating: nil, count: count)
        started = Array(repeating: false, count: count)
    }

    /// Adds g(u_0 + P body, u_1) to sums; terms of the same digits go one after another.
    package mutating func add(
        _ digits: RaisedDigits, _ key: SwitchingRows, body: Polynomial<Evaluation>? = nil,
        applying element: GaloisElement = .identity, to uses: [Use]
    ) {
        let term = Switch(key: key, body: body, index: table(element), uses: marked(uses))
        if sources.last?.digits === digits {
            sources[sources.count - 1].switches.append(term)
        } else {
            sources.append((digits, [term]))
        }
    }

    /// Adds P times a pair to sums; before any key switch.
    package mutating func add(
        _ first: Polynomial<Evaluation>, _ second: Polynomial<Evaluation>, to uses: [Use]
    ) {
        precondition(sources.isEmpty, "pairs go first")
        plains.append(Plain(pair: (first, second), uses: marked(uses)))
    }

    /// What joins a sum after its division, and the automorphism applied then.
    package mutating func finish(
        _ sum: Int, adding first: Polynomial<Evaluation>?, _ second: Polynomial<Evaluation>?,
        applying element: GaloisElement = .identity
    ) {
        addends[2 * sum] = first
        addends[2 * sum + 1] = second
        elements[sum] = table(element)
    }

    /// Whether every sum has a term.
    var isComplete: Bool { started.allSatisfy { $0 } }

    private func table(_ element: GaloisElement) -> PermutationTable? {
        element.isIdentity ? nil : context.permutation(element, isEvaluation: true)
    }

    private mutating func marked(_ uses: [Use]) -> [(use: Use, isFirst: Bool)] {
        uses.map { use in
            defer { started[use.sum] = true }
            return (use, !started[use.sum])
        }
    }
}
