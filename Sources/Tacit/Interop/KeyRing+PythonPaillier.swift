import Paillier
public import Secrets

extension KeyRing {
    /// A Paillier key as python-paillier's JSON: with the primes, or only the public part.
    ///
    /// - Throws: `TacitError.wrongScheme` for a key of another scheme; `SecretsError` for a wrong passphrase.
    public func exportPythonPaillier(
        _ name: String, publicPartOnly: Bool, passphrase: borrowing Passphrase
    ) throws -> SecretBytes {
        let key = try paillierKey(name, passphrase: passphrase)
        guard publicPartOnly else { return try PythonPaillier.json(of: key) }
        var json: [UInt8] = try PythonPaillier.json(of: key.publicKey)
        return try SecretBytes(moving: &json)
    }

    /// A Paillier key of the vault, which need not be of this program's making.
    func paillierKey(
        _ name: String, passphrase: borrowing Passphrase
    ) throws -> PaillierPrivateKey {
        let opened = try vault.open(name, passphrase: passphrase)
        guard opened.identity.kind == ClientSecret.paillierKind else {
            throw TacitError(
                .wrongScheme,
                "key '\(name)' is a \(opened.identity.kind) key; python-paillier knows Paillier keys only"
            )
        }
        return try SecretPayload.paillierKey(from: opened.payload, accepting112BitSecurity: true)
    }

    /// Seals a private key that python-paillier made, in a vault that is made if missing.
    ///
    /// - Parameters:
    ///   - name: The key's name in the vault.
    ///   - path: Folder of the vault.
    ///   - json: The key as python-paillier's command line writes it.
    ///   - accepting112BitSecurity: Must be true for a modulus of 2048 bits.
    ///   - passphrase: Seals the key.
    /// - Throws: `TacitError` for another file, `PaillierError` naming what is wrong with the key.
    public static func importPythonPaillier(
        _ name: String, into path: String, json: borrowing SecretBytes,
        accepting112BitSecurity: Bool, passphrase: borrowing Passphrase
    ) throws -> KeyID {
        let key = try PythonPaillier.privateKey(
            json: json, accepting112BitSecurity: accepting112BitSecurity)
        let payload = try SecretPayload.bytes(of: key)
        try KeyRing.create(at: path).vault.store(
            name, kind: ClientSecret.paillierKind, keyID: key.publicKey.id,
            metadata: key.publicKey.size.frameDigest.bytes, payload: payload,
            passphrase: passphrase)
        return key.publicKey.id
    }
}
