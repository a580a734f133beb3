#if Service
    import Foundation
    import Hummingbird
    import Logging
    import ServiceLifecycle
    import Tacit
    import TacitRemote
    import TacitServer
    import Testing

    /// A real service with models of this test, on a port of its own.
    private func serving(
        _ models: [String: Model], _ body: (_ address: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-remote-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, model) in models {
            let place = folder.appending(path: "models/\(name)/1")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(model.bytes()).write(to: place.appending(path: "model.tacit"))
        }
        let tokens = ["anna", "bert"].map { "\($0):\(Digest32.sha256(Array("\($0)-token".utf8)))" }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = try TacitService(
            ServiceConfiguration(
                models: folder.appending(path: "models"), keys: folder.appending(path: "keys"),
                threads: 1),
            access: AccessControl(TokenTable(text: tokens.joined(separator: "\n"))), logger: logger)
        service.loadModels()
        let (ports, port) = AsyncStream<Int?>.makeStream()
        let application = service.application(
            address: .hostname("127.0.0.1", port: 0), onRunning: { port.yield($0) })
        let group = ServiceGroup(services: [application, service], logger: logger)
        let running = Task { try await group.run() }
        for await number in ports {
            let address = "http://127.0.0.1:\(try #require(number))"
            do { try await body(address) } catch { Issue.record("\(error)") }
            break
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    extension RemoteTests {
        @Suite("Against the service itself")
        struct EndToEndTests {
            private func options(_ owner: String) throws -> RemoteOptions {
                var options = RemoteOptions.quick()
                options.token = try BearerToken("\(owner)-token")
                options.timeout = .seconds(60)
                return options
            }

            @Test(
                "breast cancer under both schemes and digits: card, keys, answers, jobs, other owners"
            )
            func conversations() async throws {
                let samples = [
                    "lattice": try Sample.breastCancer.get(),
                    "paillier": try Sample("breast_cancer", scheme: .paillier),
                    "digits": try Sample("digits"),
                ]
                try await serving(samples.mapValues(\.model)) { address in
                    for (name, sample) in samples {
                        try await converse(address, name, sample)
                    }
                    try await trouble(address, samples["lattice"])
                }
            }

            private func converse(_ address: String, _ name: String, _ sample: Sample) async throws
            {
                let server = try RemoteServer(address, options: options("anna"))
                let card = try await server.card(of: name)
                #expect(card.digest == sample.model.card.digest)
                let clear = try sample.model.clearPrediction(sample.rows).scores.joined()
                var parts = server.options
                parts.uploadPartByteCount = max(1, sample.keys.count / 3)
                let predictor = try RemoteServer(address, options: parts).predictor(
                    model: name, evaluationKeys: sample.keys)
                var asJob = parts
                asJob.asksForJobs = true
                let patient = try RemoteServer(address, options: asJob).predictor(
                    model: name, evaluationKeys: sample.keys)
                for way in [predictor, patient] {
                    let told = Told()
                    let response = try await way.predict(sample.request, progress: told.observer)
                    let scores = try sample.client.decrypt(response).scores.joined()
                    let error = zip(scores, clear).map { abs($0 - $1) }.max() ?? .infinity
                    #expect(error < 1e-2 && scores.count == clear.count, "\(name)")
                }
            }

            private func trouble(_ address: String, _ sample: Sample?) async throws {
                let sample = try #require(sample)
                func predictor(_ owner: String, _ model: String = "lattice") throws
                    -> RemotePredictor
                {
                    try RemoteServer(address, options: options(owner)).predictor(
                        model: model, evaluationKeys: sample.keys)
                }
                // Bert's own upload, though the server has the same keys of Anna.
                let told = Told()
                _ = try await predictor("bert").predict(sample.request, progress: told.observer)
                #expect(told.all.contains { if case .uploadingKeys = $0 { true } else { false } })
                #expect(
                    await code { try await predictor("carl").predict(sample.request) }
                        == .unauthorized)
                #expect(
                    await code { try await predictor("anna", "absent").predict(sample.request) }
                        == .modelNotFound)
                // Keys of other parameters than the model's.
                let error = await failure {
                    try await predictor("anna", "digits").predict(sample.request)
                }
                #expect(error?.code == .refused, "\(String(describing: error))")
                var damaged = sample.keys
                damaged[damaged.count / 2] ^= 1
                let broken = try RemoteServer(address, options: options("anna")).predictor(
                    model: "lattice", evaluationKeys: damaged)
                #expect(await code { try await broken.predict(sample.request) } == .refused)
            }
        }
    }
#endif
