import RingKernels

/// The digits of one polynomial over Q, to be raised to Q and P: what all key switches of one
/// polynomial share.
///
/// Digit j is the integer polynomial closest to zero that is the polynomial modulo the limbs of
/// digit j, by the exact centered conversion of `BasisConverter`. Its own limbs are those of the
/// polynomial itself. The others are raised a limb at a time by whoever reads them, so that they are
/// used while they are in the cache: all of them together are several times as large as the
/// polynomial.
package final class RaisedDigits: Sendable {
    /// The limbs of Q, then those of P.
    let basis: Basis
    private let evaluation: Polynomial<Evaluation>
    private let scaled: ScaledDigits
    private let converters: [BasisConverter]

    /// How many digits there are.
    package var count: Int { converters.count }

    /// Cuts a polynomial.
    ///
    /// - Parameters:
    ///   - polynomial: over the limbs of all digits.
    ///   - converters: for every digit one from its limbs to all others of the basis, in order; the
    ///     digits' limbs one after another are those of the polynomial.
    ///   - basis: the limbs of all digits, then those of P.
    ///   - team: who transforms.
    package init(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], basis: Basis,
        team: ThreadTeam
    ) {
        let context = polynomial.context
        precondition(
            !converters.isEmpty && converters.count <= Int(RK_INNER_PRODUCT_DIGITS)
                && converters.allSatisfy {
                    $0.context === context && $0.source.count + $0.target.count == basis.count
                } && converters.reduce(0) { $0 + $1.source.count } == polynomial.limbCount,
            "digits of another basis")
        self.basis = basis
        evaluation = polynomial
        self.converters = converters
        scaled = ScaledDigits(
            context: context, rowCount: polynomial.limbCount, count: converters.count)
        team.forEach(polynomial.limbCount) { row, _ in
            let digit = digit(ofRow: row)
            let source = row - digit.firstRow
            let index = converters[digit.number].source.indices[source]
            scaled.invert(
                polynomial.limb(modulusIndex: index), digit, source: source, modulusIndex: index)
        }
        team.forEach(count) { number, _ in scaled.findQuotients(digit(number)) }
    }

    private func digit(_ number: Int) -> ScaledDigits.Digit {
        let first = converters[..<number].reduce(0) { $0 + $1.source.count }
        return ScaledDigits.Digit(
            constants: converters[number].constants, firstRow: first, number: number)
    }

    private func digit(ofRow row: Int) -> ScaledDigits.Digit {
        var (number, end) = (0, converters[0].source.count)
        while end <= row {
            number += 1
            end += converters[number].source.count
        }
        return digit(number)
    }

    /// The limb of every digit at a position of the basis, in evaluation form: its own limb of the
    /// polynomial, or a row of scratch that it is raised into.
    ///
    /// - Parameters:
    ///   - isLazy: whether the limbs are for `key_product` alone.
    ///   - rows: scratch, by the number of the digit.
    func withRaised(
        _ position: Int, isLazy: Bool, rows: (Int) -> UnsafeMutablePointer<UInt64>,
        _ body: (UnsafePointer<UnsafePointer<UInt64>?>) -> Void
    ) {
        let index = basis.indices[position]
        withUnsafeTemporaryAllocation(of: UnsafePointer<UInt64>?.self, capacity: count) { limbs in
            for (number, converter) in converters.enumerated() {
                if converter.source.position(of: index) != nil {
                    limbs.initializeElement(at: number, to: evaluation.limb(modulusIndex: index))
                    continue
                }
                // Targets are the basis without the digit's limbs.
                var target = position
                for other in basis.indices[..<position]
                where converter.source.position(of: other) != nil { target -= 1 }
                let row = rows(number)
                scaled.raise(
                    digit(number), target: target, into: row, isLazy: isLazy, modulusIndex: index)
                limbs.initializeElement(at: number, to: UnsafePointer(row))
            }
            if let base = limbs.baseAddress { body(UnsafePointer(base)) }
        }
    }

    /// The digits as polynomials.
    package func polynomials() -> [Polynomial<Evaluation>] {
        let context = evaluation.context
        let rows = Storage(pool: context.pool, degree: context.degree, limbCount: count)
        let results = converters.map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: basis)
        }
        for position in 0..<basis.count {
            withRaised(position, isLazy: false, rows: { rows.limb($0) }) { limbs in
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
