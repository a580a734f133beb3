import Inference
import Testing

struct CompositeStepTests {
    private func worst(_ step: CompositeStep) -> Double {
        (0...20_011).map { index in
            let t = -1 + 2 * Double(index) / 20_011
            return abs(t * (1 + step.sign(t)) / 2 - max(t, 0))
        }.max() ?? .infinity
    }

    /// Published coefficients of degrees 7, 7, 13 for magnitudes from 2^-6 reach 9.03e-4 over [-1, 1], checked numerically.
    @Test func knownDegreesReachTheKnownError() throws {
        let step = try #require(CompositeStep(degrees: [7, 7, 13], from: 1.0 / 64))
        #expect(
            step.reluError < 1.05e-3 && worst(step) <= step.reluError * 1.01, "\(step.reluError)")
        #expect(step.depth == 10)
    }

    @Test(arguments: [(0.02, 4), (0.005, 7), (0.001, 10)])
    func compositionsStayWithinTheAskedError(error: Double, levels: Int) throws {
        let step = try #require(CompositeStep.relu(error: error))
        #expect(worst(step) <= error * 1.01)
        #expect(step.depth <= levels, "\(step.degrees)")
        for stage in step.stages {
            #expect(stage.enumerated().allSatisfy { $0.offset % 2 == 1 || $0.element == 0 })
        }
        #expect(abs(step.sign(0)) < 1e-12 && abs(step.sign(1) - 1) < 0.1)
        #expect(CompositeStep.relu(error: 1e-12) == nil && CompositeStep.relu(error: 0) == nil)
    }

    @Test(arguments: [ActivationFunction.relu, .leakyRelu(slope: 0.25), .leakyRelu(slope: -1)])
    func networksTakeACompositionWhereOnePolynomialFails(function: ActivationFunction) throws {
        var builder = NetworkBuilder(inputShape: [3])
        let bent = builder.activation(
            builder.input, .function(function), origin: Network.Origin(["Relu 'r'"]))
        let sum = builder.affine(
            [(bent, .dense(rowCount: 1, columnCount: 3, values: [1, -1, 0.5]))], shape: [1],
            origin: Network.Origin(["sum"]))
        let network = try builder.finish(output: sum)
        let ranges = try network.propagatedRanges(
            input: .init(repeating: Interval(-6, 8), count: 3))
        let tolerance = 0.008
        let fitted = try network.fittingActivations(ranges, ActivationFitting(tolerance: tolerance))
        #expect(fitted.nodes.count > network.nodes.count + 1)
        let inner = try fitted.propagatedRanges(input: .init(repeating: Interval(-6, 8), count: 3))
        for x in stride(from: -6.0, through: 8, by: 0.0625) {
            let row = [x, -6 + (x + 6) / 2, 8 - (x + 6) / 3]
            let values = try ClearExecutor(fitted).trace(row)
            let exact = try ClearExecutor(network).run([row])[0][0]
            #expect(abs(values[fitted.output.index][0] - exact) <= 2.5 * tolerance * 1.01)
            for (list, known) in zip(values, inner.elements) {
                for (value, range) in zip(list, known) {
                    #expect(value >= range.lower - 1e-9 && value <= range.upper + 1e-9)
                }
            }
        }
        // A coarse tolerance needs one polynomial only.
        let coarse = try network.fittingActivations(ranges, ActivationFitting(tolerance: 0.4))
        #expect(coarse.nodes.count == network.nodes.count)
    }

    @Test("a function that is constant over its interval becomes a constant")
    func constantFunctions() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let bent = builder.activation(
            builder.input, .function(.relu), origin: Network.Origin(["Relu 'r'"]))
        let network = try builder.finish(output: bent)
        let ranges = try network.propagatedRanges(
            input: .init(repeating: Interval(-2, -1), count: 2))
        let fitted = try network.fittingActivations(ranges: ranges, relativeTolerance: 0.01)
        guard case .affine(let map) = fitted[fitted.output].operation else {
            Issue.record("\(fitted[fitted.output].operation)")
            return
        }
        #expect(map.terms.isEmpty && map.bias.allSatisfy { abs($0) < 1e-9 })
    }
}
