import ArgumentParser
import Tacit

/// `tacit keys device`.
struct KeysDeviceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract:
            "Show this device's public key, to which others seal keys; made at the first use.",
        discussion: """
            The secret half is a sealed key of the vault and never leaves it. Read the public key to the other side over a \
            channel that nobody can change: whoever swaps it gets what is shared.
            """)
    @Option(help: "Folder of the sealed keys; made if missing.") var vault: String
    @Option(help: "Name of the device's own key in the vault.") var name = "device"
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let ring = try KeyRing.create(at: vault)
        if try ring.hasKey(name) { return try Console.show("\(ring.vault.device(name))") }
        let secret = try passphrase.passphrase(
            prompt: "New passphrase for key '\(name)'", confirm: true)
        try Console.show("\(ring.vault.makeDevice(name, passphrase: secret))")
    }
}

/// `tacit keys share`.
struct KeysShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Seal a key to another device of yours.",
        discussion: """
            Only that device opens the file, with `tacit keys accept`. From then on both hold the same secret and count \
            shares on their own: what both shared counts together against the bound.
            """)
    @OptionGroup var key: VaultOptions
    @Option(help: "The other device's public key: what `tacit keys device` prints there.")
    var to: String
    @Option(name: .shortAndLong, help: "Where to write the sealed key.") var output: String
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let vault = try KeyVault(path: key.vault)
        let device = try DeviceKey(to)
        _ = try vault.info(key.name)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(key.name)'")
        let identity = try vault.share(key.name, with: device, to: output, passphrase: secret)
        try Console.show("key '\(key.name)' \(identity.keyID) in \(output)")
    }
}

/// `tacit keys accept`.
struct KeysAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Add a key that was sealed to this device.",
        discussion: """
            The key is sealed here under the passphrase of the device's own key. The file does not say who made it: \
            compare the id that is printed with the one that `tacit keys share` printed there.
            """)
    @Option(help: "Folder of the sealed keys.") var vault: String
    @Option(help: "Name of the device's own key in the vault.") var device = "device"
    @Option(help: "Another name for the key in this vault.") var name: String?
    @Argument(help: "The sealed key.") var file: String
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        try WholeFile.requireReadable(path: file)
        let vault = try KeyVault(path: vault)
        _ = try vault.device(device)
        let secret = try passphrase.passphrase(prompt: "Passphrase of key '\(device)'")
        let identity = try vault.accept(
            from: file, device: device, as: name, passphrase: secret)
        try Console.show("key '\(identity.name)' \(identity.keyID)")
    }
}
