public import Ring
package import Secrets

/// Makes secret keys, and the public keys that belong to them.
///
/// Secrets are uniform ternary; errors are centered binomial with variance 10.5, from a secret seed
/// drawn for each key. Every key's uniform half has a public seed of its own. No branch or index
/// depends on a secret.
public struct KeyGenerator: Sendable {
    /// The context of the keys.
    public let context: CKKSContext
    let source: any RandomSource

    /// A generator on the system's randomness.
    public init(context: CKKSContext) {
        self.init(context: context, source: SystemRandomSource())
    }

    /// A generator on another source, for tests.
    package init(context: CKKSContext, source: any RandomSource) {
        self.context = context
        self.source = source
    }

    /// Draws a secret key.
    ///
    /// - Throws: `CKKSError.noSecretMemory`.
    public func secretKey() throws(CKKSError) -> SecretKey {
        let keyID = KeyID(from: source)
        let scratch = try borrowScratch()
        defer { context.scratches.giveBack(scratch) }
        scratch.drawTernary()
        let coefficients: SecretBytes
        do {
            coefficients = try scratch.second.duplicate()
        } catch {
            throw .noSecretMemory(bytes: context.parameters.degree)
        }
        return try SecretKey(coefficients: coefficients, keyID: keyID)
    }

    /// A public key that encrypts at levels up to `level`.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.ringMismatch`, `.noSecretMemory`.
    public func publicKey(for secret: borrowing SecretKey, level: Int) throws(CKKSError)
        -> PublicKey
    {
        try context.parameters.checkLevel(level, "public key")
        try secret.requireDegree(of: context, "public key")
        let seed = Seed(from: source)
        let uniform = Polynomial<Evaluation>.uniform(
            seed: seed, stream: UniformStream.publicKey, digit: 0, context: context.ring,
            basis: context.basis(atLevel: level))
        let scratch = try borrowScratch()
        defer { context.scratches.giveBack(scratch) }
        scratch.drawError()
        let body = Polynomial<Evaluation>.masked(
            uniform: uniform, secret: secret.coefficients, error: scratch.first,
            workspace: &scratch.workspace)
        return try PublicKey(
            keyID: secret.keyID, level: level, seed: seed, body: body, context: context)
    }

    /// The key that brings products back to two polynomials, at levels up to `level`.
    ///
    /// - Throws: `CKKSError.levelOutOfRange`, `.ringMismatch`, `.noKeySwitching`,
    ///   `.noSecretMemory`.
    public func relinearizationKey(for secret: borrowing SecretKey, level: Int) throws(CKKSError)
        -> KeySwitchingKey
    {
        try key(KeyRequest(purpose: .relinearization, level: level), for: secret)
    }

    /// The key of one automorphism, at levels up to `level`.
    ///
    /// - Throws: as `relinearizationKey(for:level:)`, and `.malformed` for the identity, which
    ///   needs no key.
    public func galoisKey(
        for secret: borrowing SecretKey, element: GaloisElement, level: Int
    ) throws(CKKSError) -> KeySwitchingKey {
        guard !element.isIdentity else {
            throw .malformed(object: "Galois key", reason: "the identity needs no key")
        }
        return try key(KeyRequest(purpose: .galois(element), level: level), for: secret)
    }

    /// The key that moves ciphertexts from one secret key to another of the same ring.
    ///
    /// - Throws: as `relinearizationKey(for:level:)`.
    public func conversionKey(
        from old: borrowing SecretKey, to new: borrowing SecretKey, level: Int
    ) throws(CKKSError) -> KeySwitchingKey {
        try old.requireDegree(of: context, "conversion key")
        try new.requireDegree(of: context, "conversion key")
        try checkSwitching(level: level)
        let seed = Seed(from: source)
        let scratch = try borrowScratch()
        defer { context.scratches.giveBack(scratch) }
        return switchingKey(
            .conversion(from: old.keyID), from: old.coefficients, squared: false,
            to: new.coefficients, keyID: new.keyID, level: level, seed: seed, scratch: scratch)
    }

    /// All keys a server needs.
    ///
    /// - Parameters:
    ///   - secret: the secret key.
    ///   - publicKeyLevel: highest level at which responses are re-randomized.
    ///   - relinearizationLevel: highest level of products; nil for no key.
    ///   - rotations: rotation amounts and the highest level each is used at.
    ///   - conjugationLevel: highest level of conjugations; nil for no key.
    ///   - threadCount: how many keys are made at a time; by default one on every processor. The
    ///     keys do not depend on it, given the same randomness.
    ///   - progress: told how many switching keys are made, of how many, on the calling thread.
    /// - Throws: as the functions for single keys.
    public func evaluationKeys(
        for secret: borrowing SecretKey, publicKeyLevel: Int, relinearizationLevel: Int? = nil,
        rotations: [Int: Int] = [:], conjugationLevel: Int? = nil,
        threadCount: Int = CKKSContext.processorCount,
        progress: (_ made: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(CKKSError) -> EvaluationKeys {
        let degree = context.parameters.degree
        var levels: [GaloisElement: Int] = [:]
        for (amount, level) in rotations {
            let element = GaloisElement.rotation(by: amount, degree: degree)
            if !element.isIdentity { levels[element] = max(level, levels[element] ?? level) }
        }
        if let conjugationLevel {
            levels[.conjugation(degree: degree)] = conjugationLevel
        }
        // In order, so that a seeded source gives the same keys every time.
        var requests = levels.sorted { $0.key < $1.key }.map { element, level in
            KeyRequest(purpose: .galois(element), level: level)
        }
        if let relinearizationLevel {
            requests.append(KeyRequest(purpose: .relinearization, level: relinearizationLevel))
        }
        let made = try keys(
            requests, for: secret, team: ThreadTeam(threadCount: threadCount), progress)
        var galois: [GaloisElement: KeySwitchingKey] = [:]
        for key in made {
            if case .galois(let element) = key.purpose { galois[element] = key }
        }
        return try EvaluationKeys(
            publicKey: publicKey(for: secret, level: publicKeyLevel),
            relinearization: made.first { $0.purpose == .relinearization }, galois: galois)
    }

    func borrowScratch() throws(CKKSError) -> SecretScratch {
        try context.scratches.take(ring: context.ring, source: source)
    }
}

extension CKKSContext {
    /// g_j over Q_level and P: P on the limbs of digit j, 0 elsewhere.
    package func gadget(digit: Int, level: Int) -> [UInt64] {
        let limbs = digits(atLevel: level)[digit].basis
        return extendedBasis(atLevel: level).indices.map {
            limbs.position(of: $0) == nil ? 0 : specialProduct[$0]
        }
    }
}
