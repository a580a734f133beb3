extension Network {
    /// The same network with every function replaced by polynomials over its source's range.
    ///
    /// Relu and leaky relu become a product with a composite step where that takes fewer levels than one polynomial, or where no
    /// polynomial of the allowed degree is good enough.
    /// - Throws: `InferenceError.approximationTooCoarse` naming the first node that cannot be fitted.
    public func fittingActivations(
        _ ranges: NetworkRanges, _ fitting: ActivationFitting
    ) throws(InferenceError) -> Network {
        try fittingActivations(ranges) { _, _ in fitting }
    }

    /// The same with errors up to `relativeTolerance` times the function's own range over the interval.
    package func fittingActivations(
        ranges: NetworkRanges, relativeTolerance: Double
    ) throws(InferenceError) -> Network {
        try fittingActivations(ranges) { function, interval in
            ActivationFitting(tolerance: relativeTolerance * function.spread(over: interval))
        }
    }

    private func fittingActivations(
        _ ranges: NetworkRanges, _ rule: (ActivationFunction, Interval) -> ActivationFitting
    ) throws(InferenceError) -> Network {
        var fitter = NetworkFitter(inputShape: nodes[0].shape)
        for (index, node) in nodes.enumerated().dropFirst() {
            guard case .activation(let source, .function(let function)) = node.operation else {
                fitter.keep(node)
                continue
            }
            precondition(source.index < index)
            let interval = ranges[source]
            try fitter.fit(function, of: source, interval, rule(function, interval), node)
        }
        return try fitter.finish(output: output)
    }
}

extension ActivationFunction {
    /// Largest less smallest value over an interval, on a grid; 1 for a function that is constant there.
    func spread(over interval: Interval) -> Double {
        let values = (0...256).map {
            self(interval.lower + (interval.upper - interval.lower) * Double($0) / 256)
        }
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        return spread > 0 ? spread : 1
    }

    /// The slope left of zero of relu and leaky relu, nil for other functions.
    fileprivate var slopeBelowZero: Double? {
        switch self {
        case .relu: 0
        case .leakyRelu(let slope): slope
        default: nil
        }
    }
}

/// Rebuilds a network with polynomials in the place of functions.
private struct NetworkFitter {
    private var builder: NetworkBuilder
    private var renamed: [ValueID]

    init(inputShape: [Int]) {
        builder = NetworkBuilder(inputShape: inputShape)
        renamed = [builder.input]
    }

    func finish(output: ValueID) throws(InferenceError) -> Network {
        try builder.finish(output: renamed[output.index])
    }

    mutating func keep(_ node: Network.Node) {
        let operation = node.operation.renamingSources { renamed[$0.index] }
        renamed.append(builder.append(operation, shape: node.shape, origin: node.origin))
    }

    mutating func fit(
        _ function: ActivationFunction, of source: ValueID, _ interval: Interval,
        _ fitting: ActivationFitting, _ node: Network.Node
    ) throws(InferenceError) {
        let value = renamed[source.index]
        do throws(InferenceError) {
            let single = try fitting.fit(function, over: interval, node: node.origin.description)
            guard single.series.degree > 0 else {
                appendConstant(single.series(interval.center), node)
                return
            }
            let levels = CompositeStep.depth(single.series.degree)
            if levels <= NetworkFitter.shallow
                || !appendComposite(function, value, interval, fitting, node, below: levels)
            {
                renamed.append(
                    builder.append(
                        .activation(source: value, .fitted(single)), shape: node.shape,
                        origin: node.origin))
            }
        } catch {
            guard case .approximationTooCoarse = error,
                appendComposite(function, value, interval, fitting, node, below: .max)
            else { throw error }
        }
    }

    /// A function that is constant over its interval, such as a relu of negative values, depends on nothing.
    private mutating func appendConstant(_ constant: Double, _ node: Network.Node) {
        renamed.append(
            builder.affine(
                [], bias: [Double](repeating: constant, count: node.elementCount),
                shape: node.shape, origin: node.origin))
    }

    /// No composition has fewer levels than this.
    private static let shallow = 4

    /// Appends x (slope + (1 - slope) (1 + sign x) / 2), unless it takes as many levels as allowed for one polynomial.
    private mutating func appendComposite(
        _ function: ActivationFunction, _ value: ValueID, _ interval: Interval,
        _ fitting: ActivationFitting, _ node: Network.Node, below limit: Int
    ) -> Bool {
        let reach = interval.magnitude
        guard let slope = function.slopeBelowZero, slope != 1, reach > 0, interval.lower < 0,
            interval.upper > 0,
            let step = CompositeStep.relu(error: fitting.tolerance / (reach * abs(1 - slope))),
            step.depth + 1 < limit
        else { return false }
        var sign = value
        for (index, stage) in step.stages.enumerated() {
            let isLast = index == step.stages.count - 1
            var coefficients = stage
            if isLast {
                coefficients = stage.map { $0 * (1 - slope) / 2 }
                coefficients[0] = (1 + slope) / 2
            }
            let series = ChebyshevSeries(
                interval: index == 0 ? Interval(-reach, reach) : Interval(-1, 1),
                coefficients: coefficients)
            let fit = FittedActivation(
                function: .stepStage(series), series: series,
                maximumError: isLast ? step.reluError * reach * abs(1 - slope) : 0)
            sign = builder.append(
                .activation(source: sign, .fitted(fit)), shape: node.shape, origin: node.origin)
        }
        renamed.append(builder.product(value, sign, shape: node.shape, origin: node.origin))
        return true
    }
}
