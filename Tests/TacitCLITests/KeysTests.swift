import Foundation
import Testing

extension CommandTests {
    @Suite("Keys in a vault")
    struct KeysTests {
        @Test(
            "a recompiled model keeps the secret; its old requests and responses are refused by name"
        )
        func recompiled() throws {
            let bench = try Bench.shared()
            try bench.run(
                "compile", Workspace.onnx("digits"), "-o", "new.tacit", "--rows", "4",
                "--calibrate", Workspace.calibration("digits")
            ).succeeded()
            let before = try key("one", in: bench)
            try bench.run(
                "keygen", "--card", "new.card", "--vault", "vault", "--name", "one",
                "--evaluation-keys", "new.evk"
            ).succeeded()
            #expect(try key("one", in: bench) == before)
            let otherVersion = "made for another model, or for another version of it"
            try bench.unchanged {
                try bench.run(
                    "infer", "--model", "new.tacit", "--evaluation-keys", "new.evk", "request.ct",
                    "-o", "out"
                ).refused(65, "request.ct", otherVersion)
                try bench.run(
                    "decrypt", "--vault", "vault", "--name", "one", "--card", "new.card",
                    "response.ct", "-o", "out"
                ).refused(65, "response.ct", otherVersion)
            }
            try bench.run(
                "encrypt", "--card", "new.card", "--vault", "vault", "--name", "one", "rows.csv",
                "-o", "new.ct"
            ).succeeded()
            try bench.run(
                "infer", "--model", "new.tacit", "--evaluation-keys", "new.evk", "new.ct", "-o",
                "new.re"
            ).succeeded()
            // The vault knows the cards of both versions.
            for response in ["new.re", "response.ct"] {
                try bench.run("decrypt", "--vault", "vault", "--name", "one", response).succeeded()
            }
        }

        @Test("list, show, export, import, remove, passwd")
        func administration() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            let list = try bench.run("keys", "list", "--vault", "vault", passphrase: nil)
                .succeeded()
            #expect(list.output.contains("one") && list.output.contains("two"))
            let shown = try key("two", in: bench)
            #expect(shown.scheme == "ckks" && shown.state == "active" && shown.keyID.count == 32)

            let file = work.folder.appending(path: "two.key").path
            try bench.run(
                "keys", "export", "--vault", "vault", "--name", "two", "-o", file, passphrase: nil
            ).succeeded()
            try work.run("keys", "import", "--vault", "v", "two.key", passphrase: nil).succeeded()
            try work.run("keys", "import", "--vault", "v", "two.key", passphrase: nil)
                .refused(65, "already")
            #expect(try key("two", in: work, vault: "v") == shown)

            try work.run(
                "keys", "passwd", "--vault", "v", "--name", "two",
                passphraseLines: [Workspace.passphrase, "another"]
            ).succeeded()
            let response = bench.folder.appending(path: "response.ct").path
            let card = bench.folder.appending(path: "m.card").path
            let decrypt = ["decrypt", "--vault", "v", "--name", "two", "--card", card, response]
            try work.run(decrypt).refused(77, "wrong passphrase", "two")

            try work.run("keys", "remove", "--vault", "v", "--name", "two", passphrase: nil)
                .refused(65, "--yes")
            try work.run(
                "keys", "remove", "--vault", "v", "--name", "two", "--yes", passphrase: nil
            ).succeeded()
            let empty = try work.run("keys", "list", "--vault", "v", "--json", passphrase: nil)
                .succeeded()
            #expect(empty.output.filter { !$0.isWhitespace } == "[]")
            try work.run(decrypt).refused(65, "no key two")
        }

        @Test("a key is not kept when its public keys cannot be written")
        func keygenIsAllOrNothing() throws {
            let bench = try Bench.shared()
            try bench.unchanged {
                try bench.run(
                    "keygen", "--card", "m.card", "--vault", "vault", "--name", "three",
                    "--evaluation-keys", "three.evk", "--public-key", "/dev/full"
                ).refused(74, "/dev/full", "No space left on device")
            }
        }

        @Test("wrong, missing and empty passphrases")
        func passphrases() throws {
            let bench = try Bench.shared()
            let encrypt = [
                "encrypt", "--card", "m.card", "--vault", "vault", "--name", "one", "rows.csv",
                "-o",
                "out",
            ]
            try bench.unchanged {
                try bench.run(encrypt, passphrase: "wrong").refused(77, "wrong passphrase")
                try bench.run(encrypt, passphrase: "").refused(65, "empty")
                try bench.runDetached(encrypt).refused(65, "no terminal", "--passphrase-fd")
                try bench.run(encrypt + ["--passphrase-fd", "77"], passphrase: nil)
                    .refused(66, "descriptor 77")
            }
        }

        @Test("a vault or a key that others may read is refused")
        func permissions() throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            let file = work.folder.appending(path: "one.key").path
            try bench.run("keys", "export", "--vault", "vault", "--name", "one", "-o", file)
                .succeeded()
            try work.run("keys", "import", "--vault", "v", "one.key").succeeded()
            let folder = work.folder.appending(path: "v").path
            func setMode(_ mode: Int, _ path: String) throws {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            try setMode(0o750, folder)
            try work.run("keys", "list", "--vault", "v").refused(77, "chmod 700")
            try setMode(0o700, folder)
            try setMode(0o640, folder + "/one.key")
            try work.run("keys", "show", "--vault", "v", "--name", "one").refused(77, "chmod 600")
        }

        @Test("names of keys and vaults that do not exist, or cannot")
        func names() throws {
            let bench = try Bench.shared()
            try bench.unchanged {
                try bench.run("keys", "show", "--vault", "vault", "--name", "none")
                    .refused(65, "no key none")
                try bench.run("keys", "list", "--vault", "nowhere").refused(65, "no vault")
                try bench.run(
                    "keygen", "--card", "m.card", "--vault", "vault", "--name", "../x",
                    "--evaluation-keys", "out"
                ).refused(65, "../x")
            }
        }

        private struct Facts: Decodable, Equatable {
            let name, keyID, scheme, state: String
        }

        private func key(_ name: String, in work: Workspace, vault: String = "vault") throws
            -> Facts
        {
            let run = try work.run(
                "keys", "show", "--vault", vault, "--name", name, "--json", passphrase: nil
            ).succeeded()
            return try JSONDecoder().decode(Facts.self, from: Data(run.output.utf8))
        }
    }
}
