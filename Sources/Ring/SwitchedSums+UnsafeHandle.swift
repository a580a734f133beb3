import RingKernels

private typealias Limb = UnsafeMutablePointer<UInt64>

/// The work on one limb: where it is, and whose scratch it may use.
private struct LimbPlace {
    let position: Int
    let index: Int
    let modulus: ModulusPointer
    /// P modulo the limb, and its Shoup factor.
    let special: (scalar: UInt64, shoup: UInt64)
    /// Three limbs of scratch.
    let scratch: (Limb, Limb, Limb)
}

/// Scratch of one worker: three limbs for single terms, then a limb of every digit, then the sums.
private struct LimbScratch {
    let first: Limb
    let stride: Int
    let digitCount: Int

    func term(_ number: Int) -> Limb { first + number * stride }
    func digit(_ number: Int) -> Limb { first + (3 + number) * stride }
    func sum(_ half: Int) -> Limb { first + (3 + digitCount + half) * stride }
}

/// What all rounds of one evaluation share.
private struct SumsWork {
    let sums: SwitchedSums
    let constants: DivisionConstants
    /// What is subtracted before the division: the dropped limbs of both halves of every sum.
    let remainders: ScaledDigits
    let memory: WorkerScratch
    let digitCount: Int

    /// Words of a limb.
    private let stride: Int

    init(_ sums: SwitchedSums, workers: Int) {
        let (context, halves) = (sums.context, 2 * sums.sumCount)
        self.sums = sums
        constants = context.divisionConstants(sums.basis, dropped: sums.dropped)
        remainders = ScaledDigits(
            context: context, rowCount: halves * sums.dropped.count, count: halves)
        digitCount = sums.switches.reduce(0) { max($0, sums.digits[$1.digits].count) }
        stride = Storage.stride(degree: context.degree)
        memory = WorkerScratch(
            pool: context.pool,
            workers: min(workers, max(sums.dropped.count, constants.kept.count)),
            wordCount: stride * (3 + digitCount + halves))
    }

    func release() {
        remainders.release()
        memory.release()
    }

    func scratch(_ worker: Int) -> LimbScratch {
        LimbScratch(first: memory[worker], stride: stride, digitCount: digitCount)
    }

    func remainder(_ half: Int) -> ScaledDigits.Digit {
        ScaledDigits.Digit(
            constants: constants.converter, firstRow: half * sums.dropped.count, number: half)
    }

    static func at(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<SumsWork> {
        pointer.assumingMemoryBound(to: SumsWork.self)
    }
}

extension SwitchedSums {
    /// Evaluates and divides all sums; the results have the limbs that are not dropped.
    ///
    /// Two rounds over independent limbs, those to divide by and those that stay, and a short one
    /// between them.
    package func evaluate(team: ThreadTeam) {
        precondition(isComplete, "a sum without terms")
        var work = SumsWork(self, workers: team.threadCount)
        defer { work.release() }
        let kept = work.constants.kept
        for _ in 0..<(2 * sumCount) {
            results.append(Polynomial(uninitialized: context, basis: kept))
        }
        withUnsafeMutablePointer(to: &work) { work in
            team.forEach(dropped.count, with: work) { pointer, number, worker in
                let work = SumsWork.at(pointer)
                work.pointee.sums.invertDropped(number, work.pointee.scratch(worker), work.pointee)
            }
            team.forEach(2 * sumCount, with: work) { pointer, half, _ in
                let work = SumsWork.at(pointer)
                work.pointee.remainders.findQuotients(work.pointee.remainder(half))
            }
            team.forEach(kept.count, with: work) { pointer, number, worker in
                let work = SumsWork.at(pointer)
                work.pointee.sums.divideKept(number, work.pointee.scratch(worker), work.pointee)
            }
        }
    }

    /// A limb to divide by: its part of the remainders.
    private func invertDropped(_ number: Int, _ scratch: LimbScratch, _ work: SumsWork) {
        let place = place(dropped.indices[number], scratch)
        func sum(_ half: Int) -> Limb { work.remainders.row(half * dropped.count + number) }
        accumulate(place, scratch) { sum($0) }
        addAddends(place) { sum($0) }
        for half in 0..<(2 * sumCount) {
            work.remainders.invert(
                sum(half), work.remainder(half), source: number, modulusIndex: place.index)
        }
    }

    /// A limb that stays: the sums there, divided.
    private func divideKept(_ number: Int, _ scratch: LimbScratch, _ work: SumsWork) {
        let mergesRescale = dropped.indices.contains { special[$0] != 0 }
        let place = place(work.constants.kept.indices[number], scratch)
        accumulate(place, scratch) { scratch.sum($0) }
        if mergesRescale { addAddends(place) { scratch.sum($0) } }
        for half in 0..<(2 * sumCount) {
            let addend = mergesRescale ? nil : addends[half]?.limb(modulusIndex: place.index)
            let result = results[half].storage.limb(number)
            let permutation = elements[half / 2]
            let sum = scratch.sum(half)
            work.remainders.divide(
                work.remainder(half), target: number, sum, addend, work.constants.factors[number],
                into: permutation == nil ? result : sum, scratch: place.scratch.0,
                modulusIndex: place.index)
            if let permutation {
                context.kernels.permute(result, sum, permutation.index, context.degree)
            }
        }
    }

    private func place(_ index: Int, _ scratch: LimbScratch) -> LimbPlace {
        guard let position = basis.position(of: index) else {
            preconditionFailure("limbs to divide by are not limbs of the sums")
        }
        return LimbPlace(
            position: position, index: index, modulus: context.tables[index].modulus,
            special: (special[index], context.moduli[index].shoupFactor(special[index])),
            scratch: (scratch.term(0), scratch.term(1), scratch.term(2)))
    }

    /// sum += P addend, where a limb is one of Q.
    private func addAddends(_ place: LimbPlace, _ sum: (_ half: Int) -> Limb) {
        guard place.special.scalar != 0 else { return }
        for half in 0..<(2 * sumCount) {
            guard let addend = addends[half] else { continue }
            context.kernels.multiply_scalar_accumulate(
                sum(half), addend.limb(modulusIndex: place.index), place.special.scalar,
                place.special.shoup, context.degree, place.modulus)
        }
    }

    /// The sums at a limb, before the division.
    private func accumulate(
        _ place: LimbPlace, _ scratch: LimbScratch, _ sum: (_ half: Int) -> Limb
    ) {
        for plain in plains { accumulate(plain, place, sum) }
        var next = 0
        while next < switches.count {
            let (first, number) = (next, switches[next].digits)
            while next < switches.count, switches[next].digits == number { next += 1 }
            digits[number].withRaised(place.position, isLazy: true, rows: { scratch.digit($0) }) {
                limbs in
                for term in first..<next {
                    accumulate(switches[term], limbs, digits[number].count, place, sum)
                }
            }
        }
    }

    private func accumulate(_ plain: Plain, _ place: LimbPlace, _ sum: (Int) -> Limb) {
        let scaled = place.scratch.0
        for half in 0..<2 {
            let polynomial = half == 0 ? plain.pair.0 : plain.pair.1
            if place.special.scalar != 0 {
                context.kernels.multiply_scalar(
                    scaled, polynomial.limb(modulusIndex: place.index), place.special.scalar,
                    place.special.shoup, context.degree, place.modulus)
                for (use, isFirst) in uses[plain.uses] {
                    add(scaled, use, isFirst, to: sum(2 * use.sum + half), place)
                }
            } else {
                for (use, isFirst) in uses[plain.uses] where isFirst {
                    sum(2 * use.sum + half).update(repeating: 0, count: context.degree)
                }
            }
        }
    }

    private func accumulate(
        _ term: Switch, _ digits: UnsafePointer<UnsafePointer<UInt64>?>, _ count: Int,
        _ place: LimbPlace, _ sum: (Int) -> Limb
    ) {
        var (first, second) = (place.scratch.0, place.scratch.1)
        // A term that is the whole sum so far needs no copy.
        let (use, isFirst) = uses[term.uses.lowerBound]
        let isDirect =
            term.index == nil && term.uses.count == 1 && isFirst && use.weights == nil
        if isDirect { (first, second) = (sum(2 * use.sum), sum(2 * use.sum + 1)) }
        precondition(term.key.digitCount >= count && term.key.context === context, "another key")
        let (row, bits) = term.key.row(modulusIndex: place.index)
        context.kernels.key_product(
            first, second, digits, row, bits, term.key.digitCount, nil, count, context.degree,
            place.modulus)
        if let body = term.body, place.special.scalar != 0 {
            context.kernels.multiply_scalar_accumulate(
                first, body.limb(modulusIndex: place.index), place.special.scalar,
                place.special.shoup, context.degree, place.modulus)
        }
        if isDirect { return }
        spread(first, term, half: 0, place, sum)
        spread(second, term, half: 1, place, sum)
    }

    /// Permutes half a key switch and adds it to the sums that use it.
    private func spread(
        _ value: Limb, _ term: Switch, half: Int, _ place: LimbPlace, _ sum: (Int) -> Limb
    ) {
        var value = value
        if let table = term.index {
            let (use, isFirst) = uses[term.uses.lowerBound]
            let isUsedOnce = term.uses.count == 1
            if isUsedOnce, !isFirst, let weights = use.weights {
                context.kernels.permute_multiply_accumulate(
                    sum(2 * use.sum + half), value, table.index,
                    weights.limb(modulusIndex: place.index), context.degree, place.modulus)
                return
            }
            if isUsedOnce, isFirst, use.weights == nil {
                // The term is the whole sum so far: no copy.
                context.kernels.permute(
                    sum(2 * use.sum + half), value, table.index, context.degree)
                return
            }
            context.kernels.permute(place.scratch.2, value, table.index, context.degree)
            value = place.scratch.2
        }
        for (use, isFirst) in uses[term.uses] {
            add(value, use, isFirst, to: sum(2 * use.sum + half), place)
        }
    }

    /// sum (+)= value · weights.
    private func add(
        _ value: Limb, _ use: Use, _ isFirst: Bool, to sum: Limb, _ place: LimbPlace
    ) {
        let (kernels, degree) = (context.kernels, context.degree)
        switch (use.weights?.limb(modulusIndex: place.index), isFirst) {
        case (let weights?, true): kernels.multiply(sum, value, weights, degree, place.modulus)
        case (let weights?, false):
            kernels.multiply_accumulate(sum, value, weights, degree, place.modulus)
        case (nil, true): sum.update(from: value, count: degree)
        case (nil, false): kernels.add(sum, sum, value, degree, place.modulus)
        }
    }
}
