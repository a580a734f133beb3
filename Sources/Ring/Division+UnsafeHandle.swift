import RingKernels

extension Polynomial where Form == Evaluation {
    /// round(p / P) over the remaining limbs for several polynomials of one basis, P the product of
    /// the dropped moduli; see `dividedAndRounded(byTrailing:)`.
    ///
    /// Only the dropped limbs are transformed back; the others are read once.
    package static func dividedAndRounded(
        _ polynomials: [Polynomial], byTrailing dropped: Basis, team: ThreadTeam
    ) -> [Polynomial] {
        guard let model = polynomials.first else { return [] }
        let (context, degree) = (model.context, model.context.degree)
        let kept = model.kept(without: dropped)
        precondition(
            polynomials.allSatisfy { $0.context === context && $0.basis == model.basis },
            "polynomials over different bases")
        let constants = context.divisionConstants(kept: kept, dropped: dropped)
        let remainders = Storage(
            pool: context.pool, degree: degree, limbCount: polynomials.count * dropped.count)
        let results = polynomials.map { _ in Polynomial(uninitialized: context, basis: kept) }
        team.forEach(polynomials.count * dropped.count) { item, _ in
            let index = dropped.indices[item % dropped.count]
            let limb = remainders.limb(item)
            limb.update(
                from: polynomials[item / dropped.count].limb(modulusIndex: index), count: degree)
            context.kernels.inverse_ntt(limb, context.tables[index].plan)
        }
        let inputs = polynomials.indices.map { number in
            (0..<dropped.count).map {
                UnsafePointer(remainders.limb(number * dropped.count + $0))
            }
        }
        let outputs = results.map { result in (0..<kept.count).map { result.storage.limb($0) } }
        team.forEachRange(of: degree) { start, count, _ in
            for number in polynomials.indices {
                constants.converter.convert(
                    outputs[number], inputs[number], context: context, start: start, count: count)
            }
        }
        team.forEach(polynomials.count * kept.count) { item, _ in
            let (number, position) = (item / kept.count, item % kept.count)
            let index = kept.indices[position]
            let factor = constants.factors[position]
            context.kernels.forward_ntt_subtract_multiply(
                outputs[number][position], outputs[number][position],
                polynomials[number].limb(modulusIndex: index), nil, factor.scalar, factor.shoup,
                context.tables[index].plan)
        }
        return results
    }
}
