// Every row of a CSV file through a model, encrypted, a fixed number of rows at a time:
//
//     BatchJob MODEL.onnx CALIBRATION.csv ROWS.csv RESULT.csv [COLUMN]
//
// COLUMN names a column that is no input, an identifier for instance: it goes into the result as it is.
// Both sides stand in one program here; what passes between them is bytes, which could as well be files.

import Foundation
import Tacit

/// The side with the rows and the secret key.
///
/// It knows the model's public card and nothing else of it.
struct DataOwner {
    let client: Client

    /// Makes a key for this run; one that outlives the run belongs in a vault (`KeyRing`).
    init(card: [UInt8]) throws { client = try Client(card: Card(bytes: card)) }

    /// Reads the rows in the card's width.
    func rows(in path: String, aside column: String?) throws -> RowTable {
        var options = RowReadingOptions(expected: ExpectedColumns(count: client.card.inputCount))
        options.columnsKeptAside = column.map { [$0] } ?? []
        return try RowTable.read(path: path, options: options)
    }

    /// One answer as a table, the column that was kept aside before the model's outputs.
    func table(_ response: [UInt8], aside: ResultTable.Column?) throws -> ResultTable {
        let outputs = try client.decrypt(response).table()
        return try ResultTable(columns: (aside.map { [$0] } ?? []) + outputs.columns)
    }
}

/// The side with the model.
///
/// All it sees of the rows is how many there are.
struct ModelOwner {
    let model: Model

    /// Compiles for requests of so many rows: that decides how rows are laid out in ciphertexts.
    init(onnx: String, calibration: String, rowsPerRequest: Int) throws {
        let table = try RowTable.read(path: calibration)
        var options = CompileOptions()
        options.rows = rowsPerRequest
        options.calibrationRows = (0..<table.rowCount).map { Array(table.row($0)) }
        model = try Model(onnx: URL(filePath: onnx), options: options)
    }
}

@main
struct BatchJob {
    static let rowsPerRequest = 256

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (4...5).contains(arguments.count) else {
            print("usage: BatchJob MODEL.onnx CALIBRATION.csv ROWS.csv RESULT.csv [COLUMN]")
            exit(64)
        }
        do {
            try run(arguments, aside: arguments.count == 5 ? arguments[4] : nil)
        } catch {
            // Every error says in one sentence what is wrong, where, and what to do.
            print("BatchJob: \(error)")
            exit(65)
        }
    }

    static func run(_ arguments: [String], aside column: String?) throws {
        let modelOwner = try ModelOwner(
            onnx: arguments[0], calibration: arguments[1], rowsPerRequest: rowsPerRequest)
        let dataOwner = try DataOwner(card: modelOwner.model.card.bytes)
        let predictor = try Predictor(
            model: modelOwner.model, evaluationKeys: dataOwner.client.evaluationKeys(),
            threadCount: ProcessInfo.processInfo.activeProcessorCount)

        let rows = try dataOwner.rows(in: arguments[2], aside: column)
        var result: [UInt8] = []
        for start in stride(from: 0, to: rows.rowCount, by: rowsPerRequest) {
            let batch = start..<min(start + rowsPerRequest, rows.rowCount)
            let request = try dataOwner.client.encrypt(batch.map { Array(rows.row($0)) })
            let response = try predictor.predict(request)
            let kept = column.flatMap { name in
                rows.aside[name].map {
                    ResultTable.Column(name: name, entries: .labels(Array($0[batch])))
                }
            }
            let csv = try dataOwner.table(response, aside: kept).csvBytes()
            // The header once.
            result += start == 0 ? csv : Array(csv.drop { $0 != UInt8(ascii: "\n") }.dropFirst())
        }
        try WholeFile.write(result, path: arguments[3])
        print("\(rows.rowCount) rows in requests of \(rowsPerRequest)")
    }
}
