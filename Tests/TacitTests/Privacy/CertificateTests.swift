import Foundation
import Inference
import Tacit
import TestSupport
import Testing

/// What the certificate predicts, against what happens; where differences come from.
@Suite("Certificates hold")
struct CertificateTests {
    private func rows(_ count: Int, width: Int) -> [[Double]] {
        var random = TestGenerator(seed: 12)
        return (0..<count).map { _ in (0..<width).map { _ in random.real(in: -2...2) } }
    }

    /// The root mean square within one bit of the predicted one, every error below the bound, in both ways of encrypting.
    private func check(_ model: Model, _ rows: [[Double]], _ name: String) throws {
        #expect(rows.count * model.card.contents.output.count >= 1000)
        for mode in EncryptionMode.allCases {
            let report = try Verification.run(model: model, rows: rows, encryption: mode)
            #expect(
                abs(report.bitsAbovePrediction) <= 1,
                "\(name), \(mode): \(report.bitsAbovePrediction) bits above")
            #expect(report.largestError <= report.errorBound, "\(name), \(mode)")
            #expect(report.isWithinBound)
            let parts = try #require(report.parts)
            #expect(parts.approximation.largest == 0)
            // Noise is what is left when rounding is known, and both together are the error.
            #expect(
                parts.noise.rootMeanSquare
                    <= report.rootMeanSquare * 1.05 + parts.rounding.rootMeanSquare)
            #expect(parts.noise.rootMeanSquare > 0)
            #expect(report.decidedDisagreements ?? 0 == 0)
        }
    }

    @Test("slots: the digits model on its test rows")
    func slots() throws {
        let model = try DemoModel.digits.compiled(rows: 64)
        try check(model, DemoModel.digits.testRows(), "digits")
    }

    @Test("coefficients: random rows")
    func coefficients() throws {
        try check(FloodingTests.linear(), rows(500, width: 8), "linear")
    }

    @Test("coefficients and slots with flooding")
    func flooded() throws {
        try check(
            FloodingTests.linear { $0.flooding = HidingGoal(bits: 40) }, rows(500, width: 8),
            "flooded linear")
        let model = try FloodingTests.square {
            $0.flooding = HidingGoal(bits: 24)
            $0.rows = 512
            $0.layout = .slots
        }
        try check(model, rows(1000, width: 4), "flooded square")
    }

    @Test("columns: random rows")
    func columns() throws {
        let rows = rows(1000, width: 4)
        let model = try FloodingTests.square {
            $0.layout = .columns
            $0.rows = 1000
            // Without rows to calibrate by, values inside the network are taken for larger than they are.
            $0.calibrationRows = Array(rows.prefix(200))
            $0.precisionBits = 10
        }
        try check(model, rows, "columns")
    }

    @Test("every layer of the trace is as noisy as predicted")
    func trace() throws {
        let model = try DemoModel.digits.compiled(rows: 64)
        let rows = Array(try DemoModel.digits.testRows().prefix(64))
        for mode in EncryptionMode.allCases {
            let report = try Verification.run(
                model: model, rows: rows, encryption: mode, traces: true)
            let trace = try #require(report.trace)
            #expect(trace.count == 3)
            for line in trace {
                let found = (line.noise * line.noise + line.rounding * line.rounding).squareRoot()
                #expect(
                    abs(log2(found / line.predicted)) < 1,
                    "\(line.name) \(line.operation): \(found), predicted \(line.predicted)")
            }
        }
    }

    @Test("a simulation differs from the exact model by rounding, from an encrypted run by noise")
    func simulation() throws {
        for model in [
            try FloodingTests.linear(), try FloodingTests.square(),
            try FloodingTests.square {
                $0.layout = .columns
                $0.rows = 64
            },
        ] {
            let rows = rows(40, width: model.card.inputCount)
            let simulated = try model.simulatedPrediction(rows)
            let clear = try model.clearPrediction(rows)
            let bound = model.card.contents.output.errorBound
            #expect(largestError(simulated, clear) < bound)
            #expect(simulated == (try model.simulatedPrediction(rows)))
            let talk = try Conversation(model)
            #expect(largestError(try talk.answer(rows), simulated) < bound)
        }
    }

    @Test("fitted activations: the simulation has them, the exact model does not")
    func approximation() throws {
        var random = TestGenerator(seed: 5)
        var graph = ONNXWriter(inputWidth: 4)
        graph.matrix((0..<4).map { _ in (0..<3).map { _ in Float(random.real(in: -1...1)) } })
        graph.node("Sigmoid")
        graph.matrix([[1], [-0.5], [0.25]], name: "V")
        var options = CompileOptions()
        options.inputRange = -2...2
        let model = try Model(onnx: Data(graph.bytes(outputWidth: 1)), options: options)
        let rows = rows(20, width: 4)
        let report = try Verification.run(model: model, rows: rows)
        let parts = try #require(report.parts)
        #expect(parts.approximation.largest > 100 * parts.noise.largest)
        let simulated = try model.simulatedPrediction(rows)
        let difference = largestError(simulated, try model.clearPrediction(rows))
        #expect(abs(difference / parts.approximation.largest - 1) < 0.01)
        #expect(report.isWithinBound)
    }

    @Test("times are predicted, and costs measured are used")
    func times() throws {
        let model = try FloodingTests.square()
        #expect(model.certificate.predictedMilliseconds > 0)
        var costs = CostConstants.assumed
        costs.butterflyNanoseconds *= 10
        costs.encryptionNanoseconds *= 10
        costs.source = "a test"
        let slower = try FloodingTests.square { $0.costs = costs }
        let ratio =
            slower.certificate.predictedMilliseconds / model.certificate.predictedMilliseconds
        #expect(abs(ratio - 10) < 0.01)
        #expect(slower.certificate.costSource == "a test")
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-costs-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try Calibration.write(costs, path: folder.path) == folder.path)
        #expect(try Calibration.read(path: folder.path) == costs)
        try Data("{}".utf8).write(to: folder)
        #expect(throws: TacitError.self) { try Calibration.read(path: folder.path) }
    }
}
