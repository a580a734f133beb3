import CKKS
import Inference
import RealModule
public import Secrets

/// Results that are handed on: flooded with noise, and counted.
extension Card {
    /// The noise that results get before they are handed on.
    ///
    /// - Throws: `TacitError` where the card has no room for it, or it would leave less than three bits of the scores.
    func sharingRoom() throws(TacitError) -> NoiseHiding {
        guard case .ckks(let lattice) = contents.scheme else {
            throw TacitError(
                .wrongScheme,
                "\(contents.name) runs under paillier, whose decryptions are exact: they need no noise to be "
                    + "shared; leave --share away")
        }
        guard let room = lattice.sharing else {
            throw TacitError(
                .mismatch,
                "\(contents.name) was compiled without room for sharing, and a decryption without noise gives "
                    + "the key away; ask the model's owner to compile with --share BITS,RESULTS")
        }
        let remaining = min(
            room.precisionBits,
            Double.log2(contents.output.bound / (contents.output.errorBound + room.scoreBound)))
        guard remaining >= NoiseHiding.leastPrecisionBits else {
            throw TacitError(
                .mismatch,
                "noise of \(room.goal.bits) bits would leave \(Int(max(remaining, 0))) bits of "
                    + "\(contents.name)'s scores, at least 3 are asked for; ask for a model with more room"
            )
        }
        return room
    }
}

extension CKKSClient {
    /// Phases with fresh noise on every coefficient that holds something.
    func flooded(_ phases: [Plaintext], _ room: NoiseHiding) throws -> [Plaintext] {
        let flood = try NoiseFlood(deviation: room.deviation)
        return try phases.map { phase in
            phase.adding(
                try flood.noise(
                    context: context, level: phase.level, scale: phase.scale,
                    places: lattice.layout.readablePlaces(rowCount: lattice.rowCapacity)))
        }
    }
}

extension Client {
    /// Decrypts an answer with noise added, and says for how many shared results it counts: its rows.
    package func decryptToShare(
        _ response: [UInt8], arithmetic: Arithmetic = .residues,
        progress: ProgressObserver = { _, _ in }
    ) throws -> (prediction: Prediction, shares: Int) {
        let room = try card.sharingRoom()
        let scores = try secret.decrypt(
            .memory(response), card: card, arithmetic: arithmetic, sharing: room,
            progress: progress)
        return (try prediction(scores), scores.count)
    }
}

extension KeyRing {
    /// Decrypts an answer whose results will be handed on: adds the noise that the card has room for, and counts its
    /// rows in the vault, durably, before anything is returned.
    ///
    /// - Parameters:
    ///   - response: a response file.
    ///   - name: the key's name.
    ///   - card: the model's card.
    ///   - passphrase: what opens the key.
    ///   - arithmetic: which engine computes.
    ///   - progress: told how many ciphertexts are done.
    /// - Throws: `TacitError` where there is no room; `SecretsError.sharesUsedUp` past the number of results that the
    ///   noise is wide enough for; and as `Client.decrypt`.
    public func decryptToShare(
        _ response: [UInt8], key name: String, card: Card, passphrase: borrowing Passphrase,
        arithmetic: Arithmetic = .residues, progress: ProgressObserver = { _, _ in }
    ) throws -> Prediction {
        let limit = try card.sharingRoom().goal.uses
        try requireFit(name, card: card)
        var opened = try vault.open(name, passphrase: passphrase)
        let secret = try ClientSecret(
            kind: opened.identity.kind, keyID: opened.identity.keyID, payload: opened.payload,
            card: card)
        let client = try Client(card: card, secret: secret)
        let (prediction, shares) = try client.decryptToShare(
            response, arithmetic: arithmetic, progress: progress)
        try vault.update(&opened) { record throws(SecretsError) in
            let (count, overflow) = record.shareCount.addingReportingOverflow(UInt64(shares))
            guard !overflow, count <= UInt64(limit) else {
                throw .sharesUsedUp(
                    name: name, shared: record.shareCount, asked: shares, limit: limit)
            }
            record.shareCount = count
        }
        return prediction
    }
}

extension CiphertextLayout {
    /// The coefficients that are not masked by uniform numbers; nil for all.
    fileprivate func readablePlaces(rowCount: Int) -> [Int]? {
        guard case .coefficients(let layout) = self else { return nil }
        return layout.places(ofRows: rowCount)
    }
}
