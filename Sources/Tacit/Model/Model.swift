public import Foundation
public import Inference

/// A compiled model as its owner holds it: weights, program, certificate, and the card for clients.
public struct Model: Sendable {
    /// What clients get.
    public let card: Card
    /// Program, exact network and certificate.
    package let compiled: CompiledModel
    /// Names the file that the model was read from; nil for one that was just compiled.
    private(set) var seal: FrameSeal?

    /// What the compiler predicts about precision, levels and key switches.
    public var certificate: Certificate { compiled.certificate }

    /// Compiles an ONNX file.
    ///
    /// - Parameters:
    ///   - file: the model; external weights are read from its folder only.
    ///   - options: rows, ranges, precision, security, scheme.
    /// - Throws: `InferenceError` when the model cannot be read, `CompileError` when no program can be
    ///   made of it.
    public init(onnx file: URL, options: CompileOptions = CompileOptions()) throws {
        try self.init(
            compiling: ONNXImporter().read(contentsOf: file),
            options: options.named(file.deletingPathExtension().lastPathComponent))
    }

    /// Compiles an ONNX model from memory.
    ///
    /// - Throws: as `init(onnx:options:)`; weights stored outside the bytes are refused.
    public init(onnx bytes: Data, options: CompileOptions = CompileOptions()) throws {
        try self.init(compiling: ONNXImporter().read(bytes), options: options)
    }

    /// Compiles what the importer read.
    ///
    /// - Throws: `CompileError` when no program can be made of it, `InferenceError` when ranges or fits fail.
    package init(compiling imported: ImportedModel, options: CompileOptions) throws {
        compiled = try Compiler.compile(imported, options: options)
        card = try Card(compiled.card)
    }

    /// Reads a compiled model.
    ///
    /// - Throws: `WireError` for damaged bytes, `TacitError` for contents that contradict themselves.
    public init(bytes: [UInt8], source: String? = nil) throws {
        (card, compiled) = try ModelCodec.read(bytes, source: source)
        seal = try FrameSeal(bytes, as: .model)
    }

    /// The model as if it had been read from a file that it was written to.
    package func sealed(by path: String) throws -> Model {
        var model = self
        model.seal = try FrameSeal(path: path, as: .model)
        return model
    }

    /// The compiled model as a file.
    ///
    /// - Throws: `WireError`.
    public func bytes() throws -> [UInt8] { try ModelCodec.bytes(card: card, compiled: compiled) }

    /// Scores with fitted activations but without encryption, or nil when no activation was fitted.
    func approximateScores(_ rows: [[Double]]) throws -> [[Double]]? {
        guard !certificate.approximations.isEmpty, case .ckks(let program) = compiled.program else {
            return nil
        }
        let normalization = try card.lattice().card.normalization
        return rows.map { program.clearScores(normalization?.apply(to: $0) ?? $0) }
    }

    /// Runs the model in the clear, exactly: the oracle of an encrypted run.
    ///
    /// - Returns: the scores of each row and the outputs computed from them.
    /// - Throws: `InferenceError` for rows of the wrong length.
    public func clearPrediction(_ rows: [[Double]]) throws -> Prediction {
        try Prediction(
            scores: ClearExecutor(compiled.network).run(rows),
            tail: card.contents.output.tail)
    }
}

extension CompileOptions {
    fileprivate func named(_ name: String) -> CompileOptions {
        guard modelName == CompileOptions().modelName else { return self }
        var options = self
        options.modelName = name
        return options
    }
}
