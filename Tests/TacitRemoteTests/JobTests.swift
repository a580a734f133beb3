#if Service
    import Synchronization
    import Tacit
    import TacitRemote
    import Testing

    extension RemoteTests {
        @Suite("Jobs")
        struct JobTests {
            private let sample: Sample

            init() throws { sample = try Sample.breastCancer.get() }

            private func accepted(_ location: String = "/v2/jobs/j1") -> Reaction {
                .json(202, "{}", headers: ["Location": location])
            }

            private func status(_ state: String, _ more: String = "") -> Reaction {
                .json(200, #"{"id":"j1","state":"\#(state)"\#(more)}"#)
            }

            private func predictor(
                _ server: ScriptedServer, _ pauses: Pauses = Pauses(), prefix: String = ""
            ) throws -> RemotePredictor {
                var options = RemoteOptions.quick(pauses)
                options.asksForJobs = true
                return try RemoteServer(server.address + prefix, options: options).predictor(
                    model: "m", evaluationKeys: sample.keys)
            }

            /// Serves a job whose states come one after the other; asking may fail in between.
            private func server(
                _ states: [Reaction], location: String = "/v2/jobs/j1"
            ) async throws -> ScriptedServer {
                let asked = Mutex(0)
                return try await ScriptedServer { request in
                    switch (request.method, request.path) {
                    case ("HEAD", _): .answer(200)
                    case ("POST", _): accepted(location)
                    case ("DELETE", _): .answer(204)
                    case (_, let path) where path.hasSuffix("/result"):
                        FakeService.infer(sample.response)
                    default:
                        states[
                            min(
                                asked.withLock {
                                    $0 += 1; return $0 - 1
                                }, states.count - 1)]
                    }
                }
            }

            @Test("a job is polled, with failures in between, fetched and forgotten")
            func runs() async throws {
                let server = try await server([
                    status("queued"), .close, .error(503, "unavailable"),
                    status("running", #","progress":[1,2]"#), status("done"),
                ])
                let told = Told()
                let response = try await predictor(server).predict(
                    sample.request, progress: told.observer)
                #expect(response == sample.response)
                #expect(told.all.contains(.computing(done: 1, total: 2)))
                let post = server.received.first { $0.method == "POST" }
                #expect(post?.headers["prefer"] == "respond-async")
                try await waitForDelete(server)
                // For balancers, which find the job's process by it.
                let named = server.received.filter { $0.method != "HEAD" }
                    .map { $0.headers["tacit-evaluation-keys"] }
                #expect(Set(named) == ["\(Digest32.sha256(sample.keys))"])
            }

            private func waitForDelete(_ server: ScriptedServer) async throws {
                for _ in 0..<400 where !server.received.contains(where: { $0.method == "DELETE" }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(
                    server.received.contains { $0.method == "DELETE" && $0.path == "/v2/jobs/j1" })
            }

            @Test("a job that fails says why, with the code of the reason")
            func fails() async throws {
                let server = try await server([
                    status("failed", #","error":{"error":"bad rows","code":"request_refused"}"#)
                ])
                let error = await failure { try await predictor(server).predict(sample.request) }
                #expect(error?.code == .refused)
                #expect(error?.reason.contains("bad rows") == true)
            }

            @Test("a job that the server forgot is asked for again")
            func forgotten() async throws {
                let server = try await server([.error(404, "job_not_found"), status("done")])
                #expect(try await predictor(server).predict(sample.request) == sample.response)
                #expect(server.received.count { $0.method == "POST" } == 2)
            }

            @Test("a call that is cancelled cancels its job")
            func cancels() async throws {
                let server = try await server([status("running")])
                let predictor = try predictor(server)
                let task = Task { try await predictor.predict(sample.request) }
                while server.received.count < 4 { try await Task.sleep(for: .milliseconds(5)) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await waitForDelete(server)
            }

            @Test(
                "places that are not a job's are refused",
                arguments: [
                    "/v2/jobs/", "/v2/keys/j1", "/v2/jobs/a?b", "/v2/jobs/..%2Fx", "j1", "",
                ])
            func places(location: String) async throws {
                let server = try await server([status("done")], location: location)
                #expect(
                    await code { try await predictor(server).predict(sample.request) }
                        == .invalidAnswer)
            }

            @Test("a job is looked for where the server is, wherever it says its job is")
            func elsewhere() async throws {
                let server = try await server(
                    [status("done")], location: "http://192.0.2.1/v2/jobs/j1")
                #expect(try await predictor(server).predict(sample.request) == sample.response)
                let prefixed = try await self.server([status("done")], location: "/x/v2/jobs/j1")
                _ = try await predictor(prefixed, prefix: "/x").predict(sample.request)
                #expect(prefixed.received.allSatisfy { $0.path.hasPrefix("/x/v2/") })
            }
        }
    }
#endif
