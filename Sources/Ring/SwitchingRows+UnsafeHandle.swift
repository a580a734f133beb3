import RingKernels
package import Secrets

/// The two halves of a switching key, laid out as the inner product of key switching reads them.
///
/// One row per limb; in a row stand, for every eight places, the digits one after another, eight
/// residues of the first half and eight of the second: `[limb][place / 8][digit][half][8]`. So a row
/// is read once, in order, and digits do not fall into the same set of the cache. Where the kernels
/// take it so, a residue has as many bits as its modulus: keys are read from memory more often than
/// from a cache. A key for a lower level is read from the same rows: its digits are the first, its
/// limbs a part.
package final class SwitchingRows: @unchecked Sendable {
    /// The ring.
    package let context: RingContext
    /// The limbs of every digit.
    package let basis: Basis
    /// How many digits there are.
    package let digitCount: Int
    private let words: UnsafeMutablePointer<UInt64>
    /// What the words belong to: a buffer of the ring's pool, or else a mapping.
    private let buffer: Buffer?
    private let mapping: MappedMemory?
    /// Bytes of memory.
    package let byteCount: Int
    /// By limb: bits of a residue, and the byte its row begins at.
    private let layout: [(bits: UInt32, offset: Int)]

    /// Undefined residues, to be written by `set`.
    private init(context: RingContext, basis: Basis, digitCount: Int) {
        self.context = context
        self.basis = basis
        self.digitCount = digitCount
        (layout, byteCount) = Self.layout(context, basis, digitCount)
        let buffer = context.pool.take(wordCount: byteCount / 8)
        words = buffer.words
        self.buffer = buffer
        mapping = nil
    }

    /// Rows in a mapped file, as `forEachRow` hands them out; nil where it does not hold them from
    /// that byte on.
    ///
    /// Residues are not looked at: whoever wrote the file had checked them.
    package init?(
        mapping: MappedMemory, offset: Int, context: RingContext, basis: Basis, digitCount: Int
    ) {
        self.context = context
        self.basis = basis
        self.digitCount = digitCount
        (layout, byteCount) = Self.layout(context, basis, digitCount)
        guard let words = mapping.words(at: offset, count: byteCount / 8) else { return nil }
        // Only `set` writes, and only while rows are made.
        self.words = UnsafeMutablePointer(mutating: words)
        self.mapping = mapping
        buffer = nil
    }

    static func layout(
        _ context: RingContext, _ basis: Basis, _ digitCount: Int
    ) -> (rows: [(bits: UInt32, offset: Int)], byteCount: Int) {
        var layout: [(bits: UInt32, offset: Int)] = []
        var end = 0
        for index in basis.indices {
            let modulus = context.moduli[index].value
            let bits =
                context.kernels.packs_keys != 0
                ? UInt32(64 - modulus.leadingZeroBitCount) : UInt32(64)
            layout.append((bits, end))
            // Rows begin at cache lines, not a power of two apart; kernels read a line beyond.
            end += (rk_key_size(bits, digitCount, context.degree) + 63) / 64 * 64 + 512
        }
        return (layout, end)
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

    deinit {
        if let buffer { context.pool.give(buffer) }
    }

    private func set(
        _ digit: Int, _ position: Int, _ first: UnsafePointer<UInt64>,
        _ second: UnsafePointer<UInt64>
    ) {
        let (row, bits) = mutableRow(position)
        rk_key_interleave(row, first, bits, digit, 0, digitCount, context.degree)
        rk_key_interleave(row, second, bits, digit, 1, digitCount, context.degree)
    }

    private func mutableRow(_ position: Int) -> (UnsafeMutablePointer<UInt8>, bits: UInt32) {
        let (bits, offset) = layout[position]
        let bytes = UnsafeMutableRawPointer(words) + offset
        return (bytes.assumingMemoryBound(to: UInt8.self), bits)
    }

    /// The row of the limb of a modulus of the context, and the bits of its residues.
    func row(modulusIndex index: Int) -> (UnsafePointer<UInt8>, bits: UInt32) {
        guard let position = basis.position(of: index) else {
            preconditionFailure("the key lacks a limb")
        }
        let (row, bits) = mutableRow(position)
        return (UnsafePointer(row), bits)
    }

    /// Bytes that rows take, in memory and in a mapped file.
    package static func byteCount(context: RingContext, basis: Basis, digitCount: Int) -> Int {
        layout(context, basis, digitCount).byteCount
    }

    /// Hands out the bytes of every row, in order, and how many undefined ones follow it.
    package func forEachRow<Failure: Error>(
        _ body: (UnsafeRawBufferPointer, _ padding: Int) throws(Failure) -> Void
    ) throws(Failure) {
        for (position, (bits, offset)) in layout.enumerated() {
            let end = position + 1 < layout.count ? layout[position + 1].offset : byteCount
            let size = rk_key_size(bits, digitCount, context.degree)
            let bytes = UnsafeRawBufferPointer(start: mutableRow(position).0, count: size)
            try body(bytes, end - offset - size)
        }
    }

    /// One half of a digit as a polynomial: 0 or 1.
    package func polynomial(digit: Int, half: Int) -> Polynomial<Evaluation> {
        precondition((0..<digitCount).contains(digit) && (0...1).contains(half), "out of range")
        let result = Polynomial<Evaluation>(uninitialized: context, basis: basis)
        for position in 0..<basis.count {
            copy(digit, half, position, to: result.storage.limb(position))
        }
        return result
    }

    private func copy(
        _ digit: Int, _ half: Int, _ position: Int, to limb: UnsafeMutablePointer<UInt64>
    ) {
        let (row, bits) = mutableRow(position)
        rk_key_deinterleave(limb, row, bits, digit, half, digitCount, context.degree)
    }

    /// The position of the first limb with a residue that is not below its modulus, or nil.
    package var firstInvalidLimb: Int? {
        let scratch = Storage(pool: context.pool, degree: context.degree, limbCount: 1)
        let words = UnsafeBufferPointer(start: scratch.limb(0), count: context.degree)
        return (0..<basis.count).first { position in
            let modulus = context.moduli[basis.indices[position]].value
            return (0..<(2 * digitCount)).contains { part in
                copy(part / 2, part % 2, position, to: scratch.limb(0))
                return !words.span.isBelow(modulus)
            }
        }
    }
}
