import RingKernels

/// The digits of one polynomial over Q, to be raised to Q and P: what all key switches of one
/// polynomial share.
///
/// Digit j is the integer polynomial closest to zero that is the polynomial modulo the limbs of
/// digit j, by the exact centered conversion of `BasisConverter`. Its own limbs are those of the
/// polynomial itself. The others are converted a few limbs at a time by whoever reads them, so that
/// they are used while they are in the cache: all of them together are several times as large as
/// the polynomial.
package final class RaisedDigits: Sendable {
    /// The limbs of Q, then those of P.
    let basis: Basis
    private let evaluation: Polynomial<Evaluation>
    private let coefficients: Polynomial<Coefficient>
    private let digits: [Digit]

    private struct Digit {
        let source: Basis
        /// From the digit's limbs to all others of the basis, in order.
        let constants: ConverterConstants

        func owns(_ index: Int) -> Bool { source.position(of: index) != nil }
    }

    /// How many digits there are.
    package var count: Int { digits.count }

    /// Cuts a polynomial.
    ///
    /// - Parameters:
    ///   - polynomial: over the limbs of all digits.
    ///   - converters: for every digit one from its limbs to all others of the basis, in order.
    ///   - basis: the limbs of all digits, then those of P.
    ///   - team: who transforms.
    package init(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], basis: Basis,
        team: ThreadTeam
    ) {
        precondition(
            !converters.isEmpty && converters.count <= Int(RK_INNER_PRODUCT_DIGITS)
                && converters.allSatisfy {
                    $0.context === polynomial.context
                        && $0.source.count + $0.target.count == basis.count
                }, "digits of another basis")
        self.basis = basis
        evaluation = polynomial
        coefficients = polynomial.coefficients(over: polynomial.basis, team: team)
        digits = converters.map { Digit(source: $0.source, constants: $0.constants) }
    }

    /// Converts all digits at some limbs, by their positions one after another, into rows of
    /// scratch: digit after digit, limb after limb.
    func convert(_ positions: [Int], into rows: (Int) -> UnsafeMutablePointer<UInt64>) {
        guard let start = positions.first else { return }
        for (number, digit) in digits.enumerated() {
            let inputs = digit.source.indices.map { coefficients.limb(modulusIndex: $0) }
            let outputs = positions.indices.filter { !digit.owns(basis.indices[positions[$0]]) }
                .map { rows(number * positions.count + $0) }
            digit.constants.convert(
                outputs, first: basis.indices[..<start].count { !digit.owns($0) }, inputs,
                context: evaluation.context, count: evaluation.context.degree)
        }
    }

    /// Transforms the converted digits at one of `tile` limbs, once; gives the limb of every digit
    /// to `body`.
    func withTransformed(
        _ position: Int, _ place: Int, of tile: Int,
        rows: (Int) -> UnsafeMutablePointer<UInt64>,
        _ body: (UnsafePointer<UnsafePointer<UInt64>?>) -> Void
    ) {
        let context = evaluation.context
        let index = basis.indices[position]
        withUnsafeTemporaryAllocation(of: UnsafePointer<UInt64>?.self, capacity: count) { limbs in
            for (number, digit) in digits.enumerated() {
                if digit.owns(index) {
                    limbs.initializeElement(at: number, to: evaluation.limb(modulusIndex: index))
                } else {
                    let row = rows(number * tile + place)
                    context.kernels.forward_ntt(row, context.tables[index].plan)
                    limbs.initializeElement(at: number, to: UnsafePointer(row))
                }
            }
            if let base = limbs.baseAddress { body(UnsafePointer(base)) }
        }
    }

    /// The digits as polynomials.
    package func polynomials() -> [Polynomial<Evaluation>] {
        let context = evaluation.context
        let rows = Storage(
            pool: context.pool, degree: context.degree, limbCount: count * basis.count)
        let all = Array(0..<basis.count)
        let results = digits.map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: basis)
        }
        convert(all) { rows.limb($0) }
        for position in all {
            withTransformed(position, position, of: all.count, rows: { rows.limb($0) }) { limbs in
                for (number, result) in results.enumerated() {
                    guard let limb = limbs[number] else { continue }
                    result.storage.limb(position).update(from: limb, count: context.degree)
                }
            }
        }
        return results
    }
}

extension Polynomial where Form == Evaluation {
    /// A copy in coefficient form of the limbs of a basis, which must be part of this one's.
    package func coefficients(over smaller: Basis, team: ThreadTeam) -> Polynomial<Coefficient> {
        let result = Polynomial<Coefficient>(
            uninitialized: context, basis: smaller, isSecret: storage.isSecret)
        team.forEach(smaller.count) { position, _ in
            let limb = result.storage.limb(position)
            limb.update(
                from: self.limb(modulusIndex: smaller.indices[position]), count: context.degree)
            context.kernels.inverse_ntt(limb, context.tables[smaller.indices[position]].plan)
        }
        return result
    }
}
