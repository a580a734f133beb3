import Foundation
import Inference
import Testing

struct NetworkTests {
    private func model(_ name: String) throws -> ImportedModel {
        try ONNXImporter().read(contentsOf: VectorFile.model(name))
    }

    private func activations(_ network: Network) -> [Activation] {
        network.nodes.compactMap {
            if case .activation(_, let activation) = $0.operation { activation } else { nil }
        }
    }

    @Test func pointwisePartsBecomeOneActivation() throws {
        #expect(activations(try model("Silu").network) == [.function(.silu)])
        #expect(activations(try model("Mish_spelled").network) == [.function(.mish)])
        let gelu = activations(try model("Gelu_spelled").network)
        #expect(gelu.count == 1)
        guard case .function(let function)? = gelu.first else {
            Issue.record("no function")
            return
        }
        for x in stride(from: -5.0, through: 5, by: 0.25) {
            #expect(abs(0.5 * function(x) - ActivationFunction.gelu(x)) < 1e-12)
        }
    }

    @Test func quadraticsAreRecognizedPerChannel() throws {
        let network = try model("Quadratic_per_channel").network
        #expect(network.nodes.count == 3)
        guard case .polynomial(let polynomial)? = activations(network).first else {
            Issue.record("no polynomial")
            return
        }
        #expect(polynomial.degree == 2 && polynomial.sharedCoefficients == nil)
        let horner = try model("Cubic_horner").network
        #expect(horner.nodes.count == 2)
        guard case .polynomial(let cubic)? = activations(horner).first else {
            Issue.record("no polynomial")
            return
        }
        #expect(cubic.sharedCoefficients == [0, 0.7, -0.2, 0.3])
        guard case .polynomial(let square)? = activations(try model("Mul_self").network).first
        else {
            Issue.record("no square")
            return
        }
        #expect(square.isSquare)
    }

    @Test func affineChainsCollapse() throws {
        for name in ["sklearn_pipeline_f32", "sklearn_scalers_f32", "sklearn_pca_f32"] {
            let network = try model(name).network
            #expect(network.isAffine && network.nodes.count == 2, "\(name)")
        }
        #expect(try model("Mlp").network.nodes.count == 6)
        #expect(!(try model("Mlp").network.isAffine))
        #expect(try model("Mlp").network.degree == .max)
    }

    @Test func binaryScoresAreSentOnce() throws {
        for name in [
            "sklearn_logistic_f32", "sklearn_logistic_f64", "LinearClassifier_SOFTMAX_pair",
        ] {
            let imported = try model(name)
            #expect(imported.network.outputCount == 1, "\(name)")
            #expect(imported.tail.scoreCount == 1, "\(name)")
        }
        #expect(try model("sklearn_logistic_multi_f32").network.outputCount == 3)
    }

    @Test func inputsAreDescribed() throws {
        let imported = try model("Two_inputs")
        #expect(imported.inputs.map(\.name) == ["x", "u"])
        #expect(imported.inputs.map(\.offset) == [0, 4])
        #expect(imported.inputs.map(\.shape) == [[4], [2]])
        #expect(imported.network.inputCount == 6)
    }

    @Test func tailsSurviveCoding() throws {
        let tail = try model("sklearn_sgd_log_f32").tail
        let coded = try JSONEncoder().encode(tail)
        let decoded = try JSONDecoder().decode(ClientTail.self, from: coded)
        #expect(decoded == tail)
        #expect(throws: Never.self) { try decoded.validate() }
    }

    @Test func brokenTailsAreRefused() {
        let axis = ClientTail.Axis(outer: 1, count: 3, inner: 1)
        let output = [ClientTail.Output(name: "y", value: 1, shape: [3])]
        let broken: [ClientTail] = [
            ClientTail(scoreCount: 0, steps: [], outputs: output),
            ClientTail(scoreCount: 3, steps: [.init(.softmax(axis), inputs: [1])], outputs: output),
            ClientTail(scoreCount: 2, steps: [.init(.softmax(axis), inputs: [0])], outputs: output),
            ClientTail(scoreCount: 3, steps: [.init(.gather([3]), inputs: [0])], outputs: output),
            ClientTail(scoreCount: 3, steps: [.init(.softmax(axis), inputs: [])], outputs: output),
            ClientTail(scoreCount: 3, steps: [], outputs: output),
            ClientTail(scoreCount: 3, steps: [], outputs: []),
            ClientTail(
                scoreCount: 3,
                steps: [
                    .init(
                        .sum(.init(outer: Int.max, count: 2, inner: 3)), inputs: [0])
                ], outputs: output),
            ClientTail(
                scoreCount: 3, steps: [.init(.unary(.negate), inputs: [0])],
                outputs: [
                    .init(name: "y", value: 1, shape: [3], labels: .integers([1, 2]))
                ]),
        ]
        for tail in broken {
            #expect(throws: InferenceError.self) { try tail.run([1, 2, 3]) }
        }
    }

    @Test func rowsAreChecked() throws {
        let executor = ClearExecutor(try model("MatMul").network)
        #expect(throws: InferenceError.wrongElementCount(row: 1, count: 3, expected: 4)) {
            try executor.run([[1, 2, 3, 4], [1, 2, 3]])
        }
        #expect(throws: InferenceError.nonFiniteInput(row: 0, column: 2)) {
            try executor.run([[1, 2, .nan, 4]])
        }
        #expect(throws: InferenceError.self) {
            try ClearExecutor(try model("Pow_5").network).run([[1e100, 0, 0, 0]])
        }
    }

    @Test func calibratedRangesHoldTheRowsAndTheMargin() throws {
        let network = try model("Mlp").network
        let rows = (0..<50).map { row in
            (0..<4).map { sin(Double(row * 7 + $0 * 3)) }
        }
        let exact = try network.calibratedRanges(rows, margin: 0)
        let wide = try network.calibratedRanges(rows, margin: 0.25)
        let executor = ClearExecutor(network)
        for row in rows {
            for (id, values) in zip(network.valueIDs, try executor.trace(row)) {
                #expect(values.allSatisfy(exact[id].contains))
            }
        }
        for id in network.valueIDs {
            for (a, b) in zip(exact.elements[id.index], wide.elements[id.index]) {
                #expect(abs(b.radius - 1.5 * a.radius) <= 1e-9 * (1 + a.radius))
            }
        }
        #expect(throws: InferenceError.self) {
            try network.calibratedRanges([], margin: 0.1)
        }
    }

    @Test func propagatedRangesHoldEveryInput() throws {
        for name in [
            "Mlp", "Residual", "Cubic_horner", "Gelu_spelled", "Mul_product", "Mish_18_12",
            "Elu_17_11", "HardSwish_14_13", "LeakyRelu_7_2", "ReduceProd",
        ] {
            let network = try model(name).network
            let input = (0..<network.inputCount).map { Interval(-1 - Double($0 % 2), 1.5) }
            let ranges = try network.propagatedRanges(input: input)
            let executor = ClearExecutor(network)
            for sample in 0..<200 {
                let row = input.enumerated().map { index, range in
                    let part = (sin(Double(sample * 31 + index * 17)) + 1) / 2
                    return range.lower + (range.upper - range.lower)
                        * part.rounded(
                            sample % 3 == 0 ? .toNearestOrEven : .down)
                        + (sample % 3 == 2 ? (range.upper - range.lower) * part * 0.99 : 0)
                }.enumerated().map { min(max($1, input[$0].lower), input[$0].upper) }
                for (id, values) in zip(network.valueIDs, try executor.trace(row)) {
                    for (value, range) in zip(values, ranges.elements[id.index]) {
                        #expect(
                            value >= range.lower - 1e-12 && value <= range.upper + 1e-12,
                            "\(name) \(id)")
                    }
                }
            }
        }
    }
}
