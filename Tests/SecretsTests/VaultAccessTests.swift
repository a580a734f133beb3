import Foundation
import Secrets
import Testing

@Suite struct VaultAccessTests {
    @Test func createsAFolderForTheOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault")
        let vault = try KeyVault.create(at: path)
        #expect(try folder.mode("vault") == 0o700)
        #expect(vault.path == path)
        #expect(try KeyVault.create(at: path).list().isEmpty)
    }

    @Test func missingVaults() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("nowhere")
        #expect(throws: SecretsError.noVault(path: path)) { try KeyVault(path: path) }
        try folder.write("file", [])
        #expect(throws: SecretsError.noVault(path: folder.file("file"))) {
            try KeyVault(path: folder.file("file"))
        }
        #expect(throws: SecretsError.self) { try KeyVault.create(at: folder.file("a/b")) }
    }

    @Test(arguments: [0o755, 0o750, 0o701, 0o710, 0o720])
    func openFoldersAreRefused(mode: Int) throws {
        let folder = try TemporaryFolder()
        try folder.setMode("", mode)
        let error = SecretsError.permissionsTooOpen(
            path: folder.path, mode: UInt32(mode), required: 0o700)
        #expect(throws: error) { try folder.vault() }
        #expect(throws: error) { try KeyVault.create(at: folder.path) }
        #expect(error.description.hasSuffix("run: chmod 700 \(folder.path)"))
        try folder.setMode("", 0o700)
        #expect(throws: Never.self) { try folder.vault() }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601])
    func openFilesAreRefused(mode: Int) throws {
        let folder = try TemporaryFolder()
        let vault = try folder.vault()
        try Sample.store(in: vault)
        try folder.setMode("clinic.key", mode)
        let path = folder.file("clinic.key")
        let error = SecretsError.permissionsTooOpen(
            path: path, mode: UInt32(mode), required: 0o600)
        #expect(throws: error) { try Sample.open(vault) }
        #expect(error.description.hasSuffix("run: chmod 600 \(path)"))
        try folder.setMode("clinic.key", 0o600)
        #expect(try Sample.open(vault) == Sample.payload)
    }

    @Test func linksPipesAndFoldersAreNoKeys() throws {
        let folder = try TemporaryFolder()
        let vault = try folder.vault()
        try Sample.store(in: vault)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.key"), withDestinationPath: folder.file("clinic.key"))
        try FileManager.default.createDirectory(
            atPath: folder.file("folder.key"), withIntermediateDirectories: false)
        #expect(mkfifo(folder.file("pipe.key"), 0o600) == 0)
        for name in ["link", "folder", "pipe"] {
            #expect(throws: SecretsError.notAKeyFile(path: folder.file("\(name).key"))) {
                try vault.info(name)
            }
        }
    }

    @Test func renamedFilesAreNoticed() throws {
        let folder = try TemporaryFolder()
        let vault = try folder.vault()
        try Sample.store(in: vault)
        try folder.write("other.key", folder.bytes("clinic.key"))
        let path = folder.file("other.key")
        #expect(throws: SecretsError.nameMismatch(path: path, found: "clinic")) {
            try vault.info("other")
        }
    }

    @Test func hugeFilesAreNotRead() throws {
        let folder = try TemporaryFolder()
        let vault = try folder.vault()
        try folder.write("huge.key", [])
        let handle = try #require(FileHandle(forWritingAtPath: folder.file("huge.key")))
        try handle.truncate(atOffset: 1 << 40)
        let path = folder.file("huge.key")
        let error = #expect(throws: SecretsError.self) { try vault.info("huge") }
        guard case .tooLarge(what: path, bytes: 1 << 40, limit: _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func theDefaultCostIsModerate() throws {
        let folder = try TemporaryFolder()
        let vault = try KeyVault(path: folder.path)
        try Sample.store(in: vault)
        let info = try vault.info("clinic")
        #expect(info.derivationPasses == 3)
        #expect(info.derivationMemoryBytes == 256 << 20)
        #expect(try Sample.open(vault) == Sample.payload)
    }
}
