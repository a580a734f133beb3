public import BigNum
public import Secrets
import Synchronization

/// Encrypts to the owner of a public key.
///
/// Keeps the table of fast randomization and a pool of random powers that can be filled in idle time. Every power is
/// used once. Safe to share between threads.
public final class PaillierEncryptor: Sendable {
    /// The key encrypted to.
    public let publicKey: PaillierPublicKey
    /// The form of randomization in use.
    public let randomization: PaillierRandomization

    private let ring: SquareModulus
    private let randomizer: Randomizer
    private let source: any RandomSource
    private let pool = Mutex<[RingElement]>([])

    /// Prepares encryption to `publicKey`.
    ///
    /// Without `randomization` the fast form is taken if the key has a base for it, the classical one otherwise.
    /// Throws `PaillierError.randomizationBase` when the fast form is asked of a key without base.
    public init(
        _ publicKey: PaillierPublicKey, randomization: PaillierRandomization? = nil,
        from source: any RandomSource = SystemRandomSource()
    ) throws(PaillierError) {
        let form =
            randomization ?? (publicKey.randomizationBase == nil ? .classical : .fixedBase)
        if form == .fixedBase, publicKey.randomizationBase == nil {
            throw .randomizationBase(reason: "is missing, and fast randomization was asked for")
        }
        self.publicKey = publicKey
        self.randomization = form
        self.source = source
        ring = try publicKey.makeRing()
        randomizer = Randomizer(
            key: publicKey, ring: ring,
            base: form == .fixedBase ? publicKey.randomizationBase.map { SecretNatural($0) } : nil)
    }

    /// Encrypts a signed integer.
    ///
    /// - Throws: `plaintextOutOfRange` when its magnitude is above a third of n.
    public func encrypt(_ plaintext: BigInt) throws(PaillierError) -> PaillierCiphertext {
        try encrypt([plaintext])[0]
    }

    /// Encrypts signed integers; errors name the position.
    public func encrypt(_ plaintexts: [BigInt]) throws(PaillierError) -> [PaillierCiphertext] {
        try publicKey.checkPlaintexts(plaintexts)
        let powers = try takePowers(count: plaintexts.count)
        return zip(plaintexts, powers).map { publicKey.encrypt($0, power: $1, ring: ring) }
    }

    /// Encrypts real numbers in the codec's format.
    ///
    /// - Throws: `valueNotFinite`, `valueOutOfRange`, or `overflowPossible` when the codec's bound exceeds the
    ///   plaintext space.
    public func encrypt(
        _ values: [Double], codec: FixedPointCodec
    ) throws(PaillierError) -> PaillierTensor {
        let ciphertexts = try encrypt(codec.encode(values))
        return try PaillierTensor(
            ciphertexts, fractionBits: codec.fractionBits, bound: codec.bound, for: publicKey)
    }

    /// A ciphertext of the same plaintext that nobody can link to the given one.
    public func rerandomize(
        _ ciphertext: PaillierCiphertext
    ) throws(PaillierError) -> PaillierCiphertext {
        try publicKey.expect(ciphertext.keyID)
        let power = try takePowers(count: 1)[0]
        return PaillierCiphertext(
            trusted: ring.product(ciphertext.element(of: ring), power), ring: ring,
            keyID: publicKey.id)
    }

    /// Computes `count` random powers ahead, for encryptions to come.
    public func fillPool(count: Int) throws(PaillierError) {
        let powers = try randomizer.powers(count: count, from: source)
        pool.withLock { $0.append(contentsOf: powers) }
    }

    /// Random powers ready for use.
    public var pooledCount: Int { pool.withLock { $0.count } }

    /// Makes the table of fast randomization now rather than when it pays.
    public func prepare() { randomizer.prepare() }

    /// Memory of the table of fast randomization; 0 before it is made.
    public var tableByteCount: Int { randomizer.tableByteCount }

    private func takePowers(count: Int) throws(PaillierError) -> [RingElement] {
        var powers = pool.withLock { pool in
            let taken = Array(pool.suffix(count))
            pool.removeLast(taken.count)
            return taken
        }
        let missing = count - powers.count
        if missing > 0 {
            try powers.append(contentsOf: randomizer.powers(count: missing, from: source))
        }
        return powers
    }
}
