import ArgumentParser
import Tacit

/// Where the public keys of a client go.
struct PublicKeyFiles: ParsableArguments {
    @Option(help: "Where to write the evaluation keys for the server.")
    var evaluationKeys: String
    @Option(help: "Where to write a public key with which others may encrypt rows for you.")
    var publicKey: String?

    func validate() throws {
        guard publicKey != evaluationKeys else {
            throw ValidationError("both keys would be written to \(evaluationKeys)")
        }
    }

    /// Writes all public keys or none; returns the size of the evaluation keys in bytes.
    func write(of client: Client) throws -> Int {
        var files = [
            (
                path: evaluationKeys,
                bytes: try Console.showingProgress(of: "keys", client.evaluationKeys)
            )
        ]
        if let publicKey { files.append((path: publicKey, bytes: try client.publicKey())) }
        try WholeFile.write(files)
        return files[0].bytes.count
    }
}
