/// Eight elements at once on the vector engine: an accumulator, a factor, and scratch space of one thread.
///
/// `Lanes` of a ring whose engine is GMP do not exist; callers then go one by one.
final class Lanes {
    /// Elements side by side.
    static let count = 8
    /// Elements from which on a batch is faster than one by one.
    static let pays = 6

    private let digits: DigitModulus
    private let scratch: LimbArray
    /// The accumulator, then the factor.
    private let states: LimbArray

    /// Nil when the ring has no vector engine.
    init?(_ ring: SquareModulus) {
        guard let digits = ring.digits else { return nil }
        self.digits = digits
        scratch = LimbArray(count: 1, stride: digits.batchScratchWords)
        states = LimbArray(count: 2, stride: digits.batchWords)
    }

    /// Room for batches.
    func makeBatches(count: Int) -> LimbArray { LimbArray(count: count, stride: digits.batchWords) }

    /// The accumulator becomes eight elements of an array.
    func start(_ array: LimbArray, _ indices: [Int]) { digits.pack(states[0], array, indices) }

    /// The accumulator becomes a batch.
    func start(batch: UnsafePointer<UInt>) {
        states[0].update(from: batch, count: states.stride)
    }

    /// Multiplies by eight elements of an array.
    func multiply(_ array: LimbArray, _ indices: [Int]) {
        digits.pack(states[1], array, indices)
        digits.multiplyBatch(states[0], states[0], states[1], scratch)
    }

    /// Multiplies by a batch.
    func multiply(batch: UnsafePointer<UInt>) {
        digits.multiplyBatch(states[0], states[0], batch, scratch)
    }

    /// Squares the accumulator so many times.
    func square(times: Int = 1) {
        for _ in 0..<times { digits.squareBatch(states[0], states[0], scratch) }
    }

    /// Multiplies by batch `index` of `table`, read whole.
    func multiplySelected(fromBatches table: LimbArray, index: Int) {
        DigitModulus.select(
            states[1], from: table[0], words: table.stride, count: table.count, index: index)
        digits.multiplyBatch(states[0], states[0], states[1], scratch)
    }

    /// Copies the accumulator.
    func store(batch: UnsafeMutablePointer<UInt>) {
        batch.update(from: states[0], count: states.stride)
    }

    /// Writes the accumulator to the elements of `array` from `first` on, as many as there are, eight at most.
    func store(into array: LimbArray, first: Int) {
        let rest = LimbArray(count: 1, stride: digits.elementWords)
        digits.unpack(states[0], into: array, first: first, rest: rest)
    }
}
