import Circuits

/// How one affine map is evaluated: where its result stands, how partial sums gather, by how far sources rotate.
package struct AffinePlacement: Hashable {
    package let layout: SlotLayout
    package let gathering: Gathering
    /// For each term, the rotations of its source in positions.
    package let amounts: [[Int]]
    /// The grid of the result, where it stands on one.
    package var grid: TensorGrid? = nil
}

/// How the client lays out its rows for the one map that reads them.
package struct InputExpansion: Hashable {
    /// One layout for each ciphertext of a group of rows.
    package let layouts: [SlotLayout]
    /// The part of the map's matrix that each ciphertext serves.
    package let matrices: [SparseMatrix]
    /// Where the map's result stands.
    package let placement: AffinePlacement
}

/// Where every value of a network stands: chosen by the search, applied by `Lowering`.
package struct Placement {
    /// Slots of one ciphertext.
    let slotCount: Int
    /// Rows that share a ciphertext.
    let rowCapacity: Int
    /// Whether maps inside the network add up before they rescale.
    var rescalesLast = false
    /// How the input is laid out; nil for one plain ciphertext.
    var expansion: InputExpansion?
    /// Layouts of the values that are made so far.
    package var layouts: [ValueID: SlotLayout] = [:]
    /// Grids on which values stand, beside those in row-major order.
    var grids: [ValueID: TensorGrid] = [:]
    /// How the affine maps are evaluated.
    var affine: [ValueID: AffinePlacement] = [:]

    /// Nothing placed yet.
    package init(slotCount: Int, rowCapacity: Int) {
        self.slotCount = slotCount
        self.rowCapacity = rowCapacity
    }

    /// Positions of one row.
    var positionCount: Int { slotCount / rowCapacity }

    /// One copy of a tensor in each period.
    func plain(_ elementCount: Int, stride: Int = 1) -> SlotLayout {
        .plain(
            elementCount: elementCount, slotCount: slotCount, rowCapacity: rowCapacity,
            stride: stride)
    }

    /// Where the elements of sums stand so that rotations add them up; nil where they do not fit.
    func unfolded(_ matrix: SparseMatrix, stride: Int = 1) -> SlotLayout? {
        guard matrix.columnCount.nextPowerOfTwo * stride <= positionCount else { return nil }
        return plain(matrix.rowCount, stride: stride).unfolded(matrix)
    }

    /// Where sums stand when their elements stand in `layout`.
    func folded(_ matrix: SparseMatrix, from layout: SlotLayout) -> SlotLayout? {
        let size = matrix.columnCount / matrix.rowCount
        let stride = layout.period / size / matrix.rowCount.nextPowerOfTwo
        return stride > 0 && unfolded(matrix, stride: stride) == layout
            ? plain(matrix.rowCount, stride: stride) : nil
    }
}

extension Placement {
    /// Ways to evaluate an affine map of values whose layouts are known.
    ///
    /// - Parameters:
    ///   - map: the map.
    ///   - count: elements of its result.
    ///   - isFree: whether the result may stand anywhere; otherwise it is plain.
    ///   - allowsPartialSums: whether positions that hold no element may hold partial sums.
    ///   - sums: what the elements of the result are added up to by rotations, if anything.
    ///   - grids: grids on which the result may stand as well.
    package func candidates(
        _ map: Network.AffineMap, count: Int, isFree: Bool, allowsPartialSums: Bool,
        sums: SparseMatrix? = nil, grids: [TensorGrid] = []
    ) -> [AffinePlacement] {
        let sources = map.terms.compactMap { layouts[$0.source] }
        guard sources.count == map.terms.count else { return [] }
        let longest = sources.map(\.period).max() ?? 1
        func layout(stride: Int) -> SlotLayout? {
            guard let sums else {
                return count.nextPowerOfTwo * stride <= positionCount
                    ? plain(count, stride: stride) : nil
            }
            return unfolded(sums, stride: stride)
        }
        var list: [AffinePlacement] = []
        let strides = isFree ? Set([1] + sources.compactMap(\.plainStride)).sorted() : [1]
        for stride in strides {
            guard let layout = layout(stride: stride) else { continue }
            let gathering = Gathering.cyclic(period: max(longest, layout.period))
            list += [
                made(map, sources, layout, gathering) { Array(0..<min($0.period, layout.period)) }
            ].compactMap(\.self)
        }
        for grid in grids {
            guard let cells = grid.cells, cells.count <= positionCount else { continue }
            let layout = SlotLayout(
                slotCount: slotCount, rowCapacity: rowCapacity, elementCount: count, cells: cells)
            guard layout.plainStride == nil else { continue }
            var placement = made(
                map, sources, layout, .cyclic(period: max(longest, layout.period))
            ) { Array(0..<min($0.period, layout.period)) }
            placement?.grid = grid
            list += [placement].compactMap(\.self)
        }
        guard isFree, allowsPartialSums else { return list }
        var block = 2
        while block <= longest, let layout = layout(stride: block) {
            if layout.period >= longest {
                let amounts = { (source: SlotLayout) in
                    Array(Swift.stride(from: 0, to: source.period, by: block))
                }
                list += [made(map, sources, layout, .blocks(block), amounts)].compactMap(\.self)
            }
            block *= 2
        }
        return list
    }

    private func made(
        _ map: Network.AffineMap, _ sources: [SlotLayout], _ layout: SlotLayout,
        _ gathering: Gathering, _ allowed: (SlotLayout) -> [Int]
    ) -> AffinePlacement? {
        let matrix = SlotMatrix(
            zip(map.terms, sources).map {
                SlotMatrix.Term($0.matrix, source: $1, amounts: allowed($1))
            }, result: layout, gathering: gathering)
        let amounts = map.terms.indices.compactMap(matrix.usedAmounts)
        guard amounts.count == map.terms.count else { return nil }
        return AffinePlacement(layout: layout, gathering: gathering, amounts: amounts)
    }
}
