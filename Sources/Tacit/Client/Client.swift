import CKKS
import Inference
import Paillier
public import Secrets

/// The owner of the data: holds the secret key, encrypts rows and decrypts results.
///
/// The secret stays in locked memory; nothing of this type can be sent to a server by accident, since all
/// it hands out are bytes of public keys, requests, and decrypted results.
public final class Client: Sendable {
    /// The model this client talks to.
    public let card: Card
    /// The public name of the secret key.
    public let keyID: KeyID
    package let secret: ClientSecret

    /// Makes a client with a fresh secret key.
    ///
    /// - Throws: `CKKSError` or `PaillierError` when the card's parameters cannot be used.
    public convenience init(card: Card) throws {
        try self.init(card: card, secret: ClientSecret(card: card))
    }

    /// Makes a client around a secret key, for example from a vault.
    ///
    /// - Throws: `TacitError` when the key does not fit the card's parameters.
    package init(card: Card, secret: consuming ClientSecret) throws {
        try secret.check(fits: card)
        self.card = card
        keyID = secret.keyID
        self.secret = secret
    }

    /// The public keys that a server computes with, as a file; made on all processors.
    ///
    /// - Parameter progress: told how many switching keys are made.
    /// - Throws: `CKKSError` or `WireError`.
    public func evaluationKeys(progress: ProgressObserver = { _, _ in }) throws -> [UInt8] {
        try secret.evaluationKeys(card: card, progress: progress)
    }

    /// The public key with which others encrypt rows for this client, as a file.
    ///
    /// - Throws: `CKKSError` or `WireError`.
    public func publicKey() throws -> [UInt8] {
        try secret.publicKey(card: card)
    }

    /// Encrypts rows for the model.
    ///
    /// - Parameters:
    ///   - rows: each of `card.inputCount` finite values inside the card's ranges.
    ///   - arithmetic: which engine computes.
    ///   - threadCount: threads that make ciphertexts, each its own.
    ///   - progress: told how many ciphertexts are done.
    /// - Returns: a request file.
    /// - Throws: `TacitError` naming the row and column that was refused.
    public func encrypt(
        _ rows: [[Double]], arithmetic: Arithmetic = .residues, threadCount: Int = 1,
        progress: ProgressObserver = { _, _ in }
    ) throws -> [UInt8] {
        try card.check(rows)
        return try secret.encrypt(
            rows, card: card, arithmetic: arithmetic, threadCount: threadCount, progress: progress
        ).bytes
    }

    /// Encrypts rows into a file, a few at a time.
    ///
    /// - Parameters:
    ///   - rows: as above.
    ///   - path: where the request appears once it is complete; `-` is standard output.
    ///   - arithmetic: which engine computes.
    ///   - threadCount: threads that make ciphertexts, each its own.
    ///   - progress: told how many ciphertexts are done.
    /// - Returns: the size of the request in bytes.
    /// - Throws: as above, and `WireError` where the file cannot be written.
    @discardableResult
    public func encrypt(
        _ rows: [[Double]], to path: String, arithmetic: Arithmetic = .residues,
        threadCount: Int = 1, progress: ProgressObserver = { _, _ in }
    ) throws -> Int {
        try card.check(rows)
        return try secret.encrypt(
            rows, card: card, arithmetic: arithmetic, threadCount: threadCount,
            to: .file(path: path), progress: progress
        ).byteCount
    }

    /// Decrypts a server's answer.
    ///
    /// - Parameters:
    ///   - response: a response file.
    ///   - arithmetic: which engine computes.
    ///   - progress: told how many groups of ciphertexts are done.
    /// - Returns: the scores, and the model's outputs computed from them.
    /// - Throws: `WireError` for damaged or foreign files, `TacitError` for scores outside their range.
    public func decrypt(
        _ response: [UInt8], arithmetic: Arithmetic = .residues,
        progress: ProgressObserver = { _, _ in }
    ) throws -> Prediction {
        let scores = try secret.decrypt(
            .memory(response), card: card, arithmetic: arithmetic, progress: progress)
        return try prediction(scores)
    }

    /// What the card asks to be returned of scores.
    func prediction(_ scores: [[Double]]) throws -> Prediction {
        try Prediction(
            scores: scores, tail: card.contents.output.tail,
            disclosure: card.contents.output.disclosure)
    }
}

/// Encrypts rows for somebody else with their public key.
public struct InputEncryptor: Sendable {
    /// The model.
    public let card: Card
    let key: ImportedPublicKey

    /// Takes over a public key file.
    ///
    /// - Throws: `WireError` when the file is damaged or made for other parameters.
    public init(card: Card, publicKey: [UInt8]) throws {
        self.card = card
        key = try ImportedPublicKey(publicKey, card: card)
    }

    /// Encrypts rows; only the key's owner can decrypt the answer.
    ///
    /// - Throws: as `Client.encrypt`.
    public func encrypt(
        _ rows: [[Double]], arithmetic: Arithmetic = .residues, threadCount: Int = 1,
        progress: ProgressObserver = { _, _ in }
    ) throws -> [UInt8] {
        try card.check(rows)
        return try key.encrypt(
            rows, card: card, arithmetic: arithmetic, threadCount: threadCount, progress: progress
        ).bytes
    }

    /// Encrypts rows into a file, a few at a time.
    ///
    /// - Returns: the size of the request in bytes.
    /// - Throws: as `Client.encrypt`.
    @discardableResult
    public func encrypt(
        _ rows: [[Double]], to path: String, arithmetic: Arithmetic = .residues,
        threadCount: Int = 1, progress: ProgressObserver = { _, _ in }
    ) throws -> Int {
        try card.check(rows)
        return try key.encrypt(
            rows, card: card, arithmetic: arithmetic, threadCount: threadCount,
            to: .file(path: path), progress: progress
        ).byteCount
    }
}

/// Told how many ciphertexts, groups of them, or keys are done, after each of them.
public typealias ProgressObserver = (_ done: Int, _ total: Int) -> Void

/// Which engine computes on lattice ciphertexts; both read the same keys and files.
public enum Arithmetic: String, Sendable, CaseIterable {
    /// Residues modulo word-sized primes; fast.
    case residues
    /// Integers of arbitrary size; slow, independent, for audits.
    case gmp
}
