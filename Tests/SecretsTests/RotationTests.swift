import Foundation
import Secrets
import Testing

@Suite struct RotationTests {
    let folder: TemporaryFolder
    let vault: KeyVault

    init() throws {
        folder = try TemporaryFolder()
        vault = try folder.vault()
        try Sample.store(in: vault)
    }

    private func newID(_ first: UInt8 = 1) throws -> KeyID {
        try KeyID(bytes: [UInt8](first..<first + 16))
    }

    @discardableResult
    private func rotate(_ name: String = Sample.name, phrase: String = Sample.phrase) throws
        -> KeyVault.Rotation
    {
        try vault.rotate(
            name, keyID: newID(), payload: secret([9, 8, 7]), passphrase: passphrase(phrase))
    }

    @Test func theNewKeyHasTheNameAndTheOldOneDecrypts() throws {
        var key = try vault.open(Sample.name, passphrase: passphrase(Sample.phrase))
        try vault.update(&key) { record in
            record.shareCount = 5
            record.ledgers[3] = [1]
        }
        let made = try rotate()
        let oldName = "clinic.64656667"
        #expect(made.retired.name == oldName)
        #expect(KeyVault.retiredName("clinic", keyID: try Sample.keyID()) == oldName)
        #expect(try vault.list().map(\.name) == ["clinic", oldName])
        #expect(try Sample.open(vault) == [9, 8, 7])
        #expect(try Sample.open(vault, name: oldName) == Sample.payload)
        let current = try vault.info("clinic")
        #expect(current.identity == made.current)
        #expect(current.identity.keyID == (try newID()))
        #expect(current.identity.kind == "ckks" && current.identity.metadata == Sample.metadata)
        #expect(current.state == .active && current.shareCount == 0 && current.revision == 1)
        let old = try vault.open(oldName, passphrase: passphrase(Sample.phrase))
        let identity = old.identity
        let record = old.record
        #expect(identity == made.retired)
        #expect(identity.keyID == (try Sample.keyID()))
        #expect(record.state == .decryptOnly && record.shareCount == 5)
        #expect(record.ledgers == [3: [1]] && record.revision == 3)
        #expect(try folder.mode(oldName + ".key") == 0o600)
        // Again: three keys, all of them open.
        let again = try vault.rotate(
            "clinic", keyID: newID(50), payload: secret([4]), passphrase: passphrase(Sample.phrase))
        #expect(again.retired.name == "clinic.01020304")
        #expect(try Sample.open(vault, name: again.retired.name) == [9, 8, 7])
        #expect(try Sample.open(vault) == [4])
        #expect(try vault.list().count == 3)
    }

    @Test func refusalsChangeNothing() throws {
        let before = try folder.bytes("clinic.key")
        #expect(throws: SecretsError.wrongPassphrase(name: "clinic")) {
            try rotate(phrase: "wrong")
        }
        #expect(throws: SecretsError.unknownKey(name: "none", vault: folder.path)) {
            try rotate("none")
        }
        #expect(throws: SecretsError.keyExists(name: "clinic", vault: folder.path)) {
            try vault.rotate(
                "clinic", keyID: Sample.keyID(), payload: secret([1]),
                passphrase: passphrase(Sample.phrase))
        }
        // Somebody else's key under the retired name is not touched.
        try vault.store(
            "clinic.64656667", kind: "ckks", keyID: newID(90), payload: secret([5]),
            passphrase: passphrase("other"))
        #expect(throws: SecretsError.keyExists(name: "clinic.64656667", vault: folder.path)) {
            try rotate()
        }
        #expect(try folder.bytes("clinic.key") == before)
        #expect(try Sample.open(vault, name: "clinic.64656667", phrase: "other") == [5])
        let long = String(repeating: "a", count: 56)
        try Sample.store(in: vault, name: long)
        #expect(throws: SecretsError.nameTooLongToRotate(name: long, limit: 55)) {
            try rotate(long)
        }
        try vault.setState("clinic", to: .destroyed, passphrase: passphrase(Sample.phrase))
        #expect(throws: SecretsError.keyDestroyed(name: "clinic")) { try rotate() }
    }

    @Test func aRotationThatDidNotEndCompletes() throws {
        // As a process leaves it that died between the two renames: the copy is there, the name holds the old key.
        let before = try folder.bytes("clinic.key")
        try rotate()
        try folder.write("clinic.key", before)
        var key = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
        try vault.update(&key) { $0.shareCount = 7 }
        try rotate()
        #expect(try Sample.open(vault) == [9, 8, 7])
        #expect(try Sample.open(vault, name: "clinic.64656667") == Sample.payload)
        #expect(try vault.info("clinic.64656667").shareCount == 7)
        #expect(try vault.info("clinic.64656667").state == .decryptOnly)
    }
}
