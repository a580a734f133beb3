public import Inference

/// Decrypted results, one row for each row encrypted.
public struct Prediction: Sendable, Equatable {
    /// The scores of each row, before the model's last steps; none where the card asks for labels alone.
    public let scores: [[Double]]
    /// The model's outputs of each row: probabilities, labels, numbers; in the order of `outputNames`.
    public let outputs: [[ClientTail.Result]]
    /// Names of the outputs.
    public let outputNames: [String]
    /// Names of an output's columns, or empty.
    public let columnNames: [[String]]

    /// Applies a model's last steps to decrypted scores.
    ///
    /// - Parameters:
    ///   - scores: of each row.
    ///   - tail: the last steps.
    ///   - disclosure: what is returned of them; nil for everything.
    /// - Throws: `InferenceError` when a score is not a number.
    init(scores: [[Double]], tail: ClientTail, disclosure: Disclosure? = nil) throws {
        let disclosure = disclosure ?? Disclosure()
        let kept = disclosure.kept(tail.outputs).map { tail.outputs[$0] }
        self.scores = disclosure.labelsOnly ? [] : scores.map { $0.map(disclosure.rounded) }
        outputs = try scores.map { disclosure.applied(to: try tail.run($0)) }
        outputNames = kept.map(\.name)
        columnNames = kept.map { disclosure.labelsOnly && $0.labels == nil ? [] : $0.columnNames }
    }

    /// The results as columns of a table: every output in turn.
    ///
    /// - Parameter withScores: whether the scores before the model's last steps come first.
    /// - Throws: `RowsError` when there are no columns.
    public func table(withScores: Bool = false) throws -> ResultTable {
        var columns = withScores ? scoreColumns : []
        for index in outputNames.indices {
            let results = outputs.map { $0[index] }
            let name = outputNames[index]
            switch results.first {
            case .labels(let first):
                for column in 0..<first.count {
                    columns.append(
                        ResultTable.Column(
                            name: self.name(name, index, column, of: first.count),
                            entries: .labels(results.map { $0.label(column) })))
                }
            case .numbers(let first):
                for column in first.indices {
                    columns.append(
                        ResultTable.Column(
                            name: self.name(name, index, column, of: first.count),
                            entries: .numbers(results.map { $0.number(column) })))
                }
            case nil: continue
            }
        }
        return try ResultTable(columns: columns)
    }

    private var scoreColumns: [ResultTable.Column] {
        (scores.first ?? []).indices.map { index in
            ResultTable.Column(
                name: "score[\(index)]", entries: .numbers(scores.map { $0[index] }))
        }
    }

    private func name(_ output: String, _ index: Int, _ column: Int, of count: Int) -> String {
        if columnNames[index].indices.contains(column) {
            return "\(output)[\(columnNames[index][column])]"
        }
        return count == 1 ? output : "\(output)[\(column)]"
    }
}

extension ClientTail.Result {
    fileprivate func label(_ index: Int) -> String {
        guard case .labels(let labels) = self else { return "" }
        return labels[index]
    }

    fileprivate func number(_ index: Int) -> Double {
        guard case .numbers(let numbers) = self else { return .nan }
        return numbers[index]
    }
}
