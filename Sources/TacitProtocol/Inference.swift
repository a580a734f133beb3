/// The JSON at the start of an inference request.
public struct InferenceRequestHeader: Codable, Sendable, Hashable {
    /// The caller's name for the request; comes back with the answer.
    public var id: String?
    /// The one input, `request`.
    public var inputs: [InferenceTensor]
    /// How the output is wanted; nil: as the input came.
    public var outputs: [RequestedOutput]?
    /// The evaluation keys to compute with.
    public var parameters: InferenceParameters?

    /// Makes a header.
    public init(
        id: String? = nil, inputs: [InferenceTensor], outputs: [RequestedOutput]? = nil,
        parameters: InferenceParameters? = nil
    ) {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
        self.parameters = parameters
    }

    /// The header of a request whose elements follow as binary.
    ///
    /// - Parameters:
    ///   - elementByteCounts: bytes of each request file, without the lengths before them.
    ///   - evaluationKeys: SHA-256 of the file of evaluation keys, lower-case hexadecimal.
    public static func binary(
        elementByteCounts: [Int], evaluationKeys: String, id: String? = nil
    ) -> InferenceRequestHeader {
        InferenceRequestHeader(
            id: id,
            inputs: [
                InferenceTensor(
                    name: TensorName.request, shape: [elementByteCounts.count],
                    parameters: TensorParameters(
                        binaryDataSize: elementByteCounts.reduce(0) { $0 + $1 + 4 }))
            ],
            outputs: [
                RequestedOutput(
                    name: TensorName.response, parameters: OutputParameters(binaryData: true))
            ], parameters: InferenceParameters(evaluationKeys: evaluationKeys))
    }
}

/// Parameters of an inference request.
public struct InferenceParameters: Codable, Sendable, Hashable {
    /// SHA-256 of the file of evaluation keys, lower-case hexadecimal.
    public var evaluationKeys: String?
    /// Whether all outputs are wanted as binary.
    public var binaryDataOutput: Bool?

    enum CodingKeys: String, CodingKey {
        case evaluationKeys = "evaluation_keys"
        case binaryDataOutput = "binary_data_output"
    }

    /// Makes parameters.
    public init(evaluationKeys: String? = nil, binaryDataOutput: Bool? = nil) {
        self.evaluationKeys = evaluationKeys
        self.binaryDataOutput = binaryDataOutput
    }
}

/// A tensor of a request or of a response.
public struct InferenceTensor: Codable, Sendable, Hashable {
    /// `request` or `response`.
    public var name: String
    /// `BYTES`.
    public var datatype: String
    /// Number of elements.
    public var shape: [Int]
    /// Where the elements follow as binary: their size.
    public var parameters: TensorParameters?
    /// The elements in base64, where they do not follow as binary.
    public var data: [String]?

    /// Makes a tensor.
    public init(
        name: String, datatype: String = "BYTES", shape: [Int],
        parameters: TensorParameters? = nil, data: [String]? = nil
    ) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.parameters = parameters
        self.data = data
    }
}

/// Parameters of a tensor.
public struct TensorParameters: Codable, Sendable, Hashable {
    /// Bytes of all elements together with the lengths before them.
    public var binaryDataSize: Int?

    enum CodingKeys: String, CodingKey { case binaryDataSize = "binary_data_size" }

    /// Makes parameters.
    public init(binaryDataSize: Int?) { self.binaryDataSize = binaryDataSize }
}

/// How an output is wanted.
public struct RequestedOutput: Codable, Sendable, Hashable {
    /// `response`.
    public var name: String
    /// Binary or not.
    public var parameters: OutputParameters?

    /// Makes a wish.
    public init(name: String, parameters: OutputParameters? = nil) {
        self.name = name
        self.parameters = parameters
    }
}

/// Parameters of a requested output.
public struct OutputParameters: Codable, Sendable, Hashable {
    /// Whether the output shall follow the JSON as binary.
    public var binaryData: Bool?

    enum CodingKeys: String, CodingKey { case binaryData = "binary_data" }

    /// Makes parameters.
    public init(binaryData: Bool?) { self.binaryData = binaryData }
}

/// The JSON at the start of an inference response.
public struct InferenceResponseHeader: Codable, Sendable, Hashable {
    /// The model that computed.
    public var modelName: String
    /// Its version.
    public var modelVersion: String?
    /// The caller's name for the request.
    public var id: String?
    /// The one output, `response`.
    public var outputs: [InferenceTensor]

    enum CodingKeys: String, CodingKey {
        case modelName = "model_name"
        case modelVersion = "model_version"
        case id, outputs
    }

    /// Makes a header.
    public init(
        modelName: String, modelVersion: String?, id: String?, outputs: [InferenceTensor]
    ) {
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = id
        self.outputs = outputs
    }
}
