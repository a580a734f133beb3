import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// The noise of single affine maps on coefficients, where every score has that of the whole matrix.
struct CoefficientNoiseTests {
    @Test("the noise of many scores is the predicted one")
    func manyScores() throws {
        let width = 40
        var random = TestGenerator(seed: 40)
        var graph = ONNXWriter(inputWidth: width)
        graph.matrix(
            (0..<width).map { _ in (0..<width).map { _ in Float(random.real(in: -1...1)) } })
        let rows = (0..<40).map { _ in (0..<width).map { _ in random.real(in: -1...1) } }
        var options = CompileOptions()
        options.scheme = .ckks
        options.layout = .coefficients
        options.calibrationRows = rows
        options.precisionBits = 10
        let model = try Model(onnx: Data(graph.bytes(outputWidth: width)), options: options)
        for encryption in EncryptionMode.allCases {
            let report = try Verification.run(model: model, rows: rows, encryption: encryption)
            let ratio = report.rootMeanSquare / report.predictedRootMeanSquare
            #expect(ratio > 0.5 && ratio < 2, "\(encryption): \(ratio)")
            #expect(report.isWithinBound)
        }
    }
}
