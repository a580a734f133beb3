#if Service
    import Foundation
    import Testing

    extension CommandTests {
        @Suite("The commands of the service")
        struct ServeTests {
            private func workspace() throws -> Workspace {
                let space = try Workspace()
                let model = try Bench.shared().folder.appending(path: "m.tacit")
                let place = space.folder.appending(path: "models/digits/3")
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: model,
                    to: place.appending(path: "model.tacit"))
                return space
            }

            @Test("--check tells what would be served, from flags and from either kind of file")
            func check() throws {
                let space = try workspace()
                let plain = try space.run(
                    "serve", "--check", "--models", "models", "--keys", "keys"
                ).succeeded()
                #expect(plain.output.contains("model digits, version 3: ready"))
                #expect(plain.output.contains("127.0.0.1:8700 in the clear"))
                try space.write(
                    "models = \"models\"\nkeys = \"keys\"\nthreads = 1\nopen_status = true\nidle = 2.5\n",
                    to: "s.toml")
                try space.write("models: models\nkeys: keys\nbind: '[::1]:9000'\n", to: "s.yaml")
                try space.run("serve", "--check", "--config", "s.toml").succeeded()
                let yaml = try space.run("serve", "--check", "--config", "s.yaml").succeeded()
                #expect(yaml.output.contains("[::1]:9000"))
                let flag = try space.run(
                    "serve", "--check", "--config", "s.yaml", "--bind", "localhost:1"
                ).succeeded()
                #expect(flag.output.contains("localhost:1"))
            }

            @Test("what cannot be served is said in one line, and where it stands")
            func refusals() throws {
                let space = try workspace()
                try space.run("serve", "--check", "--models", "none", "--keys", "keys")
                    .refused(65, "none", "no folder of models")
                try space.run("serve", "--check").refused(65, "--models", "TACIT_SERVE_MODELS")
                try space.write("nothing", to: "s.pem")
                let base = ["serve", "--check", "--models", "models", "--keys", "keys"]
                try space.run(base + ["--bind", "0.0.0.0:80"]).refused(
                    65, "loopback", "--behind-proxy")
                try space.run(base + ["--queue", "x"]).refused(65, "--queue is 'x'")
                try space.run(base + ["--tls-certificate", "s.pem", "--tls-key", "s.pem"])
                    .refused(65, "certificate")
                try space.write("threads = \n", to: "bad.toml")
                try space.run(base + ["--config", "bad.toml"]).refused(65, "bad.toml", "TOML")
                try space.write("threads: [1]\n", to: "bad.yaml")
                try space.run(base + ["--config", "bad.yaml"]).refused(65, "bad.yaml", "threads")
                try space.write("tread: 1\n", to: "odd.yml")
                try space.run(base + ["--config", "odd.yml"]).refused(65, "odd.yml", "'tread'")
                try space.write("alice:12\n", to: "tokens")
                try space.run(base + ["--tokens", "tokens"]).refused(65, "tokens", "line 1")
                try space.write("no model", to: "models/digits/3/model.tacit")
                try space.run(base).refused(65, "digits, version 3", "not a Tacit file")
            }

            @Test("a token's line goes to standard output, the token itself to standard error")
            func token() throws {
                let space = try Workspace()
                let run = try space.run("token", "alice").succeeded()
                #expect(run.output.wholeMatch(of: /alice:[0-9a-f]{64}\n/) != nil)
                #expect(run.errors.wholeMatch(of: /tacit_[0-9a-f]{64}\n/) != nil)
                #expect(try space.run("token", "a b").code != 0)
            }
        }
    }
#endif
