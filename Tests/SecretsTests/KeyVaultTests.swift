import Foundation
import Secrets
import TestSupport
import Testing

@Suite struct KeyVaultTests {
    let folder: TemporaryFolder
    let vault: KeyVault

    init() throws {
        folder = try TemporaryFolder()
        vault = try folder.vault()
    }

    @Test func storesAndOpens() throws {
        let identity = try Sample.store(in: vault)
        #expect(identity.name == "clinic")
        let key = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
        let found = key.identity
        #expect(found == identity)
        #expect(found.kind == "ckks")
        #expect(found.keyID == (try Sample.keyID()))
        #expect(found.metadata == Sample.metadata)
        let record = key.record
        #expect(record.state == .active)
        #expect(record.shareCount == 0)
        #expect(record.revision == 1)
        let payload = key.takePayload().withUnsafeBytes { [UInt8]($0) }
        #expect(payload == Sample.payload)
        #expect(try folder.names() == ["clinic.key"])
        #expect(try folder.mode("clinic.key") == 0o600)
        let bytes = try folder.bytes("clinic.key")
        #expect(!Data(bytes).contains(subsequence: Sample.payload))
    }

    @Test(arguments: [0, 1, 65535, 65536, 65537, 131072, 200_000])
    func payloadsOfEverySizeComeBack(count: Int) throws {
        var generator = TestGenerator(seed: UInt64(count))
        let payload = generator.bytes(count: count)
        try Sample.store(in: vault, payload: payload)
        #expect(try Sample.open(vault) == payload)
    }

    @Test func listsWithoutPassphraseAndDespiteBadFiles() throws {
        try Sample.store(in: vault, name: "b")
        try Sample.store(in: vault, name: "a")
        try folder.write("broken.key", [1, 2, 3])
        try folder.write("notes.txt", [1])
        try folder.write("-odd.key", [1])
        let entries = try vault.list()
        #expect(entries.map(\.name) == ["a", "b", "broken"])
        #expect(try entries[0].info.get().identity.name == "a")
        #expect(try entries[1].info.get().state == .active)
        #expect(throws: SecretsError.notAKeyFile(path: folder.file("broken.key"))) {
            try entries[2].info.get()
        }
        #expect(try vault.info("a").derivationMemoryBytes == 8192)
    }

    @Test func neverReplacesAKey() throws {
        try Sample.store(in: vault)
        let before = try folder.bytes("clinic.key")
        let error = SecretsError.keyExists(name: "clinic", vault: folder.path)
        #expect(throws: error) { try Sample.store(in: vault, payload: [9]) }
        #expect(try folder.bytes("clinic.key") == before)
        #expect(try folder.names() == ["clinic.key"])
    }

    @Test func unknownNames() throws {
        let error = SecretsError.unknownKey(name: "nobody", vault: folder.path)
        #expect(throws: error) { try vault.info("nobody") }
        #expect(throws: error) { try Sample.open(vault, name: "nobody") }
        #expect(throws: error) { try vault.remove("nobody") }
        #expect(throws: error) {
            try vault.setState("nobody", to: .decryptOnly, passphrase: passphrase("x"))
        }
        #expect(throws: error) { try vault.export("nobody", to: folder.file("out")) }
    }

    @Test(arguments: [
        "", ".", "..", ".hidden", "-rf", "a/b", "../a", "a\0b", "a b", "naïve", "_a",
        String(repeating: "a", count: 65), "a\n",
    ])
    func namesThatAreNone(name: String) throws {
        #expect(throws: SecretsError.invalidName(name)) { try Sample.store(in: vault, name: name) }
        #expect(throws: SecretsError.invalidName(name)) { try vault.info(name) }
        #expect(throws: SecretsError.invalidName(name)) { try vault.remove(name) }
        #expect(try folder.names().isEmpty)
    }

    @Test func wrongPassphrase() throws {
        try Sample.store(in: vault)
        let error = SecretsError.wrongPassphrase(name: "clinic")
        for phrase in ["Correct horse", "correct horse ", "c"] {
            #expect(throws: error) { try Sample.open(vault, phrase: phrase) }
        }
        #expect(throws: error) {
            try vault.changePassphrase(
                "clinic", from: passphrase("wrong"), to: passphrase("new"))
        }
        #expect(throws: error) {
            try vault.setState("clinic", to: .destroyed, passphrase: passphrase("wrong"))
        }
        #expect(try Sample.open(vault) == Sample.payload)
    }

    @Test func changingThePassphraseLeavesThePayloadAlone() throws {
        try Sample.store(in: vault)
        let before = try folder.bytes("clinic.key")
        try vault.changePassphrase(
            "clinic", from: passphrase(Sample.phrase), to: passphrase("battery staple"))
        let after = try folder.bytes("clinic.key")
        let sealed = try vault.info("clinic").sealedByteCount
        #expect(before.suffix(32 + sealed).dropLast(32) == after.suffix(32 + sealed).dropLast(32))
        #expect(before != after)
        #expect(throws: SecretsError.wrongPassphrase(name: "clinic")) { try Sample.open(vault) }
        #expect(try Sample.open(vault, phrase: "battery staple") == Sample.payload)
        #expect(try vault.info("clinic").revision == 2)
        #expect(try folder.names() == ["clinic.key"])
        #expect(try folder.mode("clinic.key") == 0o600)
    }

    @Test func statesFollowOneAnother() throws {
        try Sample.store(in: vault)
        try vault.setState("clinic", to: .decryptOnly, passphrase: passphrase(Sample.phrase))
        #expect(try vault.info("clinic").state == .decryptOnly)
        #expect(try Sample.open(vault) == Sample.payload)
        try vault.setState("clinic", to: .destroyed, passphrase: passphrase(Sample.phrase))
        let info = try vault.info("clinic")
        #expect(info.state == .destroyed)
        #expect(info.sealedByteCount == 0)
        #expect(info.identity.keyID == (try Sample.keyID()))
        #expect(throws: SecretsError.keyDestroyed(name: "clinic")) { try Sample.open(vault) }
        #expect(
            throws: SecretsError.wrongState(
                name: "clinic", state: .destroyed, step: "becoming active")
        ) {
            try vault.setState("clinic", to: .active, passphrase: passphrase(Sample.phrase))
        }
        #expect(try folder.names() == ["clinic.key"])
    }

    @Test func updatesAreDurableAndSeeTheNewestRecord() throws {
        try Sample.store(in: vault)
        var first = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
        var second = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
        try vault.update(&first) { record in record.shareCount += 1 }
        try vault.update(&second) { record in
            record.shareCount += 1
            record.ledgers[7] = [1, 2, 3]
            record.ledgers[2] = []
        }
        #expect(second.record.shareCount == 2)
        #expect(try vault.info("clinic").shareCount == 2)
        let again = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
        let record = again.record
        #expect(record.ledgers == [2: [], 7: [1, 2, 3]])
        #expect(record.revision == 3)
        try vault.changePassphrase(
            "clinic", from: passphrase(Sample.phrase), to: passphrase("n"))
        #expect(throws: SecretsError.keyReplaced(name: "clinic")) {
            var stale = try vault.open("clinic", passphrase: passphrase("n"))
            try vault.changePassphrase("clinic", from: passphrase("n"), to: passphrase("m"))
            try vault.update(&stale) { $0.shareCount += 1 }
        }
        let kept = try vault.open("clinic", passphrase: passphrase("m")).record
        #expect(kept.ledgers == record.ledgers)
        #expect(kept.shareCount == 2)
    }

    @Test func anUpdateThatRefusesChangesNothing() throws {
        try Sample.store(in: vault)
        let before = try folder.bytes("clinic.key")
        #expect(throws: SecretsError.cancelled) {
            var key = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
            try vault.update(&key) { (record) throws(SecretsError) in
                record.shareCount += 1
                throw .cancelled
            }
        }
        #expect(throws: SecretsError.self) {
            var key = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
            try vault.update(&key) { $0.ledgers[1] = [UInt8](repeating: 0, count: 1 << 20) }
        }
        #expect(try folder.bytes("clinic.key") == before)
    }

    @Test func exportedKeysComeBackInAnotherVault() throws {
        try Sample.store(in: vault)
        let copy = folder.file("copy.sealed")
        try vault.export("clinic", to: copy)
        #expect(try folder.mode("copy.sealed") == 0o600)
        #expect(throws: SecretsError.fileExists(path: copy)) {
            try vault.export("clinic", to: copy)
        }
        #expect(throws: SecretsError.keyExists(name: "clinic", vault: folder.path)) {
            try vault.importKey(from: copy)
        }
        let other = try TemporaryFolder()
        let otherVault = try other.vault()
        #expect(try otherVault.importKey(from: copy).name == "clinic")
        #expect(try Sample.open(otherVault) == Sample.payload)
        try folder.write("junk", [UInt8]("PK zip".utf8))
        #expect(throws: SecretsError.notAKeyFile(path: folder.file("junk"))) {
            try otherVault.importKey(from: folder.file("junk"))
        }
        #expect(throws: SecretsError.notAKeyFile(path: "/dev/null")) {
            try otherVault.importKey(from: "/dev/null")
        }
    }

    @Test func removedKeysAreGone() throws {
        try Sample.store(in: vault)
        try vault.remove("clinic")
        #expect(try folder.names().isEmpty)
        try Sample.store(in: vault, payload: [5])
        #expect(try Sample.open(vault) == [5])
    }

    @Test func replacedAndRemovedContentIsOverwrittenButNotThatOfBackups() throws {
        try Sample.store(in: vault)
        let original = try folder.bytes("clinic.key")
        // A hard link, as snapshot tools make them, is another's file and stays whole.
        try FileManager.default.linkItem(
            atPath: folder.file("clinic.key"), toPath: folder.file("backup"))
        try vault.changePassphrase(
            "clinic", from: passphrase(Sample.phrase), to: passphrase("new"))
        #expect(try folder.bytes("backup") == original)
        // An open file shows what became of a content without names.
        let handle = try #require(FileHandle(forReadingAtPath: folder.file("clinic.key")))
        try vault.remove("clinic")
        let rest = try #require(try handle.readToEnd())
        #expect(rest.allSatisfy { $0 == 0 })
        #expect(try folder.bytes("backup") == original)
    }

    @Test func leftoversOfAKilledProcessAreSweptAndIgnored() throws {
        try Sample.store(in: vault)
        try folder.write(".tacit-tmp-0123456789abcdef", [1, 2, 3])
        #expect(try vault.list().map(\.name) == ["clinic"])
        try Sample.store(in: vault, name: "other")
        #expect(try folder.names() == ["clinic.key", "other.key"])
    }
}

extension Data {
    fileprivate func contains(subsequence bytes: [UInt8]) -> Bool {
        range(of: Data(bytes)) != nil
    }
}
