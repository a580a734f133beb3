import CKKS
import ComplexModule
import Ring
import Testing

/// The error of each operation over 1,000 random cases: its root mean square is within half a bit of
/// the predicted one, and no slot's is more than one bit above the median's.
@Suite struct NoiseOverKeysTests {
    private static let caseCount = 1000

    /// Special primes no larger than the digits, so that the key's errors show beside the rounding.
    private static func small() throws -> CKKSParameters {
        let free = try CKKSParameters.insecure(
            degree: 128, baseBits: 42, scaleBits: 40, levels: 2, digits: .smallestModulus)
        let special = try PrimeLadder.prime(
            degree: 128, nearest: 0x1.02p42, excluding: Set(free.moduli))
        return try .insecure(literal: free, specialModuli: [special])
    }

    /// The small set with keys of its own for every case.
    @Test(arguments: 0...2) func everyOperationOfASmallSet(level: Int) throws {
        try check(CKKSContext(Self.small()), level, perKey: 1, "N 128, level \(level)")
    }

    /// The highest level of degree 8192, or every level of every set.
    ///
    /// Slots of the largest set are compared at three of its levels unless every case is asked for;
    /// the root mean square over all of them needs fewer cases.
    @Test(arguments: NamedSets.levels.filter(isTaken))
    func everyOperationOfANamedSet(_ named: NamedLevel) throws {
        // A slot's rounding noise is in proportion to the secret there: many keys, a few cases each.
        let context = try named.set.get().context
        let top = context.parameters.maxLevel
        let isWhole =
            context.parameters.degree <= 16384 || NamedSets.takesEveryCase
            || [0, top / 2, top].contains(named.level)
        try check(
            context, named.level, perKey: 4, named.testDescription, comparesSlots: isWhole)
    }

    private static func isTaken(_ named: NamedLevel) -> Bool {
        guard !NamedSets.takesEveryLevel else { return true }
        let parameters = try? named.set.get().parameters
        return named.name == "N 8192" && named.level == parameters?.maxLevel
    }

    private func check(
        _ context: CKKSContext, _ level: Int, perKey: Int, _ place: String,
        comparesSlots: Bool = true
    ) throws {
        let caseCount = comparesSlots ? Self.caseCount : 40
        var measurement = NoiseMeasurement(context, level: level, seed: 2024 + UInt64(level))
        try measurement.run(caseCount: caseCount, perKey: perKey)
        let predictions = measurement.predictions
        let isFine = context.parameters.scale(atLevel: level) >= 0x1p46
        #expect(measurement.tallies.count == predictions.count - (isFine ? 1 : 0))
        for (operation, tally) in measurement.tallies.sorted(by: { $0.key < $1.key }) {
            #expect(tally.caseCount == caseCount)
            let bits = tally.bits(above: try #require(predictions[operation]))
            let excess = tally.excess
            #expect(abs(bits) < 0.5, "\(place): \(operation) is \(bits) bits off")
            #expect(
                excess < 1 || !comparesSlots,
                "\(place): \(operation)'s worst slot is \(excess) bits above the median"
            )
            if NamedSets.takesEveryLevel {
                print("noise | \(place) | \(operation) | \(bits) | \(excess)")
            }
        }
    }
}
