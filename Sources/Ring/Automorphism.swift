import RingKernels
import Synchronization

/// Where an automorphism takes each place from; entries as `rk_table.permute` and `.permute_signed`
/// want them.
struct PermutationTable: Sendable {
    let index: [UInt32]

    /// Coefficient form: X^i -> X^(ig) = ±X^j; the top bit of entry j says that the sign changes.
    static func coefficients(_ element: GaloisElement, degree: Int) -> PermutationTable {
        var index = [UInt32](repeating: 0, count: degree)
        for i in 0..<degree {
            let place = i * element.exponent & (2 * degree - 1)
            let sign: UInt32 = place >= degree ? 1 << 31 : 0
            index[place & (degree - 1)] = UInt32(i) | sign
        }
        return PermutationTable(index: index)
    }

    /// Evaluation form: the value at psi^(2 br(i) + 1) is the old one at psi^(g (2 br(i) + 1)).
    static func evaluations(_ element: GaloisElement, degree: Int) -> PermutationTable {
        let bits = degree.trailingZeroBitCount
        func reversed(_ x: Int) -> Int { Int(UInt32(x).byteSwappedBits >> UInt32(32 - bits)) }
        var index = [UInt32](repeating: 0, count: degree)
        for i in 0..<degree {
            let power = (2 * reversed(i) + 1) * element.exponent & (2 * degree - 1)
            index[i] = UInt32(reversed((power - 1) / 2))
        }
        return PermutationTable(index: index)
    }
}

extension UInt32 {
    /// All 32 bits in opposite order.
    fileprivate var byteSwappedBits: UInt32 {
        var x = self
        x = (x >> 1) & 0x5555_5555 | (x & 0x5555_5555) << 1
        x = (x >> 2) & 0x3333_3333 | (x & 0x3333_3333) << 2
        x = (x >> 4) & 0x0f0f_0f0f | (x & 0x0f0f_0f0f) << 4
        return x.byteSwapped
    }
}

extension RingContext {
    struct PermutationKey: Hashable, Sendable {
        let element: GaloisElement
        let isEvaluation: Bool
    }

    /// Tables kept at most; further ones are built again at every use.
    private static let permutationLimit = 1024

    func permutation(_ element: GaloisElement, isEvaluation: Bool) -> PermutationTable {
        precondition(
            element.exponent & 1 == 1 && element.exponent < 2 * degree,
            "Galois element of another degree")
        let key = PermutationKey(element: element, isEvaluation: isEvaluation)
        if let table = caches.withLock({ $0.permutations[key] }) { return table }
        let table =
            isEvaluation
            ? PermutationTable.evaluations(element, degree: degree)
            : PermutationTable.coefficients(element, degree: degree)
        caches.withLock { caches in
            if caches.permutations.count < RingContext.permutationLimit {
                caches.permutations[key] = table
            }
        }
        return table
    }
}

extension Polynomial where Form == Coefficient {
    /// The polynomial p(X^g).
    public func applying(_ element: GaloisElement) -> Polynomial {
        if element.isIdentity { return self }
        let table = context.permutation(element, isEvaluation: false)
        let result = Polynomial(uninitialized: context, basis: basis)
        context.forEachLimb(of: basis) { kernels, position, modulus in
            kernels.permute_signed(
                result.storage.limb(position), limb(position), table.index, context.degree, modulus)
        }
        return result
    }
}

extension Polynomial where Form == Evaluation {
    /// The polynomial p(X^g): in evaluation form a permutation.
    public func applying(_ element: GaloisElement) -> Polynomial {
        if element.isIdentity { return self }
        let table = context.permutation(element, isEvaluation: true)
        let result = Polynomial(uninitialized: context, basis: basis)
        context.forEachLimb(of: basis) { kernels, position, _ in
            kernels.permute(
                result.storage.limb(position), limb(position), table.index, context.degree)
        }
        return result
    }
}
