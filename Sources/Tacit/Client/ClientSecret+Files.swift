import CKKS
import Inference
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

    func encrypt(
        _ rows: [[Double]], card: Card, arithmetic: Arithmetic, progress: ProgressObserver
    ) throws -> [UInt8] {
        switch self {
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            var ciphertexts: [Ciphertext] = []
            let plaintexts = try client.encode(rows)
            for plaintext in plaintexts {
                switch arithmetic {
                case .residues:
                    ciphertexts.append(
                        try Encryptor(context: client.context).encrypt(plaintext, secretKey: key))
                case .gmp:
                    ciphertexts.append(
                        try ExactEncryptor(context: client.context).encrypt(
                            plaintext, secretKey: key))
                }
                progress(ciphertexts.count, plaintexts.count)
            }
            return try CKKSBatch.bytes(
                ciphertexts, kind: .request, rowCount: rows.count, card: card, keyID: key.keyID)
        case .paillier(let key):
            return try encryptWithPaillier(rows, card: card, key: key, progress: progress)
        }
    }

    func decrypt(
        _ response: [UInt8], card: Card, arithmetic: Arithmetic, sharing: NoiseHiding? = nil,
        progress: ProgressObserver
    ) throws -> [[Double]] {
        switch self {
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            let contents = try CKKSBatch.read(
                response, kind: .response, card: card, keyID: key.keyID, context: client.context)
            var phases: [Plaintext] = []
            for ciphertext in contents.ciphertexts {
                switch arithmetic {
                case .residues:
                    phases.append(
                        try Decryptor(context: client.context).phase(ciphertext, secretKey: key))
                case .gmp:
                    phases.append(
                        try ExactDecryptor(context: client.context).phase(
                            ciphertext, secretKey: key))
                }
                progress(phases.count, contents.ciphertexts.count)
            }
            let scores = try client.scores(of: phases, rowCount: contents.rowCount)
            guard let sharing else { return scores }
            return try client.scores(
                of: client.flooded(phases, sharing), rowCount: contents.rowCount, checks: false)
        case .paillier(let key):
            let tensors = try PaillierFiles.response(response, card: card, key: key.publicKey)
            var scores: [[Double]] = []
            let group = max(1, 256 / max(1, tensors.first?.count ?? 1))
            let packing = try PaillierFiles.scorePacking(card, key: key.publicKey)
            for start in stride(from: 0, to: tensors.count, by: group) {
                let some = Array(tensors[start..<min(start + group, tensors.count)])
                let rows =
                    if let packing {
                        try key.decrypt(
                            rows: some, packing: packing, count: card.contents.output.count)
                    } else {
                        try key.decrypt(rows: some)
                    }
                for row in rows {
                    try card.check(scores: row, row: scores.count)
                    scores.append(row)
                }
                progress(scores.count, tensors.count)
            }
            return scores
        }
    }
}

/// Encrypts rows with the help of the primes.
private func encryptWithPaillier(
    _ rows: [[Double]], card: Card, key: borrowing PaillierPrivateKey, progress: ProgressObserver
) throws -> [UInt8] {
    let codec = try PaillierFiles.inputCodec(card)
    var vectors: [PaillierTensor] = []
    // Rows go together, since many numbers at once are faster than few.
    let group = max(1, 256 / max(1, card.inputCount))
    for start in stride(from: 0, to: rows.count, by: group) {
        let some = Array(rows[start..<min(start + group, rows.count)])
        vectors += try key.encrypt(rows: some, codec: codec)
        progress(vectors.count, rows.count)
    }
    return try PaillierFiles.bytes(vectors, kind: .request, card: card, key: key.publicKey)
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

    func encrypt(
        _ rows: [[Double]], card: Card, arithmetic: Arithmetic, progress: ProgressObserver
    ) throws -> [UInt8] {
        switch self {
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            var ciphertexts: [Ciphertext] = []
            let plaintexts = try client.encode(rows)
            for plaintext in plaintexts {
                switch arithmetic {
                case .residues:
                    ciphertexts.append(
                        try Encryptor(context: client.context).encrypt(plaintext, publicKey: key))
                case .gmp:
                    ciphertexts.append(
                        try ExactEncryptor(context: client.context).encrypt(
                            plaintext, publicKey: key))
                }
                progress(ciphertexts.count, plaintexts.count)
            }
            return try CKKSBatch.bytes(
                ciphertexts, kind: .request, rowCount: rows.count, card: card, keyID: key.keyID)
        case .paillier(let key):
            let encryptor = try PaillierEncryptor(key)
            let codec = try PaillierFiles.inputCodec(card)
            let vectors = try rows.enumerated().map { index, row in
                defer { progress(index + 1, rows.count) }
                return try encryptor.encrypt(row, codec: codec)
            }
            return try PaillierFiles.bytes(vectors, kind: .request, card: card, key: key)
        }
    }
}
