#if Service
    import Foundation
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Tacit
    import TacitProtocol
    import Testing

    import TacitServer

    @Suite("Clients that behave badly", .serialized)
    struct HostileClientTests {
        private func live(
            _ adjust: (inout ServiceConfiguration) -> Void = { _ in },
            _ body: @Sendable (Int, any TestClientProtocol, ServiceFixture) async throws -> Void
        ) async throws {
            let fixture = try ServiceFixture(adjust)
            try await fixture.live { http in
                try await body(try #require(http.port), http, fixture)
                // Whatever happened, it lives and holds no memory for it.
                #expect(try await http.get("/v2/health/live").status == .ok)
                try await eventually { fixture.service.bodies.usedByteCount == 0 }
            }
        }

        private func post(_ headers: String) -> String {
            "POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\r\n"
        }

        @Test("ten gigabytes announced: refused at once, without reading them")
        func hugeLength() async throws {
            try await live { port, _, _ in
                let socket = try RawSocket(port: port)
                socket.send(
                    post("Inference-Header-Content-Length: 10\r\nContent-Length: 10000000000"))
                let answer = try #require(await socket.receiveAll())
                #expect(answer.hasPrefix("HTTP/1.1 413") && answer.contains("payload_too_large"))
                let upload = try RawSocket(port: port)
                upload.send(
                    "PUT /v2/keys/\(String(repeating: "a", count: 64)) HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Length: 10000000000\r\n\r\n")
                #expect(await upload.receiveAll()?.hasPrefix("HTTP/1.1 413") == true)
            }
        }

        @Test("three megabytes in chunks of six bytes")
        func tinyChunks() async throws {
            try await live { port, _, fixture in
                let socket = try RawSocket(port: port)
                socket.send(post("Transfer-Encoding: chunked\r\nConnection: close"))
                let chunk = Array("6\r\naaaaaa\r\n".utf8)
                let many = Array(repeatElement(chunk, count: 1000).joined())
                await RawSocket.blocking {
                    for _ in 0..<500 where !socket.send(many) { break }
                    socket.send("0\r\n\r\n")
                }
                let answer = try #require(await socket.receiveAll())
                #expect(answer.hasPrefix("HTTP/1.1 400"))
            }
        }

        /// Sends a byte now and then, some seconds at most; whether the server closes all.
        private func areClosed(_ sockets: [RawSocket]) async throws -> Bool {
            var open = sockets
            for _ in 0..<200 where !open.isEmpty {
                open = open.filter { $0.send("a") }
                try await Task.sleep(for: .milliseconds(20))
            }
            return open.isEmpty
        }

        @Test("one byte of a body at a time, and a head that never ends: closed in time")
        func slowSenders() async throws {
            try await live {
                $0.times.slowStart = .milliseconds(300)
                $0.times.idle = .milliseconds(700)
            } _: { port, _, fixture in
                let body = try RawSocket(port: port)
                body.send(post("Inference-Header-Content-Length: 900\r\nContent-Length: 100000"))
                let head = try RawSocket(port: port)
                head.send("POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nX")
                #expect(try await areClosed([body, head]))
                #expect(fixture.service.registry.text().contains(#"{reason="slow_sender"} 1"#))
            }
        }

        @Test("a slow body is noticed on a connection that was used before, at once or a while ago")
        func slowLater() async throws {
            try await live {
                $0.times.slowStart = .milliseconds(300)
                $0.times.idle = .seconds(30)
            } _: { port, _, fixture in
                let sockets = try (0..<2).map { _ in try RawSocket(port: port) }
                let get = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
                sockets[1].send(get)
                #expect(sockets[1].receive().hasPrefix("HTTP/1.1 200"))
                // Longer than the first request's time to be looked at.
                try await Task.sleep(for: .milliseconds(400))
                sockets[0].send(get)
                #expect(sockets[0].receive().hasPrefix("HTTP/1.1 200"))
                let lengths = "Inference-Header-Content-Length: 900\r\nContent-Length: 100000"
                for socket in sockets { socket.send(post(lengths)) }
                #expect(try await areClosed(sockets))
                #expect(fixture.service.registry.text().contains(#"{reason="slow_sender"} 2"#))
            }
        }

        @Test("a head larger than allowed, and bytes that are no HTTP")
        func badHeads() async throws {
            try await live { port, _, _ in
                let large = try RawSocket(port: port)
                large.send(
                    "GET /v2 HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n")
                #expect(await large.receiveAll()?.hasPrefix("HTTP/1.1 400") ?? false)
                let noise = try RawSocket(port: port)
                noise.send([0x16, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 13, 10, 13, 10])
                #expect(await noise.receiveAll() != nil)
                let traversal = try RawSocket(port: port)
                traversal.send(
                    "GET /v2/models/..%2F..%2Fetc/card HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                #expect(await traversal.receiveAll()?.contains("model_not_found") == true)
            }
        }

        @Test("a hundred idle connections: others are served, and the idle ones closed")
        func idle() async throws {
            try await live {
                $0.times.idle = .milliseconds(500)
            } _: { port, _, fixture in
                let sockets = try (0..<100).map { _ in try RawSocket(port: port) }
                try await eventually { fixture.service.connections.count >= 100 }
                let working = try RawSocket(port: port)
                working.send("GET /v2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(await working.receiveAll()?.hasPrefix("HTTP/1.1 200") == true)
                for socket in sockets { #expect(await socket.receiveAll() == "") }
            }
        }

        @Test("work for a client that left is given up")
        func leaving() async throws {
            let small = try SmallClient.shared.get()
            try await live { port, http, fixture in
                _ = try await http.upload(small.keys, name: small.name)
                let scheduler = fixture.service.scheduler
                let gate = DispatchSemaphore(value: 0)
                let running = Task {
                    try await scheduler.submit(owner: .anonymous, model: "", deadline: nil) { _ in
                        gate.wait()
                    }
                }
                try await eventually { scheduler.load.running == 1 }
                let request = try small.request()
                let json = try JSONEncoder().encode(
                    InferenceRequestHeader.binary(
                        elementByteCounts: [request.count], evaluationKeys: small.name))
                let body = [UInt8](json) + BytesElements.encode([request])
                let socket = try RawSocket(port: port)
                socket.send(
                    post(
                        "Inference-Header-Content-Length: \(json.count)\r\nContent-Length: \(body.count)"
                    ))
                socket.send(body)
                try await eventually { scheduler.load.waiting == 1 }
                socket.leave()
                try await eventually { scheduler.load.waiting == 0 }
                gate.signal()
                try await running.value
            }
        }

        @Test("a broken upload keeps what arrived")
        func brokenUpload() async throws {
            let small = try SmallClient.shared.get()
            try await live { port, http, fixture in
                let half = small.keys.count / 2
                let socket = try RawSocket(port: port)
                socket.send(
                    "PUT /v2/keys/\(small.name) HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Length: \(small.keys.count)\r\nExpect: 100-continue\r\n\r\n")
                #expect(socket.receive().hasPrefix("HTTP/1.1 100"))
                socket.send(small.keys[..<half])
                try await Task.sleep(for: .milliseconds(100))
                socket.leave()
                let name = try #require(KeyName(small.name))
                try await eventually {
                    fixture.service.store.status(name, of: .anonymous) == .partial(half)
                }
                let rest = try await http.execute(
                    uri: "/v2/keys/\(small.name)", method: .put,
                    headers: [
                        .contentRange: "bytes \(half)-\(small.keys.count - 1)/\(small.keys.count)"
                    ], body: .init(bytes: small.keys[half...]))
                #expect(rest.status == .created)
            }
        }
    }
#endif
