import Foundation
import Tacit

// The model's owner compiles; `model.card` goes to the clients.
let model = try Model(onnx: URL(filePath: CommandLine.arguments[1]))
// The data's owner makes a key and encrypts rows.
let client = try Client(card: model.card)
let request = try client.encrypt([[Double](repeating: 1, count: model.card.inputCount)])
// The server computes on ciphertexts, with public keys only.
let predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
let response = try predictor.predict(request)
// The data's owner decrypts.
print(try client.decrypt(response).scores)

// So far the README's example, word for word; the rest checks that it told the truth.
let found = try client.decrypt(response).scores[0]
let clear = try model.clearPrediction([[Double](repeating: 1, count: model.card.inputCount)])
    .scores[0]
let error = zip(found, clear).map { abs($0 - $1) }.max() ?? .infinity
guard found.count == clear.count, error <= model.card.contents.output.errorBound else {
    print("wrong by \(error)")
    exit(1)
}
print("OK")
