#if Service
    import Synchronization
    import Tacit
    import TacitRemote
    import Testing

    extension RemoteTests {
        @Suite("Uploading evaluation keys")
        struct UploadTests {
            private let sample: Sample

            init() throws { sample = try Sample.breastCancer.get() }

            private func predictor(
                _ server: ScriptedServer, _ options: RemoteOptions, keys: [UInt8]? = nil
            ) throws -> RemotePredictor {
                try RemoteServer(server.address, options: options).predictor(
                    model: "m", evaluationKeys: keys ?? sample.keys)
            }

            @Test("keys travel once for many predictions, whole and in order")
            func once() async throws {
                let service = FakeService(sample)
                let server = try await ScriptedServer { service.answer($0) }
                let predictor = try predictor(server, .quick())
                for _ in 0..<3 {
                    #expect(try await predictor.predict(sample.request) == sample.response)
                }
                let methods = server.received.map(\.method)
                #expect(methods == ["HEAD", "PUT", "POST", "POST", "POST"])
                #expect(server.received[1].body == sample.keys)
                #expect(server.received[1].path.hasSuffix("\(Digest32.sha256(sample.keys))"))
            }

            @Test("predictions at the same time share one upload")
            func concurrent() async throws {
                let service = FakeService(sample)
                let server = try await ScriptedServer { service.answer($0) }
                let predictor = try predictor(server, .quick())
                try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for _ in 0..<8 { group.addTask { try await predictor.predict(sample.request) } }
                    for try await response in group { #expect(response == sample.response) }
                }
                #expect(service.current.putCount == 1)
                #expect(service.current.inferCount == 8)
            }

            @Test("parts follow each other by Content-Range, and progress counts every byte")
            func parts() async throws {
                let keys = try largeKeys(of: sample, byteCount: 1_000_000)
                let service = FakeService(
                    Sample(sample, keys: keys))
                let server = try await ScriptedServer { service.answer($0) }
                var options = RemoteOptions.quick()
                options.uploadPartByteCount = 300_000
                let told = Told()
                try await predictor(server, options, keys: keys).uploadKeys(progress: told.observer)
                #expect(service.current.isComplete)
                #expect(
                    server.received.compactMap { $0.headers["content-range"] } == [
                        "bytes 0-299999/\(keys.count)", "bytes 300000-599999/\(keys.count)",
                        "bytes 600000-899999/\(keys.count)",
                        "bytes 900000-\(keys.count - 1)/\(keys.count)",
                    ])
                #expect(told.all.last == .uploadingKeys(sent: keys.count, total: keys.count))
            }

            @Test("an upload that breaks off goes on where the server stopped")
            func resumes() async throws {
                let keys = try largeKeys(of: sample, byteCount: 3_000_000)
                let service = FakeService(Sample(sample, keys: keys))
                let server = try await ScriptedServer(
                    appetite: {
                        $0.method == "PUT" && service.current.putCount < 3 ? 500_000 : nil
                    },
                    script: { request in
                        guard request.method == "PUT", request.body.count < request.length else {
                            return service.answer(request)
                        }
                        service.keep(request)
                        return .close
                    })
                let pauses = Pauses()
                // Three failures in a row would be one too many: every one of them got further than the last.
                try await predictor(server, .quick(pauses, attempts: 3), keys: keys).uploadKeys()
                #expect(service.current.isComplete)
                #expect(service.current.putCount == 4)
                #expect(pauses.all.count == 3)
                let starts = server.received.filter { $0.method == "PUT" }
                    .map { $0.headers["content-range"]?.prefix(14) ?? "whole" }
                #expect(
                    starts == ["whole", "bytes 500000-3", "bytes 1000000-", "bytes 1500000-"])
            }

            @Test("keys that the server has lost are uploaded again, but not without end")
            func lost() async throws {
                let service = FakeService(sample)
                let server = try await ScriptedServer { service.answer($0) }
                let predictor = try predictor(server, .quick())
                _ = try await predictor.predict(sample.request)
                service.loseKeys()
                #expect(try await predictor.predict(sample.request) == sample.response)
                #expect(service.current.putCount == 1)

                let forgetful = try await ScriptedServer { request in
                    request.method == "POST"
                        ? .error(404, "evaluation_keys_not_found") : .answer(200)
                }
                let other = try self.predictor(forgetful, .quick())
                #expect(await code { try await other.predict(sample.request) } == .keysNotFound)
                #expect(forgetful.received.count { $0.method == "POST" } == 3)
            }

            @Test("keys damaged on the way are sent once more; the second refusal counts")
            func digest() async throws {
                let puts = Mutex(0)
                let service = FakeService(sample)
                let server = try await ScriptedServer { request in
                    if request.method == "PUT",
                        puts.withLock({
                            $0 += 1; return $0
                        }) == 1
                    {
                        return .error(422, "digest_mismatch")
                    }
                    return service.answer(request)
                }
                try await predictor(server, .quick()).uploadKeys()
                #expect(puts.withLock { $0 } == 2)

                let stubborn = try await ScriptedServer { request in
                    request.method == "PUT" ? .error(422, "digest_mismatch") : .answer(404)
                }
                let error = await failure {
                    try await predictor(stubborn, .quick()).uploadKeys()
                }
                #expect(error?.code == .keysRefused)
                #expect(stubborn.received.count { $0.method == "PUT" } == 2)
            }

            @Test(
                "offsets that cannot be are refused",
                arguments: ["-1", "99999999999999999999", "abc", "\u{1B}[2J", "1000000000"])
            func offsets(text: String) async throws {
                let server = try await ScriptedServer { _ in
                    .answer(404, headers: ["Upload-Offset": text])
                }
                let error = await failure { try await predictor(server, .quick()).uploadKeys() }
                #expect(error?.code == .invalidAnswer)
                #expect(error?.reason.contains("\u{1B}") == false)
                #expect(server.received.count == 1)
            }

            @Test("keys that are all there and were never checked: the last byte is sent again")
            func unchecked() async throws {
                let server = try await ScriptedServer { [count = sample.keys.count] request in
                    request.method == "PUT"
                        ? .answer(201) : .answer(404, headers: ["Upload-Offset": "\(count)"])
                }
                try await predictor(server, .quick()).uploadKeys()
                let last = sample.keys.count - 1
                #expect(server.received.last?.body == [sample.keys[last]])
                #expect(
                    server.received.last?.headers["content-range"]
                        == "bytes \(last)-\(last)/\(last + 1)")
            }

            @Test("a server that never gets further is left after a few attempts")
            func standstill() async throws {
                let stuck = try await ScriptedServer { request in
                    request.method == "PUT"
                        ? .answer(202, headers: ["Upload-Offset": "0"]) : .answer(404)
                }
                #expect(
                    await code { try await predictor(stuck, .quick()).uploadKeys() }
                        == .invalidAnswer)
                let quarrelsome = try await ScriptedServer { request in
                    request.method == "PUT"
                        ? .error(409, "upload_conflict", headers: ["Upload-Offset": "7"])
                        : .answer(404)
                }
                #expect(
                    await code {
                        try await predictor(quarrelsome, .quick(attempts: 3)).uploadKeys()
                    }
                        == .unavailable)
                #expect(quarrelsome.received.count { $0.method == "PUT" } == 3)
            }

            @Test(
                "refusals of keys have their own codes",
                arguments: [
                    (413, "quota_exceeded", RemoteError.Code.quotaExceeded),
                    (507, "insufficient_storage", .storageFull),
                    (401, "unauthorized", .unauthorized),
                    (422, "request_refused", .refused),
                ])
            func refusals(status: Int, name: String, expected: RemoteError.Code) async throws {
                let server = try await ScriptedServer { request in
                    request.method == "PUT" ? .error(status, name) : .answer(404)
                }
                let error = await failure { try await predictor(server, .quick()).uploadKeys() }
                #expect(error?.code == expected)
                #expect(error?.reason.contains("said the server") == true)
                #expect(server.received.count { $0.method == "PUT" } == 1)
            }
        }
    }

    extension Sample {
        /// The same conversation with other evaluation keys.
        init(_ other: Sample, keys: [UInt8]) {
            model = other.model
            client = other.client
            self.keys = keys
            request = other.request
            response = other.response
            rows = other.rows
        }
    }
#endif
