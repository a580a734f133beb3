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
        let rings = try unlockRings()
        defer { IntegerMemory.wipeStack() }
        let plaintexts = rings.plaintexts(
            of: ciphertexts.map(\.value), n: publicKey.n, bound: publicKey.plaintextBound)
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
    borrowing func unlockRings() throws(PaillierError) -> PrivateRings {
        let numbers = unlock()
        return try withArithmeticErrors { () throws(BigNumError) in try PrivateRings(numbers) }
    }
}

/// The secret numbers and the rings modulo p^2 and q^2; lives no longer than one batch.
struct PrivateRings {
    let numbers: PrivateNumbers
    let modP: SquareModulus
    let modQ: SquareModulus

    init(_ numbers: PrivateNumbers) throws(BigNumError) {
        self.numbers = numbers
        modP = try SquareModulus(numbers.p)
        modQ = try SquareModulus(numbers.q)
    }

    /// The signed plaintexts, nil where they are beyond the bound.
    func plaintexts(of ciphertexts: [BigInt], n: BigInt, bound: BigInt) -> [BigInt?] {
        let powers = [modP, modQ].map { ring in
            ring.powerElements(
                ciphertexts.map { $0.modSecret(ring.square) }, exponent: ring.modulus - 1,
                exponentBits: ring.modulus.bitWidth)
        }
        let decoder = PaillierDecoder(
            modP: modP, modQ: modQ, hp: numbers.hp, hq: numbers.hq, pInverse: numbers.pInverse,
            n: n, bound: bound)
        return zip(powers[0], powers[1]).map { decoder.decode($0, $1) }
    }

    /// Makes numbers below n^2 of their remainders modulo p^2 and q^2.
    func squaresCombiner() -> (_ xp: BigInt, _ xq: BigInt) -> BigInt {
        let (pSquare, qSquare, inverse) = (modP.square, modQ.square, numbers.squareInverse)
        let limbs = 2 * (numbers.p.bitWidth / 64)
        return { xp, xq in
            let sum = xq + qSquare - xp.modSecret(qSquare, limbs: limbs)
            let difference = sum.modSecret(qSquare, limbs: limbs + 1)
            let product = difference.timesSecret(inverse, limbs: limbs)
            return xp + pSquare.timesSecret(product.modSecret(qSquare), limbs: limbs)
        }
    }
}
