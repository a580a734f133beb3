public import BigNum
public import Secrets

extension PaillierPrivateKey {
    /// Encrypts signed integers with the help of the primes, faster than with the public key.
    ///
    /// Random n-th powers are made modulo p^2 and q^2: few of them as `s^p` for uniform s, which is the classical
    /// form's distribution; many, if the key has a base h, as powers of h from tables that live for this call.
    /// Throws `plaintextOutOfRange`, naming the position.
    public borrowing func encrypt(
        _ plaintexts: [BigInt], from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) -> [PaillierCiphertext] {
        try publicKey.checkPlaintexts(plaintexts)
        let rings = try unlockRings()
        defer { IntegerMemory.wipeStack() }
        let powers =
            if let base = publicKey.randomizationBase, plaintexts.count >= tablePays {
                try rings.tablePowers(
                    base: base, count: plaintexts.count, size: publicKey.size, from: source)
            } else {
                try rings.uniformPowers(count: plaintexts.count, from: source)
            }
        return zip(plaintexts, powers).map { publicKey.encrypt($0, power: $1) }
    }

    /// Encrypts a signed integer with the help of the primes.
    public borrowing func encrypt(
        _ plaintext: BigInt, from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) -> PaillierCiphertext {
        try encrypt([plaintext], from: source)[0]
    }

    /// Encrypts real numbers in the codec's format with the help of the primes.
    ///
    /// Throws as `PaillierEncryptor.encrypt(_:codec:)`.
    public borrowing func encrypt(
        _ values: [Double], codec: FixedPointCodec,
        from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) -> PaillierTensor {
        let ciphertexts = try encrypt(codec.encode(values), from: source)
        return try PaillierTensor(
            ciphertexts, fractionBits: codec.fractionBits, bound: codec.bound, for: publicKey)
    }
}

/// Encryptions in one call from which on making tables is cheaper than doing without.
private let tablePays = 16

extension PrivateRings {
    /// `r^n mod n^2` for uniform units r: modulo p^2 that is s^p for a uniform s, since x -> x^q permutes the
    /// units modulo p and r^p depends on r mod p alone.
    func uniformPowers(
        count: Int, from source: some RandomSource
    ) throws(PaillierError) -> [BigInt] {
        var result: [BigInt] = []
        for _ in 0..<count {
            var halves: [BigInt] = []
            for ring in [modP, modQ] {
                let prime = ring.modulus
                let s = try BigInt.random(below: prime, from: source)
                halves.append(
                    ring.powerSecret(s, exponent: prime, exponentBits: prime.bitWidth))
            }
            result.append(combineSquares(halves[0], halves[1]))
        }
        return result
    }

    /// `h^(n x) mod n^2` for random x of half the bits of n, equal to what the public key computes.
    func tablePowers(
        base: BigInt, count: Int, size: PaillierKeySize, from source: some RandomSource
    ) throws(PaillierError) -> [BigInt] {
        var exponents: [BigInt] = []
        for _ in 0..<count { try exponents.append(.random(bits: size.halfBits, from: source)) }
        let n = numbers.p * numbers.q
        let halves = [modP, modQ].map { ring in
            let power = ring.powerSecret(
                base.modSecret(ring.square), exponent: n, exponentBits: size.bits)
            return FixedBaseTable(ring: ring, base: power, exponentBits: size.halfBits)
                .powers(exponents)
        }
        return zip(halves[0], halves[1]).map { combineSquares($0, $1) }
    }
}
