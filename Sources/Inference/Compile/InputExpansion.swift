/// Ways in which the client can repeat its input so that the first map needs few rotations, or none.
///
/// With as many positions as a matrix has entries, one product and the folds do. Imaginary parts of slots hold a
/// second half of the operands, for one conjugation at the end. LoLa (Brutzkus, Elisha, Gilad-Bachrach, "Low Latency
/// Privacy Preserving Inference", ICML 2019, section 4) calls such inputs convolution and stacked representations.
package struct InputExpansions {
    let matrix: SparseMatrix
    let placement: Placement
    /// Where the map's result stands.
    let result: SlotLayout

    /// For the only map that reads the input; its result stands plainly unless `result` says otherwise.
    package init(matrix: SparseMatrix, placement: Placement, result: SlotLayout? = nil) {
        self.matrix = matrix
        self.placement = placement
        self.result = result ?? placement.plain(matrix.rowCount)
    }

    /// Most ciphertexts that a row is spread over.
    private static let mostParts = 8

    private var rows: Int { result.period }

    /// All that fit.
    package func all() -> [InputExpansion] {
        var list: [InputExpansion] = []
        for usesImaginary in [false, true] {
            list += repeated(usesImaginary: usesImaginary)
            list += gathered(usesImaginary: usesImaginary)
        }
        return list
    }

    /// One ciphertext that holds every element for every row of the matrix, but for some rotations that remain.
    private func repeated(usesImaginary: Bool) -> [InputExpansion] {
        let width = matrix.columnCount.nextPowerOfTwo / (usesImaginary ? 2 : 1)
        var list: [InputExpansion] = []
        var distinct = min(rows, width)
        while distinct >= 1, width > 0 {
            let period = rows * (width / distinct)
            if distinct < max(rows, 2) || usesImaginary, period <= placement.positionCount {
                list += [repeated(distinct, width: width, usesImaginary)].compactMap(\.self)
            }
            distinct /= 2
        }
        // More rotations than twice the least are never cheaper.
        return Array(list.suffix(3))
    }

    private func repeated(_ distinct: Int, width: Int, _ usesImaginary: Bool) -> InputExpansion? {
        let period = rows * (width / distinct)
        func table(from first: Int) -> [Int32] {
            (0..<period).map { position in
                let element =
                    first + (position / rows) * distinct + (position % rows) % distinct
                return element < matrix.columnCount ? Int32(element) : -1
            }
        }
        let layout = SlotLayout(
            slotCount: placement.slotCount, rowCapacity: placement.rowCapacity,
            elementCount: matrix.columnCount, cells: table(from: 0),
            imaginary: usesImaginary ? table(from: width) : nil)
        return expansion([layout], [matrix], amounts: Array(0..<distinct), period: period)
    }

    /// For every row of the matrix just the elements it reads; no rotations at all.
    private func gathered(usesImaginary: Bool) -> [InputExpansion] {
        let columns = (0..<matrix.rowCount).map { matrix.row($0).map(\.column) }
        let longest = columns.map(\.count).max() ?? 0
        let room = placement.positionCount / rows
        guard longest > 0, room > 0 else { return [] }
        let halves = usesImaginary ? 2 : 1
        let least = (longest + room * halves - 1) / (room * halves)
        guard least <= Self.mostParts else { return [] }
        let groups = ((longest + least * halves - 1) / (least * halves)).nextPowerOfTwo
        let parts = (0..<least).map { part in
            self.part(columns, groups, usesImaginary, from: part * groups * halves)
        }
        let layouts = parts.map(\.layout)
        let matrices = parts.map(\.matrix)
        return [expansion(layouts, matrices, amounts: [0], period: rows * groups)].compactMap(
            \.self)
    }

    private func part(
        _ columns: [[Int]], _ groups: Int, _ usesImaginary: Bool, from first: Int
    ) -> (layout: SlotLayout, matrix: SparseMatrix) {
        func table(from first: Int) -> [Int32] {
            (0..<(rows * groups)).map { position in
                let (row, index) = (Int(result.cells[position % rows]), first + position / rows)
                guard row >= 0, index < columns[row].count else { return -1 }
                return Int32(columns[row][index])
            }
        }
        let layout = SlotLayout(
            slotCount: placement.slotCount, rowCapacity: placement.rowCapacity,
            elementCount: matrix.columnCount, cells: table(from: first),
            imaginary: usesImaginary ? table(from: first + groups) : nil)
        let range = first..<(first + groups * (usesImaginary ? 2 : 1))
        return (layout, matrix.keeping { range.contains($0) })
    }

    private func expansion(
        _ layouts: [SlotLayout], _ matrices: [SparseMatrix], amounts: [Int], period: Int
    ) -> InputExpansion? {
        let gathering = Gathering.cyclic(period: period)
        let slots = SlotMatrix(
            zip(matrices, layouts).map { SlotMatrix.Term($0, source: $1, amounts: amounts) },
            result: result, gathering: gathering)
        let used = matrices.indices.compactMap(slots.usedAmounts)
        guard used.count == matrices.count else { return nil }
        return InputExpansion(
            layouts: layouts, matrices: matrices,
            placement: AffinePlacement(layout: result, gathering: gathering, amounts: used))
    }
}

extension SparseMatrix {
    /// The entries whose index inside their row is kept.
    fileprivate func keeping(_ isKept: (Int) -> Bool) -> SparseMatrix {
        var starts = [0]
        var keptColumns: [Int32] = []
        var keptValues: [Double] = []
        for row in 0..<rowCount {
            for (index, entry) in self.row(row).enumerated() where isKept(index) {
                keptColumns.append(Int32(entry.column))
                keptValues.append(entry.value)
            }
            starts.append(keptValues.count)
        }
        return SparseMatrix(
            rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: keptColumns,
            values: keptValues)
    }
}
