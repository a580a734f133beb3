import RingKernels

/// The digits of one polynomial over Q, raised to Q and P: what all key switches of one polynomial
/// share.
///
/// Digit j is the integer polynomial closest to zero that is the polynomial modulo the limbs of
/// digit j, by the exact centered conversion of `BasisConverter`. Its own limbs are those of the
/// polynomial itself; the others are converted here, and transformed by whoever reads a limb first
/// (`transform`), while they are in the cache.
package final class RaisedDigits: @unchecked Sendable {
    /// The limbs of Q, then those of P.
    let basis: Basis
    /// How many digits there are.
    package let count: Int
    private let evaluation: Polynomial<Evaluation>
    /// By position in the basis: the digit that the limb belongs to, or -1.
    private let owners: [Int]
    /// Digit after digit, limb after limb, each digit's own limbs left out.
    private let rows: Storage
    /// By digit and position: the limb's place in `rows`, or -1.
    private let places: [Int]

    /// Cuts and converts a polynomial.
    ///
    /// - Parameters:
    ///   - polynomial: over the limbs of all digits.
    ///   - converters: for every digit one from its limbs to all others of the basis.
    ///   - basis: the limbs of all digits, then those of P.
    ///   - team: who converts.
    package init(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], basis: Basis,
        team: ThreadTeam
    ) {
        let (context, degree) = (polynomial.context, polynomial.context.degree)
        precondition(
            !converters.isEmpty && converters.count <= Int(RK_INNER_PRODUCT_DIGITS)
                && converters.allSatisfy {
                    $0.context === context && $0.source.count + $0.target.count == basis.count
                }, "digits of another basis")
        self.basis = basis
        count = converters.count
        evaluation = polynomial
        var owners = [Int](repeating: -1, count: basis.count)
        var places = [Int](repeating: -1, count: basis.count * converters.count)
        var used = 0
        for (digit, converter) in converters.enumerated() {
            for (position, index) in basis.indices.enumerated() {
                if converter.source.position(of: index) != nil {
                    owners[position] = digit
                } else {
                    places[digit * basis.count + position] = used
                    used += 1
                }
            }
        }
        (self.owners, self.places) = (owners, places)
        rows = Storage(pool: context.pool, degree: degree, limbCount: used)
        let coefficients = polynomial.coefficients(over: polynomial.basis, team: team)
        for (digit, converter) in converters.enumerated() {
            let inputs = converter.source.indices.map { coefficients.limb(modulusIndex: $0) }
            let outputs = converter.target.indices.map { index in
                guard let position = basis.position(of: index) else {
                    preconditionFailure("a digit is raised to a limb that the basis lacks")
                }
                return rows.limb(places[digit * basis.count + position])
            }
            team.forEachRange(of: degree) { start, count, _ in
                converter.constants.convert(
                    outputs, inputs, context: context, start: start, count: count)
            }
        }
    }

    /// Transforms the converted digits at a limb; to be called once for every limb, before `row`.
    func transform(_ position: Int) {
        let context = evaluation.context
        let plan = context.tables[basis.indices[position]].plan
        for digit in 0..<count where owners[position] != digit {
            context.kernels.forward_ntt(rows.limb(places[digit * basis.count + position]), plan)
        }
    }

    /// A limb of a digit, in evaluation form.
    func row(_ digit: Int, _ position: Int) -> UnsafePointer<UInt64> {
        if owners[position] == digit {
            return evaluation.limb(modulusIndex: basis.indices[position])
        }
        return UnsafePointer(rows.limb(places[digit * basis.count + position]))
    }

    /// (Σ digit_j · body_j, Σ digit_j · uniform_j) at one limb.
    func product(
        _ key: SwitchingRows, _ position: Int, _ first: UnsafeMutablePointer<UInt64>,
        _ second: UnsafeMutablePointer<UInt64>
    ) {
        let context = evaluation.context
        let index = basis.indices[position]
        precondition(key.digitCount >= count && key.context === context, "another key")
        withUnsafeTemporaryAllocation(of: UnsafePointer<UInt64>?.self, capacity: count) { digits in
            for digit in 0..<count { digits.initializeElement(at: digit, to: row(digit, position)) }
            context.kernels.key_product(
                first, second, digits.baseAddress, key.row(modulusIndex: index), key.digitCount,
                nil, count, context.degree, context.tables[index].modulus)
        }
    }

    /// The digits as polynomials; transforms all limbs.
    package func polynomials() -> [Polynomial<Evaluation>] {
        let context = evaluation.context
        for position in 0..<basis.count { transform(position) }
        return (0..<count).map { digit in
            let result = Polynomial<Evaluation>(uninitialized: context, basis: basis)
            for position in 0..<basis.count {
                result.storage.limb(position).update(
                    from: row(digit, position), count: context.degree)
            }
            return result
        }
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
