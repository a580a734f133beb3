import BigNum

/// The integers behind a context's residues: Q at every level, P, digits and their lifts.
struct ExactModuli: Sendable {
    private let context: CKKSContext

    init(_ context: CKKSContext) { self.context = context }

    private var parameters: CKKSParameters { context.parameters }

    /// Q at a level.
    func modulus(atLevel level: Int) -> BigInt {
        BigInt.product(primes(atLevel: level).map { BigInt($0) })
    }

    /// P.
    var special: BigInt { BigInt.product(parameters.specialModuli.map { BigInt($0) }) }

    /// Divides by P.
    var specialLift: CenteredLift { CenteredLift(parameters.specialModuli) }

    /// Divides by a level's group.
    func groupLift(atLevel level: Int) -> CenteredLift {
        CenteredLift(parameters.group(atLevel: level))
    }

    /// Lifts to the digits of a level, in order.
    func digitLifts(atLevel level: Int) -> [CenteredLift] {
        let primes = primes(atLevel: level)
        return stride(from: 0, to: primes.count, by: parameters.digitLimbCount).map {
            CenteredLift(Array(primes[$0..<min($0 + parameters.digitLimbCount, primes.count)]))
        }
    }

    private func primes(atLevel level: Int) -> [UInt64] {
        Array(parameters.moduli.prefix(parameters.limbCount(atLevel: level)))
    }
}
