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
        let compiled = try Compiler(model: model, options: options).compile()
        guard options.flooding != nil || options.sharing != nil else { return compiled }
        var plain = options
        (plain.flooding, plain.sharing) = (nil, nil)
        return compiled.comparing(
            with: try Compiler(model: model, options: plain).compile())
    }

    private func compile() throws -> CompiledModel {
        let network = model.network
        let inputs = InputRanges(
            options: options, count: network.inputCount,
            margin: network.firstFunctionNode == nil
                ? CompileOptions.inputMargin : CompileOptions.innerMargin)
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
        let rows = options.calibrationRows
        var ranges =
            rows.isEmpty
            ? try network.propagatedRanges(input: inputs.elements)
            : try network.calibratedRanges(rows, margin: CompileOptions.innerMargin)
        let stretched = inputs.stretching(rows)
        if !stretched.isEmpty {
            ranges = ranges.union(try network.calibratedRanges(stretched, margin: 0))
        }
        return try network.fittingActivations(
            ranges: ranges, relativeTolerance: options.activationTolerance)
    }
}

extension CompiledModel {
    /// The same model, with the figures of one without room for noise in its certificate.
    fileprivate func comparing(with plain: CompiledModel) -> CompiledModel {
        guard case .ckks(let lattice) = plain.card.scheme else { return self }
        var certificate = certificate
        certificate.unhidden = Certificate.Baseline(
            degree: lattice.parameters.degree, modulusBits: plain.certificate.modulusBits,
            errorBound: plain.certificate.errorBound,
            predictedMilliseconds: plain.certificate.predictedMilliseconds)
        return CompiledModel(
            card: card, network: network, program: program, certificate: certificate)
    }
}

extension Network {
    /// The first function without a polynomial, with its node's name.
    fileprivate var firstFunctionNode: (name: String, function: String)? {
        for node in nodes {
            if case .activation(_, .function(let function)) = node.operation {
                return (node.origin.description, "\(function) of \(node.elementCount) values")
            }
        }
        return nil
    }
}
