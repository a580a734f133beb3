/// A network in which sums of elements stand alone, and which of its values are such sums.
struct FoldedNetwork {
    let network: Network
    /// Values that are sums of equally many elements each, every element in one sum.
    let folds: Set<ValueID>
}

extension Network {
    /// The same function with sums of elements taken out of the maps that weight these elements alike.
    ///
    /// A matrix whose columns come in groups of equal ones (an average pool before a convolution or a dense layer) is a
    /// smaller matrix on the sums of the groups. Where the elements of a group stand a period apart, rotations and
    /// additions make the sums, without a level, and leave as many copies of the sums as a group has elements.
    ///
    /// - Returns: nil where nothing can be taken out, or where values branch.
    func foldingRepeatedColumns() throws(InferenceError) -> FoldedNetwork? {
        guard isStrictChain else { return nil }
        var builder = NetworkBuilder(inputShape: nodes[0].shape)
        var renamed: [ValueID] = [builder.input]
        var folds: Set<ValueID> = []
        for (index, node) in nodes.enumerated().dropFirst() {
            guard case .affine(let map) = node.operation, hasFreeSource(index),
                let parts = map.terms[0].matrix.foldingRepeatedColumns()
            else {
                let operation = node.operation.renamingSources { renamed[$0.index] }
                renamed.append(
                    builder.append(operation, shape: node.shape, origin: node.origin))
                continue
            }
            let sums = builder.affine(
                [(renamed[map.terms[0].source.index], parts.sums)],
                shape: [parts.sums.rowCount], origin: node.origin)
            folds.insert(sums)
            renamed.append(
                builder.affine(
                    [(sums, parts.map)], bias: map.bias, shape: node.shape, origin: node.origin))
        }
        guard !folds.isEmpty else { return nil }
        return FoldedNetwork(
            network: try builder.finish(output: renamed[output.index]), folds: folds)
    }

    /// Whether every value but the last is read by exactly the next one.
    private var isStrictChain: Bool {
        output.index == nodes.count - 1
            && nodes.indices.dropFirst().allSatisfy {
                nodes[$0].operation.sources.map(\.index) == [$0 - 1]
            }
    }

    /// Whether a value's source comes from an affine map, so that it may stand wherever a fold wants it.
    private func hasFreeSource(_ index: Int) -> Bool {
        nodes[1..<index].contains {
            if case .affine = $0.operation { true } else { false }
        }
    }
}

extension SparseMatrix {
    /// This matrix as a smaller one after sums of `2^k` elements each; nil where its columns are not so.
    func foldingRepeatedColumns() -> (sums: SparseMatrix, map: SparseMatrix)? {
        guard columnCount > 1 else { return nil }
        var entries = [[ColumnEntry]](repeating: [], count: columnCount)
        for row in 0..<rowCount {
            for (column, value) in self.row(row) {
                entries[column].append(ColumnEntry(row: row, value: value))
            }
        }
        var group: [[ColumnEntry]: Int] = [:]
        var members: [[Int]] = []
        for (column, list) in entries.enumerated() {
            if list.isEmpty { return nil }
            if let known = group[list] {
                members[known].append(column)
            } else {
                group[list] = members.count
                members.append([column])
            }
        }
        let size = members[0].count
        guard size > 1, size.isPowerOfTwo, members.allSatisfy({ $0.count == size }) else {
            return nil
        }
        var sums = SparseMatrixBuilder(rowCount: members.count, columnCount: columnCount)
        for list in members {
            for column in list { sums.append(column: column, value: 1) }
            sums.endRow()
        }
        let first = Dictionary(
            uniqueKeysWithValues: members.enumerated().map { ($1[0], $0) })
        var map = SparseMatrixBuilder(rowCount: rowCount, columnCount: members.count)
        for row in 0..<rowCount {
            for (column, value) in self.row(row) {
                if let sum = first[column] { map.append(column: sum, value: value) }
            }
            map.endRow()
        }
        return (sums.finish(), map.finish())
    }

    /// Whether every column has one entry, a one, and every row equally many.
    var isFold: Bool {
        guard rowCount > 0, columnCount % rowCount == 0 else { return false }
        let size = columnCount / rowCount
        return size.isPowerOfTwo && nonzeroCount == columnCount && Set(columns).count == columnCount
            && values.allSatisfy { $0 == 1 } && (0..<rowCount).allSatisfy { row($0).count == size }
    }
}

/// An entry of a column.
private struct ColumnEntry: Hashable {
    let row: Int
    let value: Double
}
