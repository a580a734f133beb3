public import BigNum
public import Secrets

extension PaillierPrivateKey {
    /// Encrypts signed integers with the help of the primes, faster than with the public key.
    ///
    /// Random n-th powers are made modulo p^2 and q^2: the first few as `s^p` for uniform s, which is the classical
    /// form's distribution; all others as powers of one secret random n-th power with uniform exponents, from tables that
    /// live as long as the key. Throws `plaintextOutOfRange`, naming the position.
    public borrowing func encrypt(
        _ plaintexts: [BigInt], from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) -> [PaillierCiphertext] {
        try publicKey.checkPlaintexts(plaintexts)
        let rings = unlockRings()
        defer { IntegerMemory.wipeStack() }
        let made = try tables.pair(forNext: plaintexts.count, rings: rings, from: source)
        let powers =
            if let made {
                try rings.tablePowers(made, count: plaintexts.count, from: source)
            } else {
                try rings.uniformPowers(count: plaintexts.count, from: source)
            }
        let (keyID, decoder) = (publicKey.id, rings.decoder)
        return zip(plaintexts, zip(powers[0], powers[1])).map { plaintext, power in
            let residue = SecretNatural(residueOf: plaintext, modulo: decoder.n)
            return PaillierCiphertext(
                trusted: decoder.encode(residue, power.0, power.1), keyID: keyID)
        }
    }

    /// Makes the tables of fast encryption now rather than when they pay; those there are are replaced.
    public borrowing func prepareEncryption(
        from source: some RandomSource = SystemRandomSource()
    ) throws(PaillierError) {
        let rings = unlockRings()
        defer { IntegerMemory.wipeStack() }
        try tables.prepare(rings: rings, from: source)
    }

    /// Memory of the tables of fast encryption; 0 before they are made.
    public var encryptionTableByteCount: Int { tables.byteCount }

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

extension PrivateRings {
    /// `r^n` modulo p^2 and q^2 for uniform units r: modulo p^2 that is s^p for a uniform s, since x -> x^q permutes
    /// the units modulo p and r^p depends on r mod p alone.
    func uniformPowers(
        count: Int, from source: some RandomSource
    ) throws(PaillierError) -> [[RingElement]] {
        var result: [[RingElement]] = []
        for ring in [modP, modQ] {
            var bases: [SecretNatural] = []
            for _ in 0..<count { try bases.append(.random(below: ring.number, from: source)) }
            result.append(ring.powers(bases, ring.number))
        }
        return result
    }
}
