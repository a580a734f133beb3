/// Windows of elements that are looked up by secret indices: every lookup reads its window whole.
final class WindowTable: Sendable {
    /// Elements of one window.
    let entries: Int

    private let ring: SquareModulus
    /// With vectors, a window in each run, digit by digit; without, an element in each run.
    private let table: LimbArray

    /// Room for windows of `2^windowBits` elements each.
    ///
    /// - Precondition: `windowBits` is in 1...8.
    init(_ ring: SquareModulus, windows: Int, windowBits: Int) {
        precondition((1...8).contains(windowBits), "windows have 1 to 8 bits")
        self.ring = ring
        entries = 1 << windowBits
        if let digits = ring.digits {
            let words = digits.windowWords(entries: max(entries, 16))
            table = LimbArray(count: windows, stride: words)
        } else {
            table = ring.makeElements(count: windows * entries)
        }
    }

    var byteCount: Int { table.byteCount }

    /// Writes an element; only before the table is shared.
    func store(_ element: UnsafePointer<UInt>, window: Int, entry: Int) {
        precondition(entry < entries, "an entry outside its window")
        if let digits = ring.digits {
            digits.store(element, in: table[window], entries: max(entries, 16), entry: entry)
        } else {
            table[window * entries + entry].update(from: element, count: table.stride)
        }
    }

    /// `result` = entry `index` of a window.
    func select(_ result: UnsafeMutablePointer<UInt>, window: Int, index: Int) {
        if let digits = ring.digits {
            digits.select(result, from: table[window], entries: max(entries, 16), index: index)
        } else {
            ring.select(result, from: table, first: window * entries, count: entries, index: index)
        }
    }

    /// Lane l of `result` = entry `indices[l]` of a window; of a ring with vectors.
    func selectBatch(_ result: UnsafeMutablePointer<UInt>, window: Int, indices: [UInt]) {
        ring.digits?.selectBatch(
            result, from: table[window], entries: max(entries, 16), indices: indices)
    }
}
