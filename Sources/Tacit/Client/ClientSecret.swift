package import CKKS
import Inference
package import Paillier
import Secrets

/// The secret key of either scheme.
package enum ClientSecret: ~Copyable, Sendable {
    case ckks(SecretKey)
    case paillier(PaillierPrivateKey)

    /// A fresh key for a card.
    init(card: Card) throws {
        switch card.contents.scheme {
        case .ckks:
            let context = try CKKSContext(card.lattice().parameters)
            self = .ckks(try KeyGenerator(context: context).secretKey())
        case .paillier(let paillier):
            guard let size = PaillierKeySize(rawValue: paillier.modulusBits) else {
                throw TacitError(
                    .malformed, "the card asks for a modulus of \(paillier.modulusBits) bits")
            }
            self = .paillier(try PaillierPrivateKey(generating: size))
        }
    }

    /// A key from a vault.
    init(kind: String, keyID: KeyID, payload: borrowing SecretBytes, card: Card) throws {
        switch (kind, card.contents.scheme) {
        case (Self.ckksKind, .ckks):
            self = .ckks(try SecretPayload.secretKey(from: payload, keyID: keyID))
        case (Self.paillierKind, .paillier(let paillier)):
            self = .paillier(
                try SecretPayload.paillierKey(
                    from: payload,
                    accepting112BitSecurity: paillier.modulusBits == 2048))
        default:
            throw TacitError(
                .mismatch,
                "a \(kind) key cannot serve a model that runs under \(card.contents.scheme.name)")
        }
    }

    private static let ckksKind = "ckks"
    static let paillierKind = "paillier"

    /// What the vault calls it.
    var kind: String {
        switch self {
        case .ckks: Self.ckksKind
        case .paillier: Self.paillierKind
        }
    }

    /// The public name.
    var keyID: KeyID {
        switch self {
        case .ckks(let key): key.keyID
        case .paillier(let key): key.publicKey.id
        }
    }

    /// The bytes that the vault seals.
    func payload() throws -> SecretBytes {
        switch self {
        case .ckks(let key): try SecretPayload.bytes(of: key)
        case .paillier(let key): try SecretPayload.bytes(of: key)
        }
    }

    /// Refuses a key of another scheme or size.
    func check(fits card: Card) throws {
        let fits =
            switch self {
            case .ckks(let key): key.degree == card.parameters?.degree
            case .paillier(let key): key.publicKey.size.frameDigest == card.ringDigest
            }
        guard fits else {
            throw TacitError(
                .mismatch, "the key was made for other parameters than \(card.contents.name)'s")
        }
    }
}
