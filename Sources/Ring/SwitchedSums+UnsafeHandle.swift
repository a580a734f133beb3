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

extension SwitchedSums {
    /// Evaluates and divides all sums; the results have the limbs that are not dropped.
    ///
    /// Three rounds, each over independent items: the limbs to divide by; the conversion of the
    /// remainders; the limbs that stay.
    package func evaluate(team: ThreadTeam) -> [(Polynomial<Evaluation>, Polynomial<Evaluation>)] {
        precondition(isComplete, "a sum without terms")
        let kept = basis.subtracting(dropped)
        let constants = context.divisionConstants(kept: kept, dropped: dropped)
        let remainders = Storage(
            pool: context.pool, degree: context.degree, limbCount: 2 * sumCount * dropped.count)
        let perWorker = 2 * sumCount + 3
        let scratch = Storage(
            pool: context.pool, degree: context.degree, limbCount: team.threadCount * perWorker)
        let results = (0..<(2 * sumCount)).map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: kept)
        }
        team.forEach(dropped.count) { item, worker in
            let place = place(dropped.indices[item], scratch, worker * perWorker)
            accumulate(place) { remainders.limb($0 * dropped.count + item) }
            addAddends(place) { remainders.limb($0 * dropped.count + item) }
            for half in 0..<(2 * sumCount) {
                context.kernels.inverse_ntt(
                    remainders.limb(half * dropped.count + item),
                    context.tables[place.index].plan)
            }
        }
        convert(remainders, to: results, constants.converter, team: team)
        let mergesRescale = dropped.indices.contains { special[$0] != 0 }
        team.forEach(kept.count) { position, worker in
            let place = place(kept.indices[position], scratch, worker * perWorker)
            func sum(_ half: Int) -> Limb { scratch.limb(worker * perWorker + 3 + half) }
            accumulate(place, sum)
            if mergesRescale { addAddends(place, sum) }
            for half in 0..<(2 * sumCount) {
                let addend =
                    mergesRescale ? nil : addends[half]?.limb(modulusIndex: place.index)
                finish(
                    half, sum(half), results[half].storage.limb(position), addend,
                    constants.factors[position], place.index)
            }
        }
        return (0..<sumCount).map { (results[2 * $0], results[2 * $0 + 1]) }
    }

    private func place(_ index: Int, _ scratch: Storage, _ first: Int) -> LimbPlace {
        guard let position = basis.position(of: index) else {
            preconditionFailure("limbs to divide by are not limbs of the sums")
        }
        return LimbPlace(
            position: position, index: index, modulus: context.tables[index].modulus,
            special: (special[index], context.moduli[index].shoupFactor(special[index])),
            scratch: (scratch.limb(first), scratch.limb(first + 1), scratch.limb(first + 2)))
    }

    /// The remainders, over the limbs that stay, in the results' memory.
    private func convert(
        _ remainders: Storage, to results: [Polynomial<Evaluation>],
        _ converter: ConverterConstants, team: ThreadTeam
    ) {
        let inputs = results.indices.map { half in
            (0..<dropped.count).map {
                UnsafePointer(remainders.limb(half * dropped.count + $0))
            }
        }
        let outputs = results.map { result in
            (0..<result.limbCount).map { result.storage.limb($0) }
        }
        team.forEachRange(of: context.degree) { start, count, _ in
            for half in results.indices {
                converter.convert(
                    outputs[half], inputs[half], context: context, start: start, count: count)
            }
        }
    }

    /// One limb of half a sum: subtracts the remainder, divides, adds and permutes.
    private func finish(
        _ half: Int, _ sum: Limb, _ result: Limb, _ addend: UnsafePointer<UInt64>?,
        _ factor: (scalar: UInt64, shoup: UInt64), _ index: Int
    ) {
        let plan = context.tables[index].plan
        guard let permutation = elements[half / 2] else {
            context.kernels.forward_ntt_subtract_multiply(
                result, result, sum, addend, factor.scalar, factor.shoup, plan)
            return
        }
        context.kernels.forward_ntt_subtract_multiply(
            sum, result, sum, addend, factor.scalar, factor.shoup, plan)
        context.kernels.permute(result, sum, permutation.index, context.degree)
    }

    /// sum += P addend, where the limb is one of Q.
    private func addAddends(_ place: LimbPlace, _ sum: (Int) -> Limb) {
        guard place.special.scalar != 0 else { return }
        for half in 0..<(2 * sumCount) {
            guard let addend = addends[half] else { continue }
            context.kernels.multiply_scalar_accumulate(
                sum(half), addend.limb(modulusIndex: place.index), place.special.scalar,
                place.special.shoup, context.degree, place.modulus)
        }
    }

    /// The sums at one limb, before the division.
    private func accumulate(_ place: LimbPlace, _ sum: (Int) -> Limb) {
        for source in sources { source.transform(place.position) }
        for plain in plains { accumulate(plain, place, sum) }
        for term in switches { accumulate(term, place, sum) }
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

    private func accumulate(_ term: Switch, _ place: LimbPlace, _ sum: (Int) -> Limb) {
        var (first, second) = (place.scratch.0, place.scratch.1)
        // A term that is the whole sum so far needs no copy.
        let isDirect =
            term.index == nil && term.uses.count == 1 && term.uses[0].isFirst
            && term.uses[0].use.weights == nil
        if isDirect {
            (first, second) = (sum(2 * term.uses[0].use.sum), sum(2 * term.uses[0].use.sum + 1))
        }
        term.digits.product(term.key, place.position, first, second)
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
