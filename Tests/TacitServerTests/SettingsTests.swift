#if Service
    import Foundation
    import Logging
    import Tacit
    import Testing

    import TacitServer

    @Suite("Settings")
    struct SettingsTests {
        private func settings(
            flags: [String: String] = [:], environment: [String: String] = [:],
            file: [String: String] = [:]
        ) throws -> ServeSettings {
            let base = ["models": "m", "keys": "k"].merging(flags) { $1 }
            return try ServeSettings(
                SettingsLayers(
                    names: ServeSettings.names, flags: base, environment: environment, file: file,
                    fileName: "serve.toml"))
        }

        @Test("a flag wins over the environment, the environment over the file")
        func precedence() throws {
            let file = ["threads": "2", "queue": "3", "key_memory": "2Gi"]
            let environment = [
                "TACIT_SERVE_THREADS": "4", "TACIT_SERVE_OWNER_QUEUE": "7", "PATH": "x",
                "TACIT_SERVE_IDLE": "",
            ]
            let all = try settings(
                flags: ["threads": "8"], environment: environment, file: file
            ).configuration
            #expect(all.threads == 8 && all.concurrency == 8)
            #expect(all.limits.queueLength == 3 && all.limits.ownerQueueLength == 7)
            #expect(all.limits.keyMemoryByteCount == 2 << 30)
            #expect(all.times.idle == .seconds(60))
            #expect(try settings(environment: environment, file: file).configuration.threads == 4)
        }

        @Test("an error says which setting and where it stands")
        func errors() {
            func message(
                flags: [String: String] = [:], environment: [String: String] = [:],
                file: [String: String] = [:]
            ) -> String {
                do {
                    _ = try settings(flags: flags, environment: environment, file: file)
                    return ""
                } catch { return "\(error)" }
            }
            #expect(message(flags: ["threads": "0"]).contains("--threads is '0'"))
            #expect(
                message(environment: ["TACIT_SERVE_IDLE": "x"]).contains("TACIT_SERVE_IDLE is 'x'"))
            #expect(
                message(file: ["key-memory": "2X"]).contains("key-memory in serve.toml is '2X'"))
            #expect(message(file: ["kee": "1"]).contains("serve.toml: there is no setting 'kee'"))
            #expect(message(environment: ["TACIT_SERVE_KEE": "1"]).contains("TACIT_SERVE_KEE"))
            #expect(message(flags: ["tls-key": "k"]).contains("--tls-key is given alone"))
            #expect(message(flags: ["bind": "localhost"]).contains("HOST:PORT"))
            #expect(message(flags: ["log-format": "xml"]).contains("json or text"))
            let missing = #expect(throws: SettingsError.self) {
                try ServeSettings(SettingsLayers(names: ServeSettings.names, flags: [:]))
            }
            #expect(missing?.description.contains("TACIT_SERVE_MODELS") == true)
        }

        @Test("a file or folder that cannot be opened is named")
        func unusableFiles() throws {
            let root = FileManager.default.temporaryDirectory.appending(
                path: "tacit-settings-\(UUID())")
            defer { try? FileManager.default.removeItem(at: root) }
            let (models, broken) = (root.appending(path: "models"), root.appending(path: "broken"))
            try FileManager.default.createDirectory(
                at: models, withIntermediateDirectories: true)
            try Data("anna:12\n".utf8).write(to: broken)
            let nothing = root.appending(path: "nothing").path
            func message(_ flags: [String: String]) throws -> String? {
                let base = ["models": models.path, "keys": root.appending(path: "keys").path]
                let settings = try settings(flags: base.merging(flags) { $1 })
                return #expect(throws: SettingsError.self) {
                    try ServeRun(settings, logger: Logger(label: "test"))
                }?.description
            }
            #expect(try message(["models": nothing])?.hasPrefix(nothing) == true)
            #expect(try message(["tokens": nothing])?.hasPrefix("\(nothing): the tokens") == true)
            let refused = try message(["tokens": broken.path])
            #expect(refused?.hasPrefix("\(broken.path): line 1") == true)
            let inFile = broken.appending(path: "keys").path
            #expect(try message(["keys": inFile])?.hasPrefix("\(inFile): the folder") == true)
            let tls = try message(["tls-certificate": nothing, "tls-key": broken.path])
            #expect(tls?.hasPrefix("\(nothing) and \(broken.path): the TLS") == true)
        }

        @Test("beyond loopback it asks for TLS or a proxy, and for tokens")
        func exposure() throws {
            #expect(throws: SettingsError.self) { try settings(flags: ["bind": "0.0.0.0:80"]) }
            #expect(throws: SettingsError.self) {
                try settings(flags: ["bind": "0.0.0.0:80", "behind-proxy": "true"])
            }
            #expect(throws: SettingsError.self) {
                try settings(flags: ["bind": "0.0.0.0:80", "tokens": "t"])
            }
            let open = ["bind": "0.0.0.0:80", "tokens": "t", "behind-proxy": "yes"]
            #expect(try settings(flags: open).address.port == 80)
            for text in ["127.0.0.1:1", "127.9.9.9:0", "localhost:1", "[::1]:8700"] {
                #expect(ListenAddress(text)?.isLoopback == true)
                #expect(ListenAddress(text)?.description == text)
            }
            for text in ["127.0.0.1.example.org:1", "0.0.0.0:1", "[::]:1"] {
                #expect(ListenAddress(text)?.isLoopback == false)
            }
            for text in ["::1:1", ":1", "a:70000", "a:", "a", "a:-1"] {
                #expect(ListenAddress(text) == nil)
            }
        }
    }

    @Suite("Tokens")
    struct TokenTests {
        @Test("a token stands for its principal, several for one; anything else for nobody")
        func lookup() throws {
            let alice = try #require(Principal("alice"))
            let (old, first) = TokenTable.newToken(for: alice)
            let (new, second) = TokenTable.newToken(for: alice)
            let table = try TokenTable(text: "# tokens\n\n\(first)\n  \(second)  \n")
            #expect(table.count == 2 && old != new)
            #expect(table.principal(ofToken: old) == alice)
            #expect(table.principal(ofToken: new) == alice)
            for wrong in [
                "", old + "x", String(old.dropLast()), String(repeating: "a", count: 10_000),
            ] {
                #expect(table.principal(ofToken: wrong) == nil)
            }
            #expect(!first.contains(old))
        }

        @Test(
            "a broken line is named",
            arguments: [
                "alice", "a b:00", "alice:zz", "alice:00", ":\(String(repeating: "0", count: 64))",
            ])
        func broken(line: String) {
            let error = #expect(throws: TokenTableError.self) {
                try TokenTable(text: "# a comment\n\(line)\n")
            }
            #expect(error?.line == 2)
        }

        @Test("the file is read again when it changes; a broken one leaves the old tokens in force")
        func refresh() throws {
            let file = FileManager.default.temporaryDirectory.appending(
                path: "tacit-tokens-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            let (first, line) = TokenTable.newToken(for: try #require(Principal("a")))
            let (second, other) = TokenTable.newToken(for: try #require(Principal("a")))
            try line.write(to: file, atomically: true, encoding: .utf8)
            let access = try AccessControl(file: file)
            #expect(access.refresh() == nil)
            try "nonsense".write(to: file, atomically: true, encoding: .utf8)
            #expect(access.refresh()?.contains("stay in force") == true)
            #expect(access.refresh() == nil)  // said once
            #expect(access.knows(first) && !access.knows(second))
            try other.write(to: file, atomically: true, encoding: .utf8)
            #expect(access.refresh() == nil)
            #expect(!access.knows(first) && access.knows(second))
        }
    }
#endif
