import Foundation
import Testing

extension CommandTests {
    @Suite("tacit cache")
    struct Caching {
        private func workspace() throws -> Workspace {
            let workspace = try Workspace()
            try workspace.writeRows(2, of: "digits", to: "rows.csv")
            try workspace.run(
                "compile", Workspace.onnx("digits"), "-o", "m.tacit", "--no-cache", "--calibrate",
                Workspace.calibration("digits")
            ).succeeded()
            try workspace.run(
                "keygen", "--card", "m.card", "--vault", "v", "--name", "me", "--evaluation-keys",
                "me.evk"
            ).succeeded()
            try workspace.run(
                "encrypt", "--card", "m.card", "--vault", "v", "--name", "me", "rows.csv", "-o",
                "req.ct"
            ).succeeded()
            return workspace
        }

        /// What `tacit cache` says.
        private func report(_ workspace: Workspace) throws -> [String: Any] {
            let run = try workspace.run("cache", "--json").succeeded()
            return try #require(
                try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        }

        private func infer(_ workspace: Workspace, _ options: String...) throws -> Run {
            try workspace.run(
                ["infer", "--model", "m.tacit", "--evaluation-keys", "me.evk", "req.ct", "-o"]
                    + ["resp.ct"] + options
            ).succeeded()
        }

        private func result(_ workspace: Workspace) throws -> [Double] {
            try workspace.run(
                "decrypt", "--vault", "v", "--name", "me", "resp.ct", "-o", "result.csv"
            ).succeeded()
            return try workspace.text("result.csv").split(separator: "\n").dropFirst().flatMap {
                $0.split(separator: ",").compactMap { Double($0) }
            }
        }

        @Test("the second run maps what the first one kept; damage costs a warning, not the answer")
        func secondRun() throws {
            let workspace = try workspace()
            _ = try infer(workspace, "--no-cache")
            let plain = try result(workspace)
            #expect(plain.count == 20)
            // Answers are re-randomized, so they agree within the noise.
            func expectSame() throws {
                let found = try result(workspace)
                #expect(found.count == plain.count)
                #expect(zip(found, plain).allSatisfy { abs($0 - $1) < 1e-2 })
            }
            #expect(try report(workspace)["bytes"] as? Int == 0)
            _ = try infer(workspace)
            try expectSame()
            let kept = try report(workspace)
            let files = try #require(kept["files"] as? [[String: Any]])
            #expect(Set(files.compactMap { $0["kind"] as? String }).contains("evaluation keys"))
            let run = try infer(workspace)
            #expect(!run.errors.contains("warning"))
            try expectSame()

            let folder = URL(filePath: try #require(kept["folder"] as? String))
            for file in files {
                let path = folder.appending(path: try #require(file["name"] as? String))
                var bytes = try Data(contentsOf: path)
                bytes[bytes.count * 2 / 3] ^= 1
                try bytes.write(to: path)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: path.path)
                let damaged = try infer(workspace)
                #expect(damaged.errors.contains("warning: the cached"))
                try expectSame()
                #expect(try !infer(workspace).errors.contains("warning"))
            }
            #expect(try workspace.run("cache").succeeded().output.contains("evaluation keys"))
            try workspace.run("cache", "--clear").succeeded()
            #expect((try report(workspace)["files"] as? [Any])?.isEmpty == true)
        }

        @Test(
            "a smaller size holds at the end of the command that asks for it; compile says what it writes"
        )
        func smallerSize() throws {
            let workspace = try workspace()
            _ = try infer(workspace)
            #expect(try (report(workspace)["bytes"] as? Int ?? 0) > 100_000)
            // Both files are there, so nothing is written now.
            _ = try infer(workspace, "--cache-size", "100k")
            #expect(try report(workspace)["bytes"] as? Int ?? .max <= 100_000)
            let compiled = try workspace.run(
                "compile", Workspace.onnx("digits"), "-o", "n.tacit", "--calibrate",
                Workspace.calibration("digits")
            ).succeeded()
            #expect(compiled.errors.contains("of encoded weights are in"))
            let quiet = try workspace.run(
                "compile", Workspace.onnx("digits"), "-o", "n.tacit", "--no-cache", "--calibrate",
                Workspace.calibration("digits")
            ).succeeded()
            #expect(!quiet.errors.contains("encoded weights"))
        }

        @Test("a folder that others can reach is a warning; a size that is none is refused")
        func folders() throws {
            let workspace = try workspace()
            let folder = workspace.folder.appending(path: ".captured-cache/mapped")
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            let run = try infer(workspace)
            #expect(run.errors.contains("warning: working without a cache"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            #expect(try workspace.run("cache").code != 0)
            let refused = try workspace.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "me.evk", "req.ct", "-o",
                "resp.ct", "--cache-size", "12X")
            #expect(refused.code == 64)
        }
    }
}
