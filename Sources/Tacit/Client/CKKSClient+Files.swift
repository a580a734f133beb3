import CKKS
import Inference
import Secrets

/// Requests and responses, a few ciphertexts at a time.
extension CKKSClient {
    /// Encrypts rows with the secret key.
    func request(
        _ rows: [[Double]], secretKey: borrowing SecretKey, arithmetic: Arithmetic,
        to destination: FrameDestination, counter: BatchCounter?, progress: ProgressObserver
    ) throws -> WrittenFrame {
        try request(
            rows, keyID: secretKey.keyID, to: destination, counter: counter, progress: progress
        ) { plaintext in
            switch arithmetic {
            case .residues:
                try Encryptor(context: context).encrypt(plaintext, secretKey: secretKey)
            case .gmp:
                try ExactEncryptor(context: context).encrypt(plaintext, secretKey: secretKey)
            }
        }
    }

    /// Encrypts rows with a public key.
    func request(
        _ rows: [[Double]], publicKey: PublicKey, arithmetic: Arithmetic,
        to destination: FrameDestination, progress: ProgressObserver
    ) throws -> WrittenFrame {
        try request(
            rows, keyID: publicKey.keyID, to: destination, counter: nil, progress: progress
        ) { plaintext in
            switch arithmetic {
            case .residues:
                try Encryptor(context: context).encrypt(plaintext, publicKey: publicKey)
            case .gmp:
                try ExactEncryptor(context: context).encrypt(plaintext, publicKey: publicKey)
            }
        }
    }

    private func request(
        _ rows: [[Double]], keyID: KeyID, to destination: FrameDestination,
        counter: BatchCounter?, progress: ProgressObserver,
        encrypt: (Plaintext) throws -> Ciphertext
    ) throws -> WrittenFrame {
        let head = try CKKSBatchHead(
            kind: .request, rowCount: rows.count, card: card, keyID: keyID)
        return try Frame.stream(to: destination) { frame in
            var done = 0
            for group in groups(of: rows) {
                for index in 0..<lattice.layout.inputCiphertextCount {
                    let mark = counter?.mark()
                    try frame.add(encrypt(plaintext(index, of: group)), to: head)
                    withExtendedLifetime(mark) {}
                    done += 1
                    progress(done, head.ciphertextCount)
                }
            }
        }
    }

    /// Decrypts the scores of a response.
    func scores(
        ofResponse response: FrameOrigin, secretKey: borrowing SecretKey, arithmetic: Arithmetic,
        sharing: NoiseHiding?, firstRow: Int, counter: BatchCounter?, progress: ProgressObserver
    ) throws -> [[Double]] {
        func phase(_ ciphertext: Ciphertext) throws -> Plaintext {
            switch arithmetic {
            case .residues:
                try Decryptor(context: context).phase(ciphertext, secretKey: secretKey)
            case .gmp:
                try ExactDecryptor(context: context).phase(ciphertext, secretKey: secretKey)
            }
        }
        return try Frame.stream(from: response, as: .response) { header, reader in
            var groups = try CKKSGroups(
                header, &reader, card: card, keyID: secretKey.keyID, context: context,
                counter: counter)
            var all: [[Double]] = []
            all.reserveCapacity(groups.rowCount)
            for index in 0..<groups.groupCount {
                let group = try groups.next(&reader)
                let phases = try group.ciphertexts.map(phase)
                let row = firstRow + all.count
                var scores = try scores(of: phases, rowCount: group.rowCount, firstRow: row)
                if let sharing {
                    scores = try self.scores(
                        of: flooded(phases, sharing), rowCount: group.rowCount, checks: false)
                }
                all += scores
                progress(index + 1, groups.groupCount)
            }
            return all
        }
    }
}
