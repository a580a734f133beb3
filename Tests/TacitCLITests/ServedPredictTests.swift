#if Service
    import Foundation
    import Testing

    extension CommandTests {
        @Suite("tacit serve, seen by tacit predict and tacit infer")
        struct ServedPredictTests {
            /// Starts a server in the background; clients wait for it by themselves.
            private func serve(_ workspace: Workspace, port: Int) throws -> Process {
                let process = Process()
                process.executableURL = Workspace.executable
                process.arguments = [
                    "serve", "--models", "served", "--keys", "client-keys", "--tokens", "tokens",
                    "--bind", "127.0.0.1:\(port)",
                ]
                process.currentDirectoryURL = workspace.folder
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                return process
            }

            private func token(_ name: String, _ workspace: Workspace) throws -> String {
                let made = try workspace.run("token", name).succeeded()
                try workspace.write(made.errors, to: "token-\(name)")
                return made.output
            }

            @Test("the same results as here, keys uploaded once, tokens asked for, a clean end")
            func served() throws {
                let workspace = try Workspace()
                try workspace.run(
                    "compile", Workspace.onnx("digits"), "-o", "m.tacit", "--card", "m.card",
                    "--calibrate", Workspace.calibration("digits")
                ).succeeded()
                try workspace.writeRows(2, of: "digits", to: "rows.csv")
                let place = workspace.folder.appending(path: "served/digits/1")
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: workspace.folder.appending(path: "m.tacit"),
                    to: place.appending(path: "model.tacit"))
                try workspace.write(token("anna", workspace), to: "tokens")
                let port = Int.random(in: 20_000..<60_000)
                let server = try serve(workspace, port: port)
                defer { server.terminate() }

                let key = ["--vault", "keys", "--name", "me"]
                let remote = ["--server", "http://127.0.0.1:\(port)", "--model", "digits"]
                let known = remote + ["--token-file", "token-anna"]
                let result = try workspace.run(["predict", "rows.csv"] + known + key).succeeded()
                let clear = try workspace.run("predict-clear", "--model", "m.tacit", "rows.csv")
                    .succeeded()
                #expect(
                    largestDistance(
                        Workspace.numbers(result.output), Workspace.numbers(clear.output)) < 1e-3)

                let keys = try #require(
                    FileManager.default.contentsOfDirectory(
                        atPath: workspace.folder.appending(path: "keys/evaluation-keys").path
                    ).first)
                try workspace.run(
                    ["encrypt", "--card", "m.card", "rows.csv", "-o", "request.ct"] + key
                ).succeeded()
                try workspace.run(
                    [
                        "infer", "--evaluation-keys", "keys/evaluation-keys/\(keys)", "request.ct",
                        "-o", "response.ct", "--job",
                    ] + known
                ).succeeded()
                let decrypted = try workspace.run(["decrypt", "response.ct"] + key).succeeded()
                #expect(
                    largestDistance(
                        Workspace.numbers(decrypted.output), Workspace.numbers(clear.output)) < 1e-3
                )

                try workspace.run(["predict", "rows.csv"] + remote + key).refused(77, "token")
                try workspace.run(
                    ["predict", "rows.csv"] + key + [
                        "--server", "http://127.0.0.1:\(port)", "--model", "absent",
                        "--token-file", "token-anna",
                    ]
                ).refused(65)
                server.terminate()
                server.waitUntilExit()
                #expect(server.terminationReason == .exit && server.terminationStatus == 0)
            }
        }
    }
#endif
