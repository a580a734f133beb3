public import BigNum
public import Secrets

/// Computes on ciphertexts under one public key, without any secret.
///
/// `add` to `dotProduct` give bare results, which show how they were made to whoever owns the key; `rerandomize` hides
/// that, and `apply` does it for every output. Randomization uses a base of this evaluator's own, never one that
/// the client supplied. Safe to share between threads.
public final class PaillierEvaluator: Sendable {
    /// The key computed under.
    public let publicKey: PaillierPublicKey

    let ring: SquareModulus
    private let randomizer: Randomizer
    private let source: any RandomSource

    /// Prepares computing under `publicKey`.
    ///
    /// With `.fixedBase` outputs are hidden by powers of one random n-th power that stays here: fast, and safe against
    /// key owners who cannot compute discrete logarithms modulo their own primes. With `.classical` every output gets
    /// a uniform n-th power, which hides from anyone. The time of operations depends on plaintext factors and weights.
    public init(
        _ publicKey: PaillierPublicKey, randomization: PaillierRandomization = .fixedBase,
        from source: any RandomSource = SystemRandomSource()
    ) throws(PaillierError) {
        self.publicKey = publicKey
        self.source = source
        ring = try publicKey.makeRing()
        let base: SecretNatural? =
            randomization == .fixedBase ? try .random(below: ring.number, from: source) : nil
        randomizer = Randomizer(key: publicKey, ring: ring, base: base)
    }

    /// Makes the table of fast randomization now rather than when it pays.
    public func prepare() { randomizer.prepare() }

    /// Memory of the table of fast randomization; 0 before it is made.
    public var tableByteCount: Int { randomizer.tableByteCount }

    /// A ciphertext of the sum.
    public func add(
        _ a: PaillierCiphertext, _ b: PaillierCiphertext
    ) throws(PaillierError) -> PaillierCiphertext {
        try check(a, b)
        return make(ring.product(a.element(of: ring), b.element(of: ring)))
    }

    /// A ciphertext of the difference.
    public func subtract(
        _ a: PaillierCiphertext, _ b: PaillierCiphertext
    ) throws(PaillierError) -> PaillierCiphertext {
        try add(a, negate(b))
    }

    /// A ciphertext of the opposite number.
    public func negate(_ a: PaillierCiphertext) throws(PaillierError) -> PaillierCiphertext {
        try check(a)
        guard let inverse = a.value.inverse(modulo: publicKey.nSquared) else {
            throw .ciphertextNotInvertible(index: 0)
        }
        return make(inverse)
    }

    /// A ciphertext of the sum with a known integer of a magnitude up to a third of n.
    public func add(
        _ a: PaillierCiphertext, plaintext: BigInt
    ) throws(PaillierError) -> PaillierCiphertext {
        try check(a)
        try publicKey.checkPlaintexts([plaintext])
        return make(
            ring.value(
                a.element(of: ring),
                timesOnePlus: SecretNatural(residueOf: plaintext, modulo: ring.number)
            ).published())
    }

    /// A ciphertext of the product with a known integer of a magnitude up to a third of n.
    public func multiply(
        _ a: PaillierCiphertext, by plaintext: BigInt
    ) throws(PaillierError) -> PaillierCiphertext {
        try check(a)
        try publicKey.checkPlaintexts([plaintext])
        return try withArithmeticErrors { () throws(BigNumError) in
            make(try a.value.power(plaintext, modulo: publicKey.nSquared))
        }
    }

    /// A ciphertext of `sum_i weights[i] * a[i]`.
    ///
    /// Throws `shape` when the counts differ, `plaintextOutOfRange` for a weight above a third of n.
    public func dotProduct(
        _ a: [PaillierCiphertext], weights: [BigInt]
    ) throws(PaillierError) -> PaillierCiphertext {
        guard a.count == weights.count else {
            throw .shape(what: "weights of a dot product", expected: a.count, found: weights.count)
        }
        try publicKey.checkPlaintexts(weights)
        return try products(a, rows: [weights])[0]
    }

    /// A ciphertext of the same plaintext that does not show how it was made.
    public func rerandomize(
        _ a: PaillierCiphertext
    ) throws(PaillierError) -> PaillierCiphertext {
        try rerandomize([a])[0]
    }

    /// Ciphertexts of the same plaintexts that do not show how they were made.
    public func rerandomize(
        _ values: [PaillierCiphertext]
    ) throws(PaillierError) -> [PaillierCiphertext] {
        for value in values { try check(value) }
        let powers = try randomizer.powers(count: values.count, from: source)
        return zip(values, powers).map { value, power in
            make(ring.product(value.element(of: ring), power))
        }
    }

    /// Ciphertexts of the products of a matrix, given by rows, with a vector; bare.
    func products(
        _ a: [PaillierCiphertext], rows: [[BigInt]]
    ) throws(PaillierError) -> [PaillierCiphertext] {
        for value in a { try check(value) }
        return try withArithmeticErrors { () throws(BigNumError) in
            let bases = a.map { $0.element(of: ring) }
            return try MultiExponentiation.products(ring: ring, bases: bases, rows: rows)
                .map { make($0) }
        }
    }

    private func check(_ values: PaillierCiphertext...) throws(PaillierError) {
        for value in values { try publicKey.expect(value.keyID) }
    }

    private func make(_ value: BigInt) -> PaillierCiphertext {
        PaillierCiphertext(trusted: value, keyID: publicKey.id)
    }

    private func make(_ element: RingElement) -> PaillierCiphertext {
        PaillierCiphertext(trusted: element, ring: ring, keyID: publicKey.id)
    }
}
