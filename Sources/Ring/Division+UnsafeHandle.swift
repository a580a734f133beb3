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
        let remainders = ScaledDigits(
            context: context, rowCount: polynomials.count * dropped.count,
            count: polynomials.count)
        func digit(_ number: Int) -> ScaledDigits.Digit {
            ScaledDigits.Digit(
                constants: constants.converter, firstRow: number * dropped.count, number: number)
        }
        let results = polynomials.map { _ in Polynomial(uninitialized: context, basis: kept) }
        team.forEach(polynomials.count * dropped.count) { item, _ in
            let (number, source) = (item / dropped.count, item % dropped.count)
            let index = dropped.indices[source]
            remainders.invert(
                polynomials[number].limb(modulusIndex: index), digit(number), source: source,
                modulusIndex: index)
        }
        team.forEach(polynomials.count) { number, _ in remainders.findQuotients(digit(number)) }
        let scratch = Storage(pool: context.pool, degree: degree, limbCount: team.threadCount)
        team.forEach(polynomials.count * kept.count) { item, worker in
            let (number, position) = (item / kept.count, item % kept.count)
            let index = kept.indices[position]
            remainders.divide(
                digit(number), target: position, polynomials[number].limb(modulusIndex: index),
                nil, constants.factors[position], into: results[number].storage.limb(position),
                scratch: scratch.limb(worker), modulusIndex: index)
        }
        return results
    }
}
