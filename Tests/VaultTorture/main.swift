// Checks a vault, says so, and changes it until it is killed; torture.py starts it again and again.
//
//     VaultTorture FOLDER SEED
//
// `kept` is there from the first run on and is only rewrapped, relabeled and rotated, so it must always open, under one
// of the two passphrases; the others come and go. The ids that a rotation retired stand in FOLDER.ids before it
// begins: their keys must be there for ever after, under the name or a retired one. Keys are derived at the least cost there is, which protects nothing.
import Foundation
import Secrets
import TestSupport

/// The two passphrases that keys change between.
let passphrases = ["one", "two"]

func passphrase(_ text: String) throws(SecretsError) -> Passphrase {
    var bytes = Array(text.utf8)
    return try Passphrase(SecretBytes(moving: &bytes))
}

/// The secret of a key: follows from its id, so that a mixture of two files would be noticed.
func secret(of id: KeyID) throws -> SecretBytes {
    var bytes = [UInt8]()
    for block in 0..<64 { bytes += Digest32.blake2b(id.bytes + [UInt8(block)]).bytes }
    return try SecretBytes(moving: &bytes)
}

struct Wrong: Error, CustomStringConvertible {
    let description: String
}

/// Whether a key opens under a passphrase; then it must hold its own secret.
func opens(_ vault: KeyVault, _ name: String, _ text: String) throws -> Bool {
    let key: UnlockedKey
    do throws(SecretsError) {
        let passphrase = try passphrase(text)
        key = try vault.open(name, passphrase: passphrase)
    } catch {
        if case .wrongPassphrase = error { return false }
        throw error
    }
    guard try key.payload.isEqual(to: secret(of: key.identity.keyID)) else {
        throw Wrong(description: "\(name) holds another secret")
    }
    return true
}

/// Every file opens under exactly one passphrase, to its own secret; returns which opens each.
func check(_ vault: KeyVault) throws -> [String: Int] {
    var opensWith: [String: Int] = [:]
    for entry in try vault.list() {
        _ = try entry.info.get()
        for (index, text) in passphrases.enumerated() where try opens(vault, entry.name, text) {
            guard opensWith.updateValue(index, forKey: entry.name) == nil else {
                throw Wrong(description: "\(entry.name) opens under both passphrases")
            }
        }
        guard opensWith[entry.name] != nil else {
            throw Wrong(description: "\(entry.name) opens under no passphrase")
        }
    }
    return opensWith
}

/// The ids of keys that must not be lost, in a file beside the vault.
struct Journal {
    let path: String

    func ids() -> Set<String> {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return Set(text.split(separator: "\n").map(String.init))
    }

    func add(_ id: KeyID) throws {
        let line = Data("\(id)\n".utf8)
        if let file = FileHandle(forWritingAtPath: path) {
            try file.seekToEnd()
            try file.write(contentsOf: line)
        } else {
            try line.write(to: URL(filePath: path))
        }
    }

    /// Every id of the journal is in the vault.
    func check(_ vault: KeyVault) throws {
        let present = try Set(vault.list().map { try $0.info.get().identity.keyID.description })
        guard ids().isSubset(of: present) else {
            throw Wrong(description: "a retired key was lost")
        }
    }
}

/// Rotates the key that must not be lost, a few times in all, so that the vault stays small.
func rotateKept(_ vault: KeyVault, _ journal: Journal, _ current: Int) throws {
    guard journal.ids().count < 12 else { return }
    try journal.add(vault.info("kept").identity.keyID)
    let id = KeyID(from: SystemRandomSource())
    try vault.rotate(
        "kept", keyID: id, payload: secret(of: id), passphrase: passphrase(passphrases[current]))
}

/// One random change; updates what opens each key.
func change(
    _ vault: KeyVault, _ journal: Journal, _ opensWith: inout [String: Int],
    _ generator: inout TestGenerator
) throws {
    let name = ["kept", "a", "b", "c"][generator.integer(in: 0...3)]
    guard let current = opensWith[name] else {
        let id = KeyID(from: SystemRandomSource())
        try vault.store(
            name, kind: "torture", keyID: id, payload: secret(of: id),
            passphrase: passphrase(passphrases[0]))
        opensWith[name] = 0
        return
    }
    switch generator.integer(in: 0...4) {
    case 0 where name != "kept":
        try vault.remove(name)
        opensWith[name] = nil
    case 0:
        try rotateKept(vault, journal, current)
    case 4 where name != "kept":
        let id = KeyID(from: SystemRandomSource())
        let made = try vault.rotate(
            name, keyID: id, payload: secret(of: id), passphrase: passphrase(passphrases[current]))
        try vault.remove(made.retired.name)
    case 1:
        let state: KeyState = generator.integer(in: 0...1) == 0 ? .active : .decryptOnly
        try vault.setState(name, to: state, passphrase: passphrase(passphrases[current]))
    default:
        try vault.changePassphrase(
            name, from: passphrase(passphrases[current]), to: passphrase(passphrases[1 - current]))
        opensWith[name] = 1 - current
    }
}

do {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let seed = UInt64(arguments[2]) else {
        throw Wrong(description: "usage: VaultTorture FOLDER SEED")
    }
    let isNew = !FileManager.default.fileExists(atPath: arguments[1])
    let vault = try KeyVault.create(
        at: arguments[1], operations: .system, cost: .insecureForTests)
    var generator = TestGenerator(seed: seed)
    if isNew {
        let id = KeyID(from: SystemRandomSource())
        try vault.store(
            "kept", kind: "torture", keyID: id, payload: secret(of: id),
            passphrase: passphrase(passphrases[0]))
    }
    let journal = Journal(path: arguments[1] + ".ids")
    var opensWith = try check(vault)
    try journal.check(vault)
    guard opensWith["kept"] != nil else { throw Wrong(description: "'kept' was lost") }
    FileHandle.standardOutput.write(Data("checked \(opensWith.count)\n".utf8))
    while true { try change(vault, journal, &opensWith, &generator) }
} catch {
    FileHandle.standardError.write(Data("VaultTorture: \(error)\n".utf8))
    exit(1)
}
