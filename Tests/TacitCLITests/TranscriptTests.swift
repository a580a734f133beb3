import Foundation
import Testing

extension CommandTests {
    @Suite("All stages as processes")
    struct TranscriptTests {
        @Test("digits: decrypted scores are the clear model's")
        func digits() throws {
            let bench = try Bench.shared()
            try bench.run(
                "decrypt", "--vault", "vault", "--name", "one", "response.ct", "-o", "result.csv"
            ).succeeded()
            let clear = try bench.run("predict-clear", "--model", "m.tacit", "rows.csv").succeeded()
            let found = try bench.numbers("result.csv")
            #expect(found.count == 3 && found[0].count == 10)
            #expect(largestDistance(found, Workspace.numbers(clear.output)) < 1e-3)
        }

        @Test("a public key encrypts, the key in the vault decrypts")
        func publicKey() throws {
            let bench = try Bench.shared()
            try bench.run(
                "encrypt", "--card", "m.card", "--public-key", "one.pub", "rows.csv", "-o", "p.ct",
                passphrase: nil
            ).succeeded()
            try bench.run(
                "infer", "--model", "m.tacit", "--evaluation-keys", "one.evk", "p.ct", "-o", "p.re",
                passphrase: nil
            ).succeeded()
            let result = try bench.run("decrypt", "--vault", "vault", "--name", "one", "p.re")
                .succeeded()
            let clear = try bench.run("predict-clear", "--model", "m.tacit", "rows.csv").succeeded()
            let distance = largestDistance(
                Workspace.numbers(result.output), Workspace.numbers(clear.output))
            // Public-key encryption is noisier than the secret key's.
            #expect(distance < 1e-3)
        }

        @Test(
            "breast cancer: both engines, mixed between the stages, and the passphrase on a descriptor"
        )
        func engines() throws {
            let work = try Workspace()
            try work.writeRows(2, of: "breast_cancer", to: "rows.csv")
            let plan = try work.run(
                "compile", Workspace.onnx("breast_cancer"), "-o", "m.tacit", "--rows", "2",
                "--calibrate", Workspace.calibration("breast_cancer"), "--scheme", "ckks"
            ).succeeded()
            for word in ["level", "key switches", "security", "error bound", "rotation keys"] {
                #expect(plan.output.contains(word))
            }
            try work.run(
                "keygen", "--card", "m.card", "--vault", "v", "--name", "k", "--evaluation-keys",
                "k.evk", passphraseLines: ["secret", "ignored"]
            ).succeeded()
            let clear = try work.run("predict-clear", "--model", "m.tacit", "rows.csv", "--scores")
                .succeeded()
            for (encrypt, infer, decrypt) in [
                ("gmp", "residues", "residues"), ("residues", "gmp", "gmp"), ("gmp", "gmp", "gmp"),
            ] {
                try work.run(
                    "encrypt", "--card", "m.card", "--vault", "v", "--name", "k", "rows.csv", "-o",
                    "q.ct", "--arithmetic", encrypt, passphraseLines: ["secret"]
                ).succeeded()
                try work.run(
                    "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o",
                    "r.ct", "--arithmetic", infer, passphrase: nil
                ).succeeded()
                let result = try work.run(
                    "decrypt", "--vault", "v", "--name", "k", "r.ct", "--scores", "--arithmetic",
                    decrypt, passphraseLines: ["secret"]
                ).succeeded()
                let distance = largestDistance(
                    Workspace.numbers(result.output), Workspace.numbers(clear.output))
                #expect(distance < 1e-4, "\(encrypt), \(infer), \(decrypt)")
            }
        }

        @Test("breast cancer under Paillier, by vault and by public key")
        func paillier() throws {
            let work = try Workspace()
            try work.writeRows(2, of: "breast_cancer", to: "rows.csv")
            try work.run(
                "compile", Workspace.onnx("breast_cancer"), "-o", "m.tacit", "--card", "c.card",
                "--calibrate", Workspace.calibration("breast_cancer"), "--scheme", "paillier"
            ).succeeded()
            try work.run(
                "keygen", "--card", "c.card", "--vault", "v", "--name", "k", "--evaluation-keys",
                "k.evk", "--public-key", "k.pub"
            ).succeeded()
            let clear = try work.run("predict-clear", "--model", "m.tacit", "rows.csv", "--scores")
                .succeeded()
            for key in [["--vault", "v", "--name", "k"], ["--public-key", "k.pub"]] {
                try work.run(["encrypt", "--card", "c.card", "rows.csv", "-o", "q.ct"] + key)
                    .succeeded()
                try work.run(
                    "infer", "--model", "m.tacit", "--evaluation-keys", "k.evk", "q.ct", "-o",
                    "r.ct", passphrase: nil
                ).succeeded()
                let result = try work.run(
                    "decrypt", "--vault", "v", "--name", "k", "r.ct", "--scores"
                ).succeeded()
                let distance = largestDistance(
                    Workspace.numbers(result.output), Workspace.numbers(clear.output))
                #expect(distance < 1e-6)
            }
        }

        @Test("verify says how far the answers are apart")
        func verify() throws {
            let bench = try Bench.shared()
            let run = try bench.run("verify", "--model", "m.tacit", "rows.csv", "--json")
                .succeeded()
            let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
            #expect(report.rowCount == 3 && report.classAgreement == 3)
            #expect(report.largestError > 0 && report.largestError < 1e-3)
        }

        @Test("help teaches and succeeds, for the command and each of its parts")
        func help() throws {
            let work = try Workspace()
            let all = try work.run("--help").succeeded()
            #expect(all.output.contains("tacit compile") && all.errors.isEmpty)
            let names = [
                "compile", "keygen", "encrypt", "infer", "decrypt", "verify", "predict-clear",
                "simulate", "inspect", "aggregate", "numbers", "keys", "bench",
            ]
            for name in names {
                #expect(all.output.contains("\n  \(name) "), "\(name) is not listed")
                for arguments in [[name, "--help"], ["help", name]] {
                    let part = try work.run(arguments).succeeded()
                    #expect(part.output.contains("USAGE: tacit \(name)") && part.errors.isEmpty)
                }
            }
            let unknown = try work.run("bogus")
            #expect(unknown.code == 64 && unknown.errors.contains("bogus"))
        }

        @Test("inspect names every kind of file, as a table and as JSON")
        func inspect() throws {
            let bench = try Bench.shared()
            for (file, kind) in [
                ("m.tacit", "model"), ("m.card", "card"), ("one.evk", "evaluation"),
                ("one.pub", "public"), ("request.ct", "request"), ("response.ct", "response"),
            ] {
                let json = try bench.run("inspect", file, "--json").succeeded()
                let facts = try JSONDecoder().decode(Facts.self, from: Data(json.output.utf8))
                #expect(facts.kind.contains(kind), "\(file): \(facts.kind)")
                let size = try bench.bytes(file).count
                #expect(facts.bytes == size)
                #expect(facts.rows == (file.hasSuffix(".ct") ? 3 : nil))
                let digest = facts.digest
                #expect(digest.count == 64)
                let table = try bench.run("inspect", file).succeeded()
                #expect(table.output.contains(digest))
            }
        }

        private struct Report: Decodable {
            let rowCount: Int
            let largestError: Double
            let classAgreement: Int?
        }

        private struct Facts: Decodable {
            let kind, digest: String
            let bytes: Int
            let rows: Int?
        }
    }
}
