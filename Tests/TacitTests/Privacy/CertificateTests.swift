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

    @Test("columns, coefficients and paillier are followed too, as noisy as predicted")
    func traceOfOtherLayouts() throws {
        let some = rows(300, width: 4)
        let columns = try FloodingTests.square {
            $0.layout = .columns
            $0.rows = 300
            $0.calibrationRows = Array(some.prefix(200))
            $0.precisionBits = 10
        }
        let linear = try FloodingTests.linear()
        let additive = try FloodingTests.linear { $0.scheme = .paillier }
        let wide = rows(60, width: 8)
        for (model, rows, count) in [(columns, some, 3), (linear, wide, 1), (additive, wide, 1)] {
            let report = try Verification.run(model: model, rows: rows, traces: true)
            let trace = try #require(report.trace)
            #expect(trace.count == count)
            let isExact = model.card.parameters == nil
            for line in trace {
                #expect(line.approximation == 0)
                #expect(line.rounding > 0 && (line.noise == 0) == isExact)
                let found = (line.noise * line.noise + line.rounding * line.rounding).squareRoot()
                let above = log2(found / line.predicted)
                #expect(
                    isExact ? above < 1 : abs(above) < 1.5,
                    "\(line.name) \(line.operation): \(found), predicted \(line.predicted)")
            }
            #expect(isExact == (report.parts?.noise.largest == 0))
        }
        let simulated = try additive.simulatedPrediction(wide)
        #expect(try Conversation(additive).answer(wide) == simulated)
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
        let report = try Verification.run(model: model, rows: rows, traces: true)
        let parts = try #require(report.parts)
        // The approximation comes with the polynomial and leaves with the scores.
        let trace = try #require(report.trace)
        let approximations = trace.map { $0.approximation ?? -1 }
        #expect(approximations[0] < 1e-12)
        #expect(
            trace.contains { $0.operation.hasPrefix("polynomial") && $0.approximation ?? 0 > 0 })
        let group = Array(rows.prefix(model.certificate.rowsPerCiphertext))
        let last = try model.clearPrediction(group).scores.joined()
        let near = try model.simulatedPrediction(group).scores.joined()
        let exact = zip(last, near).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        let found = try #require(approximations.last)
        #expect(abs(found / (exact / Double(group.count)).squareRoot() - 1) < 0.01)
        #expect(parts.approximation.largest > 100 * parts.noise.largest)
        let simulated = try model.simulatedPrediction(rows)
        let difference = largestError(simulated, try model.clearPrediction(rows))
        #expect(abs(difference / parts.approximation.largest - 1) < 0.01)
        #expect(report.isWithinBound)
    }

    @Test(
        "every part of a request counts: each constant moves the predictions it is part of, and no other"
    )
    func timesOfLayouts() throws {
        let models: [(String, (CostConstants) throws -> Model)] = [
            ("coefficients", { costs in try FloodingTests.linear { $0.costs = costs } }),
            (
                "slots",
                { costs in
                    try FloodingTests.square {
                        $0.costs = costs
                        $0.layout = .slots
                    }
                }
            ),
            (
                "columns",
                { costs in
                    try FloodingTests.square {
                        $0.costs = costs
                        $0.layout = .columns
                        $0.precisionBits = 10
                    }
                }
            ),
            (
                "paillier",
                { costs in
                    try FloodingTests.linear {
                        $0.costs = costs
                        $0.scheme = .paillier
                    }
                }
            ),
        ]
        let lattice: Set = ["coefficients", "slots", "columns"]
        let constants: [(WritableKeyPath<CostConstants, Double>, Set<String>)] = [
            (\.butterflyNanoseconds, lattice), (\.columnNanoseconds, ["columns"]),
            (\.encryptionNanoseconds, lattice), (\.readNanoseconds, lattice),
            (\.writeNanoseconds, lattice), (\.groupNanoseconds, lattice),
            (\.paillierAnswerNanoseconds, ["paillier"]),
            (\.paillierInputNanoseconds, ["paillier"]), (\.paillierBitNanoseconds, ["paillier"]),
        ]
        for (name, compiled) in models {
            let plain = try compiled(.assumed).certificate.predictedMilliseconds
            #expect(plain > 0)
            for (place, users) in constants {
                var costs = CostConstants.assumed
                costs[keyPath: place] *= 3
                let found = try compiled(costs).certificate.predictedMilliseconds
                #expect(
                    users.contains(name)
                        ? found > plain * 1.001 && found < plain * 3 : found == plain,
                    "\(name), \(place): \(found) where it was \(plain)")
            }
        }
    }

    @Test("times are predicted, and costs measured are used")
    func times() throws {
        let model = try FloodingTests.square()
        #expect(model.certificate.predictedMilliseconds > 0)
        var costs = CostConstants.assumed
        costs.butterflyNanoseconds *= 10
        costs.encryptionNanoseconds *= 10
        costs.readNanoseconds *= 10
        costs.writeNanoseconds *= 10
        costs.groupNanoseconds *= 10
        costs.source = "a test"
        let slower = try FloodingTests.square { $0.costs = costs }
        let ratio =
            slower.certificate.predictedMilliseconds / model.certificate.predictedMilliseconds
        #expect(abs(ratio - 10) < 0.01)
        #expect(slower.certificate.costSource == "a test")
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-costs-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try Calibration.write(path: folder.path) { costs }.path == folder.path)
        #expect(try Calibration.read(path: folder.path) == costs)
        // Nothing is measured for a place where nothing can be written.
        #expect(throws: WireError.self) {
            try Calibration.write(path: folder.path + "/in/a/file") {
                Issue.record("measured in vain")
                return costs
            }
        }
        // What an earlier release did not measure is assumed.
        let older = """
            {"butterflyNanoseconds": 1, "columnNanoseconds": 2, "encryptionNanoseconds": 3,
             "sampleNanoseconds": 4, "source": "older"}
            """
        try Data(older.utf8).write(to: folder)
        let read = try #require(try Calibration.read(path: folder.path))
        #expect(read.columnNanoseconds == 2 && read.source == "older")
        #expect(read.readNanoseconds == CostConstants.assumed.readNanoseconds)
        #expect(
            read.partsOfRotations.map(\.transforms)
                == CostConstants.assumed.partsOfRotations.map(\.transforms))
        let bad =
            older.dropLast() + """
                , "weights": {"decomposition": 0, "innerProduct": 1, "permutation": 1, "plainProduct": 1, "division": 1,
                 "sharesDivisions": true}}
                """
        try Data(bad.utf8).write(to: folder)
        #expect(throws: TacitError.self) { try Calibration.read(path: folder.path) }
        try Data("{}".utf8).write(to: folder)
        #expect(throws: TacitError.self) { try Calibration.read(path: folder.path) }
    }
}
