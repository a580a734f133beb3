import Foundation
import Inference
import Secrets

extension KeyRing {
    /// A client's evaluation keys, made once and kept beside the vault's keys.
    ///
    /// They are public, and large; making them again would give other bytes, which servers would have to be sent again.
    ///
    /// - Parameters:
    ///   - client: whose keys; a client of this key ring.
    ///   - progress: told how many switching keys are made, if they are.
    /// - Returns: the file of evaluation keys for the client's card; models that need the same keys share it.
    /// - Throws: as `Client.evaluationKeys`; `SecretsError` or `WireError` when they cannot be written.
    public func evaluationKeys(
        of client: Client, progress: ProgressObserver = { _, _ in }
    ) throws -> [UInt8] {
        let folder = URL(filePath: vault.path, directoryHint: .isDirectory)
            .appending(path: "evaluation-keys")
        let name = "\(client.keyID)-\(try client.card.keyNeeds.shortDescription).evk"
        let file = folder.appending(path: name).path
        if let kept = try? WholeFile.read(path: file, maximumByteCount: 1 << 36),
            (try? Frame.read(
                kept, as: .evaluationKeys,
                body: { header, reader throws(WireError) -> Bool in
                    try header.check(ring: client.card.ringDigest, keyID: client.keyID)
                    _ = try reader.bytes(reader.remaining, "the keys")
                    return true
                })) != nil
        {
            return kept
        }
        let made = try client.evaluationKeys(progress: progress)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try WholeFile.write(made, path: file)
        return made
    }
}

extension Card {
    /// Names the keys that a model needs, besides the parameters.
    fileprivate var keyNeeds: Digest32 {
        get throws {
            guard case .ckks(let lattice) = contents.scheme else { return ringDigest }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return Digest32.blake2b(ringDigest.bytes + [UInt8](try encoder.encode(lattice.keys)))
        }
    }
}
