#if Service
    import Foundation
    import NIOCore
    import NIOHTTP1
    public import Tacit
    import TacitProtocol

    /// A server that evaluates models on encrypted rows, as `tacit serve` does.
    ///
    /// What leaves this machine are requests, evaluation keys and the token, to this address only; secret keys and rows
    /// are not even known here.
    public final class RemoteServer: Sendable {
        /// Where it is.
        public let address: ServerAddress
        /// How it is talked to.
        public let options: RemoteOptions
        let transport: HTTPTransport

        /// Prepares connections; none is made yet.
        ///
        /// - Parameters:
        ///   - address: such as `https://tacit.example.org`.
        ///   - options: token, certificates, time limits.
        /// - Throws: `RemoteError` when the address or the certificates cannot be used.
        public init(_ address: String, options: RemoteOptions = RemoteOptions()) throws(RemoteError)
        {
            self.address = try ServerAddress(address, allowsPlainHTTP: options.allowsPlainHTTP)
            self.options = options
            transport = try HTTPTransport(address: self.address, options: options)
        }

        /// Fetches a model's public card.
        ///
        /// - Parameters:
        ///   - model: the model's name on the server.
        ///   - version: one of its versions; nil for the newest.
        /// - Throws: `RemoteError`; `WireError` or `TacitError` when what came is no card.
        public func card(
            of model: String, version: String? = nil,
            progress: @escaping RemoteProgressObserver = { _ in }
        ) async throws -> Card {
            let path = try Self.path(ServicePath.card(model, version: version), of: model, version)
            let deadline = Deadline(in: options.timeout)
            let answer = try await transport.within(deadline) { [options, transport] in
                try await options.retries.run(until: deadline, progress: progress) {
                    try await transport.send(HTTPTransport.Outgoing(path: path, limit: 1 << 26))
                }
            }
            let bytes = [UInt8](answer.body.readableBytesView)
            if let tag = answer.headers.first(name: "ETag"),
                let named = tag.wholeMatch(of: /"([0-9a-f]{64})"/)?.output.1,
                named != Digest32.sha256(bytes).description
            {
                throw RemoteError(
                    .invalidAnswer,
                    "the card from \(address) has another SHA-256 than it was sent with")
            }
            return try Card(bytes: bytes, source: "the card from \(address)")
        }

        /// A predictor of one model for one client.
        ///
        /// - Parameters:
        ///   - model: the model's name on the server.
        ///   - version: one of its versions; nil for the newest.
        ///   - evaluationKeys: the client's file of evaluation keys.
        /// - Throws: `WireError` when the file holds something else, which is then not sent.
        public func predictor(
            model: String, version: String? = nil, evaluationKeys: [UInt8]
        ) throws -> RemotePredictor {
            let path = try Self.path(ServicePath.infer(model, version: version), of: model, version)
            return try RemotePredictor(server: self, path: path, evaluationKeys: evaluationKeys)
        }

        /// Refuses names that are no names, and would lead to other paths.
        private static func path(
            _ path: String, of model: String, _ version: String?
        ) throws(RemoteError) -> String {
            for name in [model, version ?? "1"] where ["", ".", ".."].contains(name) {
                throw RemoteError(.modelNotFound, "'\(name)' is no name of a model or version")
            }
            return path
        }
    }
#endif
