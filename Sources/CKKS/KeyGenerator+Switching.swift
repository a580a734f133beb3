import Ring
import Secrets

/// A switching key of one secret key that is to be made.
struct KeyRequest: Sendable {
    /// Relinearization, or a Galois element that is not the identity.
    let purpose: KeySwitchingPurpose
    let level: Int
}

/// Making switching keys: one by one, or several at a time.
extension KeyGenerator {
    /// Makes one key.
    func key(_ request: KeyRequest, for secret: borrowing SecretKey) throws(CKKSError)
        -> KeySwitchingKey
    {
        let made = try keys([request], for: secret, team: .single) { _, _ in }
        return made[0]
    }

    /// Makes keys, as many at a time as the team has threads and the system gives locked memory for.
    ///
    /// Randomness is drawn in the order of the requests on the calling thread, a public and a secret
    /// seed for each, so the keys are the same for any number of threads.
    func keys(
        _ requests: [KeyRequest], for secret: borrowing SecretKey, team: ThreadTeam,
        _ progress: (Int, Int) -> Void
    ) throws(CKKSError) -> [KeySwitchingKey] {
        try secret.requireDegree(of: context, "switching key")
        for request in requests { try checkSwitching(level: request.level) }
        var made: [KeySwitchingKey] = []
        var atATime = team.threadCount
        while made.count < requests.count {
            var drawn: [(seed: Seed, scratch: SecretScratch)] = []
            defer { for (_, scratch) in drawn { context.scratches.giveBack(scratch) } }
            while drawn.count < min(atATime, requests.count - made.count) {
                // Drawn before the scratch, whose seed comes from the same source.
                let seed = Seed(from: source)
                do throws(CKKSError) {
                    drawn.append((seed, try borrowScratch()))
                } catch {
                    // Locked memory is scarce; fewer at a time need less of it.
                    if drawn.isEmpty { throw error }
                    atATime = drawn.count
                }
            }
            let first = made.count
            let batch = team.map(drawn.count) { item, _ in
                key(requests[first + item], secret, drawn[item].seed, drawn[item].scratch)
            }
            for key in batch { made.append(try key.get()) }
            progress(made.count, requests.count)
        }
        return made
    }

    private func key(
        _ request: KeyRequest, _ secret: borrowing SecretKey, _ seed: Seed,
        _ scratch: SecretScratch
    ) -> Result<KeySwitchingKey, CKKSError> {
        guard case .galois(let element) = request.purpose else {
            return .success(
                switchingKey(
                    request.purpose, from: secret.coefficients, squared: true,
                    to: secret.coefficients, keyID: secret.keyID, level: request.level, seed: seed,
                    scratch: scratch))
        }
        let degree = context.parameters.degree
        do {
            let target = try secret.coefficients.applying(
                element.inverse(degree: degree), context: context.ring)
            return .success(
                switchingKey(
                    request.purpose, from: secret.coefficients, squared: false, to: target,
                    keyID: secret.keyID, level: request.level, seed: seed, scratch: scratch))
        } catch {
            return .failure(.noSecretMemory(bytes: degree))
        }
    }

    /// Throws unless there are switching keys at a level.
    func checkSwitching(level: Int) throws(CKKSError) {
        try context.parameters.checkLevel(level, "switching key")
        guard context.specialBasis != nil else {
            throw .noKeySwitching(operation: "switching key")
        }
    }

    /// (b_j, a_j) for every digit of a level: b_j = -a_j·to + e_j + g_j·from.
    func switchingKey(
        _ purpose: KeySwitchingPurpose, from: borrowing SecretBytes, squared: Bool,
        to: borrowing SecretBytes, keyID: KeyID, level: Int, seed: Seed, scratch: SecretScratch
    ) -> KeySwitchingKey {
        KeySwitchingKey(
            purpose: purpose, keyID: keyID, level: level, seed: seed, context: context
        ) { digit, uniform in
            scratch.drawError(digit: digit)
            var body = Polynomial<Evaluation>.masked(
                uniform: uniform, secret: to, error: scratch.first, workspace: &scratch.workspace)
            let gadget = context.gadget(digit: digit, level: level)
            if squared {
                body.addSecretSquare(from, byScalars: gadget, workspace: &scratch.workspace)
            } else {
                body.addSecret(from, byScalars: gadget, workspace: &scratch.workspace)
            }
            return body
        }
    }
}
