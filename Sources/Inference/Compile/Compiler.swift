/// Turns an imported model into a program with parameters, a card for clients and a certificate.
public struct Compiler: Sendable {
    private let model: ImportedModel
    private let options: CompileOptions

    /// Compiles a model.
    ///
    /// - Parameters:
    ///   - model: what the importer read.
    ///   - options: what the user asks.
    /// - Throws: `CompileError` when no program can be made; `InferenceError` when ranges or
    ///   approximations fail; `CKKSError` when the scheme refuses.
    public static func compile(_ model: ImportedModel, options: CompileOptions) throws
        -> CompiledModel
    {
        try options.validate(inputCount: model.network.inputCount)
        return try Compiler(model: model, options: options).compile()
    }

    private func compile() throws -> CompiledModel {
        let network = model.network
        let inputs = InputRanges(options: options, count: network.inputCount)
        switch options.scheme {
        case .paillier:
            return try PaillierCompiler(model: model, options: options, inputs: inputs).compile()
        case .auto, .ckks:
            let fitted = try fittedNetwork(inputs)
            return try CKKSCompiler(
                model: model, options: options, inputs: inputs, fitted: fitted
            ).compile()
        }
    }

    /// The network with every function replaced by a polynomial over its range.
    private func fittedNetwork(_ inputs: InputRanges) throws -> Network {
        let network = model.network
        guard let node = network.firstFunctionNode else { return network }
        if options.calibrationRows.isEmpty && options.inputRange == nil {
            throw CompileError.rangeNeeded(node: node.name, function: node.function)
        }
        let ranges =
            options.calibrationRows.isEmpty
            ? try network.propagatedRanges(input: inputs.elements)
            : try network.calibratedRanges(
                options.calibrationRows, margin: CompileOptions.innerMargin)
        return try network.fittingActivations(
            ranges: ranges, relativeTolerance: options.activationTolerance)
    }
}

extension Network {
    /// The network with every function replaced by a polynomial over its source's range.
    ///
    /// - Parameters:
    ///   - ranges: of the values.
    ///   - relativeTolerance: allowed error as a part of the function's own range over the interval.
    fileprivate func fittingActivations(ranges: NetworkRanges, relativeTolerance: Double)
        throws(InferenceError) -> Network
    {
        var fitted: [Node] = []
        for node in nodes {
            guard case .activation(let source, .function(let function)) = node.operation else {
                fitted.append(node)
                continue
            }
            let interval = ranges[source]
            let fitting = ActivationFitting(
                tolerance: relativeTolerance * function.spread(over: interval))
            let fit = try fitting.fit(function, over: interval, node: node.origin.description)
            fitted.append(
                Node(
                    operation: .activation(source: source, .fitted(fit)), shape: node.shape,
                    origin: node.origin))
        }
        return Network(nodes: fitted, output: output)
    }

    /// The first function without a polynomial, with its node's name.
    fileprivate var firstFunctionNode: (name: String, function: String)? {
        for node in nodes {
            if case .activation(_, .function(let function)) = node.operation {
                return (node.origin.description, "\(function)")
            }
        }
        return nil
    }
}

extension ActivationFunction {
    /// Largest less smallest value over an interval, on a grid; 1 for a function that is constant there.
    fileprivate func spread(over interval: Interval) -> Double {
        let values = (0...256).map {
            self(interval.lower + (interval.upper - interval.lower) * Double($0) / 256)
        }
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        return spread > 0 ? spread : 1
    }
}
