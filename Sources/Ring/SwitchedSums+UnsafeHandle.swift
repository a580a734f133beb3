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

/// Scratch of one worker: three limbs for single terms, then the digits of a tile, then its sums.
private struct TileScratch {
    let storage: Storage
    let first: Int
    let tile: Int
    let digitCount: Int

    func term(_ number: Int) -> Limb { storage.limb(first + number) }
    func digit(_ number: Int) -> Limb { storage.limb(first + 3 + number) }
    /// One limb, by its place in the tile, of half a sum.
    func sum(_ half: Int, _ place: Int) -> Limb {
        storage.limb(first + 3 + tile * (digitCount + half) + place)
    }
}

extension SwitchedSums {
    /// Limbs that are worked on together: conversions share the first half of their work, and what
    /// is converted stays in the cache.
    private static var largestTile: Int { 4 }

    /// Evaluates and divides all sums; the results have the limbs that are not dropped.
    ///
    /// Two rounds, each over independent tiles of limbs: those to divide by, and those that stay.
    package func evaluate(team: ThreadTeam) -> [(Polynomial<Evaluation>, Polynomial<Evaluation>)] {
        precondition(isComplete, "a sum without terms")
        let kept = basis.subtracting(dropped)
        let constants = context.divisionConstants(kept: kept, dropped: dropped)
        let remainders = Storage(
            pool: context.pool, degree: context.degree, limbCount: 2 * sumCount * dropped.count)
        let digitCount = sources.reduce(0) { max($0, $1.digits.count) }
        let perWorker = 3 + Self.largestTile * (digitCount + 2 * sumCount)
        let memory = Storage(
            pool: context.pool, degree: context.degree, limbCount: team.threadCount * perWorker)
        let results = (0..<(2 * sumCount)).map { _ in
            Polynomial<Evaluation>(uninitialized: context, basis: kept)
        }
        func scratch(_ worker: Int, _ tile: Int) -> TileScratch {
            TileScratch(
                storage: memory, first: worker * perWorker, tile: tile, digitCount: digitCount)
        }
        forEachTile(of: dropped, team: team) { tile, first, worker in
            let scratch = scratch(worker, tile.count)
            func sum(_ half: Int, _ place: Int) -> Limb {
                remainders.limb(half * dropped.count + first + place)
            }
            accumulate(tile, scratch, sum)
            addAddends(tile, scratch, sum)
            for (place, position) in tile.enumerated() {
                let plan = context.tables[basis.indices[position]].plan
                for half in 0..<(2 * sumCount) {
                    context.kernels.inverse_ntt(sum(half, place), plan)
                }
            }
        }
        let mergesRescale = dropped.indices.contains { special[$0] != 0 }
        forEachTile(of: kept, team: team) { tile, first, worker in
            let scratch = scratch(worker, tile.count)
            accumulate(tile, scratch, scratch.sum)
            if mergesRescale { addAddends(tile, scratch, scratch.sum) }
            for half in 0..<(2 * sumCount) {
                let inputs = (0..<dropped.count).map {
                    UnsafePointer(remainders.limb(half * dropped.count + $0))
                }
                let outputs = tile.indices.map { results[half].storage.limb(first + $0) }
                constants.converter.convert(
                    outputs, first: first, inputs, context: context, count: context.degree)
                for (place, position) in tile.enumerated() {
                    let index = basis.indices[position]
                    finish(
                        half, scratch.sum(half, place), outputs[place],
                        mergesRescale ? nil : addends[half]?.limb(modulusIndex: index),
                        constants.factors[first + place], index)
                }
            }
        }
        return (0..<sumCount).map { (results[2 * $0], results[2 * $0 + 1]) }
    }

    /// Calls `body` for tiles of a part of the basis that stands together in it: positions in the
    /// basis, and the place of the first in the part.
    private func forEachTile(
        of part: Basis, team: ThreadTeam, _ body: ([Int], Int, Int) -> Void
    ) {
        let positions = part.indices.map { index in
            guard let position = basis.position(of: index) else {
                preconditionFailure("limbs to divide by are not limbs of the sums")
            }
            return position
        }
        // As few equal tiles as every thread gets the same number of.
        let rounds =
            (part.count + team.threadCount * Self.largestTile - 1)
            / (team.threadCount * Self.largestTile)
        let tiles = min(part.count, rounds * team.threadCount)
        team.forEach(tiles) { tile, worker in
            let (first, end) = (tile * part.count / tiles, (tile + 1) * part.count / tiles)
            body(Array(positions[first..<end]), first, worker)
        }
    }

    private func place(_ position: Int, _ scratch: TileScratch) -> LimbPlace {
        let index = basis.indices[position]
        return LimbPlace(
            position: position, index: index, modulus: context.tables[index].modulus,
            special: (special[index], context.moduli[index].shoupFactor(special[index])),
            scratch: (scratch.term(0), scratch.term(1), scratch.term(2)))
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

    /// sum += P addend, where a limb is one of Q.
    private func addAddends(
        _ tile: [Int], _ scratch: TileScratch, _ sum: (_ half: Int, _ place: Int) -> Limb
    ) {
        for (number, position) in tile.enumerated() {
            let place = place(position, scratch)
            guard place.special.scalar != 0 else { continue }
            for half in 0..<(2 * sumCount) {
                guard let addend = addends[half] else { continue }
                context.kernels.multiply_scalar_accumulate(
                    sum(half, number), addend.limb(modulusIndex: place.index),
                    place.special.scalar, place.special.shoup, context.degree, place.modulus)
            }
        }
    }

    /// The sums at the limbs of a tile, before the division.
    private func accumulate(
        _ tile: [Int], _ scratch: TileScratch, _ sum: (_ half: Int, _ place: Int) -> Limb
    ) {
        for (number, position) in tile.enumerated() {
            let place = place(position, scratch)
            for plain in plains { accumulate(plain, place) { sum($0, number) } }
        }
        for (digits, switches) in sources {
            digits.convert(tile, into: scratch.digit)
            for (number, position) in tile.enumerated() {
                let place = place(position, scratch)
                digits.withTransformed(position, number, of: tile.count, rows: scratch.digit) {
                    limbs in
                    for term in switches {
                        accumulate(term, limbs, digits.count, place) { sum($0, number) }
                    }
                }
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
        context.kernels.key_product(
            first, second, digits, term.key.row(modulusIndex: place.index), term.key.digitCount,
            nil, count, context.degree, place.modulus)
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
