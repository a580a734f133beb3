#if Service
    import Foundation
    import Hummingbird
    import HummingbirdTesting
    import NIOCore
    import Tacit
    import Testing

    import TacitServer

    @Suite("What a service maps")
    struct MappedServiceTests {
        private func fixture() throws -> ServiceFixture {
            try ServiceFixture { configuration in
                configuration.cache = configuration.keys.appending(path: "mapped")
            }
        }

        /// Another process on the same folders.
        private func restarted(_ fixture: ServiceFixture) throws -> TacitService {
            let service = try TacitService(
                fixture.service.configuration, logger: fixture.service.logger)
            service.loadModels()
            return service
        }

        private func files(_ fixture: ServiceFixture, _ suffix: String) throws -> [URL] {
            fixture.service.mapped?.finishWriting()
            let folder = try #require(fixture.service.configuration.cache)
            return try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil
            ).filter { $0.lastPathComponent.hasSuffix(suffix) }
        }

        /// Uploads keys and has a request answered.
        private func use(_ fixture: ServiceFixture) async throws {
            let small = try SmallClient.shared.get()
            try await fixture.live { http in
                #expect(try await http.upload(small.keys, name: small.name).status == .created)
                let answer = try await http.infer([try small.request()], keys: small.name)
                #expect(try small.accepts(answer.elements[0]))
            }
        }

        private func expectRight(_ service: TacitService) async throws {
            let small = try SmallClient.shared.get()
            try await service.application(address: .hostname("127.0.0.1", port: 0))
                .test(.ahc(.http)) { http in
                    let answer = try await http.infer([try small.request()], keys: small.name)
                    #expect(try small.accepts(answer.elements[0]))
                }
        }

        @Test("another process maps keys and weights, and counts so")
        func restart() async throws {
            let fixture = try fixture()
            try await use(fixture)
            #expect(try files(fixture, ".keys").count == 1)
            #expect(try files(fixture, ".weights").count == 1)
            #expect(fixture.service.registry.text().contains("tacit_keys_mapped_total 0\n"))
            let second = try restarted(fixture)
            #expect(try second.models.model("m", version: nil).prepared.isMapped)
            for _ in 0..<2 { try await expectRight(second) }
            let text = second.registry.text()
            #expect(text.contains("tacit_keys_mapped_total 1\n"))
            #expect(text.contains("tacit_key_cache_misses_total 1\n"))
            #expect(text.contains("tacit_key_cache_hits_total 1\n"))
        }

        @Test("damaged files are made again; a warning stands in the log")
        func damage() async throws {
            let fixture = try fixture()
            try await use(fixture)
            for file in try files(fixture, "s") {
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count - 100] ^= 1
                try bytes.write(to: file)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: file.path)
            }
            let second = try restarted(fixture)
            try await expectRight(second)
            #expect(fixture.log.all.count { $0.contains("cannot be used") } == 2)
            second.mapped?.finishWriting()
            #expect(try restarted(fixture).models.model("m", version: nil).prepared.isMapped)
        }

        @Test("deleted keys take their expanded form along")
        func deletion() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try fixture()
            try await use(fixture)
            #expect(try files(fixture, ".keys").count == 1)
            try await fixture.live { http in
                let removed = try await http.execute(
                    uri: "/v2/keys/\(small.name)", method: .delete)
                #expect(removed.status == .noContent)
                #expect(
                    try await http.infer([try small.request()], keys: small.name).code
                        == "evaluation_keys_not_found")
            }
            #expect(try files(fixture, ".keys").isEmpty)
            #expect(try files(fixture, ".weights").count == 1)
        }

        @Test("an upload is checked itself, even if it claims to be keys that are in the cache")
        func forgery() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try fixture()
            try await use(fixture)
            var forged = small.keys
            forged[forged.count / 2] ^= 1
            let bytes = forged
            try await fixture.live { http in
                let answer = try await http.upload(bytes, name: "\(Digest32.sha256(bytes))")
                #expect(answer.code == "request_refused")
            }
        }

        @Test("without a folder nothing is written; a folder that others can reach is a warning")
        func folders() async throws {
            let plain = try ServiceFixture()
            try await use(plain)
            #expect(plain.service.mapped == nil)
            let open = FileManager.default.temporaryDirectory.appending(
                path: "tacit-open-\(UUID().uuidString)")
            try FileManager.default.createDirectory(
                at: open, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            defer { try? FileManager.default.removeItem(at: open) }
            let warned = try ServiceFixture { $0.cache = open }
            try await use(warned)
            #expect(warned.log.all.contains { $0.contains("working without a cache") })
            #expect(try FileManager.default.contentsOfDirectory(atPath: open.path).isEmpty)
        }

        @Test("tacit serve maps from the folder of keys unless it is told otherwise")
        func settings() throws {
            func configuration(_ flags: [String: String]) throws -> ServiceConfiguration {
                let base = ["models": "/m", "keys": "/k"].merging(flags) { $1 }
                return try ServeSettings(
                    SettingsLayers(names: ServeSettings.names, flags: base)
                ).configuration
            }
            #expect(try configuration([:]).cache?.path == "/k/mapped")
            #expect(try configuration([:]).limits.cacheByteCount == 4 << 30)
            #expect(try configuration(["cache": "/c"]).cache?.path == "/c")
            let sized = try configuration(["cache-size": "1Gi"])
            #expect(sized.cache != nil && sized.limits.cacheByteCount == 1 << 30)
            #expect(try configuration(["cache-size": "0"]).cache == nil)
        }
    }
#endif
