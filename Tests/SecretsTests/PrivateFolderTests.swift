import Foundation
import Secrets
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct PrivateFolderTests {
    private func content(_ folder: PrivateFolder, _ name: String) throws -> [UInt8]? {
        try folder.withFile(name) { descriptor, count in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, pread(descriptor, buffer.baseAddress, count, 0))
            }
        }
    }

    private func write(
        _ folder: PrivateFolder, _ name: String, _ bytes: [UInt8], limit: Int = 1 << 20
    ) throws {
        try folder.write(name, byteLimit: limit) { try $0.append(bytes) }
    }

    /// Sets the time of a file's last use.
    private func age(_ folder: TemporaryFolder, _ name: String, seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
            ofItemAtPath: folder.file(name))
    }

    @Test func makesItselfAndThoseAboveForTheOwnerAlone() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.file("a/b/c"))
        for name in ["a", "a/b", "a/b/c"] { #expect(try outer.mode(name) == 0o700) }
        try write(folder, "x", [1, 2, 3])
        #expect(try outer.mode("a/b/c/x") == 0o600)
        #expect(try content(folder, "x") == [1, 2, 3])
        #expect(try content(folder, "y") == nil)
        #expect(try PrivateFolder(path: outer.file("a/b/c")).items().map(\.byteCount) == [3])
    }

    @Test(arguments: [0o755, 0o750, 0o701, 0o710, 0o720])
    func foldersThatOthersReachAreRefused(mode: Int) throws {
        let outer = try TemporaryFolder()
        try outer.setMode("", mode)
        #expect(
            throws: SecretsError.permissionsTooOpen(
                path: outer.path, mode: UInt32(mode), required: 0o700)
        ) { try PrivateFolder(path: outer.path) }
        try outer.setMode("", 0o700)
    }

    @Test func linksAreNotFollowed() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.file("own"))
        try FileManager.default.createSymbolicLink(
            atPath: outer.file("link"), withDestinationPath: outer.file("own"))
        #expect(throws: SecretsError.self) { try PrivateFolder(path: outer.file("link")) }
        try write(folder, "x", [1])
        try FileManager.default.createSymbolicLink(
            atPath: outer.file("own/y"), withDestinationPath: outer.file("own/x"))
        #expect(throws: SecretsError.self) { try content(folder, "y") }
        #expect(try folder.items().map(\.name) == ["x"])
    }

    @Test func filesOfAnotherKindOrOpenToOthersAreRefused() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.file("own"))
        try write(folder, "x", [1])
        try outer.setMode("own/x", 0o640)
        #expect(throws: SecretsError.self) { try content(folder, "x") }
        try outer.setMode("own/x", 0o600)
        // A second name, through which others may have it open for writing.
        try FileManager.default.linkItem(atPath: outer.file("own/x"), toPath: outer.file("z"))
        #expect(throws: SecretsError.self) { try content(folder, "x") }
        #expect(mkfifo(outer.file("own/pipe"), 0o600) == 0)
        #expect(throws: SecretsError.self) { try content(folder, "pipe") }
        try FileManager.default.createDirectory(
            atPath: outer.file("own/sub"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        #expect(throws: SecretsError.self) { try content(folder, "sub") }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func foreignOwnersAreRefused() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.file("own"))
        try write(folder, "x", [1])
        #expect(chown(outer.file("own/x"), 12345, 12345) == 0)
        #expect(throws: SecretsError.wrongOwner(path: outer.file("own/x"), owner: 12345)) {
            try content(folder, "x")
        }
        #expect(chown(outer.file("own"), 12345, 12345) == 0)
        #expect(throws: SecretsError.wrongOwner(path: outer.file("own"), owner: 12345)) {
            try PrivateFolder(path: outer.file("own"))
        }
        #expect(chown(outer.file("own"), 0, 0) == 0)
    }

    @Test func leastRecentlyUsedFilesMakeRoom() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.file("own"))
        for name in ["a", "b", "c"] {
            try write(folder, name, [UInt8](repeating: 1, count: 100), limit: 350)
        }
        try age(outer, "own/a", seconds: 300)
        try age(outer, "own/b", seconds: 500)
        try age(outer, "own/c", seconds: 400)
        // A use counts.
        #expect(try content(folder, "b")?.count == 100)
        try write(folder, "d", [UInt8](repeating: 1, count: 100), limit: 350)
        #expect(try folder.items().map(\.name) == ["a", "b", "d"])
        // A file that is replaced needs its room once.
        try write(folder, "d", [UInt8](repeating: 2, count: 150), limit: 350)
        #expect(try folder.items().map(\.name) == ["a", "b", "d"])
        try write(folder, "e", [UInt8](repeating: 2, count: 340), limit: 350)
        #expect(try folder.items().map(\.name) == ["e"])
        #expect(try folder.removeAll().count == 1)
        #expect(try folder.items().isEmpty)
        try folder.remove("e")
    }

    @Test func aWriterThatEndsAnywhereLeavesTheOldFileOrTheNewOne() throws {
        let count = try {
            let outer = try TemporaryFolder()
            let counting = FaultyOperations()
            let folder = try PrivateFolder(
                path: outer.file("own"), operations: counting.operations)
            let before = counting.calls.count
            try write(folder, "x", [1])
            return (before, counting.calls.count)
        }()
        #expect(count.1 > count.0 + 5)
        for at in 0..<(count.1 - count.0) {
            for fault in [FaultyOperations.Fault.crash, .fail(ENOSPC), .fail(EINTR), .shortWrite] {
                let outer = try TemporaryFolder()
                let folder = try PrivateFolder(path: outer.file("own"))
                try write(folder, "x", [1, 1])
                let faulty = FaultyOperations(at: count.0 + at, fault: fault)
                let dying = try PrivateFolder(
                    path: outer.file("own"), operations: faulty.operations)
                let isWritten = (try? write(dying, "x", [2, 2, 2])) != nil
                let found = try content(folder, "x")
                #expect(found == [1, 1] || found == [2, 2, 2], "call \(at), \(fault)")
                if isWritten { #expect(found == [2, 2, 2]) }
                #expect(try folder.items().map(\.name) == ["x"])
            }
        }
    }

    @Test func whatAKilledWriterLeftGoesOnceItIsOld() throws {
        let outer = try TemporaryFolder()
        let folder = try PrivateFolder(path: outer.path)
        try outer.write(".tacit-tmp-0011223344556677", [UInt8](repeating: 0, count: 1000))
        try write(folder, "x", [1], limit: 100)
        #expect(try outer.names().count == 2)
        try age(outer, ".tacit-tmp-0011223344556677", seconds: 4000)
        try write(folder, "y", [1], limit: 100)
        #expect(try outer.names() == ["x", "y"])
    }
}
