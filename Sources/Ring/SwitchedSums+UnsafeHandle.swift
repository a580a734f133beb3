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
    let storage: Storage
    let first: Int
    let digitCount: Int

    func term(_ number: Int) -> Limb { storage.limb(first + number) }
    func digit(_ number: Int) -> Limb { storage.limb(first + 3 + number) }
    func sum(_ half: Int) -> Limb { storage.limb(first + 3 + digitCount + half) }
}

extension SwitchedSums {
    /// Evaluates and divides all sums; the results have the limbs that are not dropped.
    ///
    /// Two rounds over independent limbs, those to divide by and those that stay, and a short one
    /// between them.
    package func evaluate(team: ThreadTeam) -> [(Polynomial<Evaluation>, Polynomial<Evaluation>)] {
        precondition(isComplete, "a sum without terms")
        let kept = basis.subtracting(dropped)
        let constants = context.divisionConstants(kept: kept, dropped: dropped)
        let halves = 2 * sumCount
        let remainders = ScaledDigits(
            context: context, rowCount: halves * dropped.count, count: halves)
        func remainder(_ half: Int) -> ScaledDigits.Digit {
            ScaledDigits.Digit(
                constants: constants.converter, firstRow: half * dropped.count, number: half)
        }
        let digitCount = sources.reduce(0) { max($0, $1.digits.count) }
        let perWorker = 3 + digitCount + halves
        let memory = Storage(
            pool: context.pool, degree: context.degree, limbCount: team.threadCount * perWorker)
        func scratch(_ worker: Int) -> LimbScratch {
            LimbScratch(storage: memory, first: worker * perWorker, digitCount: digitCount)
        }
        let results = (0..<halves).map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: kept)
        }
        team.forEach(dropped.count) { number, worker in
            let (place, scratch) = place(dropped.indices[number], scratch(worker))
            func sum(_ half: Int) -> Limb { remainders.row(half * dropped.count + number) }
            accumulate(place, scratch, sum)
            addAddends(place, sum)
            for half in 0..<halves {
                remainders.invert(
                    sum(half), remainder(half), source: number, modulusIndex: place.index)
            }
        }
        team.forEach(halves) { half, _ in remainders.findQuotients(remainder(half)) }
        let mergesRescale = dropped.indices.contains { special[$0] != 0 }
        team.forEach(kept.count) { number, worker in
            let (place, scratch) = place(kept.indices[number], scratch(worker))
            accumulate(place, scratch, scratch.sum)
            if mergesRescale { addAddends(place, scratch.sum) }
            for half in 0..<halves {
                let addend =
                    mergesRescale ? nil : addends[half]?.limb(modulusIndex: place.index)
                let result = results[half].storage.limb(number)
                let permutation = elements[half / 2]
                let sum = scratch.sum(half)
                remainders.divide(
                    remainder(half), target: number, sum, addend, constants.factors[number],
                    into: permutation == nil ? result : sum, scratch: place.scratch.0,
                    modulusIndex: place.index)
                if let permutation {
                    context.kernels.permute(result, sum, permutation.index, context.degree)
                }
            }
        }
        return (0..<sumCount).map { (results[2 * $0], results[2 * $0 + 1]) }
    }

    private func place(_ index: Int, _ scratch: LimbScratch) -> (LimbPlace, LimbScratch) {
        guard let position = basis.position(of: index) else {
            preconditionFailure("limbs to divide by are not limbs of the sums")
        }
        let place = LimbPlace(
            position: position, index: index, modulus: context.tables[index].modulus,
            special: (special[index], context.moduli[index].shoupFactor(special[index])),
            scratch: (scratch.term(0), scratch.term(1), scratch.term(2)))
        return (place, scratch)
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
        for (digits, switches) in sources {
            digits.withRaised(place.position, isLazy: true, rows: scratch.digit) { limbs in
                for term in switches { accumulate(term, limbs, digits.count, place, sum) }
            }
        }
    }

    private func accumulate(_ plain: Plain, _ place: LimbPlace, _ sum: (Int) -> Limb) {
        let scaled = place.scratch.0
        for (half, polynomial) in [plain.pair.0, plain.pair.1].enumerated() {
            if place.special.scalar != 0 {
                context.kernels.multiply_scalar(
                    scaled, polynomial.limb(modulusIndex: place.index), place.special.scalar,
                    place.special.shoup, context.degree, place.modulus)
                for (use, isFirst) in plain.uses {
                    add(scaled, use, isFirst, to: sum(2 * use.sum + half), place)
                }
            } else {
                for (use, isFirst) in plain.uses where isFirst {
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
        let isDirect =
            term.index == nil && term.uses.count == 1 && term.uses[0].isFirst
            && term.uses[0].use.weights == nil
        if isDirect {
            (first, second) = (sum(2 * term.uses[0].use.sum), sum(2 * term.uses[0].use.sum + 1))
        }
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
            if term.uses.count == 1, !term.uses[0].isFirst, let weights = term.uses[0].use.weights {
                context.kernels.permute_multiply_accumulate(
                    sum(2 * term.uses[0].use.sum + half), value, table.index,
                    weights.limb(modulusIndex: place.index), context.degree, place.modulus)
                return
            }
            context.kernels.permute(place.scratch.2, value, table.index, context.degree)
            value = place.scratch.2
        }
        for (use, isFirst) in term.uses {
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
