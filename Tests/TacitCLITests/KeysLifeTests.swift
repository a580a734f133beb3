import Foundation
import Testing

extension CommandTests {
    @Suite("A key's life: rotated, retired, destroyed, backed up, shared")
    struct KeysLifeTests {
        private struct Facts: Decodable {
            let keyID, scheme, state: String
            let shares: Int
        }

        private func facts(_ name: String, _ vault: String, in work: Workspace) throws -> Facts {
            let run = try work.run(
                "keys", "show", "--vault", vault, "--name", name, "--json", passphrase: nil
            ).succeeded()
            return try JSONDecoder().decode(Facts.self, from: Data(run.output.utf8))
        }

        /// A folder with a vault `v` of its own that holds the bench's keys, by way of a backup.
        private func copied() throws -> (work: Workspace, bench: Workspace) {
            let bench = try Bench.shared()
            let work = try Workspace()
            let file = work.folder.appending(path: "keys.backup").path
            try bench.run(
                "keys", "backup", "--vault", "vault", "-o", file, passphrase: "for safety"
            )
            .succeeded()
            let restored = try work.run(
                "keys", "restore", "--vault", "v", "keys.backup", passphrase: "for safety"
            ).succeeded()
            #expect(restored.output.contains("one") && restored.output.contains("added"))
            #expect(restored.errors.contains("shares since then are not counted"))
            return (work, bench)
        }

        @Test("rotation: answers to old requests are read, new requests use the new key")
        func rotation() throws {
            let (work, bench) = try copied()
            func shared(_ name: String) -> String { bench.folder.appending(path: name).path }
            let before = try facts("one", "v", in: work)
            let rotated = try work.run(
                "keys", "rotate", "--card", shared("m.card"), "--vault", "v", "--name", "one",
                "--evaluation-keys", "new.evk"
            ).succeeded()
            let retired = "one.\(before.keyID.prefix(8))"
            #expect(rotated.output.contains("'\(retired)'"))
            let after = try facts("one", "v", in: work)
            #expect(after.keyID != before.keyID && after.state == "active")
            let old = try facts(retired, "v", in: work)
            #expect(old.keyID == before.keyID && old.state == "decrypt-only")

            let read = try work.run(
                "decrypt", "--vault", "v", "--name", "one", shared("response.ct")
            ).succeeded()
            let expected = try bench.run(
                "decrypt", "--vault", "vault", "--name", "one", "response.ct"
            ).succeeded()
            #expect(read.output.split(separator: "\n").count == 4)
            #expect(read.output == expected.output)
            let encrypt = ["encrypt", "--card", shared("m.card"), "--vault", "v", "--name"]
            try work.run(encrypt + [retired, shared("rows.csv"), "-o", "x"])
                .refused(65, "decrypt-only", "may no longer encrypt")
            try work.run(encrypt + ["one", shared("rows.csv"), "-o", "new.ct"]).succeeded()
            let infer = ["infer", "--model", shared("m.tacit"), "new.ct", "-o", "a.ct"]
            try work.run(infer + ["--evaluation-keys", shared("one.evk")])
                .refused(65, "another secret key")
            try work.run(infer + ["--evaluation-keys", "new.evk"]).succeeded()
            try work.run("decrypt", "--vault", "v", "--name", "one", "a.ct").succeeded()
            // The backup has the old key under the name of the new one.
            try work.run("keys", "restore", "--vault", "v", "keys.backup", passphrase: "for safety")
                .refused(65, "another key under the name one")
            try work.run(
                "keys", "rotate", "--card", shared("m.card"), "--vault", "v", "--name", "one",
                "--evaluation-keys", "x.evk", passphrase: "wrong"
            ).refused(77, "wrong passphrase")
            #expect(!work.exists("x.evk"))
        }

        @Test("retired keys decrypt, destroyed ones are a reminder that no backup overwrites")
        func states() throws {
            let (work, _) = try copied()
            let two = ["--vault", "v", "--name", "two"]
            try work.run(["keys", "retire"] + two).succeeded()
            #expect(try facts("two", "v", in: work).state == "decrypt-only")
            try work.run(["keys", "retire", "--undo"] + two).succeeded()
            #expect(try facts("two", "v", in: work).state == "active")
            try work.run(["keys", "destroy"] + two, passphrase: "wrong").refused(77, "wrong")
            try work.run(["keys", "destroy"] + two).succeeded()
            #expect(try facts("two", "v", in: work).state == "destroyed")
            let restore = ["keys", "restore", "--vault", "v", "keys.backup"]
            try work.run(restore, passphrase: "for safety")
                .refused(65, "two", "changed after the backup")
            try work.run(restore + ["--name", "one"], passphrase: "for safety").succeeded()
            try work.run(restore, passphrase: "wrong").refused(77, "wrong passphrase")
            try work.run(restore + ["--name", "six"], passphrase: "for safety")
                .refused(65, "no key 'six' in the backup")
        }

        @Test("a key travels to another device in a box that only this device opens")
        func sharing() throws {
            let (work, _) = try copied()
            let device = try work.run("keys", "device", "--vault", "laptop").succeeded().output
            #expect(device.hasPrefix("tacit-device-"))
            #expect(
                try work.run("keys", "device", "--vault", "laptop", passphrase: nil).succeeded()
                    .output == device)
            let share = [
                "keys", "share", "--vault", "v", "--name", "one", "-o", "one.box", "--to",
            ]
            try work.run(share + [String(device.dropLast(3)) + "zz"])
                .refused(65, "typing error")
            try work.run(share + [device]).succeeded()
            let accept = ["keys", "accept", "--vault", "laptop", "one.box"]
            try work.run(["keys", "device", "--vault", "v"]).succeeded()
            try work.run("keys", "accept", "--vault", "v", "--name", "x", "one.box")
                .refused(65, "another device")
            try work.run(accept).succeeded()
            #expect(
                try facts("one", "laptop", in: work).keyID == facts("one", "v", in: work).keyID)
            try work.run(accept).refused(65, "already")
            try work.run("keys", "import", "--vault", "laptop", "one.box", passphrase: nil)
                .refused(65, "tacit keys accept")
        }

        @Test("memory that is not locked: a warning, or a refusal where locking is required")
        func lockedMemory() throws {
            let setpriv = "/usr/bin/setpriv"
            guard FileManager.default.isExecutableFile(atPath: setpriv) else { return }
            let work = try Workspace()
            // Root may lock memory whatever the limit; not without the capability.
            let line =
                "ulimit -l 0; exec \(setpriv) --inh-caps=-ipc_lock --bounding-set=-ipc_lock \"$0\" \"$@\""
            let device = ["keys", "device", "--vault", "v"]
            try work.shell(line, device + ["--require-locked"])
                .refused(65, "could not be locked", "ulimit -l")
            #expect(!work.exists("v/device.key"))
            let warned = try work.shell(line, device).succeeded()
            #expect(warned.errorLines.count == 1)
            #expect(warned.errors.hasPrefix("warning: ") && warned.errors.contains("swap"))
            #expect(work.exists("v/device.key"))
            #expect(try work.run(device + ["--require-locked"]).succeeded().errors.isEmpty)
        }
    }
}
