import Foundation
import Secrets
import Testing

@Suite struct VaultVectorTests {
    @Test func opensAFileMadeWithPyNaCl() throws {
        let folder = try TemporaryFolder()
        let bytes = try #require(Hex.bytes(VaultVectors.python))
        try folder.write("sealed", bytes)
        let vault = try folder.vault()
        let identity = try vault.importKey(from: folder.file("sealed"))
        #expect(identity.name == "python-1")
        #expect(identity.kind == "paillier")
        #expect(identity.keyID == (try KeyID(bytes: [UInt8](0..<16))))
        #expect(identity.createdAt == 1_790_000_000)
        #expect(identity.metadata == [UInt8]("public \0".utf8) + [0xff])
        let key = try vault.open("python-1", passphrase: passphrase("correct horse"))
        let record = key.record
        #expect(record.state == .decryptOnly)
        #expect(record.revision == 9)
        #expect(record.changedAt == 1_790_000_060)
        #expect(record.shareCount == 3)
        #expect(record.ledgers == [1: [UInt8]("one".utf8), 70000: []])
        let payload = key.payload.withUnsafeBytes { [UInt8]($0) }
        #expect(payload == [UInt8](0..<200))
        // What we write after a change of nothing but the record is the same to the byte, in the
        // parts that do not change.
        try vault.changePassphrase(
            "python-1", from: passphrase("correct horse"), to: passphrase("new"))
        let after = try folder.bytes("python-1.key")
        #expect(after.count == bytes.count)
        #expect(after.prefix(32) == bytes.prefix(32))
        #expect(after.suffix(241 + 32).dropLast(32) == bytes.suffix(241 + 32).dropLast(32))
        try exportForOthers(vault, "python-1", "new")
    }

    @Test func opensABackupAndABoxMadeWithPyNaCl() throws {
        let folder = try TemporaryFolder()
        try folder.write("backup", #require(Hex.bytes(VaultVectors.pythonBackup)))
        try folder.write("box", #require(Hex.bytes(VaultVectors.pythonBox)))
        let vault = try folder.vault()
        let entries = try vault.restore(
            from: folder.file("backup"), passphrase: passphrase("backup"))
        #expect(entries.map(\.name) == ["device", "python-1"])
        #expect(entries.map(\.state) == [.active, .decryptOnly])
        #expect(entries.map(\.revision) == [1, 9])
        let sealed = try #require(Hex.bytes(VaultVectors.python))
        #expect(try folder.bytes("python-1.key") == sealed)
        let identity = try vault.accept(
            from: folder.file("box"), device: "device", passphrase: passphrase("correct horse"))
        #expect(identity.name == "python-2" && identity.kind == "ckks")
        #expect(identity.keyID == (try KeyID(bytes: [UInt8](80..<96))))
        #expect(identity.createdAt == 1_790_000_000)
        #expect(identity.metadata == [UInt8]("ring".utf8))
        let key = try vault.open("python-2", passphrase: passphrase("correct horse"))
        let record = key.record
        #expect(record.state == .active && record.shareCount == 4)
        #expect(record.ledgers == [9: [UInt8]("nine".utf8)])
        let payload = key.payload.withUnsafeBytes { [UInt8]($0) }
        #expect(payload == [UInt8](0..<90))
    }

    /// Leaves files for `vault_vectors.py check` where TACIT_VECTORS_OUT says.
    private func exportForOthers(_ vault: KeyVault, _ name: String, _ phrase: String) throws {
        guard let path = ProcessInfo.processInfo.environment["TACIT_VECTORS_OUT"] else { return }
        try vault.export(name, to: path + "/small.key")
        try Sample.store(in: vault, name: "large", payload: [UInt8](repeating: 7, count: 150_000))
        var key = try vault.open("large", passphrase: passphrase(Sample.phrase))
        try vault.update(&key) { record in
            record.shareCount = 12
            record.ledgers = [9: [1, 2], 3: []]
        }
        try vault.export("large", to: path + "/large.key")
        try vault.backUp(
            ["large", name], to: path + "/both.backup", passphrase: passphrase("backup"))
        let device = try vault.makeDevice("device", passphrase: passphrase(Sample.phrase))
        try vault.export("device", to: path + "/device.key")
        try vault.share(
            name, with: device, to: path + "/small.box", passphrase: passphrase(phrase))
        try vault.setState("large", to: .decryptOnly, passphrase: passphrase(Sample.phrase))
    }
}
