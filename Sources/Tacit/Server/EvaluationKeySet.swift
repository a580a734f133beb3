import CKKS
import Inference
import Paillier
import Ring
public import Secrets

/// A client's evaluation keys as a server computes with them: read, expanded and checked in full.
///
/// They fit every model of the same parameters. Nothing in them is secret.
public struct EvaluationKeySet: Sendable {
    /// The secret key that they belong to.
    public let keyID: KeyID
    /// The parameters they are for; equal to `Card.ringDigest`.
    package let ringDigest: Digest32
    let form: Form

    enum Form: Sendable {
        case ckks(EvaluationKeys)
        case paillier(PaillierPublicKey)
    }

    /// Reads the client's file of evaluation keys.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - card: of any model with the same parameters.
    /// - Throws: `WireError` when they are damaged or made for other parameters.
    public init(_ bytes: [UInt8], card: Card) throws {
        if card.parameters == nil {
            try self.init(
                paillier: PaillierFiles.publicKey(bytes, kind: .evaluationKeys, card: card),
                card: card)
        } else {
            let context = try card.context(card.lattice().parameters)
            try self.init(
                ckks: EvaluationKeysCodec.read(bytes, card: card, context: context), card: card)
        }
    }

    /// Reads the client's file of evaluation keys piece by piece.
    ///
    /// - Throws: as `init(_:card:)`, and `WireError` when the file cannot be read.
    package init(path: String, card: Card) throws {
        guard card.parameters != nil else {
            try self.init(WholeFile.read(path: path, maximumByteCount: 1 << 16), card: card)
            return
        }
        let context = try card.context(card.lattice().parameters)
        try self.init(
            ckks: EvaluationKeysCodec.read(path: path, card: card, context: context), card: card)
    }

    private init(ckks keys: EvaluationKeys, card: Card) {
        keyID = keys.keyID
        ringDigest = card.ringDigest
        form = .ckks(keys)
    }

    private init(paillier key: PaillierPublicKey, card: Card) {
        keyID = key.id
        ringDigest = card.ringDigest
        form = .paillier(key)
    }

    /// Bytes of memory that the expanded keys take, within a few percent.
    public var memoryByteCount: Int {
        switch form {
        case .ckks(let keys):
            let body = keys.publicKey.body
            let switching = keys.galois.values.reduce(keys.relinearization?.limbCount ?? 0) {
                $0 + $1.limbCount
            }
            return (2 * body.basis.count + switching) * body.context.degree * 8
        case .paillier:
            // Mostly the table that a predictor makes for its re-randomization.
            return 4 << 20
        }
    }
}
