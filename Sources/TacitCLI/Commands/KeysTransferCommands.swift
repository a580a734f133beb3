import ArgumentParser
import Foundation
import Tacit

/// How a key is written outside its vault.
enum KeyFormat: String, ExpressibleByArgument, CaseIterable {
    /// Tacit's own: sealed under the passphrase.
    case sealed
    /// The JSON of python-paillier 1.5.0, in the clear.
    case phe
}

/// `tacit keys export`.
struct KeysExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy a key into a file.",
        discussion: """
            By default the key stays sealed under its passphrase. With --format phe a Paillier key becomes JSON for \
            python-paillier, in the clear: the whole key, readable by you alone, or with --public-part what others \
            need to encrypt.
            """)
    @OptionGroup var key: VaultOptions
    @Option(help: "sealed, or phe.") var format = KeyFormat.sealed
    @Flag(help: "With --format phe: leave the secret out.") var publicPart = false
    @Option(name: .shortAndLong, help: "Where to write the key.") var output: String
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        guard format == .phe || !publicPart else {
            throw ValidationError("--public-part belongs to --format phe")
        }
    }

    func run() throws {
        if format == .sealed { return try KeyVault(path: key.vault).export(key.name, to: output) }
        let ring = try KeyRing(path: key.vault)
        _ = try ring.vault.info(key.name)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let json = try ring.exportPythonPaillier(
            key.name, publicPartOnly: publicPart, passphrase: secret)
        if publicPart {
            try Files.write(json.withUnsafeBytes { [UInt8]($0) }, to: output)
        } else {
            try AtomicFile.write(output, mode: 0o600, replace: false) { file in
                try json.withUnsafeBytes { try file.append($0) }
            }
            Console.note("\(output) holds the secret key in the clear; keep it off shared disks")
        }
    }
}

/// `tacit keys import`.
struct KeysImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Add a key from a file.",
        discussion: """
            The file is one that keys export wrote, or with --format phe the private key of python-paillier as JSON, \
            which gets the name --name here and is sealed under a new passphrase. Keys of python-paillier have no base \
            for fast randomization, so that encrypting with their public part is slow.
            """)
    @Option(help: "Folder of the sealed keys; made if missing.") var vault: String
    @Option(help: "sealed, or phe.") var format = KeyFormat.sealed
    @Option(help: "With --format phe: name of the key in the vault.") var name: String?
    @Flag(
        name: .customLong("accept-112-bit-security"),
        help: "With --format phe: take a modulus of 2048 bits, which is weaker than all else here.")
    var accepts112 = false
    @Argument(help: "The key.") var file: String
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        guard (format == .phe) == (name != nil) else {
            throw ValidationError("give --name with --format phe, and only then")
        }
    }

    func run() throws {
        if format == .sealed {
            let identity = try KeyVault.create(at: vault).importKey(from: file)
            return try Console.show("key '\(identity.name)' \(identity.keyID.shortDescription)")
        }
        let name = name ?? ""
        var bytes = try WholeFile.read(path: file, maximumByteCount: 1 << 16)
        let json = try SecretBytes(moving: &bytes)
        let secret = try passphrase.passphrase(
            prompt: "New passphrase for key '\(name)'", confirm: true)
        let keyID = try Files.blaming(file) {
            try KeyRing.importPythonPaillier(
                name, into: vault, json: json, accepting112BitSecurity: accepts112,
                passphrase: secret)
        }
        try Console.show("key '\(name)' \(keyID.shortDescription)")
    }
}
