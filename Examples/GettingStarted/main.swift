// The code of the article "Getting started", in one piece: run it in a folder with model.onnx, calibration.csv and rows.csv, and with a
// passphrase for the vault in TACIT_PASSPHRASE.

import Foundation
import Tacit

// The model's owner compiles.
let samples = try RowTable.read(path: "calibration.csv")
var options = CompileOptions()
options.calibrationRows = (0..<samples.rowCount).map { Array(samples.row($0)) }
options.rows = 64
let model = try Model(onnx: URL(filePath: "model.onnx"), options: options)
try WholeFile.write([
    (path: "model.card", bytes: model.card.bytes),
    (path: "model.tacit", bytes: try model.bytes()),
])

// The data's owner makes a key.
guard let passphrase = try Passphrase.fromEnvironment() else { exit(64) }
let card = try Card(bytes: WholeFile.read(path: "model.card", maximumByteCount: 1 << 24))
let ring = try KeyRing.create(at: "keys")
let client = try ring.makeKey("me", card: card, passphrase: passphrase)
// For the server, once.
let evaluationKeys = try client.evaluationKeys()

// Rows are encrypted.
let columns = ExpectedColumns(count: card.inputCount)
let table = try RowTable.read(path: "rows.csv", options: RowReadingOptions(expected: columns))
let rows = (0..<table.rowCount).map { Array(table.row($0)) }
let request = try client.encrypt(rows)

// The server computes.
let compiled = try Model(bytes: WholeFile.read(path: "model.tacit", maximumByteCount: 1 << 30))
let predictor = try Predictor(
    model: compiled, evaluationKeys: evaluationKeys, threadCount: 2)
let response = try predictor.predict(request)

// The data's owner decrypts.
let prediction = try client.decrypt(response)
try WholeFile.write(prediction.table().csvBytes(), path: "result.csv")

// Both ways, encrypted and in the clear.
let report = try Verification.run(model: model, rows: rows)
print(report.largestError, report.errorBound, report.isWithinBound)
