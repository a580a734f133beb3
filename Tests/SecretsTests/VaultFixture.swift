import Foundation
import Secrets

/// A fresh folder that is removed when the fixture goes.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("tacit-secrets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        try setMode(name, mode)
    }

    func setMode(_ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: name.isEmpty ? path : file(name))
    }

    func mode(_ name: String) throws -> Int? {
        let path = name.isEmpty ? path : file(name)
        return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// A vault in the folder with the cheapest key derivation.
    func vault(_ operations: FileOperations = .system) throws -> KeyVault {
        try KeyVault(path: path, operations: operations, cost: .insecureForTests)
    }
}

func passphrase(_ text: String) throws -> Passphrase {
    var bytes = [UInt8](text.utf8)
    return try Passphrase(SecretBytes(moving: &bytes))
}

func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    var copy = bytes
    return try SecretBytes(moving: &copy)
}

/// A key that is stored and read back in the tests.
enum Sample {
    static let name = "clinic"
    static let phrase = "correct horse"
    static let metadata: [UInt8] = [1, 2, 3, 4]
    static let payload = [UInt8]("attack at dawn".utf8)

    static func keyID() throws -> KeyID { try KeyID(bytes: [UInt8](100..<116)) }

    @discardableResult
    static func store(
        in vault: KeyVault, name: String = Sample.name, payload: [UInt8] = Sample.payload
    ) throws -> KeyIdentity {
        try vault.store(
            name, kind: "ckks", keyID: keyID(), metadata: metadata, payload: secret(payload),
            passphrase: passphrase(phrase))
    }

    /// The payload, or the error's text.
    static func open(
        _ vault: KeyVault, name: String = Sample.name, phrase: String = Sample.phrase
    ) throws -> [UInt8] {
        let key = try vault.open(name, passphrase: passphrase(phrase))
        return key.payload.withUnsafeBytes { [UInt8]($0) }
    }
}
