import Foundation
import TestSupport
import Testing

extension CommandTests {
    @Suite("Models that are refused")
    struct BadModelTests {
        @Test("missing, foreign and truncated files")
        func files() throws {
            let work = try Workspace()
            let whole = [UInt8](try Data(contentsOf: URL(filePath: Workspace.onnx("digits"))))
            try work.write("no model at all", to: "text.onnx")
            try work.write([], to: "empty.onnx")
            try work.write(Array(whole.prefix(3000)), to: "half.onnx")
            try work.unchanged {
                try compile(work, "missing.onnx").refused(66, "missing.onnx", "No such file")
                try compile(work, "/").refused(66, "directory")
                for file in ["text.onnx", "empty.onnx", "half.onnx"] {
                    try compile(work, file).refused(65, "not a readable ONNX model")
                }
            }
        }

        @Test("unsupported operators are named with their node")
        func unsupportedOperator() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 2)
            model.matrix([[1, 2], [3, 4]])
            model.node("LSTM", name: "memory")
            try work.write(model.bytes(outputWidth: 2), to: "m.onnx")
            try work.unchanged {
                try compile(work, "m.onnx").refused(65, "LSTM", "memory", "accepted")
            }
        }

        @Test("weights that are no numbers are named with their tensor and index")
        func notANumber() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 2)
            model.matrix([[1, 2], [.nan, 4]])
            try work.write(model.bytes(outputWidth: 2), to: "m.onnx")
            try work.unchanged {
                try compile(work, "m.onnx").refused(65, "W_0", "nan", "index 2")
            }
        }

        @Test("shapes that do not fit are named with their node")
        func wrongShapes() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 3)
            model.matrix([[1, 2], [3, 4]], name: "gap")
            try work.write(model.bytes(outputWidth: 2), to: "m.onnx")
            try work.unchanged { try compile(work, "m.onnx").refused(65, "gap") }
        }

        @Test("a graph too deep for any parameters")
        func tooDeep() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 2)
            for layer in 0..<40 {
                model.matrix([[0.5, 0.25], [-0.25, 0.5]], name: "layer\(layer)")
                model.square()
            }
            model.matrix([[1], [1]], name: "last")
            try work.write(model.bytes(outputWidth: 1), to: "deep.onnx")
            try work.unchanged {
                try compile(work, "deep.onnx", "--range", "-1..1").refused(
                    65, "too deep", "layer", "--precision")
            }
        }

        @Test("values too large for any modulus")
        func tooLarge() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 2)
            for layer in 0..<6 {
                model.matrix([[50, 20], [-20, 50]], name: "layer\(layer)")
                model.square()
            }
            try work.write(model.bytes(outputWidth: 2), to: "large.onnx")
            try work.unchanged {
                try compile(work, "large.onnx", "--range", "-1..1")
                    .refused(65, "beyond every modulus", "--calibrate")
            }
        }

        @Test("activations need a range, Paillier needs an affine model, options have ranges")
        func options() throws {
            let work = try Workspace()
            var model = ONNXWriter(inputWidth: 2)
            model.matrix([[1, 2], [3, 4]])
            model.node("Sigmoid", name: "gate")
            model.matrix([[1, 2], [3, 4]])
            try work.write(model.bytes(outputWidth: 2), to: "m.onnx")
            try work.write("1,2,3\n4,5,6\n", to: "three.csv")
            try work.unchanged {
                try compile(work, "m.onnx").refused(65, "gate", "--calibrate")
                try compile(work, "m.onnx", "--scheme", "paillier")
                    .refused(65, "paillier", "--scheme ckks")
                try compile(work, "m.onnx", "--precision", "99").refused(65, "--precision", "99")
                try compile(work, "m.onnx", "--rows", "0").refused(65, "--rows")
                try compile(work, "m.onnx", "--calibrate", "three.csv")
                    .refused(65, "three.csv", "3 columns", "2")
                let same = try work.run("compile", "m.onnx", "-o", "m.card")
                #expect(same.code == 64 && same.errors.contains("m.card"))
                for wrong in [
                    ["--security", "100"], ["--range", "3..1"], ["--card", "out.tacit"],
                ] {
                    let run = try work.run(["compile", "m.onnx", "-o", "out.tacit"] + wrong)
                    #expect(run.code == 64 && run.errors.contains(wrong[1]), "\(run.errors)")
                }
            }
            try compile(work, "m.onnx", "--range", "-1..1").succeeded()
        }

        @Test("neither model nor card appears, and older ones stay, when one cannot be written")
        func fullDisk() throws {
            let work = try Workspace()
            let model = Workspace.onnx("breast_cancer")
            try work.write("old", to: "out.tacit")
            try work.unchanged {
                try compile(work, model, "--card", "/dev/full").refused(74, "No space left")
                try compile(work, model, "--card", "nowhere/c.card").refused(74, "nowhere/c.card")
                try work.run("compile", model, "-o", "/dev/full", "--card", "new.card")
                    .refused(74, "No space left")
            }
            #expect(try work.text("out.tacit") == "old")
        }

        private func compile(_ work: Workspace, _ model: String, _ options: String...) throws -> Run
        {
            try work.run(["compile", model, "-o", "out.tacit"] + options)
        }
    }
}
