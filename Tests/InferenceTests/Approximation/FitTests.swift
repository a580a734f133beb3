import Foundation
import Inference
import Testing

struct FitTests {
    /// Largest errors of Chebyshev interpolation over [-R, R], computed independently with NumPy.
    @Test(arguments: [
        (ActivationFunction.sigmoid, 4.0, 7, 0.001976), (.sigmoid, 8, 15, 0.001382),
        (.sigmoid, 16, 31, 0.001237), (.silu, 8, 31, 1.888e-05), (.silu, 16, 15, 0.1765),
        (.gelu, 8, 15, 0.04537), (.tanh, 4, 15, 0.002765), (.relu, 8, 31, 0.1252),
    ])
    func interpolationReachesTheKnownErrors(
        function: ActivationFunction, radius: Double, degree: Int, expected: Double
    ) {
        let series = ChebyshevSeries.interpolating(
            { function($0) }, over: Interval(-radius, radius), degree: degree)
        let error = series.maximumError(from: { function($0) }, at: [0])
        #expect(abs(error / expected - 1) < 0.002, "\(error)")
    }

    @Test func polynomialsAreReproduced() {
        let series = ChebyshevSeries.interpolating(
            { 1 - 2 * $0 + 0.5 * $0 * $0 * $0 }, over: Interval(-1, 3), degree: 3)
        for x in [-1, 0, 0.3, 2, 3.0] {
            #expect(abs(series(x) - (1 - 2 * x + 0.5 * x * x * x)) < 1e-12)
        }
    }

    /// The best quadratic for |x| over [-1, 1] is x^2 + 1/8 and misses by 1/8.
    ///
    /// For exp over [-1, 1] the best cubic misses by 0.0055283.
    @Test func minimaxMatchesClosedForms() throws {
        let quadratic = try #require(
            MinimaxProbe.error(of: { abs($0) }, over: Interval(-1, 1), degree: 2))
        #expect(abs(quadratic - 0.125) < 1e-4)
        let cubic = try #require(
            MinimaxProbe.error(of: { exp($0) }, over: Interval(-1, 1), degree: 3))
        #expect(abs(cubic - 0.0055283) < 2e-6)
    }

    @Test(arguments: [1e-2, 1e-4, 1e-6])
    func fitsStayWithinTheToleranceAtTheLeastDegree(tolerance: Double) throws {
        let functions: [ActivationFunction] = [
            .sigmoid, .tanh, .softplus, .gelu, .geluTanh, .silu, .mish, .erf,
        ]
        for function in functions {
            for interval in [Interval(-4, 4), Interval(-1, 6)] {
                let chebyshev = try ActivationFitting(
                    tolerance: tolerance, method: .chebyshev
                ).fit(function, over: interval, node: "n")
                let minimax = try ActivationFitting(tolerance: tolerance)
                    .fit(function, over: interval, node: "n")
                #expect(minimax.maximumError <= tolerance)
                #expect(minimax.series.degree <= chebyshev.series.degree)
                for step in 0...977 {
                    let x = interval.lower + (interval.upper - interval.lower) * Double(step) / 977
                    #expect(abs(minimax.series(x) - function(x)) <= tolerance * 1.01)
                }
                let lower = chebyshev.series.degree - 1
                if lower >= 1 {
                    let worse = ChebyshevSeries.interpolating(
                        { function($0) }, over: interval, degree: lower)
                    #expect(worse.maximumError(from: { function($0) }) > tolerance)
                }
            }
        }
    }

    @Test func jumpsOfTheDerivativeAreRefusedWithAWayOut() {
        let interval = Interval(-10, 10)
        #expect {
            try ActivationFitting(tolerance: 1e-4, maximumDegree: 31)
                .fit(.relu, over: interval, node: "Relu 'act1'")
        } throws: { error in
            guard
                case .approximationTooCoarse(
                    let node, let function, _, let degree, let reached, _)? =
                    error as? InferenceError
            else { return false }
            return node == "Relu 'act1'" && function == "relu" && degree == 31 && reached > 1e-3
                && reached < 1 && "\(error)".contains("narrow the range")
        }
        #expect(throws: InferenceError.self) {
            try ActivationFitting(tolerance: 0).fit(.tanh, over: interval, node: "n")
        }
    }

    @Test func narrowRangesAreFitted() throws {
        let fit = try ActivationFitting(tolerance: 1e-6).fit(
            .sigmoid, over: Interval(2, 2), node: "n")
        #expect(abs(fit.series(2) - ActivationFunction.sigmoid(2)) <= 1e-6)
    }

    @Test func fittedNetworksStayNearTheExactOnes() throws {
        for name in ["Silu", "Gelu_spelled", "Mish_18_12", "Tanh_13_4", "Softplus_17_5"] {
            let network = try ONNXImporter().read(contentsOf: VectorFile.model(name)).network
            let rows = (0..<40).map { row in (0..<4).map { 2 * cos(Double(row * 5 + $0)) } }
            let ranges = try network.calibratedRanges(rows, margin: 0.1)
            let fitted = try network.fittingActivations(
                ranges, ActivationFitting(tolerance: 1e-5))
            #expect(fitted.degree < 64 && fitted.degree > 1)
            let exact = try ClearExecutor(network).run(rows)
            let near = try ClearExecutor(fitted).run(rows)
            for (a, b) in zip(exact.joined(), near.joined()) { #expect(abs(a - b) < 1e-4) }
        }
    }
}

/// The error of the least-tolerance search pinned to one degree.
enum MinimaxProbe {
    static func error(
        of function: @escaping (Double) -> Double, over interval: Interval, degree: Int
    ) -> Double? {
        MinimaxFit(function: function, interval: interval, degree: degree).solve()?
            .maximumError(from: function, at: [0])
    }
}
