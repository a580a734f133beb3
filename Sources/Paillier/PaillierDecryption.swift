public import BigNum

extension PaillierPrivateKey {
    /// The signed integer in a ciphertext.
    ///
    /// Chinese remainders over p and q (Paillier 1999, section 7), by operations whose sequence depends on the key's
    /// size alone. Throws `wrongKey`, and `plaintextOverflow` when the plaintext lies in the guard zone between
    /// n/3 and 2n/3, which only an overflow reaches.
    public borrowing func decrypt(_ ciphertext: PaillierCiphertext) throws(PaillierError) -> BigInt
    {
        try decrypt([ciphertext])[0]
    }

    /// The signed integers in several ciphertexts; errors name the position.
    public borrowing func decrypt(
        _ ciphertexts: [PaillierCiphertext]
    ) throws(PaillierError) -> [BigInt] {
        for ciphertext in ciphertexts { try publicKey.expect(ciphertext.keyID) }
        let rings = unlockRings()
        defer { IntegerMemory.wipeStack() }
        let plaintexts = rings.plaintexts(of: ciphertexts.map(\.value))
        var result: [BigInt] = []
        for (index, plaintext) in plaintexts.enumerated() {
            guard let plaintext else { throw .plaintextOverflow(index: index) }
            result.append(plaintext)
        }
        return result
    }

    /// The real numbers of a tensor, nearest doubles.
    ///
    /// Throws as the decryption of integers, and `plaintextOverflow` for a value beyond the tensor's declared bound.
    public borrowing func decrypt(_ tensor: PaillierTensor) throws(PaillierError) -> [Double] {
        try publicKey.expect(tensor.keyID)
        let integers = try decrypt(tensor.ciphertexts)
        for (index, integer) in integers.enumerated() where integer.magnitude > tensor.bound {
            throw .plaintextOverflow(index: index)
        }
        return integers.map { FixedPointCodec.decode($0, fractionBits: tensor.fractionBits) }
    }

    /// The real numbers of several tensors, decrypted together, which is faster than one by one.
    ///
    /// Throws as the decryption of one tensor.
    public borrowing func decrypt(rows tensors: [PaillierTensor]) throws(PaillierError)
        -> [[Double]]
    {
        for tensor in tensors { try publicKey.expect(tensor.keyID) }
        var integers = try decrypt(tensors.flatMap(\.ciphertexts))[...]
        var result: [[Double]] = []
        for tensor in tensors {
            let row = integers.prefix(tensor.count)
            integers = integers.dropFirst(tensor.count)
            for (index, integer) in row.enumerated() where integer.magnitude > tensor.bound {
                throw .plaintextOverflow(index: index)
            }
            result.append(
                row.map { FixedPointCodec.decode($0, fractionBits: tensor.fractionBits) })
        }
        return result
    }

    /// The secret numbers with their arithmetic, for one batch of operations.
    borrowing func unlockRings() -> PrivateRings {
        PrivateRings(unlock(), n: publicKey.n, bound: publicKey.plaintextBound)
    }
}

/// The rings modulo p^2 and q^2, and the way between them and plaintexts; lives no longer than one batch.
struct PrivateRings {
    let modP: SquareModulus
    let modQ: SquareModulus
    let decoder: PaillierDecoder

    init(_ numbers: PrivateNumbers, n: BigInt, bound: BigInt) {
        modP = SquareModulus(secret: numbers.p)
        modQ = SquareModulus(secret: numbers.q)
        decoder = PaillierDecoder(
            modP: modP, modQ: modQ, hp: numbers.hp, hq: numbers.hq, pInverse: numbers.pInverse,
            squareInverse: numbers.squareInverse, n: n, bound: bound)
    }

    /// The signed plaintexts, nil where they are beyond the bound.
    func plaintexts(of ciphertexts: [BigInt]) -> [BigInt?] {
        let numbers = ciphertexts.map { SecretNatural($0) }
        let powers = [modP, modQ].map { ring in ring.powers(numbers, ring.number.minus(1)) }
        return zip(powers[0], powers[1]).map { decoder.decode($0, $1) }
    }
}
