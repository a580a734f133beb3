import Foundation
import TestSupport
import Testing

extension CommandTests {
    @Suite("Paths and pipes")
    struct PathTests {
        private func model() -> [UInt8] {
            var model = ONNXWriter(inputWidth: 2)
            model.matrix([[1, 2], [3, 4]])
            return model.bytes(outputWidth: 2)
        }

        @Test("a dash is standard input: models, rows, requests")
        func standardInput() throws {
            let work = try Workspace()
            try work.write(model(), to: "m.onnx")
            try work.write("1,2\n", to: "rows.csv")
            let options = ["--range", "-8..8"]
            try work.shell(
                "cat m.onnx | \"$0\" \"$@\"", ["compile", "-", "-o", "m.tacit"] + options
            ).succeeded()
            try work.shell(
                "cat m.onnx | \"$0\" \"$@\"", ["compile", "/dev/stdin", "-o", "n.tacit"] + options
            ).succeeded()
            let clear = try work.shell(
                "cat rows.csv | \"$0\" \"$@\"", ["predict-clear", "--model", "m.tacit", "-"])
            #expect(clear.succeeded().output.contains("7.0,10.0"))
            try work.unchanged {
                let run = try work.run(["compile", "m.onnx", "-o", "-"] + options)
                #expect(run.code == 64 && run.errors.contains("two files"), "\(run.errors)")
            }
        }

        @Test("names that are not UTF-8 are refused before anything is done")
        func otherBytes() throws {
            let work = try Workspace()
            try work.write(model(), to: "m.onnx")
            try work.unchanged {
                let run = try work.shell(
                    "exec \"$0\" \"$@\" -o \"$(printf 'caf\\351.tacit')\"",
                    ["compile", "m.onnx", "--range", "-8..8"])
                #expect(run.code == 64, "\(run.errors)")
                #expect(run.errors.contains("argument 6 is not valid UTF-8"), "\(run.errors)")
            }
        }

        @Test("a vault that cannot be written is an unwritable file")
        func unwritableVault() throws {
            let work = try Workspace()
            try work.write(model(), to: "m.onnx")
            try work.run("compile", "m.onnx", "-o", "m.tacit", "--range", "-8..8").succeeded()
            try work.unchanged {
                for vault in ["m.onnx/vault", "/proc/vault", "nowhere/vault"] {
                    try work.run(
                        "keygen", "--card", "m.card", "--vault", vault, "--name", "me",
                        "--evaluation-keys", "me.evk"
                    ).refused(74, "making folder", vault)
                }
            }
        }

        @Test("paths of more than a thousand bytes")
        func longPath() throws {
            let work = try Workspace()
            let deep = Array(repeating: String(repeating: "d", count: 200), count: 8)
                .joined(separator: "/")
            try work.write(model(), to: "m.onnx")
            try work.shell("mkdir -p \(deep) && cp m.onnx \(deep)", []).succeeded()
            try work.run(
                "compile", "\(deep)/m.onnx", "-o", "\(deep)/m.tacit", "--range", "-8..8"
            ).succeeded()
            try work.shell("test -s \(deep)/m.card && rm -r ddd*", []).succeeded()
        }
    }
}
