/// `GET /v2`.
public struct ServerMetadata: Codable, Sendable, Equatable {
    /// `tacit`.
    public let name: String
    /// The release.
    public let version: String
    /// What the server can do beside the protocol.
    public let extensions: [String]

    /// The extensions of this release.
    public static let extensions = [
        "binary_tensor_data", "tacit_evaluation_keys", "tacit_jobs",
    ]

    /// Makes the description.
    public init(
        name: String = "tacit", version: String, extensions: [String] = ServerMetadata.extensions
    ) {
        self.name = name
        self.version = version
        self.extensions = extensions
    }
}

/// `GET /v2/health/live`.
public struct Liveness: Codable, Sendable, Equatable {
    /// The process lives.
    public let live: Bool

    /// Makes the answer.
    public init(live: Bool) { self.live = live }
}

/// `GET /v2/health/ready` and `GET /v2/models/{m}/ready`.
public struct Readiness: Codable, Sendable, Equatable {
    /// Requests are taken.
    public let ready: Bool
    /// The model asked about.
    public let name: String?

    /// Makes the answer.
    public init(ready: Bool, name: String? = nil) {
        self.ready = ready
        self.name = name
    }
}

/// A tensor as model descriptions name it.
public struct TensorMetadata: Codable, Sendable, Equatable {
    /// `request` or `response`.
    public let name: String
    /// `BYTES`: each element is a file of ciphertexts.
    public let datatype: String
    /// Number of elements; -1 where several are taken.
    public let shape: [Int]

    /// Makes a description.
    public init(name: String, datatype: String = "BYTES", shape: [Int] = [1]) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
    }
}

/// `GET /v2/models/{m}`.
public struct ModelMetadata: Codable, Sendable, Equatable {
    /// The model's name.
    public let name: String
    /// Its versions, oldest first.
    public let versions: [String]
    /// `tacit`.
    public let platform: String
    /// The one input, `request`.
    public let inputs: [TensorMetadata]
    /// The one output, `response`.
    public let outputs: [TensorMetadata]

    /// Makes a description.
    public init(
        name: String, versions: [String], platform: String = "tacit",
        inputs: [TensorMetadata] = [TensorMetadata(name: TensorName.request)],
        outputs: [TensorMetadata] = [TensorMetadata(name: TensorName.response)]
    ) {
        self.name = name
        self.versions = versions
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// Names of the tensors.
public enum TensorName {
    /// Encrypted rows.
    public static let request = "request"
    /// Encrypted scores.
    public static let response = "response"
}
