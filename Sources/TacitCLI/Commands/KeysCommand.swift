import ArgumentParser
import Foundation
import Tacit

/// `tacit keys`: the keys of a vault.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List, rotate, back up, share, export and remove keys, and change passphrases.",
        subcommands: [
            List.self, Show.self, KeysRotateCommand.self, Retire.self, Destroy.self, Passwd.self,
            KeysBackupCommand.self, KeysRestoreCommand.self, KeysDeviceCommand.self,
            KeysShareCommand.self, KeysAcceptCommand.self, KeysExportCommand.self,
            KeysImportCommand.self, Remove.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys of a vault.")
        @Option(help: "Folder of the sealed keys.") var vault: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let entries = try KeyVault(path: vault).list()
            if json {
                try Console.json(entries.map(KeyFacts.init))
            } else if entries.isEmpty {
                Console.note("no keys in \(vault); make one with: tacit keygen")
            } else {
                let rows = entries.map { KeyFacts($0).cells }
                try Console.show(
                    Console.table([["name", "key", "scheme", "state", "created"]] + rows))
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one key, without its secret.")
        @OptionGroup var key: VaultOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let info = try KeyVault(path: key.vault).info(key.name)
            let facts = KeyFacts(info)
            if json {
                try Console.json(facts)
            } else {
                try Console.show(Console.table(facts.lines))
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a key for good; nothing encrypted for it can be read again.")
        @OptionGroup var key: VaultOptions
        @Flag(help: "Do not ask.") var yes = false

        func run() throws {
            let vault = try KeyVault(path: key.vault)
            let info = try vault.info(key.name)
            if !yes {
                guard isatty(STDIN_FILENO) == 1 else {
                    throw TacitError(
                        .key, "keys remove needs --yes where there is no terminal to ask on")
                }
                Console.note(
                    "Remove key '\(key.name)' \(info.identity.keyID.shortDescription) for good? "
                        + "Type its name:")
                guard readLine() == key.name else {
                    throw TacitError(.key, "the name was not repeated; nothing was removed")
                }
            }
            try vault.remove(key.name)
        }
    }

    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a key for decryption only, or with --undo make it active again.")
        @OptionGroup var key: VaultOptions
        @Flag(help: "Let the key encrypt again.") var undo = false
        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            let vault = try KeyVault(path: key.vault)
            _ = try vault.info(key.name)
            let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
            try vault.setState(key.name, to: undo ? .active : .decryptOnly, passphrase: secret)
        }
    }

    struct Destroy: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Destroy a key's secret for good; its name and id stay as a reminder.",
            discussion:
                "Nothing encrypted for it can be read again, and no older backup is restored over it."
        )
        @OptionGroup var key: VaultOptions
        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            let vault = try KeyVault(path: key.vault)
            _ = try vault.info(key.name)
            let secret = try passphrase.passphrase(
                prompt: "Passphrase of key '\(key.name)', to destroy it")
            try vault.setState(key.name, to: .destroyed, passphrase: secret)
        }
    }

    struct Passwd: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a key's passphrase; the key itself stays.",
            discussion:
                "With --passphrase-fd, the first line is the old passphrase, the second the new.")
        @OptionGroup var key: VaultOptions
        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            let vault = try KeyVault(path: key.vault)
            _ = try vault.info(key.name)
            let old = try passphrase.passphrase(prompt: "Old passphrase of key '\(key.name)'")
            let new =
                try passphrase.passphraseFd.map { try Passphrase.fromFileDescriptor($0) }
                ?? Passphrase.fromTerminal(prompt: "New passphrase", confirm: true)
            try vault.changePassphrase(key.name, from: old, to: new)
        }
    }
}

/// What may be shown of a key.
private struct KeyFacts: Encodable {
    let name: String
    var keyID: String?
    var scheme: String?
    var state: String?
    var created: String?
    var changed: String?
    var shares: UInt64?
    var ring: String?
    var problem: String?

    init(_ info: KeyInfo) {
        name = info.identity.name
        keyID = info.identity.keyID.description
        scheme = info.identity.kind
        state = "\(info.state)"
        created = Self.time(info.identity.createdAt)
        changed = Self.time(info.changedAt)
        shares = info.shareCount
        ring = info.identity.metadata.prefix(6).map { String(format: "%02x", $0) }.joined()
    }

    private static func time(_ seconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    init(_ entry: KeyVault.Entry) {
        switch entry.info {
        case .success(let info): self.init(info)
        case .failure(let error): self.init(name: entry.name, problem: "\(error)")
        }
    }

    private init(name: String, problem: String) {
        self.name = name
        self.problem = problem
    }

    var cells: [String] {
        if let problem { return [name, "", "", "unreadable", problem] }
        return [name, String((keyID ?? "").prefix(8)), scheme ?? "", state ?? "", created ?? ""]
    }

    var lines: [[String]] {
        [
            ["name", name], ["key", keyID ?? ""], ["scheme", scheme ?? ""], ["state", state ?? ""],
            ["created", created ?? ""], ["changed", changed ?? ""], ["shares", "\(shares ?? 0)"],
            ["parameters", ring ?? ""],
        ]
    }
}
