#if Service
    import Foundation
    import Synchronization
    import Tacit
    import TacitProtocol

    /// A model, a client's keys, one request and its response: made once, since tests here are about the way between.
    struct Sample: Sendable {
        let model: Model
        let client: Client
        let keys: [UInt8]
        let request: [UInt8]
        let response: [UInt8]
        let rows: [[Double]]

        static let breastCancer = Result { try Sample("breast_cancer") }

        init(_ name: String, scheme: CompileOptions.Scheme = .ckks, rowCount: Int = 2) throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "models/\(name)")
            func rows(_ file: String) throws -> [[Double]] {
                let table = try RowTable.read(path: folder.appending(path: file).path)
                return (0..<table.rowCount).map { Array(table.row($0)) }
            }
            var options = CompileOptions()
            options.scheme = scheme
            options.modelName = name
            options.calibrationRows = try rows("calibration.csv")
            model = try Model(onnx: folder.appending(path: "\(name).onnx"), options: options)
            client = try Client(card: model.card)
            keys = try client.evaluationKeys()
            self.rows = Array(try rows("test.csv").prefix(rowCount))
            request = try client.encrypt(self.rows)
            response = try Predictor(model: model, evaluationKeys: keys).predict(request)
        }
    }

    /// What a well-behaved server answers, kept in memory; scripts change single answers of it.
    final class FakeService: Sendable {
        struct State {
            var partial: [UInt8] = []
            var isComplete = false
            var putCount = 0
            var inferCount = 0
        }

        private let sample: Sample
        private let state = Mutex(State())

        init(_ sample: Sample) { self.sample = sample }

        var current: State { state.withLock { $0 } }

        /// Forgets the keys, as after their time to live.
        func loseKeys() { state.withLock { $0 = State(inferCount: $0.inferCount) } }

        func answer(_ request: Received) -> Reaction {
            if request.path.hasPrefix("/v2/keys/") {
                return request.method == "PUT" ? put(request) : head()
            }
            if request.path.hasSuffix("/card") {
                return .answer(
                    200, headers: ["ETag": "\"\(Digest32.sha256(sample.model.card.bytes))\""],
                    body: sample.model.card.bytes)
            }
            guard request.path.hasSuffix("/infer") else { return .error(404, "not_found") }
            let isComplete = state.withLock { state in
                state.inferCount += 1
                return state.isComplete
            }
            return isComplete
                ? Self.infer(sample.response) : .error(404, "evaluation_keys_not_found")
        }

        /// What is kept of an upload that broke off.
        func keep(_ request: Received) { _ = take(request) }

        private func head() -> Reaction {
            state.withLock { state in
                state.isComplete
                    ? .answer(200)
                    : .answer(404, headers: ["Upload-Offset": "\(state.partial.count)"])
            }
        }

        private func put(_ request: Received) -> Reaction {
            if let conflict = take(request) { return conflict }
            return state.withLock { state in
                guard state.partial.count == sample.keys.count else {
                    return .answer(202, headers: ["Upload-Offset": "\(state.partial.count)"])
                }
                guard state.partial == sample.keys else {
                    state.partial = []
                    return .error(422, "digest_mismatch")
                }
                state.isComplete = true
                return .answer(201)
            }
        }

        /// Adds what arrived where it belongs.
        private func take(_ request: Received) -> Reaction? {
            let range = request.headers["content-range"]?.wholeMatch(of: /bytes (\d+)-(\d+)\/(\d+)/)
            let start = range.flatMap { Int($0.output.1) } ?? 0
            return state.withLock { state in
                state.putCount += 1
                if range == nil { state.partial = [] }
                guard start == state.partial.count else {
                    return .error(
                        409, "upload_conflict", headers: ["Upload-Offset": "\(state.partial.count)"]
                    )
                }
                state.partial += request.body
                return nil
            }
        }

        /// A response in the protocol's form, with whatever a test wants to be wrong.
        static func infer(
            _ response: [UInt8], json: String? = nil, headerLength: Int? = nil, size: Int? = nil,
            prefix: Int? = nil
        ) -> Reaction {
            let size = size ?? response.count + 4
            let text =
                json
                ?? #"{"model_name":"m","model_version":"1","outputs":[{"name":"response","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":\#(size)}}]}"#
            let element = BytesElements.prefix(prefix ?? response.count) + response
            return .answer(
                200,
                headers: ["Inference-Header-Content-Length": "\(headerLength ?? text.utf8.count)"],
                body: Array(text.utf8) + element)
        }
    }
#endif
