import RingKernels

/// The memory behind an `rk_converter`.
final class ConverterConstants: @unchecked Sendable {
    private let sources: UnsafeMutablePointer<rk_modulus>
    private let targets: UnsafeMutablePointer<rk_modulus>
    private let words: Buffer
    private let raw: UnsafeMutablePointer<rk_converter>

    /// For kernels; valid while this is alive.
    var pointer: UnsafePointer<rk_converter> { UnsafePointer(raw) }
    /// How many limbs are read.
    var sourceCount: Int { raw.pointee.source_count }
    /// What the residues of a source are multiplied by first, (D/q_i)^-1 modulo q_i.
    func inverse(_ source: Int) -> UInt64 { raw.pointee.inverses[source] }

    init(context: RingContext, source: Basis, target: Basis) {
        let k = source.count
        let sourceModuli = source.indices.map { context.moduli[$0] }
        sources = .allocate(capacity: k)
        targets = .allocate(capacity: target.count)
        words = Buffer(wordCount: 4 * k + target.count * (k + 1))
        for (i, index) in source.indices.enumerated() {
            (sources + i).initialize(to: context.tables[index].modulus.pointee)
        }
        for (j, index) in target.indices.enumerated() {
            (targets + j).initialize(to: context.tables[index].modulus.pointee)
        }
        let (inverses, reciprocals) = (words.words, words.words + 2 * k)
        let (shifts, factors) = (words.words + 3 * k, words.words + 4 * k)
        for (i, q) in sourceModuli.enumerated() {
            let inverse = q.inverse(Self.product(sourceModuli, without: i, modulo: q))
            inverses[i] = inverse
            inverses[k + i] = q.shoupFactor(inverse)
            let bits = UInt64(64 - q.value.leadingZeroBitCount)
            // 2^(51 + bits) as two words.
            let high: UInt64 = 51 + bits >= 64 ? 1 << (51 + bits - 64) : 0
            let low: UInt64 = 51 + bits >= 64 ? 0 : 1 << (51 + bits)
            reciprocals[i] = q.value.dividingFullWidth((high: high, low: low)).quotient
            shifts[i] = 52 - bits
        }
        for (j, index) in target.indices.enumerated() {
            let p = context.moduli[index]
            let row = factors + j * (k + 1)
            for i in 0..<k { row[i] = Self.product(sourceModuli, without: i, modulo: p) }
            row[k] = p.negate(Self.product(sourceModuli, without: nil, modulo: p))
        }
        raw = .allocate(capacity: 1)
        raw.initialize(
            to: rk_converter(
                source_count: k, target_count: target.count, sources: sources, targets: targets,
                inverses: inverses, reciprocals: reciprocals, shifts: shifts, factors: factors))
    }

    deinit {
        raw.deallocate()
        sources.deallocate()
        targets.deallocate()
        words.deallocate()
    }

    private static func product(
        _ moduli: [Modulus], without skipped: Int?, modulo modulus: Modulus
    ) -> UInt64 {
        var result: UInt64 = 1
        for (i, q) in moduli.enumerated() where i != skipped {
            result = modulus.multiply(result, modulus.reduce(q.value))
        }
        return result
    }

    /// Converts limbs, all sources to all targets.
    func convert(
        _ outputs: [UnsafeMutablePointer<UInt64>], _ inputs: [UnsafePointer<UInt64>],
        context: RingContext, count: Int
    ) {
        precondition(
            outputs.count == raw.pointee.target_count && inputs.count == sourceCount,
            "limbs of another conversion")
        guard !outputs.isEmpty else { return }
        withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<UInt64>?.self, capacity: outputs.count
        ) { targets in
            for (j, output) in outputs.enumerated() {
                targets.initializeElement(at: j, to: output)
            }
            withUnsafeTemporaryAllocation(
                of: UnsafePointer<UInt64>?.self, capacity: inputs.count
            ) { sources in
                for (i, input) in inputs.enumerated() {
                    sources.initializeElement(at: i, to: input)
                }
                context.kernels.convert(targets.baseAddress, sources.baseAddress, raw, count)
            }
        }
    }
}

extension Polynomial {
    /// The limb of a modulus of the context, for reading.
    func limb(modulusIndex index: Int) -> UnsafePointer<UInt64> {
        guard let position = basis.position(of: index) else {
            preconditionFailure("the polynomial lacks a limb")
        }
        return limb(position)
    }
}
