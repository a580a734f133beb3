import Foundation
import Testing

extension CommandTests {
    @Suite("Rows, files and keys that are refused")
    struct BadInputTests {
        @Test("rows: columns, text, NaN, range, nothing")
        func rows() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            let card = bench.folder.appending(path: "m.card").path
            let publicKey = bench.folder.appending(path: "one.pub").path
            let lines = try bench.text("rows.csv").split(separator: "\n").map(String.init)
            func file(_ name: String, _ change: (inout [String]) -> Void) throws {
                var cells = lines[2].split(separator: ",").map(String.init)
                change(&cells)
                let changed = [lines[0], lines[1], cells.joined(separator: ",")]
                try work.write(changed.joined(separator: "\n") + "\n", to: name)
            }
            try file("text.csv") { $0[4] = "many" }
            try file("nan.csv") { $0[4] = "nan" }
            try file("range.csv") { $0[4] = "1e6" }
            try file("short.csv") { $0.removeLast() }
            try work.write(lines[0] + "\n", to: "header.csv")
            try work.write("", to: "empty.csv")
            func encrypt(_ rows: String, to output: String = "out.ct") throws -> Run {
                try work.run(
                    "encrypt", "--card", card, "--public-key", publicKey, rows, "-o", output,
                    passphrase: nil)
            }
            try work.unchanged {
                try encrypt("text.csv").refused(65, "text.csv:3", "column 5", "number")
                try encrypt("nan.csv").refused(65, "nan.csv:3", "column 5", "finite")
                try encrypt("range.csv").refused(65, "range.csv", "row 2", "column 5", "outside")
                try encrypt("short.csv").refused(65, "short.csv:3", "63")
                try encrypt("header.csv").refused(65, "header.csv", "no rows")
                try encrypt("empty.csv").refused(65, "empty.csv", "no rows")
                try encrypt("missing.csv").refused(66, "missing.csv", "No such file")
                try encrypt(Workspace.calibration("breast_cancer")).refused(65, "30 columns", "64")
                // Values are not repeated: messages end up in logs.
                #expect(try !encrypt("range.csv").errors.contains("1e6"))
                #expect(try !encrypt("text.csv").errors.contains("many"))
            }
        }

        @Test("a first line of 0, 1, 2, … is names or a row, as the user says")
        func numberedHeader() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            let model = bench.folder.appending(path: "m.tacit").path
            let rows = try bench.text("rows.csv").split(separator: "\n")
            let names = (0..<64).map(String.init).joined(separator: ",")
            try work.write("\(names)\n\(rows[1])\n", to: "rows.csv")
            func clear(_ options: String...) throws -> Run {
                try work.run(["predict-clear", "--model", model, "rows.csv"] + options)
            }
            try clear().refused(65, "rows.csv:1", "--header yes", "--header no")
            #expect(
                Workspace.numbers(try clear("--header", "yes").succeeded().output).count == 1)
            #expect(
                Workspace.numbers(try clear("--header", "no").succeeded().output).count == 2)
        }

        /// Every kind of file, and the command that reads it at the place of `file`.
        private func readers(_ file: String) -> [(original: String, arguments: [String])] {
            [
                ("m.card", ["encrypt", "--card", file, "--public-key", "one.pub", "rows.csv"]),
                ("one.pub", ["encrypt", "--card", "m.card", "--public-key", file, "rows.csv"]),
                (
                    "m.tacit",
                    ["infer", "--model", file, "--evaluation-keys", "one.evk", "request.ct"]
                ),
                (
                    "one.evk",
                    ["infer", "--model", "m.tacit", "--evaluation-keys", file, "request.ct"]
                ),
                (
                    "request.ct",
                    ["infer", "--model", "m.tacit", "--evaluation-keys", "one.evk", file]
                ),
                ("response.ct", ["decrypt", "--vault", "vault", "--name", "one", file]),
            ]
        }

        @Test("truncated and bit-flipped files of every kind are named")
        func damaged() throws {
            let bench = try Bench.shared()
            for (original, arguments) in readers("damaged") {
                let whole = try bench.bytes(original)
                let file = bench.folder.appending(path: "damaged")
                defer { try? FileManager.default.removeItem(at: file) }
                for count in [0, 3, whole.count / 2, whole.count - 1] {
                    try bench.write(Array(whole.prefix(count)), to: "damaged")
                    try bench.unchanged {
                        try bench.run(arguments + ["-o", "out"]).refused(65, "damaged")
                    }
                }
                for place in [5, 40, whole.count / 2, whole.count - 1] {
                    var flipped = whole
                    flipped[place] ^= 4
                    try bench.write(flipped, to: "damaged")
                    try bench.unchanged {
                        try bench.run(arguments + ["-o", "out"]).refused(65, "damaged")
                    }
                }
                try bench.write(whole + [0], to: "damaged")
                try bench.run(arguments + ["-o", "out"]).refused(65, "damaged")
            }
            let key = bench.folder.appending(path: "vault/one.key")
            let sealed = try Data(contentsOf: key)
            defer { try? sealed.write(to: key) }
            for place in [20, sealed.count / 2, sealed.count - 1] {
                var flipped = sealed
                flipped[place] ^= 4
                try flipped.write(to: key)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: key.path)
                let run = try bench.run(
                    "decrypt", "--vault", "vault", "--name", "one", "response.ct")
                #expect([65, 77].contains(run.code) && run.errorLines.count == 1, "\(run.errors)")
                #expect(run.output.isEmpty)
            }
        }

        @Test("files of another kind are named for what they are")
        func otherKinds() throws {
            let bench = try Bench.shared()
            let kinds = [
                "m.tacit": "a compiled model", "m.card": "a model card",
                "one.evk": "evaluation keys", "one.pub": "a public key",
                "request.ct": "encrypted rows", "response.ct": "encrypted results",
            ]
            for (file, name) in kinds {
                for (original, arguments) in readers(file) where original != file {
                    try bench.unchanged {
                        try bench.run(arguments + ["-o", "out"]).refused(
                            65, file, "holds \(name)", "expected \(kinds[original] ?? "")")
                    }
                }
            }
            for (_, arguments) in readers("rows.csv") {
                try bench.run(arguments + ["-o", "out"]).refused(65, "rows.csv", "not a Tacit file")
            }
            for (_, arguments) in readers("missing") {
                try bench.run(arguments + ["-o", "out"]).refused(66, "missing", "No such file")
            }
        }

        @Test("a key of another secret with equal parameters")
        func otherSecret() throws {
            let bench = try Bench.shared()
            try bench.unchanged {
                try bench.run(
                    "infer", "--model", "m.tacit", "--evaluation-keys", "two.evk", "request.ct",
                    "-o", "out"
                ).refused(65, "request.ct", "another secret key")
                try bench.run(
                    "decrypt", "--vault", "vault", "--name", "two", "response.ct", "-o", "out"
                ).refused(65, "response.ct", "another secret key")
            }
        }

        @Test("keys, requests and responses of other parameters")
        func otherParameters() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            func shared(_ name: String) -> String { bench.folder.appending(path: name).path }
            try work.run("compile", Workspace.onnx("breast_cancer"), "-o", "b.tacit").succeeded()
            try work.writeRows(1, of: "breast_cancer", to: "rows.csv")
            let other = "other encryption parameters"
            try work.unchanged {
                try work.run(
                    "infer", "--model", "b.tacit", "--evaluation-keys", shared("one.evk"),
                    shared("request.ct"), "-o", "out"
                ).refused(65, "one.evk", other)
                try work.run(
                    "encrypt", "--card", "b.card", "--public-key", shared("one.pub"), "rows.csv",
                    "-o", "out"
                ).refused(65, "one.pub", other)
                try work.run(
                    "encrypt", "--card", "b.card", "--vault", shared("vault"), "--name", "one",
                    "rows.csv", "-o", "out"
                ).refused(65, "'one'", "other parameters")
                try work.run(
                    "keygen", "--card", "b.card", "--vault", shared("vault"), "--name", "one",
                    "--evaluation-keys", "out"
                ).refused(65, "'one'", "other parameters")
                try work.run(
                    "decrypt", "--vault", shared("vault"), "--name", "one", "--card", "b.card",
                    shared("response.ct"), "-o", "out"
                ).refused(65)
            }
        }

        @Test("evaluation keys made for another layout of the same parameters")
        func otherLayout() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            try work.run(
                "compile", Workspace.onnx("digits"), "-o", "m.tacit", "--rows", "1", "--calibrate",
                Workspace.calibration("digits")
            ).succeeded()
            try work.unchanged {
                try work.run(
                    "infer", "--model", "m.tacit", "--evaluation-keys",
                    bench.folder.appending(path: "one.evk").path,
                    bench.folder.appending(path: "request.ct").path, "-o", "out"
                ).refused(65, "one.evk", "lack", "tacit keygen")
            }
        }

        @Test("a full disk leaves nothing behind and older results alone")
        func fullDisk() throws {
            let bench = try Bench.shared()
            let outputs: [[String]] = [
                ["encrypt", "--card", "m.card", "--public-key", "one.pub", "rows.csv"],
                ["infer", "--model", "m.tacit", "--evaluation-keys", "one.evk", "request.ct"],
                ["decrypt", "--vault", "vault", "--name", "one", "response.ct"],
                ["predict-clear", "--model", "m.tacit", "rows.csv"],
            ]
            for arguments in outputs {
                try bench.unchanged {
                    try bench.run(arguments + ["-o", "/dev/full"])
                        .refused(74, "/dev/full", "No space left on device")
                    try bench.run(arguments + ["-o", "nowhere/out"]).refused(74, "nowhere")
                    try bench.run(arguments + ["-o", "vault"]).refused(74, "directory")
                }
            }
        }

        @Test("results that cannot be shown are a failure too")
        func fullStandardOutput() throws {
            let bench = try Bench.shared()
            for arguments in [
                ["inspect", "m.card"], ["predict-clear", "--model", "m.tacit", "rows.csv"],
            ] {
                let run = try bench.shell("exec \"$0\" \"$@\" >/dev/full", arguments)
                run.refused(74, "No space left on device")
            }
        }
    }
}
