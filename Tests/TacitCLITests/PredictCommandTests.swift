import Foundation
import Testing

extension CommandTests {
    @Suite("tacit predict and infer --server")
    struct PredictTests {
        private func workspace() throws -> Workspace {
            let workspace = try Workspace()
            try workspace.run(
                "compile", Workspace.onnx("breast_cancer"), "-o", "m.tacit", "--card", "m.card",
                "--calibrate", Workspace.calibration("breast_cancer")
            ).succeeded()
            try workspace.writeRows(3, of: "breast_cancer", to: "rows.csv")
            return workspace
        }

        @Test("one step gives what four steps give, and keeps the keys it made")
        func local() throws {
            let workspace = try workspace()
            let here = ["predict", "--model", "m.tacit", "--vault", "keys", "--name", "me"]
            let first = try workspace.run(here + ["rows.csv", "-o", "first.csv"]).succeeded()
            #expect(first.errors.contains("key 'me'"))
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: workspace.folder.appending(path: "keys/evaluation-keys").path)
            #expect(kept.count == 1)
            let file = "keys/evaluation-keys/\(kept.first ?? "")"
            let keys = try workspace.bytes(file)

            let second = try workspace.run(here + ["rows.csv", "--json"]).succeeded()
            #expect(!second.errors.contains("new"))
            #expect(second.output.contains("{"))
            #expect(try workspace.bytes(file) == keys)

            try workspace.run(
                "encrypt", "--card", "m.card", "--vault", "keys", "--name", "me", "rows.csv", "-o",
                "request.ct"
            ).succeeded()
            try workspace.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", file, "request.ct", "-o",
                "response.ct"
            ).succeeded()
            try workspace.run(
                "decrypt", "--vault", "keys", "--name", "me", "response.ct", "-o", "four.csv"
            ).succeeded()
            func labels(_ name: String) throws -> [Substring?] {
                try workspace.text(name).split(separator: "\n").map {
                    $0.split(separator: ",").first
                }
            }
            #expect(try labels("first.csv") == labels("four.csv"))
            #expect(try labels("first.csv").count == 4)

            // A damaged file of kept keys is made again.
            try workspace.write(Array(keys.prefix(keys.count - 1)), to: file)
            try workspace.run(here + ["rows.csv"]).succeeded()
            #expect(try workspace.bytes(file).count == keys.count)
        }

        @Test("rows are checked before anything is made")
        func badRows() throws {
            let workspace = try workspace()
            try workspace.write("1,2\n", to: "rows.csv")
            try workspace.run(
                "predict", "--model", "m.tacit", "--vault", "keys", "--name", "me", "rows.csv"
            ).refused(65, "rows.csv")
            #expect(!workspace.exists("keys"))
        }

        #if Service
            @Test("a server that is not there: one line, its own exit code")
            func absentServer() throws {
                let workspace = try workspace()
                // The discard port: nobody listens.
                let server = ["--server", "http://127.0.0.1:9", "--retries", "0"]
                try workspace.run(
                    ["predict", "--model", "m", "--vault", "keys", "--name", "me", "rows.csv"]
                        + server
                ).refused(69, "127.0.0.1:9")
                #expect(!workspace.exists("keys"))
                try workspace.run(
                    [
                        "predict", "--model", "m", "--vault", "keys", "--name", "me", "rows.csv",
                        "--server",
                        "http://tacit.invalid",
                    ]
                ).refused(65, "https")
                try workspace.write("two words\n", to: "token")
                try workspace.run(
                    [
                        "predict", "--model", "m", "--vault", "keys", "--name", "me", "rows.csv",
                        "--token-file", "token",
                    ] + server
                ).refused(77, "token")
            }

            @Test("options of a server need one")
            func usage() throws {
                let workspace = try Workspace()
                for options in [
                    ["--token-file", "t"], ["--job"], ["--ca-certificate", "c"],
                    ["--allow-plain-http"],
                    ["--server", "https://h", "--timeout", "0"],
                    ["--server", "https://h", "--retries", "-1"],
                ] {
                    let run = try workspace.run(
                        ["predict", "--model", "m", "--vault", "v", "--name", "n", "rows.csv"]
                            + options
                    )
                    #expect(run.code == 64, "\(options)")
                }
            }
        #endif
    }
}
