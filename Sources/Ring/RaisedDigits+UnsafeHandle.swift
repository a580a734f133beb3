import RingKernels

/// The digits of one polynomial over Q, to be raised to Q and P: what all key switches of one
/// polynomial share.
///
/// Digit j is the integer polynomial closest to zero that is the polynomial modulo the limbs of
/// digit j, by the exact centered conversion of `BasisConverter`. Its own limbs are those of the
/// polynomial itself. The others are raised a limb at a time by whoever reads them, so that they are
/// used while they are in the cache: all of them together are several times as large as the
/// polynomial.
///
/// One instance may serve one polynomial after another: it keeps no memory between them.
package final class RaisedDigits: @unchecked Sendable {
    private let context: RingContext
    /// The limbs of Q, then those of P.
    private(set) var basis = Basis([])
    private var converters: [BasisConverter] = []
    private var held: (evaluation: Polynomial<Evaluation>, scaled: ScaledDigits)?

    /// How many digits there are.
    package var count: Int { converters.count }

    /// No digits yet.
    init(context: RingContext) { self.context = context }

    deinit { clear() }

    /// Cuts a polynomial.
    ///
    /// - Parameters:
    ///   - polynomial: over the limbs of all digits.
    ///   - converters: for every digit one from its limbs to all others of the basis, in order; the
    ///     digits' limbs one after another are those of the polynomial.
    ///   - basis: the limbs of all digits, then those of P.
    ///   - team: who transforms.
    package convenience init(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], basis: Basis,
        team: ThreadTeam
    ) {
        self.init(context: polynomial.context)
        cut(polynomial, converters: converters, basis: basis, team: team)
    }

    /// Cuts a polynomial, as `init(_:converters:basis:team:)`.
    func cut(
        _ polynomial: Polynomial<Evaluation>, converters: [BasisConverter], basis: Basis,
        team: ThreadTeam
    ) {
        let context = self.context
        precondition(
            polynomial.context === context && !converters.isEmpty
                && converters.count <= Int(RK_INNER_PRODUCT_DIGITS)
                && converters.allSatisfy {
                    $0.context === context && $0.source.count + $0.target.count == basis.count
                } && converters.reduce(0) { $0 + $1.source.count } == polynomial.limbCount,
            "digits of another basis")
        clear()
        self.basis = basis
        self.converters = converters
        let scaled = ScaledDigits(
            context: context, rowCount: polynomial.limbCount, count: converters.count)
        held = (polynomial, scaled)
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        team.forEach(polynomial.limbCount, with: pointer) { pointer, row, _ in
            RaisedDigits.at(pointer).invert(row: row)
        }
        team.forEach(count, with: pointer) { pointer, number, _ in
            let digits = RaisedDigits.at(pointer)
            digits.held?.scaled.findQuotients(digits.digit(number))
        }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> RaisedDigits {
        Unmanaged<RaisedDigits>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func invert(row: Int) {
        guard let (polynomial, scaled) = held else { preconditionFailure("no digits") }
        let digit = digit(ofRow: row)
        let source = row - digit.firstRow
        let index = converters[digit.number].source.indices[source]
        scaled.invert(
            polynomial.limb(modulusIndex: index), digit, source: source, modulusIndex: index)
    }

    /// Forgets the polynomial and gives the memory back.
    func clear() {
        held?.scaled.release()
        held = nil
        converters = []
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
        guard let (evaluation, scaled) = held else { preconditionFailure("no digits") }
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
