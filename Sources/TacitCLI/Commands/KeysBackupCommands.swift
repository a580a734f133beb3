import ArgumentParser
import Foundation
import Tacit

/// `tacit keys backup`.
struct KeysBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy all keys, or some, into one sealed file.",
        discussion: """
            The file is sealed under a passphrase of its own. The keys in it stay sealed under theirs as well, which are \
            not asked for, and without which the backup is of no use.
            """)
    @Option(help: "Folder of the sealed keys.") var vault: String
    @Option(help: "A key to copy; repeat it for more. Default: all.") var name: [String] = []
    @Option(name: .shortAndLong, help: "Where to write the backup.") var output: String
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let vault = try KeyVault(path: vault)
        let secret = try passphrase.passphrase(
            prompt: "New passphrase for the backup", confirm: true)
        let count = try vault.backUp(name.isEmpty ? nil : name, to: output, passphrase: secret)
        try Console.show("\(count) \(count == 1 ? "key" : "keys") in \(output)")
    }
}

/// `tacit keys restore`.
struct KeysRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put keys of a backup into a vault, never an older one over a newer.",
        discussion: """
            Nothing is changed unless all can be restored. A restored key has the state and the share count of the day of \
            the backup: shares since then are not counted, so make a new key (tacit keys rotate) if there were any.
            """)
    @Option(help: "Folder of the sealed keys; made if missing.") var vault: String
    @Option(help: "A key to restore; repeat it for more. Default: all.") var name: [String] = []
    @Argument(help: "The backup.") var file: String
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        try WholeFile.requireReadable(path: file)
        let vault = try KeyVault.create(at: vault)
        let secret = try passphrase.passphrase(prompt: "Passphrase of the backup")
        let entries = try vault.restore(
            from: file, name.isEmpty ? nil : name, passphrase: secret)
        let rows = entries.map { entry in
            [entry.name, entry.keyID.shortDescription, "\(entry.state)", entry.outcome.rawValue]
        }
        try Console.show(Console.table([["name", "key", "state", "restored"]] + rows, leading: 4))
        if entries.contains(where: { $0.outcome != .unchanged }) {
            Console.note(
                "restored keys have the state and share count of the backup; shares since then are not counted"
            )
        }
    }
}
