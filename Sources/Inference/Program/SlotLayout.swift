/// Where the elements of a tensor, for several rows at once, stand in the slots of one ciphertext.
///
/// Rows are innermost: slot `s` belongs to row `s % rowCapacity` and to position `t = s / rowCapacity`.
/// Positions repeat with `period`, so a rotation by `k * rowCapacity` slots moves every row by `k`
/// positions, cyclically, and never mixes rows.
///
/// A position holds element `(t / block) * distinct + (t % block) % distinct`. With
/// `distinct == block` this is `t` itself, one copy of the tensor in each period (*plain*). With
/// `distinct < block` each element stands at `block / distinct` positions of a period (*expanded*), which
/// lets one plaintext product serve several diagonals of a matrix with `block` rows.
///
/// Invariants: all numbers but `elementCount` are powers of two; `rowCapacity * period` divides
/// `slotCount`; `distinct <= block <= period`; `elementCount <= distinctElementCount`.
public struct SlotLayout: Sendable, Hashable, Codable {
    /// Slots of one ciphertext (half the ring degree).
    public let slotCount: Int
    /// Rows that one ciphertext holds.
    public let rowCapacity: Int
    /// Elements of the tensor, per row.
    public let elementCount: Int
    /// Positions over which an output of the next map is spread once.
    public let block: Int
    /// Different elements in one block.
    public let distinct: Int
    /// Positions after which the contents repeat.
    public let period: Int

    /// One copy of `elementCount` elements in each period of the next power of two.
    package static func plain(elementCount: Int, slotCount: Int, rowCapacity: Int) -> SlotLayout {
        let period = elementCount.nextPowerOfTwo
        return SlotLayout(
            slotCount: slotCount, rowCapacity: rowCapacity, elementCount: elementCount,
            block: period, distinct: period, period: period)
    }

    /// Elements repeated for a matrix of `block` rows so that `distinct` diagonals remain.
    package static func expanded(
        elementCount: Int, block: Int, distinct: Int, slotCount: Int, rowCapacity: Int
    ) -> SlotLayout {
        SlotLayout(
            slotCount: slotCount, rowCapacity: rowCapacity, elementCount: elementCount,
            block: block, distinct: distinct,
            period: block * (elementCount.nextPowerOfTwo / distinct))
    }

    /// Elements that the period has room for, padding included.
    var distinctElementCount: Int { period / block * distinct }

    var isPlain: Bool { distinct == block && block == period }

    /// The element at a position, or nothing where the position is padding.
    func element(atPosition position: Int) -> Int? {
        let t = position & (period - 1)
        let element = (t / block) * distinct + (t & (block - 1)) & (distinct - 1)
        return element < elementCount ? element : nil
    }

    /// The first position that holds an element.
    func firstPosition(ofElement element: Int) -> Int {
        (element / distinct) * block + element % distinct
    }

    /// The slots of up to `rowCapacity` rows; padding and missing rows are zero.
    ///
    /// - Parameter rows: `rows[r][e]` is element `e` of row `r`.
    package func slots(ofRows rows: [ArraySlice<Double>]) -> [Double] {
        var slots = [Double](repeating: 0, count: slotCount)
        for position in 0..<(slotCount / rowCapacity) {
            guard let element = element(atPosition: position) else { continue }
            for (row, values) in rows.enumerated() {
                slots[position * rowCapacity + row] = values[values.startIndex + element]
            }
        }
        return slots
    }

    /// The slots of one vector that is the same for every row, such as a bias.
    package func slots(ofVector vector: [Double]) -> [Double] {
        var slots = [Double](repeating: 0, count: slotCount)
        for position in 0..<(slotCount / rowCapacity) {
            guard let element = element(atPosition: position) else { continue }
            for row in 0..<rowCapacity { slots[position * rowCapacity + row] = vector[element] }
        }
        return slots
    }

    /// The elements of one row, read back from the slots.
    package func elements(ofRow row: Int, slots: [Double]) -> [Double] {
        (0..<elementCount).map { slots[firstPosition(ofElement: $0) * rowCapacity + row] }
    }

    /// Whether the invariants of the type hold; files from strangers are checked with this.
    var isValid: Bool {
        [slotCount, rowCapacity, block, distinct, period].allSatisfy(\.isPowerOfTwo)
            && slotCount <= 1 << 17 && distinct <= block && block <= period
            && period <= slotCount / rowCapacity
            && elementCount > 0 && elementCount <= distinctElementCount
    }
}

extension Int {
    /// The smallest power of two not below a positive number.
    var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }

    /// Whether this is a power of two.
    var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}
