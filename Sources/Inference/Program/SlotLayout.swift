/// Where the elements of a tensor, for several rows at once, stand in the slots of one ciphertext.
///
/// Rows are innermost: slot `s` belongs to row `s % rowCapacity` and to position `s / rowCapacity`.
/// Positions repeat with `period`, so a rotation by `k * rowCapacity` slots moves every row by `k`
/// positions, cyclically, and never mixes rows.
///
/// `cells` says which element stands at each position of a period, -1 where none does: such slots hold zero,
/// or partial sums that nothing may read. An element may stand at many positions. Inputs may use the imaginary
/// parts of slots for elements too.
///
/// Invariants: `slotCount`, `rowCapacity` and `period` are powers of two; `rowCapacity * period` divides
/// `slotCount`; cells lie in `-1..<elementCount`.
public struct SlotLayout: Sendable, Hashable {
    /// Slots of one ciphertext (half the ring degree).
    public let slotCount: Int
    /// Rows that one ciphertext holds.
    public let rowCapacity: Int
    /// Elements of the tensor, per row.
    public let elementCount: Int
    /// The element at each position of a period, -1 for none.
    package let cells: [Int32]
    /// The element in the imaginary part of each position, -1 for none; nil when slots are real.
    package let imaginary: [Int32]?

    /// Places elements by tables.
    package init(
        slotCount: Int, rowCapacity: Int, elementCount: Int, cells: [Int32],
        imaginary: [Int32]? = nil
    ) {
        self.slotCount = slotCount
        self.rowCapacity = rowCapacity
        self.elementCount = elementCount
        self.cells = cells
        self.imaginary = imaginary
    }

    /// One copy of `elementCount` elements, `stride` apart, in each period of the next power of two.
    package static func plain(
        elementCount: Int, slotCount: Int, rowCapacity: Int, stride: Int = 1
    ) -> SlotLayout {
        let cells = (0..<(elementCount.nextPowerOfTwo * stride)).map { position in
            position % stride == 0 && position / stride < elementCount
                ? Int32(position / stride) : -1
        }
        return SlotLayout(
            slotCount: slotCount, rowCapacity: rowCapacity, elementCount: elementCount,
            cells: cells)
    }

    /// Positions after which the contents repeat.
    public var period: Int { cells.count }

    /// Positions of one row.
    public var positionCount: Int { slotCount / rowCapacity }

    /// Distance of consecutive elements of a plain layout, nil for any other.
    var plainStride: Int? {
        let stride = max(1, period / elementCount.nextPowerOfTwo)
        let plain = SlotLayout.plain(
            elementCount: elementCount, slotCount: slotCount, rowCapacity: rowCapacity,
            stride: stride)
        return self == plain ? stride : nil
    }

    /// The positions of a period at which each element stands, real parts only.
    var positions: [[Int]] { Self.positions(in: cells, elementCount) }

    /// The positions of a period in whose imaginary parts each element stands.
    var imaginaryPositions: [[Int]] { Self.positions(in: imaginary ?? [], elementCount) }

    private static func positions(in cells: [Int32], _ elementCount: Int) -> [[Int]] {
        var positions = [[Int]](repeating: [], count: elementCount)
        for (position, element) in cells.enumerated() where element >= 0 {
            positions[Int(element)].append(position)
        }
        return positions
    }

    /// The slots of up to `rowCapacity` rows; padding and missing rows are zero.
    ///
    /// - Parameter rows: `rows[r][e]` is element `e` of row `r`.
    /// - Returns: the real parts, and the imaginary parts where the layout uses them.
    package func slots(ofRows rows: [ArraySlice<Double>]) -> (
        real: [Double], imaginary: [Double]?
    ) {
        (fill(cells, rows), imaginary.map { fill($0, rows) })
    }

    private func fill(_ cells: [Int32], _ rows: [ArraySlice<Double>]) -> [Double] {
        var slots = [Double](repeating: 0, count: slotCount)
        for (row, values) in rows.enumerated() {
            for (position, element) in cells.enumerated() where element >= 0 {
                slots[position * rowCapacity + row] = values[values.startIndex + Int(element)]
            }
        }
        repeatPeriod(&slots)
        return slots
    }

    /// The slots of one vector that is the same for every row, such as a bias.
    package func slots(ofVector vector: [Double]) -> [Double] {
        var slots = [Double](repeating: 0, count: slotCount)
        for (position, element) in cells.enumerated() where element >= 0 {
            for row in 0..<rowCapacity {
                slots[position * rowCapacity + row] = vector[Int(element)]
            }
        }
        repeatPeriod(&slots)
        return slots
    }

    private func repeatPeriod(_ slots: inout [Double]) {
        let length = period * rowCapacity
        for slot in stride(from: length, to: slotCount, by: 1) {
            slots[slot] = slots[slot - length]
        }
    }

    /// The elements of one row, read back from the slots.
    package func elements(ofRow row: Int, slots: [Double]) -> [Double] {
        var values = [Double](repeating: 0, count: elementCount)
        for (position, element) in cells.enumerated().reversed() where element >= 0 {
            values[Int(element)] = slots[position * rowCapacity + row]
        }
        return values
    }

    /// Rotations in slots that add up what stands a period of this layout apart in a longer one.
    package func folds(of longer: SlotLayout) -> [Int] {
        sequence(first: period) { 2 * $0 }.prefix { $0 < longer.period }.map { $0 * rowCapacity }
    }

    /// The layout of elements that fold into this one by a matrix of ones; nil where it would not fit.
    package func unfolded(_ matrix: SparseMatrix) -> SlotLayout? {
        guard matrix.isFold, matrix.rowCount == elementCount,
            period * (matrix.columnCount / matrix.rowCount) <= positionCount
        else { return nil }
        let members = (0..<elementCount).map { matrix.row($0).map { Int32($0.column) } }
        return SlotLayout(
            slotCount: slotCount, rowCapacity: rowCapacity, elementCount: matrix.columnCount,
            cells: (0..<(matrix.columnCount / matrix.rowCount)).flatMap { member in
                cells.map { $0 < 0 ? -1 : members[Int($0)][member] }
            })
    }

    /// Whether the invariants of the type hold; files from strangers are checked with this.
    package var isWellFormed: Bool {
        guard elementCount > 0 else { return false }
        let range = Int32(-1)..<Int32(clamping: elementCount)
        return [slotCount, rowCapacity, period].allSatisfy(\.isPowerOfTwo)
            && slotCount <= 1 << 17 && rowCapacity <= slotCount
            && period <= slotCount / rowCapacity
            && cells.allSatisfy(range.contains)
            && (imaginary.map { $0.count == period && $0.allSatisfy(range.contains) } ?? true)
    }

    /// Whether every element stands somewhere.
    var isComplete: Bool {
        Set((cells + (imaginary ?? [])).filter { $0 >= 0 }).count == elementCount
    }
}

extension Int {
    /// The smallest power of two not below a positive number.
    var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }

    /// Whether this is a power of two.
    var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}
