public import BigNum
public import Secrets

/// One encrypted integer.
///
/// Invariant: `value` is in `1 ..< n^2` and shares no factor with n.
public struct PaillierCiphertext: Sendable, Hashable {
    /// The ciphertext as a number.
    public let value: BigInt
    /// The key it is made for.
    public let keyID: KeyID

    /// Takes a ciphertext from outside, after checking it.
    ///
    /// Refused: another key's, a value outside `1 ..< n^2` or with a factor of n, and one that carries no
    /// randomness (`1 + m n`, an open message). `index` names it in the error.
    public init(
        value: BigInt, keyID: KeyID, for key: PaillierPublicKey, index: Int = 0
    ) throws(PaillierError) {
        try key.expect(keyID)
        guard value.signum > 0, value < key.nSquared else {
            throw .ciphertextOutOfRange(index: index)
        }
        let residue = value.mod(key.n)
        guard BigInt.gcd(residue, key.n) == 1 else { throw .ciphertextNotInvertible(index: index) }
        guard residue != 1 else { throw .ciphertextNotHidden(index: index) }
        self.init(trusted: value, keyID: keyID)
    }

    /// A value that satisfies the invariant by construction.
    init(trusted value: BigInt, keyID: KeyID) {
        self.value = value
        self.keyID = keyID
    }
}

/// Encrypted signed fixed-point numbers with one public exponent and one public bound for all of them.
///
/// Invariants: every ciphertext is of `keyID`; every plaintext has a magnitude of at most `bound`, as its maker
/// declared, and `bound` is within the key's plaintext bound.
public struct PaillierTensor: Sendable, Hashable {
    /// The ciphertexts, in the order of the values.
    public let ciphertexts: [PaillierCiphertext]
    /// The key they are made for.
    public let keyID: KeyID
    /// Values are plaintexts divided by 2 to this power; the same for all, so that magnitudes do not show.
    public let fractionBits: Int
    /// Largest magnitude of a plaintext that can occur, public.
    public let bound: BigInt

    /// Number of values.
    public var count: Int { ciphertexts.count }

    /// Puts ciphertexts together.
    ///
    /// Throws when one is of another key, the bound is not in `0 ... plaintextBound`, or the exponent is unusable.
    public init(
        _ ciphertexts: [PaillierCiphertext], fractionBits: Int, bound: BigInt,
        for key: PaillierPublicKey
    ) throws(PaillierError) {
        for ciphertext in ciphertexts { try key.expect(ciphertext.keyID) }
        guard FixedPointCodec.fractionBitsRange.contains(fractionBits) else {
            throw .fixedPoint(reason: "\(fractionBits) fraction bits are not in 0...1024")
        }
        guard !bound.isNegative, bound <= key.plaintextBound else {
            throw .overflowPossible(row: 0, bits: bound.bitWidth, availableBits: key.plaintextBits)
        }
        self.ciphertexts = ciphertexts
        self.keyID = key.id
        self.fractionBits = fractionBits
        self.bound = bound
    }
}
