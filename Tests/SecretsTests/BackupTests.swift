import Foundation
import Secrets
import Testing

@Suite struct BackupTests {
    let folder: TemporaryFolder
    let vault: KeyVault
    let outside: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        vault = try folder.vault()
        outside = try TemporaryFolder()
        path = outside.file("keys.backup")
        try Sample.store(in: vault, name: "a", payload: [1])
        try Sample.store(in: vault, name: "b", payload: [2])
    }

    private static let phrase = "backup phrase"

    @discardableResult
    private func backUp(_ names: [String]? = nil) throws -> Int {
        try vault.backUp(names, to: path, passphrase: passphrase(Self.phrase))
    }

    @discardableResult
    private func restore(
        _ names: [String]? = nil, into other: KeyVault? = nil, phrase: String = Self.phrase
    ) throws -> [BackupEntry] {
        try (other ?? vault).restore(from: path, names, passphrase: passphrase(phrase))
    }

    @Test func aWholeVaultComesBackAsItWas() throws {
        #expect(try backUp() == 2)
        #expect(try outside.mode("keys.backup") == 0o600)
        let bytes = try outside.bytes("keys.backup")
        #expect(String(decoding: bytes, as: UTF8.self).contains("ckks") == false)
        let empty = try TemporaryFolder()
        let other = try empty.vault()
        let entries = try restore(into: other)
        #expect(entries.map(\.name) == ["a", "b"])
        #expect(entries.allSatisfy { $0.outcome == .added && $0.state == .active })
        for name in ["a.key", "b.key"] {
            #expect(try empty.bytes(name) == folder.bytes(name))
            #expect(try empty.mode(name) == 0o600)
        }
        #expect(try Sample.open(other, name: "b") == [2])
        #expect(try restore(into: other).allSatisfy { $0.outcome == .unchanged })
        #expect(throws: SecretsError.fileExists(path: path)) { try backUp() }
    }

    @Test func chosenKeysAlone() throws {
        #expect(try backUp(["b", "b"]) == 1)
        let empty = try TemporaryFolder()
        #expect(throws: SecretsError.notInBackup(name: "a", path: path)) {
            try restore(["a"], into: empty.vault())
        }
        #expect(try restore(into: empty.vault()).map(\.name) == ["b"])
        try outside.write("all", [])
        let all = outside.file("all.backup")
        try vault.backUp(to: all, passphrase: passphrase("x"))
        let other = try TemporaryFolder()
        try other.vault().restore(from: all, ["a"], passphrase: passphrase("x"))
        #expect(try other.names() == ["a.key"])
        #expect(throws: SecretsError.unknownKey(name: "c", vault: folder.path)) {
            try vault.backUp(["c"], to: outside.file("c"), passphrase: passphrase("x"))
        }
        #expect(!FileManager.default.fileExists(atPath: outside.file("c")))
    }

    @Test func anOlderKeyNeverReplacesANewerOne() throws {
        let old = try folder.bytes("a.key")
        try backUp()
        try vault.setState("a", to: .destroyed, passphrase: passphrase(Sample.phrase))
        try vault.remove("b")
        #expect(throws: SecretsError.newerInVault(name: "a", vault: 2, backup: 1)) {
            try restore()
        }
        // Not even the key that could have been added.
        #expect(try folder.names() == ["a.key"])
        #expect(try vault.info("a").state == .destroyed)
        #expect(try restore(["b"]).map(\.outcome) == [.added])
        #expect(try Sample.open(vault, name: "b") == [2])
        // The other way round: the backup is the newer one.
        let newer = outside.file("newer")
        try vault.backUp(to: newer, passphrase: passphrase("x"))
        try folder.write("a.key", old)
        let entries = try vault.restore(from: newer, passphrase: passphrase("x"))
        #expect(entries.map(\.outcome) == [.replaced, .unchanged])
        #expect(entries.map(\.state) == [.destroyed, .active])
        #expect(try vault.info("a").state == .destroyed)
    }

    @Test func anotherKeyUnderTheNameStays() throws {
        try backUp()
        try vault.rotate(
            "a", keyID: KeyID(bytes: [UInt8](1...16)), payload: secret([3]),
            passphrase: passphrase(Sample.phrase))
        #expect(throws: SecretsError.otherKeyInVault(name: "a")) { try restore() }
        #expect(try Sample.open(vault, name: "a") == [3])
    }

    @Test func wrongPassphrasesAndDamagedFilesAreRefused() throws {
        try backUp()
        #expect(throws: SecretsError.wrongPassphrase(name: "backup")) {
            try restore(phrase: "wrong")
        }
        let good = try outside.bytes("keys.backup")
        let empty = try TemporaryFolder()
        let other = try empty.vault()
        // The whole file is rechecked on every byte elsewhere; here one flip in each stretch of 16 bytes.
        for index in stride(from: 0, to: good.count, by: 16) {
            var bytes = good
            bytes[index] ^= 0x20
            try outside.write("keys.backup", bytes)
            #expect(throws: SecretsError.self, "byte \(index)") { try restore(into: other) }
            if index < good.count - 32 {
                let body = [UInt8](bytes.dropLast(32))
                try outside.write("keys.backup", body + Digest32.blake2b(body).bytes)
                #expect(throws: SecretsError.self, "byte \(index)") { try restore(into: other) }
            }
        }
        for count in stride(from: 0, to: good.count, by: 7) {
            try outside.write("keys.backup", [UInt8](good.prefix(count)))
            #expect(throws: SecretsError.self, "\(count) bytes") { try restore(into: other) }
        }
        #expect(try empty.names() == [])
    }

    @Test func everyKindOfFileIsNamed() throws {
        try backUp()
        let phrase = try passphrase(Sample.phrase)
        let device = try vault.makeDevice("here", passphrase: phrase)
        let box = outside.file("box")
        try vault.share("a", with: device, to: box, passphrase: phrase)
        let key = folder.file("a.key")
        for (file, found) in [(path, VaultFileKind.backup), (box, .box)] {
            #expect(throws: SecretsError.wrongFileKind(path: file, expected: .key, found: found)) {
                try vault.importKey(from: file)
            }
        }
        for (file, found) in [(key, VaultFileKind.key), (box, .box)] {
            #expect(
                throws: SecretsError.wrongFileKind(path: file, expected: .backup, found: found)
            ) { try vault.restore(from: file, passphrase: phrase) }
        }
        for (file, found) in [(key, VaultFileKind.key), (path, .backup)] {
            #expect(throws: SecretsError.wrongFileKind(path: file, expected: .box, found: found)) {
                try vault.accept(from: file, device: "here", passphrase: phrase)
            }
        }
    }
}
