#if Service
    import Synchronization
    import Tacit
    import TacitRemote
    import Testing

    extension RemoteTests {
        @Suite("Answers, right and wrong")
        struct AnswerTests {
            private let sample: Sample

            init() throws { sample = try Sample.breastCancer.get() }

            /// Predicts with a server that holds the keys and answers as the script says.
            private func predict(
                _ options: RemoteOptions = .quick(), script: @escaping ScriptedServer.Script
            ) async throws -> [UInt8] {
                let server = try await ScriptedServer {
                    $0.method == "HEAD" ? .answer(200) : script($0)
                }
                return try await RemoteServer(server.address, options: options)
                    .predictor(model: "m", evaluationKeys: sample.keys).predict(sample.request)
            }

            private func outcome(
                _ options: RemoteOptions = .quick(), _ location: SourceLocation = #_sourceLocation,
                script: @escaping ScriptedServer.Script
            ) async -> RemoteError? {
                await failure(location) { try await predict(options, script: script) }
            }

            @Test("busy servers are asked again, not before they said")
            func busy() async throws {
                let pauses = Pauses()
                let count = Mutex(0)
                let response = try await predict(.quick(pauses)) { _ in
                    switch count.withLock({
                        $0 += 1; return $0
                    }) {
                    case 1: .error(429, "too_many_requests", headers: ["Retry-After": "3"])
                    case 2: .error(503, "unavailable")
                    case 3: .answer(502)
                    default: FakeService.infer(sample.response)
                    }
                }
                #expect(response == sample.response)
                #expect(pauses.all.count == 3)
                #expect(pauses.all[0] >= .seconds(3) && pauses.all[0] < .seconds(4))
                #expect(pauses.all[1] <= .seconds(1))
            }

            @Test("attempts end, with the last reason")
            func givesUp() async throws {
                let pauses = Pauses()
                let error = await outcome(.quick(pauses, attempts: 5)) { _ in
                    .error(503, "unavailable")
                }
                #expect(error?.code == .unavailable)
                #expect(error?.reason.contains("5 attempts") == true)
                #expect(pauses.all.count == 4)
            }

            @Test("a pause beyond the time allowed is not begun")
            func pauseTooLong() async throws {
                let pauses = Pauses()
                let error = await outcome(.quick(pauses)) { _ in
                    .error(503, "unavailable", headers: ["Retry-After": "3600"])
                }
                #expect(error?.code == .deadlineExceeded)
                #expect(pauses.all.isEmpty)
            }

            @Test("a connection that breaks off is tried again, then reported")
            func breaksOff() async throws {
                let count = Mutex(0)
                let response = try await predict { _ in
                    count.withLock({
                        $0 += 1; return $0
                    }) < 3
                        ? .close : FakeService.infer(sample.response)
                }
                #expect(response == sample.response)
                let truncated = await outcome { _ in
                    .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc".utf8))
                }
                #expect(truncated?.code == .connection)
                #expect(truncated?.reason.contains("4 attempts") == true)
            }

            @Test("bodies above the limit are refused, announced or not")
            func huge() async throws {
                let announced = await outcome { _ in
                    .raw(
                        Array("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n".utf8),
                        closes: false)
                }
                #expect(announced?.code == .invalidAnswer)
                var options = RemoteOptions.quick()
                options.maximumResponseByteCount = 1_000_000
                let server = try await ScriptedServer {
                    $0.method == "HEAD" ? .answer(200) : .endless
                }
                let predictor = try RemoteServer(server.address, options: options)
                    .predictor(model: "m", evaluationKeys: sample.keys)
                #expect(
                    await code { try await predictor.predict(sample.request) } == .invalidAnswer)
                try await Task.sleep(for: .milliseconds(100))
                let written = server.endlessByteCount
                #expect(written < 40_000_000)
                try await Task.sleep(for: .milliseconds(100))
                #expect(server.endlessByteCount == written, "the connection was not closed")
            }

            @Test("errors are not read without end either")
            func hugeError() async throws {
                let error = await outcome { _ in
                    .raw(
                        Array("HTTP/1.1 422 No\r\nContent-Length: 10000000000\r\n\r\n".utf8),
                        closes: false)
                }
                #expect(error?.code == .invalidAnswer)
            }

            @Test("what is not the protocol is refused by name")
            func wrongForms() async throws {
                let response = sample.response
                let other = #"{"model_name":"m","outputs":[]}"#
                let cases: [(String, Reaction)] = [
                    ("no JSON", FakeService.infer(response, json: "[1")),
                    (
                        "deep JSON",
                        FakeService.infer(response, json: String(repeating: "[", count: 60_000))
                    ),
                    ("no output", FakeService.infer(response, json: other)),
                    ("header too long", FakeService.infer(response, headerLength: 1 << 40)),
                    ("header negative", FakeService.infer(response, headerLength: -1)),
                    ("header too short", FakeService.infer(response, headerLength: 3)),
                    ("size too large", FakeService.infer(response, size: response.count + 5)),
                    ("element too long", FakeService.infer(response, prefix: response.count + 1)),
                    ("element too short", FakeService.infer(response, prefix: 0)),
                    ("nothing", .answer(200)),
                    ("a page", .json(200, "<html>It works!</html>")),
                    ("another file", FakeService.infer(sample.keys)),
                    ("half a file", FakeService.infer(Array(response.prefix(50)))),
                    ("no HTTP", .raw(Array("SSH-2.0-OpenSSH_9.6\r\n\r\n".utf8))),
                ]
                for (name, reaction) in cases {
                    let error = await outcome { _ in reaction }
                    #expect(error?.code == .invalidAnswer, "\(name): \(String(describing: error))")
                }
            }

            @Test("a response to somebody else is refused; a damaged one is refused at decryption")
            func wrongResponse() async throws {
                let stranger = try Client(card: sample.model.card)
                let theirs = try Predictor(
                    model: sample.model, evaluationKeys: stranger.evaluationKeys()
                ).predict(stranger.encrypt(sample.rows))
                let error = await outcome { _ in FakeService.infer(theirs) }
                #expect(error?.code == .invalidAnswer)
                #expect(error?.reason.contains("another key") == true)

                var damaged = sample.response
                damaged[damaged.count / 2] ^= 1
                let received = try await predict { [damaged] _ in FakeService.infer(damaged) }
                #expect(throws: WireError.self) { try sample.client.decrypt(received) }
            }

            @Test(
                "statuses have codes with and without a body",
                arguments: [
                    (400, RemoteError.Code.refused), (401, .unauthorized), (403, .unauthorized),
                    (404, .invalidAnswer), (410, .invalidAnswer), (413, .tooLarge), (422, .refused),
                    (500, .serverFailed), (504, .deadlineExceeded), (507, .storageFull),
                ])
            func statuses(status: Int, expected: RemoteError.Code) async throws {
                let bare = await outcome { _ in .answer(status) }
                #expect(bare?.code == expected)
                #expect(bare?.reason.contains("\(status)") == true)
                let retired = await outcome { _ in .error(status, "parameters_retired") }
                #expect(retired?.code == .parametersRetired)
            }

            @Test("a server's words cannot move the cursor, nor fill the screen")
            func words() async throws {
                let text = #"\u001b[31mred\nnew line\u202e"# + String(repeating: "x", count: 5000)
                let error = await outcome { _ in
                    .json(422, #"{"error":"\#(text)","code":"request_refused"}"#)
                }
                let shown = try #require(error?.reason)
                #expect(shown.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x202E })
                #expect(shown.contains("red") && shown.count < 600)
            }

            @Test("a server that never answers costs the time allowed and no more")
            func silence() async throws {
                var options = RemoteOptions.quick()
                options.timeout = .milliseconds(300)
                let error = await outcome(options) { _ in .silence }
                #expect(error?.code == .deadlineExceeded)
            }

            @Test("a cancelled call ends as cancelled")
            func cancellation() async throws {
                let server = try await ScriptedServer {
                    $0.method == "HEAD" ? .answer(200) : .silence
                }
                let predictor = try RemoteServer(server.address, options: .quick())
                    .predictor(model: "m", evaluationKeys: sample.keys)
                let task = Task { try await predictor.predict(sample.request) }
                while server.received.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }

            @Test("nobody listens")
            func refusedConnection() async throws {
                let port = try await ScriptedServer { _ in .close }.port
                let predictor = try RemoteServer("http://127.0.0.1:\(port)", options: .quick())
                    .predictor(model: "m", evaluationKeys: sample.keys)
                let error = await failure { try await predictor.predict(sample.request) }
                #expect(error?.code == .connection)
            }

            @Test("the card is fetched, and refused when it is not what its name says")
            func card() async throws {
                let service = FakeService(sample)
                let server = try await ScriptedServer { service.answer($0) }
                let card = try await RemoteServer(server.address, options: .quick()).card(
                    of: "a b/c")
                #expect(card.digest == sample.model.card.digest)
                #expect(server.received.first?.path == "/v2/models/a%20b%2Fc/card")

                let liar = try await ScriptedServer { _ in
                    .answer(
                        200, headers: ["ETag": "\"\(String(repeating: "0", count: 64))\""],
                        body: sample.model.card.bytes)
                }
                #expect(
                    await code {
                        try await RemoteServer(liar.address, options: .quick()).card(of: "m")
                    } == .invalidAnswer)
                #expect(
                    await code {
                        try await RemoteServer(liar.address, options: .quick()).card(of: "..")
                    } == .modelNotFound)
                #expect(liar.received.count == 1)
            }
        }
    }
#endif
