import RingKernels
package import Secrets

/// The two halves of a switching key, laid out as the inner product of key switching reads them.
///
/// One row per limb; in a row stand, for every eight places, the digits one after another, eight
/// residues of the first half and eight of the second: `[limb][place / 8][digit][half][8]`. So a row
/// is read once, in order, and digits do not fall into the same set of the cache. A key for a lower
/// level is read from the same rows: its digits are the first, its limbs a part.
package final class SwitchingRows: @unchecked Sendable {
    /// The ring.
    package let context: RingContext
    /// The limbs of every digit.
    package let basis: Basis
    /// How many digits there are.
    package let digitCount: Int
    private let buffer: Buffer

    /// Undefined residues, to be written by `set`.
    private init(context: RingContext, basis: Basis, digitCount: Int) {
        self.context = context
        self.basis = basis
        self.digitCount = digitCount
        buffer = context.pool.take(
            wordCount: basis.count * Self.stride(degree: context.degree, digits: digitCount))
    }

    /// Interleaves the halves, digit by digit, made or handed out by `halves`.
    ///
    /// - Parameters:
    ///   - halves: both halves of a digit, over (at least) the basis; called once for each digit,
    ///     from any thread of the team.
    package convenience init(
        context: RingContext, basis: Basis, digitCount: Int, team: ThreadTeam,
        halves: (_ digit: Int) -> (Polynomial<Evaluation>, Polynomial<Evaluation>)
    ) {
        self.init(context: context, basis: basis, digitCount: digitCount)
        team.forEach(digitCount) { digit, _ in
            let (first, second) = halves(digit)
            precondition(first.context === context && second.context === context, "another ring")
            for (position, index) in basis.indices.enumerated() {
                set(
                    digit, position, first.limb(modulusIndex: index),
                    second.limb(modulusIndex: index))
            }
        }
    }

    /// Interleaves first halves with second ones that are expanded from a seed, limb by limb; see
    /// `Polynomial.uniform(seed:stream:digit:context:basis:)`.
    package convenience init(
        bodies: [Polynomial<Evaluation>], seed: Seed, stream: UInt32, context: RingContext,
        basis: Basis, team: ThreadTeam
    ) {
        precondition(bodies.allSatisfy { $0.context === context }, "another ring")
        self.init(context: context, basis: basis, digitCount: bodies.count)
        let scratch = Storage(
            pool: context.pool, degree: context.degree, limbCount: team.threadCount)
        team.forEach(basis.count * bodies.count) { item, worker in
            let (position, digit) = (item / bodies.count, item % bodies.count)
            let index = basis.indices[position]
            let uniform = scratch.limb(worker)
            context.fillUniform(
                uniform, seed: seed, stream: stream, digit: UInt32(digit), modulusIndex: index)
            set(digit, position, bodies[digit].limb(modulusIndex: index), uniform)
        }
    }

    deinit { context.pool.give(buffer) }

    /// Words from row to row; not a power of two.
    private static func stride(degree: Int, digits: Int) -> Int { 2 * digits * degree + 64 }

    private func set(
        _ digit: Int, _ position: Int, _ first: UnsafePointer<UInt64>,
        _ second: UnsafePointer<UInt64>
    ) {
        let row = mutableRow(position)
        rk_key_interleave(row, first, digit, 0, digitCount, context.degree)
        rk_key_interleave(row, second, digit, 1, digitCount, context.degree)
    }

    private func mutableRow(_ position: Int) -> UnsafeMutablePointer<UInt64> {
        precondition(position >= 0 && position < basis.count, "limb out of range")
        return buffer.words + position * Self.stride(degree: context.degree, digits: digitCount)
    }

    /// The row of the limb of a modulus of the context.
    func row(modulusIndex index: Int) -> UnsafePointer<UInt64> {
        guard let position = basis.position(of: index) else {
            preconditionFailure("the key lacks a limb")
        }
        return UnsafePointer(mutableRow(position))
    }

    /// One half of a digit as a polynomial: 0 or 1.
    package func polynomial(digit: Int, half: Int) -> Polynomial<Evaluation> {
        precondition((0..<digitCount).contains(digit) && (0...1).contains(half), "out of range")
        let result = Polynomial<Evaluation>(uninitialized: context, basis: basis)
        for position in 0..<basis.count {
            rk_key_deinterleave(
                result.storage.limb(position), mutableRow(position), digit, half, digitCount,
                context.degree)
        }
        return result
    }

    /// The position of the first limb with a residue that is not below its modulus, or nil.
    package var firstInvalidLimb: Int? {
        (0..<basis.count).first { position in
            let words = UnsafeBufferPointer(
                start: mutableRow(position), count: 2 * digitCount * context.degree)
            return !words.span.isBelow(context.moduli[basis.indices[position]].value)
        }
    }
}
