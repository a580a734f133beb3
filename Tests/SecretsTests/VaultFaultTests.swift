import Foundation
import Secrets
import Testing

/// Every step of every change fails, or is the last one of the process; the vault holds the old
/// key or the new one after it.
@Suite struct VaultFaultTests {
    /// A change of a vault that holds the sample key, and how to tell what came of it.
    enum Change: String, CaseIterable, Sendable {
        case store, importKey, changePassphrase, setState, destroy, update, remove, rotate, restore
        case accept

        static let newPhrase = "battery staple"

        func apply(to vault: KeyVault, _ folder: TemporaryFolder) throws {
            switch self {
            case .store: try Sample.store(in: vault, name: "second", payload: [1, 2, 3])
            case .importKey: try vault.importKey(from: folder.file("second.sealed"))
            case .changePassphrase:
                try vault.changePassphrase(
                    Sample.name, from: passphrase(Sample.phrase), to: passphrase(Change.newPhrase))
            case .setState:
                try vault.setState(
                    Sample.name, to: .decryptOnly, passphrase: passphrase(Sample.phrase))
            case .destroy:
                try vault.setState(
                    Sample.name, to: .destroyed, passphrase: passphrase(Sample.phrase))
            case .update:
                var key = try vault.open(Sample.name, passphrase: passphrase(Sample.phrase))
                try vault.update(&key) { $0.shareCount += 1 }
            case .remove: try vault.remove(Sample.name)
            case .rotate:
                try vault.rotate(
                    Sample.name, keyID: KeyID(bytes: [UInt8](1...16)), payload: secret([9]),
                    passphrase: passphrase(Sample.phrase))
            case .restore:
                try vault.restore(
                    from: folder.file("second.backup"), passphrase: passphrase("backup"))
            case .accept:
                try vault.accept(
                    from: folder.file("second.box"), device: "device",
                    passphrase: passphrase(Sample.phrase))
            }
        }

        /// Whether the change took place; throws when the vault holds neither old nor new.
        func isDone(in vault: KeyVault) throws -> Bool {
            let names = try vault.list().map(\.name)
            switch self {
            case .rotate:
                // The old key is there in any case; the name holds the old or the new one.
                let retired = "clinic.64656667"
                if names.contains(retired) {
                    try require(try Sample.open(vault, name: retired) == Sample.payload)
                }
                let current = try Sample.open(vault)
                try require(current == Sample.payload || current == [9])
                try require(current == Sample.payload || names.contains(retired))
                return current == [9]
            case .store, .importKey, .restore, .accept:
                try require(try Sample.open(vault) == Sample.payload)
                guard names.contains("second") else { return false }
                try require(try Sample.open(vault, name: "second") == [1, 2, 3])
                return true
            case .changePassphrase:
                do {
                    try require(try Sample.open(vault) == Sample.payload)
                    return false
                } catch SecretsError.wrongPassphrase {
                    try require(
                        try Sample.open(vault, phrase: Change.newPhrase) == Sample.payload)
                    return true
                }
            case .setState, .update:
                try require(try Sample.open(vault) == Sample.payload)
                let info = try vault.info(Sample.name)
                return info.state == .decryptOnly || info.shareCount == 1
            case .destroy:
                if try vault.info(Sample.name).state == .destroyed { return true }
                try require(try Sample.open(vault) == Sample.payload)
                return false
            case .remove:
                guard names.contains(Sample.name) else { return true }
                try require(try Sample.open(vault) == Sample.payload)
                return false
            }
        }

        private func require(_ condition: Bool) throws {
            struct NeitherOldNorNew: Error {}
            if !condition { throw NeitherOldNorNew() }
        }
    }

    /// A folder with the sample key, and a sealed copy of another to import.
    private func prepared() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let vault = try folder.vault()
        try Sample.store(in: vault, name: "second", payload: [1, 2, 3])
        try vault.export("second", to: folder.file("second.sealed"))
        try vault.backUp(
            ["second"], to: folder.file("second.backup"), passphrase: passphrase("backup"))
        let device = try vault.makeDevice("device", passphrase: passphrase(Sample.phrase))
        try vault.share(
            "second", with: device, to: folder.file("second.box"),
            passphrase: passphrase(Sample.phrase))
        try vault.remove("second")
        try Sample.store(in: vault)
        return folder
    }

    /// What a change does when nothing is amiss.
    private func calls(of change: Change) throws -> [String] {
        let folder = try prepared()
        let faulty = FaultyOperations()
        try change.apply(to: folder.vault(faulty.operations), folder)
        #expect(try change.isDone(in: folder.vault()))
        return faulty.calls
    }

    /// Spoils one call and returns whether the change reported success and whether it is done.
    private func run(
        _ change: Change, at: Int, _ fault: FaultyOperations.Fault
    ) throws -> (error: (any Error)?, isDone: Bool, folder: TemporaryFolder) {
        let folder = try prepared()
        let faulty = FaultyOperations(at: at, fault: fault)
        var failure: (any Error)?
        do {
            try change.apply(to: folder.vault(faulty.operations), folder)
        } catch { failure = error }
        return (failure, try change.isDone(in: folder.vault()), folder)
    }

    @Test(arguments: Change.allCases)
    func aProcessThatDiesAtAnyStepLeavesOldOrNew(change: Change) throws {
        let calls = try calls(of: change)
        var outcomes: Set<Bool> = []
        for step in calls.indices {
            let result = try run(change, at: step, .crash)
            outcomes.insert(result.isDone)
            // The next change sweeps up, and the vault goes on working.
            let vault = try result.folder.vault()
            try Sample.store(in: vault, name: "third")
            #expect(try Sample.open(vault, name: "third") == Sample.payload)
            let names = try result.folder.names()
            #expect(!names.contains { $0.hasPrefix(".") }, "\(names) after step \(step)")
        }
        #expect(outcomes == [false, true], "the crashes lay on both sides of the change")
    }

    @Test(arguments: Change.allCases, [ENOSPC, EIO])
    func aFailingCallLeavesOldOrNewAndIsReported(change: Change, code: Int32) throws {
        let calls = try calls(of: change)
        for step in calls.indices {
            let result = try run(change, at: step, .fail(code))
            let place = "call \(step) (\(calls[step])) of \(change)"
            if result.error == nil {
                #expect(result.isDone, "\(place) failed, success was reported, nothing was done")
            } else if result.isDone {
                guard let error = result.error as? SecretsError else {
                    Issue.record("\(place): \(String(describing: result.error))")
                    continue
                }
                // Done and yet reported: only what comes after the rename may do that.
                let isLate =
                    switch error {
                    case .notDurable: true
                    case .systemCall, .diskFull: change == .remove
                    default: false
                    }
                #expect(isLate, "\(place): \(error)")
            }
            if code == ENOSPC, calls[step] == "write", let error = result.error as? SecretsError {
                guard case .diskFull = error else {
                    Issue.record("\(place): \(error)")
                    continue
                }
            }
            // The folder that failed to be synchronized, or a failed cleaning, aside, nothing is left.
            if calls[step] != "unlink" {
                let left = try result.folder.names().filter { $0.hasPrefix(".") }
                #expect(left.isEmpty || change == .remove, "\(place) left \(left)")
            }
        }
    }

    @Test(arguments: Change.allCases)
    func interruptedAndShortCallsAreContinued(change: Change) throws {
        let calls = try calls(of: change)
        for step in calls.indices {
            for fault in [FaultyOperations.Fault.fail(EINTR), .shortWrite] {
                let result = try run(change, at: step, fault)
                #expect(result.error == nil, "\(fault) at call \(step) (\(calls[step]))")
                #expect(result.isDone)
            }
        }
    }

    @Test func theOrderOfCallsIsTheDurableOne() throws {
        for (change, naming) in [(Change.store, "renameExclusive"), (.update, "rename")] {
            let calls = try calls(of: change)
            let rename = try #require(calls.firstIndex(of: naming))
            let before = calls[..<rename]
            let write = try #require(before.lastIndex(of: "write"))
            #expect(before[write...].contains("sync"), "the file is synchronized before its name")
            #expect(calls[rename...].contains("sync"), "the folder is synchronized after it")
        }
        // The old content is overwritten only when the new name is durable.
        let calls = try calls(of: .changePassphrase)
        let rename = try #require(calls.firstIndex(of: "rename"))
        let overwrite = try #require(calls.lastIndex(of: "write"))
        #expect(overwrite > rename)
        #expect(calls[rename..<overwrite].contains("sync"))
    }

    @Test(arguments: [ENOSYS, EINVAL])
    func fileSystemsWithoutExclusiveRename(code: Int32) throws {
        let folder = try TemporaryFolder()
        var operations = FileOperations.system
        operations.renameExclusive = { _, _, _ in -code }
        let vault = try folder.vault(operations)
        try Sample.store(in: vault)
        #expect(try Sample.open(vault) == Sample.payload)
        #expect(try folder.names() == ["clinic.key"])
        // A key that another process stores between our look and our rename is not replaced.
        let other = try TemporaryFolder()
        let target = other.path
        operations.lock = { file in
            let answer = FileOperations.system.lock(file)
            try? Data([1]).write(to: URL(fileURLWithPath: target + "/clinic.key"))
            return answer
        }
        let late = try other.vault(operations)
        #expect(throws: SecretsError.keyExists(name: "clinic", vault: target)) {
            try Sample.store(in: late)
        }
        #expect(try other.bytes("clinic.key") == [1])
        #expect(try other.names() == ["clinic.key"])
    }

    @Test func foldersThatCannotBeSynchronizedServeAllTheSame() throws {
        let folder = try TemporaryFolder()
        let isFolder = FileOperations.system
        var operations = isFolder
        operations.sync = { file in
            var status = FileOperations.Status.unknown
            _ = isFolder.status(file, &status)
            return status.kind == .directory ? -EINVAL : isFolder.sync(file)
        }
        let vault = try folder.vault(operations)
        try Sample.store(in: vault)
        try vault.changePassphrase(
            "clinic", from: passphrase(Sample.phrase), to: passphrase("new"))
        #expect(try Sample.open(vault, phrase: "new") == Sample.payload)
        try vault.remove("clinic")
        #expect(try folder.names().isEmpty)
    }
}
