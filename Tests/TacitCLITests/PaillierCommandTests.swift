import Foundation
import Testing

extension CommandTests {
    @Suite("Sums of many parties, and keys of python-paillier")
    struct PaillierCommandTests {
        /// A Paillier model of 30 inputs with the key `k`.
        private func bench() throws -> Workspace {
            let work = try Workspace()
            try work.run(
                "compile", Workspace.onnx("breast_cancer"), "-o", "m.tacit", "--card", "c.card",
                "--calibrate", Workspace.calibration("breast_cancer"), "--scheme", "paillier"
            ).succeeded()
            try work.run(
                "keygen", "--card", "c.card", "--vault", "v", "--name", "k", "--evaluation-keys",
                "k.evk", "--public-key", "k.pub"
            ).succeeded()
            return work
        }

        @Test("three parties' rows are added without being seen; a fourth is refused up front")
        func aggregate() throws {
            let work = try bench()
            try work.writeRows(2, of: "breast_cancer", to: "rows.csv")
            for party in ["a", "b", "c"] {
                try work.run(
                    "encrypt", "--card", "c.card", "--public-key", "k.pub", "--for-sums-of", "3",
                    "rows.csv", "-o", "\(party).ct", passphrase: nil
                ).succeeded()
            }
            let add = ["aggregate", "--card", "c.card", "--evaluation-keys", "k.evk"]
            try work.run(add + ["a.ct", "b.ct", "-o", "ab.ct"], passphrase: nil).succeeded()
            try work.run(add + ["ab.ct", "c.ct", "-o", "sum.ct"], passphrase: nil).succeeded()
            let result = try work.run("decrypt", "--vault", "v", "--name", "k", "sum.ct")
                .succeeded()
            let found = Workspace.numbers(result.output)
            let rows = try work.numbers("rows.csv").map { $0.map { 3 * $0 } }
            #expect(largestDistance(found, rows) < 1e-6 * 4000)
            #expect(result.errors.contains("a sum of 3 files"))
            try work.unchanged {
                try work.run(add + ["sum.ct", "a.ct", "-o", "out"], passphrase: nil)
                    .refused(65, "a sum of 4 vectors, packed for 3 at most")
                try work.run(
                    "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "sum.ct", "-o",
                    "out", passphrase: nil
                ).refused(65, "sum.ct", "packed encrypted rows")
            }
            try work.run(
                "encrypt", "--card", "c.card", "--vault", "v", "--name", "k", "--for-sums-of", "4",
                "rows.csv", "-o", "wide.ct"
            ).succeeded()
            try work.unchanged {
                try work.run(add + ["wide.ct", "a.ct", "-o", "out"], passphrase: nil)
                    .refused(65, "different size")
                try work.run(add + ["c.card", "-o", "out"], passphrase: nil).refused(65, "c.card")
            }
            let bytes = try work.bytes("a.ct")
            try work.write(Array(bytes.dropLast(40)), to: "cut.ct")
            try work.unchanged {
                try work.run(add + ["cut.ct", "-o", "out"], passphrase: nil).refused(65, "cut.ct")
            }
        }

        @Test("a key goes out to python-paillier and comes back to decrypt")
        func keys() throws {
            let work = try bench()
            try work.writeRows(1, of: "breast_cancer", to: "rows.csv")
            let export = ["keys", "export", "--vault", "v", "--name", "k", "--format", "phe"]
            try work.run(export + ["-o", "k.json"]).succeeded()
            try work.run(export + ["--public-part", "-o", "p.json"]).succeeded()
            let secret = try work.text("k.json")
            #expect(secret.contains(#""key_ops": ["decrypt"]"#) && secret.contains(#""p": ""#))
            #expect(!(try work.text("p.json")).contains(#""p": ""#))
            let mode = try FileManager.default.attributesOfItem(
                atPath: work.folder.appending(path: "k.json").path)[.posixPermissions]
            #expect((mode as? Int) == 0o600)
            try work.run(export + ["-o", "k.json"]).refused(65, "k.json")
            let take = ["keys", "import", "--vault", "w", "--name", "back", "--format", "phe"]
            try work.unchanged {
                try work.run(take + ["p.json"]).refused(65, "p.json", "another \"key_ops[0]\"")
            }
            try work.run(take + ["k.json"]).succeeded()
            // The public part of a key made elsewhere has no base: classical randomness, same plaintexts.
            try work.run(
                "encrypt", "--card", "c.card", "--vault", "w", "--name", "back", "rows.csv", "-o",
                "q.ct"
            ).succeeded()
            try work.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o", "r.ct"
            ).succeeded()
            let one = try work.run("decrypt", "--vault", "v", "--name", "k", "r.ct").succeeded()
            let two = try work.run("decrypt", "--vault", "w", "--name", "back", "r.ct").succeeded()
            #expect(one.output == two.output && !one.output.isEmpty)
        }

        @Test("numbers go out to python-paillier's form and come back; a model answers in it")
        func numbers() throws {
            let work = try bench()
            let export = ["keys", "export", "--vault", "v", "--name", "k", "--format", "phe"]
            try work.run(export + ["--public-part", "-o", "p.json"]).succeeded()
            let values = [0, -0.1, .leastNonzeroMagnitude, -Double.greatestFiniteMagnitude, 3]
            let text = values.map { "\($0)" }.joined(separator: "\n") + "\n"
            try work.write(Array(text.utf8), to: "x.csv")
            let encrypt = ["numbers", "encrypt", "--public-key", "p.json", "x.csv"]
            try work.run(encrypt + ["--exponent=-269", "-o", "x.json"], passphrase: nil).succeeded()
            #expect(try work.text("x.json").components(separatedBy: "\"e\":-269").count == 6)
            let decrypt = ["numbers", "decrypt", "--vault", "v", "--name", "k"]
            let back = try work.run(decrypt + ["x.json"]).succeeded()
            #expect(back.output.split(separator: "\n").map { Double($0) } == values)
            // At the usual exponent the smallest number is rounded away.
            try work.write(Array("5e-324\n2.5\n".utf8), to: "x.csv")
            try work.run(encrypt + ["-o", "y.json"], passphrase: nil).succeeded()
            #expect(try work.run(decrypt + ["y.json"]).succeeded().output == "0.0\n2.5\n")
            try work.unchanged {
                try work.run(encrypt + ["--exponent=-513", "-o", "out"], passphrase: nil)
                    .refused(65, "-513")
                try work.run(decrypt + ["p.json"]).refused(65, "p.json", "no encrypted numbers")
                try work.run(
                    "numbers", "request", "--card", "c.card", "--evaluation-keys", "k.evk",
                    "y.json", "-o", "out", passphrase: nil
                ).refused(65, "y.json", "do not fill rows of 30")
            }
            try work.writeRows(1, of: "breast_cancer", to: "rows.csv")
            let row = try work.numbers("rows.csv")[0]
            let column = row.map { "\($0)" }.joined(separator: "\n") + "\n"
            try work.write(Array(column.utf8), to: "x.csv")
            try work.run(encrypt + ["--exponent=-4", "-o", "x.json"], passphrase: nil).succeeded()
            try work.run(
                "numbers", "request", "--card", "c.card", "--evaluation-keys", "k.evk", "x.json",
                "-o", "q.ct", passphrase: nil
            ).succeeded()
            try work.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o", "r.ct",
                passphrase: nil
            ).succeeded()
            try work.run("decrypt", "--vault", "v", "--name", "k", "r.ct").succeeded()
        }
    }
}
