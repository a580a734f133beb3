import RingKernels

/// A division of several polynomials of one basis: operands, results, scratch, and what is done for
/// one item of each of its three rounds.
private struct DivisionWork {
    let context: RingContext
    let polynomials: [Polynomial<Evaluation>]
    let results: [Polynomial<Evaluation>]
    let dropped: Basis
    let constants: DivisionConstants
    let remainders: ScaledDigits
    /// A limb for every worker.
    let scratch: WorkerScratch

    init(_ polynomials: [Polynomial<Evaluation>], _ dropped: Basis, workers: Int) {
        let (context, basis) = (polynomials[0].context, polynomials[0].basis)
        precondition(
            polynomials.allSatisfy { $0.context === context && $0.basis == basis },
            "polynomials over different bases")
        let constants = context.divisionConstants(basis, dropped: dropped)
        self.context = context
        self.polynomials = polynomials
        self.dropped = dropped
        self.constants = constants
        remainders = ScaledDigits(
            context: context, rowCount: polynomials.count * dropped.count,
            count: polynomials.count)
        scratch = WorkerScratch(
            pool: context.pool, workers: min(workers, polynomials.count * constants.kept.count),
            wordCount: Storage.stride(degree: context.degree))
        results = polynomials.map { _ in
            Polynomial(uninitialized: context, basis: constants.kept)
        }
    }

    func release() {
        remainders.release()
        scratch.release()
    }

    func digit(_ number: Int) -> ScaledDigits.Digit {
        ScaledDigits.Digit(
            constants: constants.converter, firstRow: number * dropped.count, number: number)
    }

    /// A dropped limb of one polynomial.
    func invert(_ item: Int) {
        let (number, source) = (item / dropped.count, item % dropped.count)
        let index = dropped.indices[source]
        remainders.invert(
            polynomials[number].limb(modulusIndex: index), digit(number), source: source,
            modulusIndex: index)
    }

    /// A remaining limb of one polynomial.
    func divide(_ item: Int, _ worker: Int) {
        let (number, position) = (item / constants.kept.count, item % constants.kept.count)
        let index = constants.kept.indices[position]
        remainders.divide(
            digit(number), target: position, polynomials[number].limb(modulusIndex: index), nil,
            constants.factors[position], into: results[number].storage.limb(position),
            scratch: scratch[worker], modulusIndex: index)
    }

    static func at(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<DivisionWork> {
        pointer.assumingMemoryBound(to: DivisionWork.self)
    }
}

extension Polynomial where Form == Evaluation {
    /// round(p / P) over the remaining limbs for several polynomials of one basis, P the product of
    /// the dropped moduli; see `dividedAndRounded(byTrailing:)`.
    ///
    /// Only the dropped limbs are transformed back; the others are read once.
    package static func dividedAndRounded(
        _ polynomials: [Polynomial], byTrailing dropped: Basis, team: ThreadTeam
    ) -> [Polynomial] {
        if polynomials.isEmpty { return [] }
        var work = DivisionWork(polynomials, dropped, workers: team.threadCount)
        defer { work.release() }
        let (count, kept) = (polynomials.count, work.constants.kept.count)
        withUnsafeMutablePointer(to: &work) { work in
            team.forEach(count * dropped.count, with: work) { work, item, _ in
                DivisionWork.at(work).pointee.invert(item)
            }
            team.forEach(count, with: work) { work, number, _ in
                let work = DivisionWork.at(work)
                work.pointee.remainders.findQuotients(work.pointee.digit(number))
            }
            team.forEach(count * kept, with: work) { work, item, worker in
                DivisionWork.at(work).pointee.divide(item, worker)
            }
        }
        return work.results
    }
}
