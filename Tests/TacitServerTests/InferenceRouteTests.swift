#if Service
    import Foundation
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import NIOCore
    import Tacit
    import TacitProtocol
    import Testing

    import TacitServer

    @Suite("Inference over HTTP")
    struct InferenceRouteTests {
        @Test("upload, infer, decrypt: binary, several elements, base64, and each counted")
        func conversation() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture()
            try await fixture.live { http in
                #expect(try await http.upload(small.keys, name: small.name).status == .created)
                #expect(try await http.upload(small.keys, name: small.name).status == .ok)
                let requests = try [small.request(), small.request()]
                let answer = try await http.infer(requests, keys: small.name)
                #expect(answer.status == .ok)
                for element in try answer.elements { #expect(try small.accepts(element)) }
                let stages = try #require(answer.headers[.serverTiming]).split(separator: ", ")
                #expect(stages.map { $0.prefix { $0 != ";" } } == ["queue", "keys", "evaluate"])
                let evaluated = try #require(stages.last?.split(separator: "=").last)
                #expect(try #require(Double(evaluated)) > 0)
                let header = InferenceRequestHeader(
                    inputs: [
                        InferenceTensor(
                            name: "request", shape: [1],
                            data: [Data(requests[0]).base64EncodedString()])
                    ], parameters: InferenceParameters(evaluationKeys: small.name))
                let plain = try await http.execute(
                    uri: "/v2/models/m/versions/1/infer", method: .post,
                    body: ByteBuffer(bytes: JSONEncoder().encode(header)))
                #expect(plain.status == .ok)
                let response = try JSONDecoder().decode(
                    InferenceResponseHeader.self, from: data(of: plain.body))
                #expect(response.modelVersion == "1" && response.outputs[0].shape == [1])
                let data = try #require(
                    response.outputs[0].data.flatMap { Data(base64Encoded: $0[0]) })
                #expect(try small.accepts([UInt8](data)))
            }
            let text = fixture.service.registry.text()
            #expect(text.contains("tacit_predictions_total 3\n"))
            #expect(text.contains("tacit_key_cache_hits_total 2\n"))
            #expect(
                text.contains(
                    "tacit_requests_total{code=\"200\",route=\"POST /v2/models/{name}/infer\"} 1\n")
            )
        }

        @Test("metadata, readiness, card with its entity tag")
        func description() async throws {
            let small = try SmallClient.shared.get()
            try await ServiceFixture().live { http in
                let server = try JSONDecoder().decode(
                    ServerMetadata.self, from: data(of: try await http.get("/v2").body))
                #expect(server.name == "tacit" && server.extensions.contains("binary_tensor_data"))
                for path in ["/v2/health/live", "/v2/health/ready", "/v2/models/m/ready"] {
                    #expect(try await http.get(path).status == .ok)
                }
                let model = try JSONDecoder().decode(
                    ModelMetadata.self, from: data(of: try await http.get("/v2/models/m").body))
                #expect(model.versions == ["1"] && model.platform == "tacit")
                let card = try await http.get("/v2/models/m/card")
                #expect([UInt8](buffer: card.body) == small.model.card.bytes)
                let tag = try #require(card.headers[.eTag])
                #expect(tag == "\"\(Digest32.sha256(small.model.card.bytes))\"")
                let again = try await http.execute(
                    uri: "/v2/models/m/card", method: .get, headers: [.ifNoneMatch: tag])
                #expect(again.status == .notModified && again.body.readableBytes == 0)
            }
        }

        @Test("every refusal has its code, and no answer a path")
        func refusals() async throws {
            let small = try SmallClient.shared.get()
            let other = try SmallClient.other.get()
            let fixture = try ServiceFixture { $0.limits.requestByteCount = 1 << 20 }
            try await fixture.live { http in
                func expect(
                    _ answer: TestResponse, _ code: ServiceErrorCode,
                    location: SourceLocation = #_sourceLocation
                ) {
                    #expect(answer.code == code.rawValue, sourceLocation: location)
                    #expect(answer.status.code == code.status, sourceLocation: location)
                    let text = String(buffer: answer.body)
                    #expect(
                        !text.contains("/tmp") && !text.contains("/m/1"), sourceLocation: location)
                }
                let request = try small.request()
                expect(try await http.infer([request], keys: small.name), .evaluationKeysNotFound)
                _ = try await http.upload(small.keys, name: small.name)
                expect(
                    try await http.infer([request], keys: small.name, model: "n"), .modelNotFound)
                expect(try await http.get("/v2/models/m/versions/2"), .modelNotFound)
                expect(try await http.infer([request], keys: "x"), .badRequest)
                expect(try await http.infer([[1, 2, 3]], keys: small.name), .requestRefused)
                var damaged = request
                damaged[200] ^= 1
                expect(try await http.infer([damaged], keys: small.name), .requestRefused)
                expect(
                    try await http.infer([[UInt8](repeating: 0, count: 2 << 20)], keys: small.name),
                    .payloadTooLarge)
                expect(
                    try await http.infer(
                        [request], keys: small.name, headers: [.tacitTimeout: "soon"]), .badRequest)
                expect(try await http.upload(other.keys, name: other.name), .parametersRetired)
                expect(try await http.upload(small.keys, name: other.name), .digestMismatch)
                expect(try await http.get("/v2/nothing"), .notFound)
                let wrong = try await http.get("/v2/models/m/infer")
                expect(wrong, .methodNotAllowed)
                #expect(wrong.headers[.allow] == "POST")
                expect(try await http.get("/v2/jobs/1"), .jobNotFound)
            }
        }

        @Test("a job is taken, polled, fetched by its owner only, and forgotten")
        func jobs() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture(withTokens: true)
            try await fixture.live { http in
                let alice = ServiceFixture.alice
                _ = try await http.upload(small.keys, name: small.name, token: alice)
                let taken = try await http.infer(
                    [try small.request()], keys: small.name, token: alice,
                    headers: [.prefer: "respond-async"])
                #expect(taken.status == .accepted)
                let path = try #require(taken.headers[.location])
                #expect(taken.headers[.retryAfter] == "1")
                #expect(
                    try await http.get(path, token: ServiceFixture.bob).code == "job_not_found")
                var state = JobStatus.State.queued
                for _ in 0..<500 where state != .done {
                    let answer = try await http.get(path, token: alice)
                    state = try JSONDecoder().decode(
                        JobStatus.self, from: data(of: answer.body)
                    ).state
                    try await Task.sleep(for: .milliseconds(10))
                }
                let result = try await http.get(path + "/result", token: alice)
                #expect(try small.accepts(result.elements[0]))
                fixture.service.jobs.removeExpired(now: .distantFuture)
                #expect(try await http.get(path + "/result", token: alice).code == "job_expired")
            }
        }

        @Test("a full queue: 429 for its owner, 503 for others, with Retry-After; then drained")
        func overload() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture(withTokens: true) {
                $0.limits.queueLength = 2
                $0.limits.ownerQueueLength = 1
            }
            let scheduler = fixture.service.scheduler
            let gate = DispatchSemaphore(value: 0)
            try await fixture.live { http in
                for token in [ServiceFixture.alice, ServiceFixture.bob] {
                    _ = try await http.upload(small.keys, name: small.name, token: token)
                }
                let running = Task {
                    try await scheduler.submit(owner: .anonymous, model: "", deadline: nil) { _ in
                        gate.wait()
                    }
                }
                try await eventually { scheduler.load.running == 1 }
                let alice = try #require(Principal("alice"))
                let waiting = Task {
                    try await scheduler.submit(owner: alice, model: "m", deadline: nil) { _ in }
                }
                try await eventually { scheduler.load.waiting == 1 }
                let request = try small.request()
                let refused = try await http.infer(
                    [request], keys: small.name, token: ServiceFixture.alice)
                #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] != nil)
                let other = Task {
                    try await scheduler.submit(owner: .anonymous, model: "m", deadline: nil) { _ in
                    }
                }
                try await eventually { scheduler.load.waiting == 2 }
                let full = try await http.infer(
                    [request], keys: small.name, token: ServiceFixture.bob)
                #expect(full.status == .serviceUnavailable && full.headers[.retryAfter] != nil)
                gate.signal()
                try await running.value
                try await waiting.value
                try await other.value
                fixture.service.startDraining()
                #expect(try await http.get("/v2/health/ready").status == .serviceUnavailable)
                let answer = try await http.get("/v2/health/live")
                #expect(answer.status == .ok && answer.headers[.connection] == "close")
            }
        }

        @Test("a deadline that passes in the queue is 504")
        func deadline() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture()
            let gate = DispatchSemaphore(value: 0)
            try await fixture.live { http in
                _ = try await http.upload(small.keys, name: small.name)
                let running = Task {
                    try await fixture.service.scheduler.submit(
                        owner: .anonymous, model: "", deadline: nil
                    ) { _ in gate.wait() }
                }
                try await eventually { fixture.service.scheduler.load.running == 1 }
                let late = try await http.infer(
                    [try small.request()], keys: small.name, headers: [.tacitTimeout: "20"])
                #expect(late.code == "deadline_exceeded")
                gate.signal()
                try await running.value
            }
        }
    }

    /// Waits until something is so, for at most ten seconds.
    func eventually(
        _ location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
    ) async throws {
        for _ in 0..<1000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it never happened", sourceLocation: location)
    }
#endif
