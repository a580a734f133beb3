import Inference
import Paillier

/// Sums of many parties' rows under Paillier: everybody encrypts to one key, anybody adds, its owner decrypts the sum.
public enum PackedSums {
    /// Adds files of packed rows, value by value.
    ///
    /// - Parameters:
    ///   - files: bytes and name of each file; all packed for sums of the same size.
    ///   - card: the card they were encrypted for.
    ///   - evaluationKeys: the public keys of the owner, as a file.
    /// - Throws: `TacitError` before anything is added when the sum could overflow or shapes differ; `WireError`
    ///   naming a file that is damaged or of another card or key.
    public static func add(
        _ files: [(bytes: [UInt8], name: String)], card: Card, evaluationKeys: [UInt8]
    ) throws -> [UInt8] {
        let key = try PaillierFiles.publicKey(evaluationKeys, kind: .evaluationKeys, card: card)
        let vectors = try files.map { file in
            try PackedVectorFiles.read(file.bytes, card: card, key: key, source: file.name)
        }
        let sum: PaillierPackedVector
        do throws(PaillierError) {
            sum = try PaillierEvaluator(key).sum(vectors)
        } catch {
            throw TacitError(.wrongShape, error.description)
        }
        return try PackedVectorFiles.bytes(sum, card: card, key: key)
    }

    /// Whether a file holds packed rows, or a sum of them.
    public static func isPacked(_ file: [UInt8]) -> Bool {
        (try? Frame.header(file))?.kind == .packedRows
    }
}

extension Client {
    /// Encrypts rows packed, to be added to those of others, `terms` files at most altogether.
    ///
    /// - Throws: `TacitError` naming the row and column that was refused, or for a model of another scheme.
    public func encrypt(_ rows: [[Double]], forSumsOf terms: Int) throws -> [UInt8] {
        try card.check(rows)
        return try secret.encryptPacked(rows, card: card, terms: terms)
    }

    /// Decrypts packed rows, or the sum of many.
    ///
    /// - Returns: the sums, row by row, and how many files were added.
    /// - Throws: `WireError` for damaged or foreign files, `PaillierError` when a slot overflowed.
    public func decryptSum(_ file: [UInt8]) throws -> (rows: [[Double]], addends: Int) {
        try secret.decryptPacked(file, card: card)
    }
}

extension InputEncryptor {
    /// Encrypts rows packed, to be added to those of others, `terms` files at most altogether.
    ///
    /// - Throws: as `Client.encrypt(_:forSumsOf:)`.
    public func encrypt(_ rows: [[Double]], forSumsOf terms: Int) throws -> [UInt8] {
        try card.check(rows)
        return try key.encryptPacked(rows, card: card, terms: terms)
    }
}

extension ClientSecret {
    fileprivate func encryptPacked(_ rows: [[Double]], card: Card, terms: Int) throws -> [UInt8] {
        switch self {
        case .ckks: throw PackedSums.wrongScheme(card)
        case .paillier(let key):
            let (codec, packing) = try PackedVectorFiles.packing(
                card, key: key.publicKey, terms: terms)
            let vector = try key.encrypt(codec.encode(rows.flatMap(\.self)), packing: packing)
            return try PackedVectorFiles.bytes(vector, card: card, key: key.publicKey)
        }
    }

    fileprivate func decryptPacked(
        _ file: [UInt8], card: Card
    ) throws -> (rows: [[Double]], addends: Int) {
        switch self {
        case .ckks: throw PackedSums.wrongScheme(card)
        case .paillier(let key):
            let vector = try PackedVectorFiles.read(file, card: card, key: key.publicKey)
            let codec = try PaillierFiles.inputCodec(card)
            let sums = try key.decrypt(vector).map(codec.decode)
            let width = card.inputCount
            let rows = stride(from: 0, to: sums.count, by: width).map {
                Array(sums[$0..<$0 + width])
            }
            return (rows, vector.addends)
        }
    }
}

extension ImportedPublicKey {
    fileprivate func encryptPacked(_ rows: [[Double]], card: Card, terms: Int) throws -> [UInt8] {
        guard case .paillier(let key) = self else { throw PackedSums.wrongScheme(card) }
        let (codec, packing) = try PackedVectorFiles.packing(card, key: key, terms: terms)
        let vector = try PaillierEncryptor(key).encrypt(
            codec.encode(rows.flatMap(\.self)), packing: packing)
        return try PackedVectorFiles.bytes(vector, card: card, key: key)
    }
}

extension PackedSums {
    fileprivate static func wrongScheme(_ card: Card) -> TacitError {
        TacitError(
            .wrongScheme,
            "the model runs under \(card.contents.scheme.name); sums of packed rows need one compiled "
                + "with --scheme paillier")
    }
}
