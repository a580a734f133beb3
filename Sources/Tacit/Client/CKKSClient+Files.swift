import CKKS
import Inference
import Ring
import Secrets

/// Requests and responses, a few ciphertexts at a time.
extension CKKSClient {
    /// Encrypts rows with the secret key.
    func request(
        _ rows: [[Double]], secretKey: borrowing SecretKey, arithmetic: Arithmetic,
        threadCount: Int, to destination: FrameDestination, counter: BatchCounter?,
        progress: ProgressObserver
    ) throws -> WrittenFrame {
        try request(
            rows, keyID: secretKey.keyID, threadCount: threadCount, to: destination,
            counter: counter, progress: progress
        ) { index, group in
            try ciphertext(index, of: group, secretKey: secretKey, arithmetic: arithmetic)
        }
    }

    /// Encrypts rows with a public key.
    func request(
        _ rows: [[Double]], publicKey: PublicKey, arithmetic: Arithmetic,
        threadCount: Int, to destination: FrameDestination, progress: ProgressObserver
    ) throws -> WrittenFrame {
        try request(
            rows, keyID: publicKey.keyID, threadCount: threadCount, to: destination, counter: nil,
            progress: progress
        ) { index, group in
            let plaintext = try plaintext(index, of: group)
            return switch arithmetic {
            case .residues:
                try Encryptor(context: context).encrypt(plaintext, publicKey: publicKey)
            case .gmp:
                try ExactEncryptor(context: context).encrypt(plaintext, publicKey: publicKey)
            }
        }
    }

    /// Most ciphertexts made at the same time: each takes locked memory, which is scarce.
    private static let mostThreads = 4

    private func request(
        _ rows: [[Double]], keyID: KeyID, threadCount: Int, to destination: FrameDestination,
        counter: BatchCounter?, progress: ProgressObserver,
        encrypt: (_ index: Int, _ group: [[Double]]) throws -> Ciphertext
    ) throws -> WrittenFrame {
        let head = try CKKSBatchHead(
            kind: .request, rowCount: rows.count, card: card, keyID: keyID)
        let perGroup = lattice.layout.inputCiphertextCount
        let team = ThreadTeam(threadCount: max(1, min(threadCount, Self.mostThreads)))
        let atOnce = team.threadCount
        return try Frame.stream(to: destination) { frame in
            var known: (group: Int, rows: [[Double]]) = (-1, [])
            for start in stride(from: 0, to: head.ciphertextCount, by: atOnce) {
                let end = min(start + atOnce, head.ciphertextCount)
                // Rows of the groups that these ciphertexts hold.
                let groups = (start / perGroup...(end - 1) / perGroup).map { group in
                    if group != known.group { known = (group, self.rows(ofGroup: group, rows)) }
                    return known
                }
                let mark = counter?.mark()
                let made = team.map(end - start) { index, _ in
                    Result {
                        let place = start + index
                        let group = groups[place / perGroup - groups[0].group].rows
                        return try encrypt(place % perGroup, group)
                    }
                }
                for ciphertext in made { try frame.add(ciphertext.get(), to: head) }
                withExtendedLifetime(mark) {}
                progress(end, head.ciphertextCount)
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
