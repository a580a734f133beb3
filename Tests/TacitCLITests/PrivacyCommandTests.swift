import Foundation
import Testing

extension CommandTests {
    @Suite("What answers give away, on the command line")
    struct PrivacyCommandTests {
        /// A flooded model with room for two shared results, and a key.
        private func workspace(_ options: String...) throws -> Workspace {
            let work = try Workspace()
            try work.writeRows(2, of: "breast_cancer", to: "rows.csv")
            let plan = try work.run(
                [
                    "compile", Workspace.onnx("breast_cancer"), "-o", "m.tacit", "--calibrate",
                    Workspace.calibration("breast_cancer"), "--scheme", "ckks",
                ] + options
            ).succeeded()
            #expect(plan.output.contains("predicted time"))
            if options.contains("--flood") {
                for word in ["2^-40", "noise in responses", "without room for noise"] {
                    #expect(plan.output.contains(word), "'\(word)' is missing: \(plan.output)")
                }
            }
            try work.run(
                "keygen", "--card", "m.card", "--vault", "v", "--name", "k", "--evaluation-keys",
                "k.evk"
            ).succeeded()
            return work
        }

        private func answer(_ work: Workspace) throws {
            try work.run(
                "encrypt", "--card", "m.card", "--vault", "v", "--name", "k", "rows.csv", "-o",
                "q.ct"
            ).succeeded()
            try work.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o", "a.ct"
            ).succeeded()
        }

        @Test(
            "flooded answers decrypt; two answers of two rows are shared, the third is refused and counts nothing"
        )
        func floodAndShare() throws {
            let work = try workspace("--flood", "40", "--share", "30,4")
            try answer(work)
            let clear = try work.run("predict-clear", "--model", "m.tacit", "rows.csv", "--scores")
                .succeeded()
            for _ in 0..<2 {
                let shared = try work.run(
                    "decrypt", "--vault", "v", "--name", "k", "a.ct", "--share", "--scores"
                ).succeeded()
                let distance = largestDistance(
                    Workspace.numbers(shared.output), Workspace.numbers(clear.output))
                #expect(distance > 0 && distance < 0.1)
            }
            try work.unchanged {
                try work.run("decrypt", "--vault", "v", "--name", "k", "a.ct", "--share")
                    .refused(65, "4 shared", "--share")
            }
            try work.run("decrypt", "--vault", "v", "--name", "k", "a.ct").succeeded()
        }

        @Test("a model without room shares nothing; goals out of range are refused")
        func noRoom() throws {
            let work = try workspace()
            try answer(work)
            try work.run("decrypt", "--vault", "v", "--name", "k", "a.ct", "--share")
                .refused(65, "without room", "--share")
            for (option, value) in [("--flood", "200"), ("--share", "20"), ("--round", "16")] {
                try work.run(
                    "compile", Workspace.onnx("breast_cancer"), "-o", "n.tacit", option, value
                ).refused(65, option)
            }
            #expect(
                try work.run(
                    "compile", Workspace.onnx("breast_cancer"), "-o", "n.tacit", "--flood", "x"
                ).code == 64)
        }

        @Test("clip moves values and says where; rounded and label-only cards are kept to")
        func clipAndRound() throws {
            let work = try workspace("--round", "3")
            let lines = try work.text("rows.csv").split(separator: "\n").map(String.init)
            var cells = lines[1].split(separator: ",").map(String.init)
            cells[4] = "1e6"
            try work.write(
                [lines[0], cells.joined(separator: ","), lines[2]].joined(separator: "\n"),
                to: "rows.csv")
            let encrypt = [
                "encrypt", "--card", "m.card", "--vault", "v", "--name", "k", "rows.csv", "-o",
                "q.ct",
            ]
            try work.run(encrypt).refused(65, "row 1", "column 5")
            let clipped = try work.run(encrypt + ["--clip"]).succeeded()
            #expect(clipped.errors.contains("clipped 1 of 60 values: row 1 column 5"))
            try work.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o", "a.ct"
            ).succeeded()
            let result = try work.run(
                "decrypt", "--vault", "v", "--name", "k", "a.ct", "--scores"
            ).succeeded()
            for number in Workspace.numbers(result.output).joined() {
                #expect(abs(number * 1000 - (number * 1000).rounded()) < 1e-6)
            }
            let labels = try workspace("--label-only")
            try answer(labels)
            let only = try labels.run("decrypt", "--vault", "v", "--name", "k", "a.ct").succeeded()
            #expect(only.output.split(separator: "\n").count == 3 && !only.output.contains("."))
            try labels.run("decrypt", "--vault", "v", "--name", "k", "a.ct", "--scores")
                .refused(65, "labels alone")
        }

        @Test("simulate, verify --trace and --public-key on the digits")
        func simulateAndVerify() throws {
            let bench = try Bench.shared()
            let simulated = try bench.run("simulate", "--model", "m.tacit", "rows.csv")
                .succeeded()
            let clear = try bench.run("predict-clear", "--model", "m.tacit", "rows.csv").succeeded()
            let distance = largestDistance(
                Workspace.numbers(simulated.output), Workspace.numbers(clear.output))
            #expect(distance > 0 && distance < 1e-3)
            let verify = try bench.run(
                "verify", "--model", "m.tacit", "rows.csv", "--trace", "--public-key"
            ).succeeded()
            for word in ["by rounding", "by noise", "predicted", "square", "decided"] {
                #expect(verify.output.contains(word), "'\(word)' is missing")
            }
        }

        @Test("costs are measured, kept, and used for predicted times")
        func costs() throws {
            let work = try Workspace()
            try work.run("bench", "--calibrate", "-o", "costs.json").succeeded()
            let plan = try work.run(
                "compile", Workspace.onnx("digits"), "-o", "m.tacit", "--range", "0..16",
                "--costs", "costs.json"
            ).succeeded()
            #expect(plan.output.contains("measured with tacit bench --calibrate"))
            try work.write("{\"butterflyNanoseconds\": -1}", to: "bad.json")
            try work.run(
                "compile", Workspace.onnx("digits"), "-o", "n.tacit", "--costs", "bad.json"
            ).refused(65, "bad.json", "--calibrate")
            #expect(try work.run("bench").code == 64)
            #expect(try work.run("bench", "ckks", "--calibrate").code == 64)
        }
    }
}
