import CKKS
package import Inference
import Paillier
import Secrets

/// What a secret key is used for, by scheme.
extension ClientSecret {
    func evaluationKeys(card: Card, progress: ProgressObserver) throws -> [UInt8] {
        switch self {
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            return try EvaluationKeysCodec.bytes(
                client.evaluationKeys(for: key, progress: progress), context: client.context)
        case .paillier(let key):
            return try PaillierFiles.publicKey(key.publicKey, kind: .evaluationKeys, card: card)
        }
    }

    func publicKey(card: Card) throws -> [UInt8] {
        switch self {
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            let publicKey = try KeyGenerator(context: client.context).publicKey(
                for: key, level: client.lattice.inputLevel)
            return try PublicKeyCodec.bytes(publicKey, context: client.context)
        case .paillier(let key):
            return try PaillierFiles.publicKey(key.publicKey, kind: .publicKey, card: card)
        }
    }

    /// Encrypts rows into a request, a few at a time.
    package func encrypt(
        _ rows: [[Double]], card: Card, arithmetic: Arithmetic, threadCount: Int = 1,
        to destination: FrameDestination = .memory, counter: BatchCounter? = nil,
        progress: ProgressObserver
    ) throws -> WrittenFrame {
        switch self {
        case .ckks(let key):
            return try CKKSClient(card: card).request(
                rows, secretKey: key, arithmetic: arithmetic, threadCount: threadCount,
                to: destination, counter: counter, progress: progress)
        case .paillier(let key):
            return try PaillierClient(card: card).request(
                rows, privateKey: key, to: destination, counter: counter, progress: progress)
        }
    }

    /// Decrypts a response, a few rows at a time; `firstRow` is the number of rows before it, for messages.
    package func decrypt(
        _ response: FrameOrigin, card: Card, arithmetic: Arithmetic, sharing: NoiseHiding? = nil,
        firstRow: Int = 0, counter: BatchCounter? = nil, progress: ProgressObserver
    ) throws -> [[Double]] {
        switch self {
        case .ckks(let key):
            return try CKKSClient(card: card).scores(
                ofResponse: response, secretKey: key, arithmetic: arithmetic, sharing: sharing,
                firstRow: firstRow, counter: counter, progress: progress)
        case .paillier(let key):
            return try PaillierClient(card: card).scores(
                ofResponse: response, privateKey: key, firstRow: firstRow, counter: counter,
                progress: progress)
        }
    }
}

/// A public key of either scheme, checked against a card.
enum ImportedPublicKey: Sendable {
    case ckks(PublicKey)
    case paillier(PaillierPublicKey)

    init(_ bytes: [UInt8], card: Card) throws {
        switch card.contents.scheme {
        case .ckks:
            let client = try CKKSClient(card: card)
            self = .ckks(
                try PublicKeyCodec.read(
                    bytes, level: client.lattice.inputLevel, context: client.context))
        case .paillier:
            self = .paillier(try PaillierFiles.publicKey(bytes, kind: .publicKey, card: card))
        }
    }

    /// Encrypts rows into a request, a few at a time.
    func encrypt(
        _ rows: [[Double]], card: Card, arithmetic: Arithmetic, threadCount: Int = 1,
        to destination: FrameDestination = .memory, progress: ProgressObserver
    ) throws -> WrittenFrame {
        switch self {
        case .ckks(let key):
            return try CKKSClient(card: card).request(
                rows, publicKey: key, arithmetic: arithmetic, threadCount: threadCount,
                to: destination, progress: progress)
        case .paillier(let key):
            return try PaillierClient(card: card).request(
                rows, publicKey: key, to: destination, progress: progress)
        }
    }
}
