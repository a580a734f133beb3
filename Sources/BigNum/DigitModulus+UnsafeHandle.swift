import CGMP
import IntegerKernels

/// What the vector kernels need to know about an odd modulus m; wiped when released.
///
/// Constant after it is made. Exists only where the machine has the kernels and m is not too wide for them.
final class DigitModulus: @unchecked Sendable {
    /// Words of a single element.
    let elementWords: Int
    /// Words of eight elements side by side.
    let batchWords: Int
    /// Scratch words of batch products.
    let batchScratchWords: Int
    /// Words of the state of eight products of table entries, and of their scratch space.
    let fixedStateWords: Int
    let fixedScratchWords: Int

    private let context: OpaquePointer
    /// Digits of one half, and words that it takes in a single element.
    private let halfDigits: Int
    private let halfWords: Int

    /// Nil where the kernels cannot serve the odd modulus in these limbs.
    init?(_ limbs: LimbArray, bits: Int) {
        guard ik_is_supported() != 0, ik_digits(bits) != 0 else { return nil }
        guard let made = ik_modulus_make(limbs[0], limbs.stride, bits) else { return nil }
        context = made
        halfDigits = ik_modulus_digits(context)
        halfWords = ik_modulus_padded(context)
        elementWords = 2 * halfWords
        batchWords = 2 * halfDigits * Int(IK_LANES)
        batchScratchWords = ik_batch_scratch(context)
        fixedStateWords = ik_fixed_state(context)
        fixedScratchWords = ik_fixed_scratch(context)
    }

    deinit {
        ik_modulus_destroy(context)
    }

    /// The bits of R, the factor of the Montgomery form.
    var radixBits: Int { 52 * halfDigits }

    /// Writes the halves of a number, of so many limbs each, as they are.
    func write(
        low: UnsafePointer<UInt>, high: UnsafePointer<UInt>, limbs: Int,
        to element: UnsafeMutablePointer<UInt>
    ) {
        ik_to_digits(element, halfWords, low, limbs)
        ik_to_digits(element + halfWords, halfWords, high, limbs)
    }

    /// The halves of an element as they are, each of so many limbs, one after the other.
    func read(
        _ element: UnsafePointer<UInt>, into result: UnsafeMutablePointer<UInt>, limbs: Int
    ) {
        ik_from_digits(result, limbs, element, halfDigits)
        ik_from_digits(result + limbs, limbs, element + halfWords, halfDigits)
    }

    func multiply(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ y: UnsafePointer<UInt>
    ) {
        ik_multiply(context, result, x, y)
    }

    func square(_ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>) {
        ik_square(context, result, x)
    }

    func multiplyBatch(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ y: UnsafePointer<UInt>,
        _ scratch: LimbArray
    ) {
        ik_batch_multiply(context, result, x, y, scratch[0])
    }

    func squareBatch(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ scratch: LimbArray
    ) {
        ik_batch_square(context, result, x, scratch[0])
    }

    /// `result = x y` modulo m alone, for the halves of batches; scratch space as for whole ones.
    func multiplyHalves(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ y: UnsafePointer<UInt>,
        _ scratch: LimbArray
    ) {
        ik_batch_half_multiply(context, result, x, y, scratch[0])
    }

    /// Words of a window of `entries` elements, 16 to 256 of them, a power of two.
    func windowWords(entries: Int) -> Int {
        precondition(entries.nonzeroBitCount == 1 && (16...256).contains(entries), "entries")
        return 2 * halfDigits * entries
    }

    /// Writes eight entries of a window, from `first` on.
    func store(
        batch: UnsafePointer<UInt>, in window: UnsafeMutablePointer<UInt>, entries: Int, first: Int
    ) {
        precondition(first.isMultiple(of: 8) && first + 8 <= entries, "entries outside a window")
        ik_window_store(context, window, entries, first, batch)
    }

    /// Multiplies states by entries of one window or two, `next` words apart; `integer_kernels.h` says which.
    func multiplyFixed(
        _ states: UnsafeMutablePointer<UInt>, sets: Int, isFirst: Bool,
        windows: UnsafePointer<UInt>, upper: UnsafePointer<UInt>, next: Int, entries: Int,
        indices: UnsafePointer<UInt>, count: Int, _ scratch: LimbArray
    ) {
        var lower: (UnsafePointer<UInt>?, UnsafePointer<UInt>?) = (windows, windows + next)
        var other: (UnsafePointer<UInt>?, UnsafePointer<UInt>?) = (upper, upper + next)
        withUnsafeBytes(of: &lower) { lower in
            withUnsafeBytes(of: &other) { other in
                ik_fixed_multiply(
                    context, states, sets, isFirst ? 1 : 0,
                    lower.assumingMemoryBound(to: UnsafePointer<UInt>?.self).baseAddress,
                    other.assumingMemoryBound(to: UnsafePointer<UInt>?.self).baseAddress,
                    entries, indices, count, scratch[0])
            }
        }
    }

    /// The batch that a state stands for; overwrites the state.
    func finishFixed(
        _ result: UnsafeMutablePointer<UInt>, _ state: UnsafeMutablePointer<UInt>,
        _ scratch: LimbArray
    ) {
        ik_fixed_finish(context, result, state, scratch[0])
    }

    /// Eight single elements of `array` to a batch.
    func pack(_ result: UnsafeMutablePointer<UInt>, _ array: LimbArray, _ indices: [Int]) {
        precondition(indices.count == Int(IK_LANES), "one element for each lane")
        withUnsafeTemporaryAllocation(of: UnsafePointer<UInt>?.self, capacity: indices.count) {
            for (lane, index) in indices.enumerated() {
                $0.initializeElement(at: lane, to: UnsafePointer(array[index]))
            }
            ik_batch_pack(context, result, $0.baseAddress)
        }
    }

    /// A batch to eight single elements: to `array` from `first` on, to `rest` what goes beyond its end.
    func unpack(
        _ batch: UnsafePointer<UInt>, into array: LimbArray, first: Int, rest: LimbArray
    ) {
        let lanes = Int(IK_LANES)
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt>?.self, capacity: lanes) {
            for lane in 0..<lanes {
                let index = first + lane
                $0.initializeElement(at: lane, to: index < array.count ? array[index] : rest[0])
            }
            ik_batch_unpack(context, $0.baseAddress, batch)
        }
    }

    /// `2^(m-1)` modulo m for the modulus m itself, and 1 in the same form; both below 5m, of one limb more than m.
    func fermatPower(of modulus: SecretNatural) -> (power: SecretNatural, one: SecretNatural) {
        let count = modulus.limbCount
        let radix = SecretNatural(limbCount: radixBits / 64 + 1)
        radix.limbs[0][radixBits / 64] = 1 << UInt(radixBits % 64)
        let one = radix.mod(modulus)
        let element = LimbArray(count: 1, stride: elementWords)
        ik_to_digits(element[0], halfWords, one.limbs[0], count)
        let exponent = modulus.minus(1)
        ik_power_of_two(context, element[0], exponent.limbs[0], 64 * count)
        let power = SecretNatural(limbCount: count + 1)
        ik_from_digits(power.limbs[0], count + 1, element[0], halfDigits)
        return (power, one)
    }

    /// `result` = entry `index` of `count` entries of `words` words, found by reading all of them.
    static func select(
        _ result: UnsafeMutablePointer<UInt>, from table: UnsafePointer<UInt>, words: Int,
        count: Int, index: Int
    ) {
        ik_select(result, table, words, count, UInt(index))
    }
}
