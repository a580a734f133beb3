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
        let halves = [
            rings.halves(plaintexts, ring: rings.modP, cofactor: rings.numbers.q, powers[0]),
            rings.halves(plaintexts, ring: rings.modQ, cofactor: rings.numbers.p, powers[1]),
        ]
        let combine = rings.squaresCombiner()
        return zip(halves[0], halves[1]).map {
            PaillierCiphertext(trusted: combine($0, $1), keyID: publicKey.id)
        }
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

extension PaillierPrivateKey {
    /// Encrypts rows of real numbers together, which is faster than one by one.
    ///
    /// Throws as `PaillierEncryptor.encrypt(_:codec:)`.
    public borrowing func encrypt(
        rows: [[Double]], codec: FixedPointCodec,
        from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) -> [PaillierTensor] {
        var integers: [BigInt] = []
        for row in rows { try integers += codec.encode(row) }
        var ciphertexts = try encrypt(integers, from: source)[...]
        var result: [PaillierTensor] = []
        for row in rows {
            try result.append(
                PaillierTensor(
                    Array(ciphertexts.prefix(row.count)), fractionBits: codec.fractionBits,
                    bound: codec.bound, for: publicKey))
            ciphertexts = ciphertexts.dropFirst(row.count)
        }
        return result
    }
}

/// Encryptions in one call from which on making tables is cheaper than doing without.
private let tablePays = 16

extension PrivateRings {
    /// `(1 + n m) * power` modulo the square of the ring's prime, `cofactor` the other prime.
    func halves(
        _ plaintexts: [BigInt], ring: SquareModulus, cofactor: BigInt, _ powers: [RingElement]
    ) -> [BigInt] {
        let prime = ring.modulus
        let n = numbers.p * numbers.q
        return zip(plaintexts, powers).map { plaintext, power in
            let limbs = prime.bitWidth / 64
            let residue = (plaintext + n).modSecret(prime, limbs: 2 * limbs + 1)
            let product = residue.timesSecret(cofactor, limbs: limbs)
            return ring.value(
                power, timesOnePlus: product.modSecret(prime, limbs: 2 * limbs))
        }
    }

    /// `r^n` modulo p^2 and q^2 for uniform units r: modulo p^2 that is s^p for a uniform s, since x -> x^q permutes
    /// the units modulo p and r^p depends on r mod p alone.
    func uniformPowers(
        count: Int, from source: some RandomSource
    ) throws(PaillierError) -> [[RingElement]] {
        var result: [[RingElement]] = []
        for ring in [modP, modQ] {
            let prime = ring.modulus
            var bases: [BigInt] = []
            for _ in 0..<count { try bases.append(.random(below: prime, from: source)) }
            result.append(
                ring.powerElements(bases, exponent: prime, exponentBits: prime.bitWidth))
        }
        return result
    }

    /// `h^(n x)` modulo p^2 and q^2 for random x of half the bits of n, equal to what the public key computes.
    func tablePowers(
        base: BigInt, count: Int, size: PaillierKeySize, from source: some RandomSource
    ) throws(PaillierError) -> [[RingElement]] {
        var exponents: [BigInt] = []
        for _ in 0..<count { try exponents.append(.random(bits: size.halfBits, from: source)) }
        let n = numbers.p * numbers.q
        return [modP, modQ].map { ring in
            let power = ring.powerSecret(
                base.modSecret(ring.square), exponent: n, exponentBits: size.bits)
            return FixedBaseTable(
                ring: ring, base: power, exponentBits: size.halfBits, windowBits: 5
            ).elements(exponents)
        }
    }
}
