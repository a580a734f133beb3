/// Which cell of a row goes where: the match between a file's columns and a model's features.
struct ColumnPlan: Equatable {
    /// For each feature, the index of its cell.
    let cells: [Int]
    /// For each column kept aside, its name and the index of its cell.
    let aside: [(name: String, cell: Int)]
    /// Names of the features, from the header.
    let names: [String]?
    /// Cells per row.
    let width: Int

    static func == (left: ColumnPlan, right: ColumnPlan) -> Bool {
        left.cells == right.cells && left.names == right.names && left.width == right.width
            && left.aside.elementsEqual(right.aside, by: ==)
    }

    /// Matches `header` (nil where the file has none) and `width` cells per row with what the model takes.
    ///
    /// With names on both sides columns are matched by name, whatever their order. Without, they are taken in order, and
    /// their number must be right.
    static func make(
        header: [String]?, width: Int, options: RowReadingOptions, file: String
    ) throws(RowsError) -> ColumnPlan {
        let aside = try findAside(header: header, options: options, file: file)
        let asideCells = Set(aside.map(\.cell))
        let rest = (0..<width).filter { !asideCells.contains($0) }
        guard let header, let expected = options.expected, let wanted = expected.names else {
            if let count = options.expected?.count, count != rest.count {
                throw .columnCount(file: file, expected: count, found: rest.count)
            }
            guard !rest.isEmpty else { throw .columnCount(file: file, expected: 1, found: 0) }
            return ColumnPlan(
                cells: rest, aside: aside, names: header.map { names in rest.map { names[$0] } },
                width: width)
        }
        let cells = try match(
            wanted, in: header, among: rest, ignoringExtra: options.ignoresExtraColumns, file: file)
        return ColumnPlan(cells: cells, aside: aside, names: wanted, width: width)
    }

    private static func findAside(
        header: [String]?, options: RowReadingOptions, file: String
    ) throws(RowsError) -> [(name: String, cell: Int)] {
        var found: [(name: String, cell: Int)] = []
        for name in options.columnsKeptAside where !found.contains(where: { $0.name == name }) {
            let places = (header ?? []).indices.filter { header?[$0] == name }
            guard let place = places.first else { throw .missingColumns(file: file, names: [name]) }
            guard places.count == 1 else { throw .duplicateColumn(file: file, name: name) }
            found.append((name, place))
        }
        return found
    }

    private static func match(
        _ wanted: [String], in header: [String], among rest: [Int], ignoringExtra: Bool,
        file: String
    ) throws(RowsError) -> [Int] {
        var places: [String: Int] = [:]
        var twice: Set<String> = []
        for cell in rest where places.updateValue(cell, forKey: header[cell]) != nil {
            twice.insert(header[cell])
        }
        let missing = wanted.filter { places[$0] == nil }
        guard missing.isEmpty else { throw .missingColumns(file: file, names: missing) }
        if let name = wanted.first(where: twice.contains) {
            throw .duplicateColumn(file: file, name: name)
        }
        let known = Set(wanted)
        let extra = rest.map { header[$0] }.filter { !known.contains($0) }
        guard extra.isEmpty || ignoringExtra else { throw .extraColumns(file: file, names: extra) }
        return wanted.compactMap { places[$0] }
    }
}
