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
        return (baby.modulo(slotCount), (value - baby).modulo(slotCount))
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
        var counter = DistinctCounter(size: slotCount)
        var best: (split: RotationSplit, cost: Double, keys: Int)?
        for step in candidateSteps() {
            for split in variants(step: step) {
                let (cost, keys) = evaluate(split, &counter)
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
        var counter = DistinctCounter(size: slotCount)
        let rated = variants(step: step).map { ($0, evaluate($0, &counter)) }
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

    private func evaluate(
        _ split: RotationSplit, _ counter: inout DistinctCounter
    ) -> (cost: Double, keys: Int) {
        var cost = 0.0
        var keys = Set<Int>()
        for source in amounts[0].indices {
            counter.reset()
            var babies = 0
            for output in amounts {
                for amount in output[source] {
                    let baby = split.parts(of: amount).baby
                    guard baby != 0, counter.insert(baby) else { continue }
                    babies += 1
                    keys.insert(baby)
                }
            }
            if babies > 0 { cost += costs.decomposition + Double(babies) * costs.hoistedRotation }
        }
        for output in amounts {
            counter.reset()
            for amount in output.joined() {
                let giant = split.parts(of: amount).giant
                guard counter.insert(giant) else { continue }
                cost += costs.innerSum
                guard giant != 0 else { continue }
                cost += costs.fullRotation
                keys.insert(giant)
            }
        }
        return (cost + Double(keys.count) * costs.key, keys.count)
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
