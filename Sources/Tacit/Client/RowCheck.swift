import Inference

/// Where a value was moved into its range; both counted from 1.
public struct ClippedPlace: Sendable, Hashable {
    /// The row.
    public let row: Int
    /// The column.
    public let column: Int
}

extension Card {
    /// Rows with every value moved into the card's range, and where that was needed.
    ///
    /// - Throws: `TacitError` for rows of the wrong width and values that are no numbers, which have no nearest place.
    public func clipped(
        rows: [[Double]]
    ) throws(TacitError) -> (rows: [[Double]], places: [ClippedPlace]) {
        var (result, places) = (rows, [ClippedPlace]())
        for (index, row) in rows.enumerated() where row.count == inputCount {
            for (column, value) in row.enumerated() {
                let range = contents.input.range(of: column)
                guard value < range.lower || value > range.upper, value.isFinite else { continue }
                result[index][column] = min(max(value, range.lower), range.upper)
                places.append(ClippedPlace(row: index + 1, column: column + 1))
            }
        }
        try check(result)
        return (result, places)
    }

    /// Checks rows without encrypting them.
    ///
    /// - Throws: `TacitError` naming the row and column of the first offence.
    public func validate(rows: [[Double]]) throws(TacitError) { try check(rows) }

    /// Refuses rows that the model was not made for.
    ///
    /// - Throws: `TacitError` naming the row (counted from 1) and column of the first offence. Values
    ///   themselves are not repeated: errors may be logged.
    func check(_ rows: [[Double]]) throws(TacitError) {
        guard !rows.isEmpty else { throw TacitError(.wrongShape, "there are no rows to encrypt") }
        for (index, row) in rows.enumerated() {
            guard row.count == inputCount else {
                throw TacitError(
                    .wrongShape,
                    "row \(index + 1) has \(row.count) values, the model takes \(inputCount)")
            }
            for (column, value) in row.enumerated() {
                let range = contents.input.range(of: column)
                guard value.isFinite else {
                    throw TacitError(
                        .inputOutOfRange,
                        "row \(index + 1), column \(column + 1) is not a finite number")
                }
                guard range.contains(value) else {
                    throw TacitError(
                        .inputOutOfRange,
                        "row \(index + 1), column \(column + 1) is outside the range \(range) that the "
                            + "model was compiled for; check the row, or ask the model's owner to compile "
                            + "with --calibrate or a wider --range")
                }
            }
        }
    }
}
