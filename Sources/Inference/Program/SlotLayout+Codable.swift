/// Layouts travel as runs: `count` cells from `first` with a constant step.
extension SlotLayout: Codable {
    private enum CodingKeys: String, CodingKey {
        case slotCount, rowCapacity, elementCount, cells, imaginary
    }

    /// Largest period that is read.
    private static let maximumPeriod = 1 << 17

    /// Writes the tables as runs.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(slotCount, forKey: .slotCount)
        try container.encode(rowCapacity, forKey: .rowCapacity)
        try container.encode(elementCount, forKey: .elementCount)
        try container.encode(Self.runs(of: cells), forKey: .cells)
        try container.encodeIfPresent(imaginary.map(Self.runs), forKey: .imaginary)
    }

    /// Reads tables; `isValid` must be asked before a layout from a stranger is used.
    ///
    /// - Throws: `DecodingError` for runs that are not whole or longer than any ciphertext.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func table(_ runs: [Int]) throws -> [Int32] {
            guard let cells = Self.cells(of: runs) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: container.codingPath, debugDescription: "a malformed layout"))
            }
            return cells
        }
        self.init(
            slotCount: try container.decode(Int.self, forKey: .slotCount),
            rowCapacity: try container.decode(Int.self, forKey: .rowCapacity),
            elementCount: try container.decode(Int.self, forKey: .elementCount),
            cells: try table(container.decode([Int].self, forKey: .cells)),
            imaginary: try container.decodeIfPresent([Int].self, forKey: .imaginary).map(table))
    }

    /// Triples of first cell, step and count.
    static func runs(of cells: [Int32]) -> [Int] {
        var runs: [Int] = []
        var start = 0
        while start < cells.count {
            let step = start + 1 < cells.count ? cells[start + 1] - cells[start] : 0
            var end = start + 1
            while end < cells.count, cells[end] - cells[end - 1] == step { end += 1 }
            runs += [Int(cells[start]), Int(step), end - start]
            start = end
        }
        return runs
    }

    /// The cells of runs, nil when they are malformed.
    static func cells(of runs: [Int]) -> [Int32]? {
        guard runs.count % 3 == 0 else { return nil }
        var cells: [Int32] = []
        let range = -maximumPeriod...maximumPeriod
        for run in stride(from: 0, to: runs.count, by: 3) {
            let (first, step, count) = (runs[run], runs[run + 1], runs[run + 2])
            guard range.contains(first), range.contains(step), (1...maximumPeriod).contains(count),
                cells.count + count <= maximumPeriod,
                (-1...Int(Int32.max)).contains(first + step * (count - 1))
            else { return nil }
            for index in 0..<count { cells.append(Int32(first + step * index)) }
        }
        return cells
    }
}
