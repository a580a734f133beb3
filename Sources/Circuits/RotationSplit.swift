/// A rule that writes every rotation amount as giant + baby modulo the number of slots.
///
/// The baby is the representative of the amount modulo `step` in offset..<offset + step; amounts above
/// half the slots count as negative when `isSigned`, which matters where `step` does not divide the
/// number of slots.
struct RotationSplit: Sendable, Hashable {
    let slotCount: Int
    let step: Int
    let offset: Int
    let isSigned: Bool

    /// Baby and giant part of an amount, both in 0..<slotCount.
    func parts(of amount: Int) -> (baby: Int, giant: Int) {
        let value = isSigned && amount > slotCount / 2 ? amount - slotCount : amount
        let baby = (value - offset).modulo(step) + offset
        // The number of slots is a power of two.
        return (baby & (slotCount - 1), (value - baby) & (slotCount - 1))
    }
}

/// Finds the cheapest baby-step giant-step split of the amounts of a linear transform.
///
/// Babies are shared by all outputs of a source, giants by all sources of an output. The search covers
/// any set of amounts: steps are multiples of the amounts' common stride, powers of two and the
/// amounts themselves, each with babies starting at zero and centered around zero.
struct RotationSplitSearch {
    let amounts: [[[Int]]]
    let slotCount: Int
    let foldCount: Int
    let costs: OperationCosts

    /// Steps beyond this multiple of the stride are tried only where they are powers of two or amounts.
    private static let exhaustiveSteps = 512

    /// The cheapest split; among equals the one with fewer keys, then the smaller step.
    func best() -> RotationSplit {
        var counters = Counters(size: slotCount)
        var best: (split: RotationSplit, cost: Double, keys: Int)?
        for step in candidateSteps() {
            for split in variants(step: step) {
                guard
                    let (cost, keys) = evaluate(
                        split, &counters, limit: best?.cost ?? .infinity)
                else { continue }
                if let known = best,
                    cost > known.cost || (cost == known.cost && keys >= known.keys)
                {
                    continue
                }
                best = (split, cost, keys)
            }
        }
        return best?.split
            ?? RotationSplit(slotCount: slotCount, step: slotCount, offset: 0, isSigned: false)
    }

    /// The cheapest variant of one step.
    func best(step: Int) -> RotationSplit {
        var counters = Counters(size: slotCount)
        let rated = variants(step: step).compactMap { split in
            evaluate(split, &counters, limit: .infinity).map { (split, $0) }
        }
        let first = RotationSplit(slotCount: slotCount, step: step, offset: 0, isSigned: false)
        return rated.min { $0.1 < $1.1 }?.0 ?? first
    }

    private func variants(step: Int) -> [RotationSplit] {
        var variants: [RotationSplit] = []
        for offset in step > 1 ? [0, -(step / 2)] : [0] {
            for isSigned in slotCount % step == 0 ? [false] : [false, true] {
                variants.append(
                    RotationSplit(
                        slotCount: slotCount, step: step, offset: offset, isSigned: isSigned))
            }
        }
        return variants
    }

    private func candidateSteps() -> [Int] {
        let all = Set(amounts.joined().joined())
        let stride = all.reduce(slotCount, greatestCommonDivisor)
        var steps = Set([stride, slotCount])
        let span = slotCount / stride
        for k in 1...min(span, Self.exhaustiveSteps) { steps.insert(k * stride) }
        var power = stride
        while power <= slotCount {
            steps.insert(power)
            power *= 2
        }
        if all.count <= 2 * Self.exhaustiveSteps { steps.formUnion(all.filter { $0 > 0 }) }
        return steps.sorted()
    }

    /// Numbers that one evaluation counts.
    private struct Counters {
        var parts: DistinctCounter
        var keys: DistinctCounter

        init(size: Int) {
            (parts, keys) = (DistinctCounter(size: size), DistinctCounter(size: size))
        }
    }

    /// Cost and number of keys; nil as soon as the cost is beyond `limit`, as most splits' soon is.
    private func evaluate(
        _ split: RotationSplit, _ counters: inout Counters, limit: Double
    ) -> (cost: Double, keys: Int)? {
        // Sums in another order round differently.
        let limit = limit * (1 + 1e-9)
        var cost = 0.0
        var keys = 0
        counters.keys.reset()
        for source in amounts[0].indices {
            counters.parts.reset()
            var babies = 0
            for output in amounts {
                for amount in output[source] {
                    let baby = split.parts(of: amount).baby
                    guard baby != 0, counters.parts.insert(baby) else { continue }
                    babies += 1
                    if counters.keys.insert(baby) { keys += 1 }
                    if cost + Double(babies) * costs.hoistedRotation > limit { return nil }
                }
            }
            if babies > 0 { cost += costs.decomposition + Double(babies) * costs.hoistedRotation }
        }
        for output in amounts {
            counters.parts.reset()
            var isSum = false
            for amount in output.joined() {
                let giant = split.parts(of: amount).giant
                guard counters.parts.insert(giant) else { continue }
                cost += costs.innerSum
                guard giant != 0 else { continue }
                cost += costs.giantRotation + (isSum ? 0 : costs.giantSum)
                isSum = true
                if counters.keys.insert(giant) { keys += 1 }
                if cost > limit { return nil }
            }
        }
        return (cost + Double(keys) * costs.key, keys)
    }
}

/// Counts distinct numbers below a bound without clearing memory between rounds.
private struct DistinctCounter {
    private var stamps: [UInt32]
    private var round: UInt32 = 0

    init(size: Int) { stamps = Array(repeating: 0, count: size) }

    mutating func reset() { round += 1 }

    /// Whether the number is new in this round.
    mutating func insert(_ number: Int) -> Bool {
        guard stamps[number] != round else { return false }
        stamps[number] = round
        return true
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return abs(a)
}
