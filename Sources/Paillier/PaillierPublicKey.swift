public import BigNum
public import Secrets

/// A public key: the modulus n, and for keys made here a base for fast randomization.
///
/// Invariants: `n` has one of the offered widths, is odd, composite, no perfect power and free of factors below
/// 2^20; `randomizationBase` is a unit modulo n other than ±1, of Jacobi symbol 1.
public struct PaillierPublicKey: Sendable, Hashable {
    /// The modulus.
    public let n: BigInt
    /// The modulus of ciphertexts.
    public let nSquared: BigInt
    /// The base h = -x^2 mod n of the variant of Damgard, Jurik and Nielsen, if the key has one.
    ///
    /// Only for encrypting to the owner of the key, who chose it; a server never randomizes with it.
    public let randomizationBase: BigInt?
    /// The width of the modulus.
    public let size: PaillierKeySize
    /// The name that ciphertexts carry: the first bytes of a digest of n.
    public let id: KeyID
    /// Digest of everything in the key, to compare over another channel.
    public let digest: Digest32

    /// Largest magnitude of a plaintext: n / 3, so that a guard zone of n / 3 shows overflows.
    public var plaintextBound: BigInt {
        n.quotientAndRemainder(dividingBy: 3, rounding: .floor).quotient
    }

    /// Bits that every plaintext may have.
    public var plaintextBits: Int { plaintextBound.bitWidth - 1 }

    /// Bytes of one ciphertext.
    public var ciphertextByteCount: Int { 2 * size.byteCount }

    /// Takes a key from outside, after checking it.
    ///
    /// Refused: other widths than offered, 2048 bits unless `accepting112BitSecurity`, even numbers, primes, perfect
    /// powers, factors below 2^20, unfit randomization bases. That n is a product of two large primes
    /// cannot be seen from outside.
    public init(
        n: BigInt, randomizationBase: BigInt? = nil, accepting112BitSecurity: Bool = false
    ) throws(PaillierError) {
        guard n.signum > 0, let size = PaillierKeySize(rawValue: n.bitWidth) else {
            throw .keyWidth(bits: n.bitWidth)
        }
        guard size != .bits2048Security112 || accepting112BitSecurity else {
            throw .securityOf112BitsNotAccepted
        }
        guard n.isOdd else { throw .modulusEven }
        guard !n.isPerfectPower else { throw .modulusPerfectPower }
        if let factor = SmallFactors.factor(of: n) { throw .modulusSmallFactor(factor) }
        guard !n.isProbablePrime() else { throw .modulusPrime }
        if let base = randomizationBase {
            try PaillierPublicKey.check(base: base, n: n)
        }
        try self.init(trusted: n, randomizationBase: randomizationBase, size: size)
    }

    /// A key that satisfies the invariants by construction.
    init(
        trusted n: BigInt, randomizationBase: BigInt?, size: PaillierKeySize
    ) throws(PaillierError) {
        self.n = n
        self.nSquared = n * n
        self.randomizationBase = randomizationBase
        self.size = size
        let modulus = PaillierPublicKey.digest(n, randomizationBase: nil, size: size)
        self.id = try withSecretsErrors { () throws(SecretsError) in
            try KeyID(bytes: modulus.bytes.prefix(KeyID.byteCount))
        }
        self.digest =
            randomizationBase == nil
            ? modulus
            : PaillierPublicKey.digest(n, randomizationBase: randomizationBase, size: size)
    }

    private static func check(base: BigInt, n: BigInt) throws(PaillierError) {
        guard base > 1, base < n - 1 else { throw .randomizationBase(reason: "is out of range") }
        guard BigInt.gcd(base, n) == 1 else {
            throw .randomizationBase(reason: "shares a factor with the modulus")
        }
        guard base.jacobi(n) == 1 else {
            throw .randomizationBase(reason: "is not the negative of a square")
        }
    }

    private static func digest(
        _ n: BigInt, randomizationBase: BigInt?, size: PaillierKeySize
    ) -> Digest32 {
        var hasher = Hasher32(domain: "tacit/paillier/public-key/1")
        hasher.update(UInt64(size.bits))
        for number in [n, randomizationBase] {
            guard let number else { continue }
            number.words.forEach { hasher.update($0) }
        }
        return hasher.finalize()
    }

    /// Throws unless something made for key `found` is made for this key.
    func expect(_ found: KeyID) throws(PaillierError) {
        guard found == id else { throw .wrongKey(expected: id, found: found) }
    }
}

/// The search for small factors in foreign moduli.
enum SmallFactors {
    /// Factors below this are looked for.
    static let bound = 1 << 20

    private static let primes = PrimeSearch.primes(below: bound)
    private static let product = BigInt.product(primes.map { BigInt($0) })

    /// The smallest prime factor below the bound, or nil.
    static func factor(of n: BigInt) -> UInt64? {
        guard BigInt.gcd(product.mod(n), n) != 1 else { return nil }
        return primes.first { n.residue(modulo: UInt64($0)) == 0 }.map { UInt64($0) }
    }
}
