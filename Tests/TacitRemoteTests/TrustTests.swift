#if Service
    import Foundation
    import NIOSSL
    import Tacit
    import TacitRemote
    import Testing

    extension RemoteTests {
        @Suite("Who is talked to, and who hears what")
        struct TrustTests {
            private let sample: Sample
            private let token = "a-secret.token~1"

            init() throws { sample = try Sample.breastCancer.get() }

            private func options() throws -> RemoteOptions {
                var options = RemoteOptions.quick()
                options.token = try BearerToken(token)
                return options
            }

            private func predictor(_ address: String, _ options: RemoteOptions) throws
                -> RemotePredictor
            {
                try RemoteServer(address, options: options).predictor(
                    model: "m", evaluationKeys: sample.keys)
            }

            @Test("the token goes with every request, and into no message")
            func tokenTravels() async throws {
                let service = FakeService(sample)
                let server = try await ScriptedServer { service.answer($0) }
                _ = try await predictor(server.address, options()).predict(sample.request)
                #expect(server.received.count == 3)
                #expect(
                    server.received.allSatisfy { $0.headers["authorization"] == "Bearer \(token)" })
                let angry = try await ScriptedServer { _ in .error(401, "unauthorized") }
                let error = await failure {
                    try await predictor(angry.address, options()).predict(sample.request)
                }
                #expect(error?.code == .unauthorized)
                #expect(error?.reason.contains(token) == false)
                #expect("\(try options())".contains(token) == false)
            }

            @Test(
                "redirects are not followed: nothing reaches the other host",
                arguments: [301, 302, 303, 307, 308])
            func redirects(status: Int) async throws {
                let other = try await ScriptedServer { _ in .answer(200) }
                let server = try await ScriptedServer { request in
                    .answer(
                        status,
                        headers: ["Location": "http://127.0.0.1:\(other.port)\(request.path)"])
                }
                for call in ["predict", "card"] {
                    let error = await failure {
                        call == "card"
                            ? try await RemoteServer(server.address, options: options()).card(
                                of: "m"
                            )
                            .bytes
                            : try await predictor(server.address, options()).predict(sample.request)
                    }
                    #expect(error?.code == .redirected)
                    #expect(error?.reason.contains("\(other.port)") == true)
                }
                #expect(other.received.isEmpty)
                #expect(server.received.count == 2)
            }

            @Test("only keys and requests of one client leave, whatever file is handed over")
            func wrongFiles() async throws {
                let server = try await ScriptedServer { _ in .answer(200) }
                let remote = try RemoteServer(server.address, options: .quick())
                let model = try sample.model.bytes()
                for file in [sample.request, sample.model.card.bytes, model, [1, 2, 3], []] {
                    #expect(throws: WireError.self) {
                        try remote.predictor(model: "m", evaluationKeys: file)
                    }
                }
                let predictor = try remote.predictor(model: "m", evaluationKeys: sample.keys)
                let stranger = try Client(card: sample.model.card).encrypt(sample.rows)
                for file in [sample.keys, sample.response, model, stranger, Array("secret".utf8)] {
                    await #expect(throws: WireError.self) { try await predictor.predict(file) }
                }
                #expect(server.received.isEmpty)
            }

            @Test("addresses are read strictly")
            func addresses() throws {
                #expect(try "\(ServerAddress("https://EXAMPLE.org/"))" == "https://EXAMPLE.org")
                #expect(try "\(ServerAddress("https://h:8443/a/b/"))" == "https://h:8443/a/b")
                #expect(try "\(ServerAddress("http://[::1]:80"))" == "http://[::1]")
                #expect(try ServerAddress("http://localhost:1").isLoopback)
                #expect(
                    try ServerAddress("http://example.org", allowsPlainHTTP: true).usesTLS == false)
                for text in [
                    "", "example.org", "ftp://h", "https://", "https://u:p@h", "https://h?x",
                    "https://h#x",
                    "http://example.org", "http://127.0.0.1.example.org",
                    "http://localhost.example.org",
                    "https://h:0", "https://h:70000", "http+unix://%2Ftmp", "file:///etc/passwd",
                ] {
                    #expect(throws: RemoteError.self, "\(text)") { try ServerAddress(text) }
                }
            }

            @Test(
                "tokens come from the first line of a file, and hold nothing that breaks a header")
            func tokens() throws {
                let file = FileManager.default.temporaryDirectory.appending(
                    path: "token-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: file) }
                for good in ["abc", "abc\n", "abc\r\n", "abc\nsecond line"] {
                    try Data(good.utf8).write(to: file)
                    _ = try BearerToken(contentsOf: file.path)
                }
                for bad in ["", "\n", "a b", "a\u{0}b", "é", " abc", "a\rb"] {
                    try Data(bad.utf8).write(to: file)
                    #expect(throws: RemoteError.self, "\(bad)") {
                        try BearerToken(contentsOf: file.path)
                    }
                }
                #expect(throws: WireError.self) { try BearerToken(contentsOf: "/nonexistent") }
            }

            @Test("certificates: a private authority by its file, nobody else, no other name")
            func certificates() async throws {
                let folder = FileManager.default.temporaryDirectory.appending(
                    path: "tls-\(UUID().uuidString)")
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: folder) }
                func server(_ certificate: String) async throws -> ScriptedServer {
                    let tls = try TLSConfiguration.makeServerConfiguration(
                        certificateChain: [
                            .certificate(
                                NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))
                        ],
                        privateKey: .privateKey(
                            NIOSSLPrivateKey(bytes: Array(TestCertificates.key.utf8), format: .pem))
                    )
                    let service = FakeService(sample)
                    return try await ScriptedServer(tls: NIOSSLContext(configuration: tls)) {
                        service.answer($0)
                    }
                }
                let file = folder.appending(path: "ca.pem")
                try Data(TestCertificates.localhost.utf8).write(to: file)
                var trusting = try options()
                trusting.certificateFile = file.path

                let good = try await server(TestCertificates.localhost)
                let response = try await predictor("https://localhost:\(good.port)", trusting)
                    .predict(sample.request)
                #expect(response == sample.response)
                let unknown = await failure {
                    try await predictor("https://localhost:\(good.port)", options())
                        .predict(sample.request)
                }
                #expect(unknown?.code == .untrusted)
                #expect(unknown?.reason.contains("authority that is not known") == true)
                #expect(good.received.count == 3)

                let other = try await server(TestCertificates.otherName)
                try Data((TestCertificates.localhost + TestCertificates.otherName).utf8).write(
                    to: file)
                let misnamed = await failure {
                    try await predictor("https://localhost:\(other.port)", trusting)
                        .predict(sample.request)
                }
                #expect(misnamed?.code == .untrusted)
                #expect(misnamed?.reason.contains("another name") == true)
                #expect(other.received.isEmpty)

                try Data("no certificate".utf8).write(to: file)
                #expect(throws: RemoteError.self) {
                    try RemoteServer("https://localhost", options: trusting)
                }
            }
        }
    }
#endif
