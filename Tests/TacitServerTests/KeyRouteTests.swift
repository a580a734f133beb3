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

    @Suite("Evaluation keys over HTTP")
    struct KeyRouteTests {
        private func head(
            _ http: any TestClientProtocol, _ name: String, token: String? = nil
        ) async throws -> TestResponse {
            try await http.execute(
                uri: "/v2/keys/\(name)", method: .head, headers: .token(token))
        }

        private func put(
            _ http: any TestClientProtocol, _ small: SmallClient, _ range: Range<Int>
        ) async throws -> TestResponse {
            try await http.execute(
                uri: "/v2/keys/\(small.name)", method: .put,
                headers: [
                    .contentRange:
                        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(small.keys.count)"
                ], body: ByteBuffer(bytes: small.keys[range]))
        }

        @Test("an upload in parts: offsets, conflicts, acceptance, removal")
        func parts() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture()
            let half = small.keys.count / 2
            try await fixture.live { http in
                let none = try await head(http, small.name)
                #expect(none.status == .notFound && none.headers[.uploadOffset] == "0")
                let first = try await put(http, small, 0..<half)
                #expect(first.status == .accepted && first.headers[.uploadOffset] == "\(half)")
                #expect(try await head(http, small.name).headers[.uploadOffset] == "\(half)")
                let conflict = try await put(http, small, half + 1..<small.keys.count)
                #expect(conflict.code == "upload_conflict")
                #expect(conflict.headers[.uploadOffset] == "\(half)")
                #expect(
                    try await http.infer([try small.request()], keys: small.name).code
                        == "evaluation_keys_not_found")
                #expect(try await put(http, small, half..<small.keys.count).status == .created)
                let there = try await head(http, small.name)
                #expect(there.status == .ok && there.headers[.tacitExpires] != nil)
                #expect(there.headers[.lastModified]?.hasSuffix(" GMT") == true)
                #expect(try await http.infer([try small.request()], keys: small.name).status == .ok)
                let removed = try await http.execute(
                    uri: "/v2/keys/\(small.name)", method: .delete)
                #expect(removed.status == .noContent)
                #expect(try await head(http, small.name).status == .notFound)
                #expect(
                    try await http.infer([try small.request()], keys: small.name).code
                        == "evaluation_keys_not_found")
            }
        }

        @Test("a process that ended in the midst of an upload or before the check lost nothing")
        func restart() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture()
            let store = fixture.service.store
            let name = try #require(KeyName(small.name))
            let count = small.keys.count
            // What kill -9 leaves: some bytes, or all of them without the check.
            for held in [count / 3, count] {
                let upload = try #require(
                    try store.beginUpload(
                        name, of: .anonymous, total: count, start: 0, restarts: true))
                try small.keys[..<held].withUnsafeBytes { try upload.file.write($0, at: 0) }
            }
            try await fixture.live { http in
                let offset = try await head(http, small.name).headers[.uploadOffset]
                #expect(offset == "\(count - 1)")
                #expect(try await put(http, small, count - 1..<count).status == .created)
            }
            // A second process on the same folder sees them.
            let again = try TacitService(fixture.service.configuration)
            #expect(throws: Never.self) { try again.store.use(name, of: .anonymous) }
        }

        @Test("another owner's keys are as unknown as any")
        func owners() async throws {
            let small = try SmallClient.shared.get()
            try await ServiceFixture(withTokens: true).live { http in
                let (alice, bob) = (ServiceFixture.alice, ServiceFixture.bob)
                _ = try await http.upload(small.keys, name: small.name, token: alice)
                let request = try small.request()
                #expect(
                    try await http.infer([request], keys: small.name, token: alice).status == .ok)
                let foreign = try await http.infer([request], keys: small.name, token: bob)
                let unknown = try await http.infer(
                    [request], keys: String(repeating: "0", count: 64), token: bob)
                #expect(foreign.status == .notFound && foreign.code == "evaluation_keys_not_found")
                #expect(foreign.body == unknown.body)
                #expect(try await head(http, small.name, token: bob).status == .notFound)
                let removal = try await http.execute(
                    uri: "/v2/keys/\(small.name)", method: .delete, headers: .token(bob))
                #expect(removal.status == .notFound)
                #expect(try await head(http, small.name, token: alice).status == .ok)
                for token in [nil, "wrong", "alice-tokem"] {
                    let answer = try await http.get("/v2/models/m", token: token)
                    #expect(answer.status == .unauthorized)
                }
            }
        }

        @Test("a token in all its forms, and nothing that only looks like one")
        func tokenForms() async throws {
            try await ServiceFixture(withTokens: true).live { http in
                let token = ServiceFixture.alice
                let forms: [(values: [String], status: HTTPResponse.Status)] = [
                    (["Bearer \(token)"], .ok), (["bearer \(token)"], .ok),
                    (["BEARER   \(token)"], .ok), (["Bearer"], .unauthorized),
                    (["Bearer\t\(token)"], .unauthorized),
                    (["Bearer\(token)"], .unauthorized), (["Basic \(token)"], .unauthorized),
                    ([token], .unauthorized), (["Bearer \(token) x"], .unauthorized),
                    (["Bearer \(token)", "Bearer \(token)"], .unauthorized),
                    (["Basic x", "Bearer \(token)"], .unauthorized),
                ]
                for form in forms {
                    var headers = HTTPFields()
                    for value in form.values {
                        headers.append(HTTPField(name: .authorization, value: value))
                    }
                    let answer = try await http.execute(
                        uri: "/v2/models/m", method: .get, headers: headers)
                    #expect(answer.status == form.status, "\(form.values)")
                }
            }
        }

        @Test("quota, largest file, full disk: each refused before the bytes are taken")
        func limits() async throws {
            let small = try SmallClient.shared.get()
            let count = small.keys.count
            for (adjust, code) in [
                ({ $0.limits.ownerKeyByteCount = count - 1 }, ServiceErrorCode.quotaExceeded),
                ({ $0.limits.keyByteCount = count - 1 }, .payloadTooLarge),
                ({ $0.limits.freeDiskByteCount = .max / 2 }, .insufficientStorage),
            ] as [((inout ServiceConfiguration) -> Void, ServiceErrorCode)] {
                let fixture = try ServiceFixture(adjust)
                try await fixture.live { http in
                    let answer = try await http.upload(small.keys, name: small.name)
                    #expect(answer.code == code.rawValue && answer.status.code == code.status)
                    #expect(try await http.get("/v2/health/live").status == .ok)
                }
                fixture.service.store.houseKeeping()
                #expect(fixture.service.store.knownTotals.byteCount == 0)
            }
        }

        @Test("an upload under way counts for its whole size")
        func reservation() throws {
            let fixture = try ServiceFixture { $0.limits.ownerKeyByteCount = 1000 }
            let store = fixture.service.store
            let first = try #require(KeyName(String(repeating: "a", count: 64)))
            let second = try #require(KeyName(String(repeating: "b", count: 64)))
            let upload = try store.beginUpload(first, of: .anonymous, total: 600, start: 0)
            #expect(upload != nil)
            #expect(throws: ServiceFailure.self) {
                try store.beginUpload(second, of: .anonymous, total: 600, start: 0)
            }
            // Somebody else's quota is his own; the same upload twice at a time is not possible.
            let bob = try #require(Principal("bob"))
            #expect(try store.beginUpload(second, of: bob, total: 600, start: 0) != nil)
            #expect(throws: ServiceFailure.self) {
                try store.beginUpload(first, of: .anonymous, total: 600, start: 0)
            }
        }

        @Test("what nobody uses expires: keys, and uploads that nobody continues")
        func expiry() throws {
            let fixture = try ServiceFixture()
            let store = fixture.service.store
            let name = try #require(KeyName(String(repeating: "a", count: 64)))
            do {
                let upload = try store.beginUpload(name, of: .anonymous, total: 600, start: 0)
                try [1, 2, 3].withUnsafeBytes { try upload?.file.write($0, at: 0) }
                // It is being written: not even a century removes it.
                store.houseKeeping(now: Date().addingTimeInterval(3e9))
                #expect(store.status(name, of: .anonymous) != .partial(0))
            }
            store.houseKeeping(now: Date().addingTimeInterval(3e9))
            #expect(store.status(name, of: .anonymous) == .partial(0))
            let accepted = store.folder(of: .anonymous).accepted(name)
            try Data([1]).write(to: URL(filePath: accepted))
            store.houseKeeping(now: Date().addingTimeInterval(29 * 86400))
            #expect(store.knownTotals.fileCount == 1 && store.knownTotals.ownerCount == 1)
            store.houseKeeping(now: Date().addingTimeInterval(31 * 86400))
            #expect(store.knownTotals.fileCount == 0)
        }

        @Test("expanded keys: least recently used out, and counted")
        func cache() throws {
            let small = try SmallClient.shared.get()
            let registry = PrometheusRegistry()
            let keys = try EvaluationKeySet(small.keys, card: small.model.card)
            let cache = ExpandedKeyCache(
                budget: keys.memoryByteCount * 2, metrics: ServiceMetrics(registry: registry))
            #expect(keys.memoryByteCount > small.keys.count)
            let names = try "abc".map {
                try #require(KeyName(String(repeating: $0, count: 64)))
            }
            let model = try ServedModel(
                name: "m", version: 1, bytes: small.modelBytes, threadCount: 1)
            var reads = 0
            func use(_ index: Int) throws {
                _ = try cache.predictor(names[index], for: model) {
                    reads += 1
                    return keys
                }
            }
            for index in [0, 1, 0, 2, 0, 1] { try use(index) }
            #expect(reads == 4)  // 0, 1, 2 in place of 1, 1 in place of 2
            #expect(cache.load.count == 2 && cache.load.byteCount == keys.memoryByteCount * 2)
            #expect(registry.text().contains("tacit_key_cache_evictions_total 2\n"))
        }
    }
#endif
