import RingKernels
import Synchronization

/// Constants of a division by the product of some moduli.
struct DivisionConstants: Sendable {
    /// The remaining limbs.
    let kept: Basis
    let converter: ConverterConstants
    /// P^-1 modulo each remaining modulus, and its Shoup factor.
    let factors: [(scalar: UInt64, shoup: UInt64)]
}

extension RingContext {
    /// Constants of the division of polynomials over `basis` by the product of `dropped`, which must
    /// be part of it and not all of it.
    func divisionConstants(_ basis: Basis, dropped: Basis) -> DivisionConstants {
        let key = ConverterKey(source: dropped, target: basis)
        if let constants = caches.withLock({ $0.divisions[key] }) { return constants }
        let kept = basis.subtracting(dropped)
        precondition(
            kept.count > 0 && kept.count + dropped.count == basis.count,
            "limbs to divide by are not limbs of the polynomial")
        guard let converter = try? converter(from: dropped, to: kept) else {
            preconditionFailure("limbs to divide by are not limbs of the polynomial")
        }
        let factors = kept.indices.map { index in
            let q = moduli[index]
            let product = dropped.indices.reduce(UInt64(1)) {
                q.multiply($0, q.reduce(moduli[$1].value))
            }
            let inverse = q.inverse(product)
            return (scalar: inverse, shoup: q.shoupFactor(inverse))
        }
        let constants = DivisionConstants(
            kept: kept, converter: converter.constants, factors: factors)
        caches.withLock { $0.divisions[key] = constants }
        return constants
    }
}

extension Polynomial {
    /// result = (self - remainder) P^-1 over the kept limbs; the remainder's storage is reused.
    fileprivate func divided(
        _ constants: DivisionConstants, remainder: consuming Polynomial
    ) -> Polynomial {
        var result = remainder
        let storage = result.uniqueStorage()
        context.forEachLimb(of: result.basis) { kernels, position, modulus in
            let limb = storage.limb(position)
            let factor = constants.factors[position]
            kernels.subtract_multiply_scalar(
                limb, result.matchingLimb(of: self, at: position), limb, factor.scalar,
                factor.shoup, context.degree, modulus)
        }
        return result
    }
}

extension Polynomial where Form == Coefficient {
    /// round(p / P) over the remaining limbs, P the product of the dropped moduli.
    ///
    /// Subtracts the centered representative X of p mod P that `BasisConverter` defines and divides
    /// exactly, so the result differs from p/P by X/P, at most 1/2 · (1 + 2^-40).
    public func dividedAndRounded(byTrailing dropped: Basis) -> Polynomial {
        let constants = context.divisionConstants(basis, dropped: dropped)
        let converter = BasisConverter(
            context: context, source: dropped, target: constants.kept,
            constants: constants.converter)
        return divided(constants, remainder: converter.convert(self))
    }
}

extension Polynomial where Form == Evaluation {
    /// round(p / P) over the remaining limbs, P the product of the dropped moduli.
    ///
    /// The same polynomial as in coefficient form; only the dropped limbs are transformed back.
    public func dividedAndRounded(byTrailing dropped: Basis) -> Polynomial {
        Self.dividedAndRounded([self], byTrailing: dropped, team: .single)[0]
    }
}
