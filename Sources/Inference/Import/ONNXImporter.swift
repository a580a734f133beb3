public import Foundation
import SwiftProtobuf

/// A model read from an ONNX file: what runs on ciphertexts and what the client does afterwards.
public struct ImportedModel: Sendable {
    /// The part that is evaluated under encryption; its output is the scores.
    public let network: Network
    /// The client's steps from the decrypted scores to the model's outputs.
    public let tail: ClientTail
    /// The model's inputs, one after another in a row.
    public let inputs: [Input]
    /// Version of the default operator set that the model is written in.
    public let opset: Int64
    /// The program that wrote the file, empty when it does not say.
    public let producer: String

    /// One input of the model: a stretch of the row.
    public struct Input: Sendable, Hashable, Codable {
        /// The input's name in the model file.
        public let name: String
        /// Position of its first element in the row.
        public let offset: Int
        /// Shape of one row.
        public let shape: [Int]

        /// Describes an input.
        package init(name: String, offset: Int, shape: [Int]) {
            self.name = name
            self.offset = offset
            self.shape = shape
        }
    }

    /// Puts a model together.
    package init(
        network: Network, tail: ClientTail, inputs: [Input], opset: Int64, producer: String
    ) {
        self.network = network
        self.tail = tail
        self.inputs = inputs
        self.opset = opset
        self.producer = producer
    }
}

/// Reads ONNX models, operator sets 7 to 28 of `ai.onnx` and 1 to 5 of `ai.onnx.ml`.
///
/// Every refusal names the node, its operator, and what would be accepted. No file, however malformed, traps or makes
/// memory grow beyond `limits`.
public struct ONNXImporter: Sendable {
    /// Operator sets of the default domain that are read.
    public static let opsets: ClosedRange<Int64> = 7...28
    /// Operator sets of `ai.onnx.ml` that are read.
    public static let machineLearningOpsets: ClosedRange<Int64> = 1...5

    /// Bounds on sizes.
    public let limits: ImportLimits

    /// Makes an importer.
    public init(limits: ImportLimits = ImportLimits()) { self.limits = limits }

    /// Reads a model file; external data is looked for in the file's folder only.
    /// - Throws: `InferenceError`.
    public func read(contentsOf file: URL) throws(InferenceError) -> ImportedModel {
        // No more is read than allowed, whatever kind of file it is.
        var data: Data?
        if let handle = FileHandle(forReadingAtPath: file.path) {
            data = try? handle.read(upToCount: limits.fileBytes + 1) ?? Data()
        }
        guard let data else {
            throw .malformedModel(reason: "the file '\(file.lastPathComponent)' cannot be read")
        }
        return try read(data, folder: file.deletingLastPathComponent())
    }

    /// Reads a model from bytes; without a folder, external data is refused.
    /// - Throws: `InferenceError`.
    public func read(_ bytes: Data, folder: URL? = nil) throws(InferenceError) -> ImportedModel {
        guard bytes.count <= limits.fileBytes else {
            throw .tooLarge(
                what: "the model", size: "\(bytes.count) bytes",
                limit: "\(limits.fileBytes) bytes")
        }
        guard !bytes.isEmpty else { throw .malformedModel(reason: "it is empty") }
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        let model: OnnxModelProto
        do {
            model = try OnnxModelProto(serializedBytes: bytes, options: options)
        } catch {
            throw .malformedModel(reason: "it is truncated or not ONNX")
        }
        guard model.hasGraph, !model.graph.output.isEmpty else {
            throw .malformedModel(reason: "it holds no graph with outputs")
        }
        let opset = try checkOpsets(model)
        let decoder = TensorDecoder(
            limits: limits, external: ExternalData(folder: folder, limits: limits))
        let interface = try GraphInterface(model.graph, decoder: decoder, limits: limits)
        let graph = try CheckedGraph(
            model.graph,
            given: Set(interface.constants.keys).union(interface.inputs.map(\.name)),
            limits: limits)
        return try translate(
            model, graph: graph, interface: interface, decoder: decoder, opset: opset)
    }

    /// Translates the graph, first taking a fixed leading dimension for a number of rows, then, if the model
    /// mixes along it, for part of one row.
    private func translate(
        _ model: OnnxModelProto, graph: CheckedGraph, interface: GraphInterface,
        decoder: TensorDecoder, opset: Int64
    ) throws(InferenceError) -> ImportedModel {
        do {
            return try translateOnce(
                model, graph: graph, interface: interface, decoder: decoder, opset: opset)
        } catch {
            guard interface.fixedRows != nil else { throw error }
            let whole = interface.readingFixedRowsAsOneRow()
            do {
                return try translateOnce(
                    model, graph: graph, interface: whole, decoder: decoder, opset: opset)
            } catch { throw error }
        }
    }

    private func translateOnce(
        _ model: OnnxModelProto, graph: CheckedGraph, interface: GraphInterface,
        decoder: TensorDecoder, opset: Int64
    ) throws(InferenceError) -> ImportedModel {
        var translator = try GraphTranslator(
            graph: graph, interface: interface, decoder: decoder, limits: limits, opset: opset)
        try translator.run()
        let (network, tail) = try translator.finish(outputs: model.graph.output.map(\.name))
        let reduced = try ScoreReduction(network.simplified(), tail)
        return ImportedModel(
            network: reduced.network, tail: reduced.tail, inputs: interface.rowParts(),
            opset: opset, producer: model.producerName)
    }

    /// The version of the default operator set.
    private func checkOpsets(_ model: OnnxModelProto) throws(InferenceError) -> Int64 {
        var standard: Int64?
        for entry in model.opsetImport {
            if GraphNode.isDefaultDomain(entry.domain) {
                standard = max(standard ?? entry.version, entry.version)
            } else if entry.domain == "ai.onnx.ml",
                !ONNXImporter.machineLearningOpsets.contains(entry.version)
            {
                throw .unsupportedOpset(
                    domain: entry.domain, version: entry.version,
                    supported: "1 to \(ONNXImporter.machineLearningOpsets.upperBound)")
            }
        }
        guard let standard else {
            // A graph of ai.onnx.ml nodes alone need not name the default domain.
            if model.graph.node.contains(where: { GraphNode.isDefaultDomain($0.domain) }) {
                throw .malformedModel(reason: "it does not say which operator set it uses")
            }
            return ONNXImporter.opsets.upperBound
        }
        guard ONNXImporter.opsets.contains(standard) else {
            throw .unsupportedOpset(
                domain: "ai.onnx", version: standard,
                supported: "\(ONNXImporter.opsets.lowerBound) to \(ONNXImporter.opsets.upperBound)")
        }
        return standard
    }
}
