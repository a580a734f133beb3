public import Ring
public import Secrets

/// Everything a server holds of a client's keys; nothing in it is secret.
///
/// There is always a public key: every response is re-randomized with it.
public struct EvaluationKeys: Sendable {
    /// The secret key that all of them belong to.
    public let keyID: KeyID
    /// The parameters' ring.
    public let ringDigest: Digest32
    /// Encrypts the zeros that re-randomize responses.
    public let publicKey: PublicKey
    /// Switches s^2 to s.
    public let relinearization: KeySwitchingKey?
    /// Galois keys by element.
    public let galois: [GaloisElement: KeySwitchingKey]

    /// Bundles keys of one secret key and one parameter set.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`, or `.malformed` for a key in the wrong
    ///   place.
    public init(
        publicKey: PublicKey, relinearization: KeySwitchingKey? = nil,
        galois: [GaloisElement: KeySwitchingKey] = [:]
    ) throws(CKKSError) {
        keyID = publicKey.keyID
        ringDigest = publicKey.ringDigest
        self.publicKey = publicKey
        self.relinearization = relinearization
        self.galois = galois
        try checkIdentities()
    }

    private func checkIdentities() throws(CKKSError) {
        for key in [relinearization].compactMap({ $0 }) + galois.values {
            guard key.keyID == keyID else {
                throw .keyMismatch(
                    operation: "evaluation keys", left: key.keyID.shortDescription,
                    right: keyID.shortDescription)
            }
            guard key.ringDigest == ringDigest else {
                throw .ringMismatch(
                    operation: "evaluation keys", left: key.ringDigest.shortDescription,
                    right: ringDigest.shortDescription)
            }
        }
        guard relinearization.map({ $0.purpose == .relinearization }) ?? true else {
            throw .malformed(
                object: "evaluation keys", reason: "another key as relinearization key")
        }
        for (element, key) in galois where key.purpose != .galois(element) {
            throw .malformed(
                object: "evaluation keys",
                reason: "another key as Galois key of element \(element.exponent)")
        }
    }

    /// Checks keys that came from outside, down to the range of every residue.
    ///
    /// - Throws: what the single keys' `validate(in:)` throw, and as `init`.
    public func validate(in context: CKKSContext) throws(CKKSError) {
        try checkIdentities()
        try publicKey.validate(in: context)
        try relinearization?.validate(in: context)
        for key in galois.values { try key.validate(in: context) }
    }
}
