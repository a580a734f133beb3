public import BigNum
public import Secrets

/// A private key: the two primes, in locked memory.
///
/// The primes and what follows from them become integers only for the time of one operation; GMP clears its memory
/// when it releases it.
public struct PaillierPrivateKey: ~Copyable, Sendable {
    /// The key that goes with it.
    public let publicKey: PaillierPublicKey

    /// p, q, then the constants hp, hq, 1/p mod q and the halves of 1/p^2 mod q^2, each of half the bytes of n, big-endian.
    private let numbers: SecretBytes

    /// Tables of fast encryption, wiped with the key.
    let tables = OwnerTables()

    /// Makes a key.
    ///
    /// p and q are primes of half the bits, 3 modulo 4, with gcd(p-1, q-1) = 2 and a difference above
    /// 2^(bits/2 - 100); the public base is h = -x^2 mod n for a random x (Damgard, Jurik, Nielsen 2010, section 4.2).
    public init(
        generating size: PaillierKeySize = .bits3072,
        from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) {
        while true {
            let p = try PrimeSearch.prime(bits: size.halfBits, from: source)
            let q = try PrimeSearch.prime(bits: size.halfBits, from: source)
            // Missing any of this is rare bad luck: draw both again, so that what is thrown away says nothing about what is kept.
            guard PrivateNumbers.flaw(p: p, q: q, size: size) == nil,
                PrivateNumbers.flawForFixedBase(p: p, q: q) == nil
            else { continue }
            let n = p.times(q)
            let x = try SecretNatural.random(below: n, from: source)
            let base = x.times(x).mod(n).subtracted(from: n).published()
            try self.init(checked: p, q, base: base, size: size)
            return
        }
    }

    /// Takes the primes of a key made elsewhere, after checking them.
    ///
    /// - Throws: `keyFactors` when they are not two primes of half the bits, far enough apart, or, with a
    ///   `randomizationBase`, not 3 modulo 4 with gcd(p-1, q-1) = 2; or the public key's errors.
    public init(
        p: BigInt, q: BigInt, randomizationBase: BigInt? = nil,
        accepting112BitSecurity: Bool = false
    ) throws(PaillierError) {
        guard p.signum > 0, q.signum > 0 else { throw .keyFactors(reason: "are not positive") }
        try self.init(
            factors: SecretNatural(p), SecretNatural(q), randomizationBase: randomizationBase,
            accepting112BitSecurity: accepting112BitSecurity)
    }

    private init(
        factors p: SecretNatural, _ q: SecretNatural, randomizationBase: BigInt?,
        accepting112BitSecurity: Bool
    ) throws(PaillierError) {
        let n = p.times(q).published()
        guard let size = PaillierKeySize(rawValue: n.bitWidth) else {
            throw .keyWidth(bits: n.bitWidth)
        }
        if let flaw = PrivateNumbers.flaw(p: p, q: q, size: size) {
            throw .keyFactors(reason: flaw)
        }
        if randomizationBase != nil, let flaw = PrivateNumbers.flawForFixedBase(p: p, q: q) {
            throw .keyFactors(reason: flaw)
        }
        for factor in [p, q] {
            guard factor.lowBitsPublished(1) == 1,
                try PrimeSearch.isPrime(factor, rounds: 16, from: SystemRandomSource())
            else {
                throw .keyFactors(reason: "are not both prime")
            }
        }
        let key = try PaillierPublicKey(
            n: n, randomizationBase: randomizationBase,
            accepting112BitSecurity: accepting112BitSecurity)
        try self.init(checked: p, q, base: key.randomizationBase, size: size)
    }

    /// Reads what `exportPrimes` wrote, and checks it like any imported key.
    public init(
        primes: borrowing SecretBytes, randomizationBase: BigInt? = nil,
        accepting112BitSecurity: Bool = false
    ) throws(PaillierError) {
        let half = primes.count / 2
        guard primes.count.isMultiple(of: 2), half > 0 else {
            throw .keyFactors(reason: "have \(primes.count) bytes together, not two equal parts")
        }
        let (p, q) = primes.withUnsafeBytes { bytes in
            (
                SecretNatural(bigEndian: UnsafeRawBufferPointer(rebasing: bytes[..<half])),
                SecretNatural(bigEndian: UnsafeRawBufferPointer(rebasing: bytes[half...]))
            )
        }
        guard !p.isZeroPublished, !q.isZeroPublished else {
            throw .keyFactors(reason: "are not positive")
        }
        try self.init(
            factors: p, q, randomizationBase: randomizationBase,
            accepting112BitSecurity: accepting112BitSecurity)
    }

    private init(
        checked p: SecretNatural, _ q: SecretNatural, base: BigInt?, size: PaillierKeySize
    ) throws(PaillierError) {
        let key = try PaillierPublicKey(
            trusted: p.times(q).published(), randomizationBase: base, size: size)
        let constants = PrivateNumbers.constants(p: p, q: q)
        numbers = try PaillierPrivateKey.pack([p, q] + constants)
        publicKey = key
    }

    /// Numbers side by side in locked memory, big-endian.
    private static func pack(_ numbers: [SecretNatural]) throws(PaillierError) -> SecretBytes {
        let count = numbers.reduce(0) { $0 + 8 * $1.limbCount }
        var bytes = try withSecretsErrors { () throws(SecretsError) in
            try SecretBytes(count: count)
        }
        bytes.withUnsafeMutableBytes { buffer in
            var rest = buffer[...]
            for number in numbers {
                let part = rest.prefix(8 * number.limbCount)
                number.write(bigEndianTo: UnsafeMutableRawBufferPointer(rebasing: part))
                rest = rest.dropFirst(part.count)
            }
        }
        return bytes
    }

    /// The primes p and q, big-endian, one after the other: all there is to store of the secret.
    public borrowing func exportPrimes() throws(PaillierError) -> SecretBytes {
        let count = publicKey.size.byteCount
        do { return try numbers.slice(0..<count) } catch { throw .secrets(error) }
    }

    /// The numbers for the time of one operation.
    borrowing func unlock() -> PrivateNumbers {
        let width = publicKey.size.halfBits / 8
        return numbers.withUnsafeBytes { bytes in
            func number(_ index: Int, count: Int = 1) -> SecretNatural {
                let part = bytes[index * width..<(index + count) * width]
                return SecretNatural(bigEndian: UnsafeRawBufferPointer(rebasing: part))
            }
            return PrivateNumbers(
                p: number(0), q: number(1), hp: number(2), hq: number(3), pInverse: number(4),
                squareInverse: number(5, count: 2))
        }
    }
}
