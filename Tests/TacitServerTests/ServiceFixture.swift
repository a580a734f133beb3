#if Service
    import Foundation
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Logging
    import NIOCore
    import Tacit
    import TacitProtocol
    import TestSupport
    import Testing

    import TacitServer

    /// A client of a small model: its keys, a request, what the answer must be.
    struct SmallClient: Sendable {
        static let model: Result<Model, any Error> = Result {
            var random = TestGenerator(seed: 5)
            var graph = ONNXWriter(inputWidth: 4)
            graph.matrix(
                (0..<4).map { _ in (0..<3).map { _ in Float(random.real(in: -1...1)) } })
            graph.square()
            graph.matrix([[1], [-0.5], [0.25]], name: "V")
            var options = CompileOptions()
            options.inputRange = -2...2
            return try Model(onnx: Data(graph.bytes(outputWidth: 1)), options: options)
        }
        /// Of other parameters, without switching keys.
        static let otherModel: Result<Model, any Error> = Result {
            var graph = ONNXWriter(inputWidth: 4)
            graph.matrix([[1], [2], [3], [4]])
            var options = CompileOptions()
            options.inputRange = -2...2
            return try Model(onnx: Data(graph.bytes(outputWidth: 1)), options: options)
        }
        static let shared: Result<SmallClient, any Error> = Result {
            try SmallClient(model.get())
        }
        static let other: Result<SmallClient, any Error> = Result {
            try SmallClient(otherModel.get())
        }

        let model: Model
        let modelBytes: [UInt8]
        let client: Client
        let keys: [UInt8]
        let name: String
        static let rows = [[0.5, -1, 2, 0.25]]

        init(_ model: Model) throws {
            self.model = model
            modelBytes = try model.bytes()
            client = try Client(card: model.card)
            keys = try client.evaluationKeys()
            name = "\(Digest32.sha256(keys))"
        }

        func request() throws -> [UInt8] { try client.encrypt(Self.rows) }

        /// Whether an answer decrypts to what the model gives in the clear.
        func accepts(_ response: [UInt8]) throws -> Bool {
            let found = try client.decrypt(response).scores
            let clear = try model.clearPrediction(Self.rows).scores
            return found.count == 1 && abs(found[0][0] - clear[0][0]) < 1e-2
        }
    }

    /// Log lines of a test.
    final class LogLines: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [String] = []
        var all: [String] { lock.withLock { lines } }
        func add(_ line: String) { lock.withLock { lines.append(line) } }
    }

    /// A service on folders of its own, with the small model as `m`, version 1.
    final class ServiceFixture: Sendable {
        let folder: URL
        let service: TacitService
        let log = LogLines()
        static let alice = "alice-token"
        static let bob = "bob-token"

        init(
            withTokens: Bool = false, modelBytes: [UInt8]? = nil, logLevel: Logger.Level = .debug,
            _ adjust: (inout ServiceConfiguration) -> Void = { _ in }
        ) throws {
            folder = FileManager.default.temporaryDirectory.appending(
                path: "tacit-service-\(UUID().uuidString)")
            var configuration = ServiceConfiguration(
                models: folder.appending(path: "models"), keys: folder.appending(path: "keys"),
                threads: 1)
            adjust(&configuration)
            let log = log
            let logger = Logger(label: "test") { label in
                LineLog(label: label, form: .json, level: logLevel) { log.add($0) }
            }
            let lines = [("alice", Self.alice), ("bob", Self.bob)].map { name, token in
                "\(name):\(Digest32.sha256(Array(token.utf8)))"
            }
            service = try TacitService(
                configuration,
                access: withTokens
                    ? AccessControl(TokenTable(text: lines.joined(separator: "\n"))) : .open,
                logger: logger)
            try put(modelBytes ?? SmallClient.shared.get().modelBytes)
            service.loadModels()
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// Puts a file into the models' folder.
        func put(_ bytes: [UInt8], name: String = "m", version: Int = 1) throws {
            let place = folder.appending(path: "models/\(name)/\(version)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(bytes).write(to: place.appending(path: "model.tacit"), options: .atomic)
        }

        /// Serves on a free port while `body` runs.
        func live<Value: Sendable>(
            _ body: @Sendable (any TestClientProtocol) async throws -> Value
        ) async throws -> Value {
            try await service.application(address: .hostname("127.0.0.1", port: 0))
                .test(.ahc(.http), body)
        }
    }

    extension TestClientProtocol {
        /// Uploads keys as a whole.
        func upload(
            _ keys: [UInt8], name: String, token: String? = nil
        ) async throws -> TestResponse {
            try await execute(
                uri: "/v2/keys/\(name)", method: .put, headers: .token(token),
                body: ByteBuffer(bytes: keys))
        }

        /// Sends requests with binary elements.
        func infer(
            _ elements: [[UInt8]], keys: String, model: String = "m", token: String? = nil,
            headers: HTTPFields = [:]
        ) async throws -> TestResponse {
            let json = try JSONEncoder().encode(
                InferenceRequestHeader.binary(
                    elementByteCounts: elements.map(\.count), evaluationKeys: keys, id: "7"))
            var all = HTTPFields.token(token)
            for field in headers { all[field.name] = field.value }
            all[.inferenceHeaderLength] = "\(json.count)"
            return try await execute(
                uri: ServicePath.infer(model), method: .post, headers: all,
                body: ByteBuffer(bytes: [UInt8](json) + BytesElements.encode(elements)))
        }

        func get(_ path: String, token: String? = nil) async throws -> TestResponse {
            try await execute(uri: path, method: .get, headers: .token(token))
        }
    }

    /// A body's bytes.
    func data(of buffer: ByteBuffer) -> Data { Data(buffer.readableBytesView) }

    extension HTTPFields {
        static func token(_ token: String?) -> HTTPFields {
            token.map { [.authorization: "Bearer \($0)"] } ?? [:]
        }
    }

    extension TestResponse {
        /// The code of an answer that is an error.
        var code: String? {
            try? JSONDecoder().decode(ServiceErrorBody.self, from: data(of: body)).code
        }

        /// The elements of a binary answer.
        var elements: [[UInt8]] {
            get throws {
                let bytes = [UInt8](buffer: body)
                let length = try #require(headers[.inferenceHeaderLength].flatMap { Int($0) })
                let header = try JSONDecoder().decode(
                    InferenceResponseHeader.self, from: Data(bytes[..<length]))
                return try #require(
                    BytesElements.decode(bytes[length...], count: header.outputs[0].shape[0]))
            }
        }
    }
#endif
