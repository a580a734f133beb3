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
        let bound = publicKey.plaintextBound
        var result: [BigInt] = []
        for (index, residue) in rings.residues(of: ciphertexts.map(\.value)).enumerated() {
            if residue <= bound {
                result.append(residue)
            } else if publicKey.n - residue <= bound {
                result.append(residue - publicKey.n)
            } else {
                throw .plaintextOverflow(index: index)
            }
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

    /// The plaintexts in `0 ..< n`.
    func residues(of ciphertexts: [BigInt]) -> [BigInt] {
        let mp = halves(ciphertexts, ring: modP, h: numbers.hp)
        let mq = halves(ciphertexts, ring: modQ, h: numbers.hq)
        return zip(mp, mq).map { combine($0, $1) }
    }

    /// The plaintexts modulo the ring's prime: L(c^(p-1) mod p^2) h mod p.
    private func halves(_ ciphertexts: [BigInt], ring: SquareModulus, h: BigInt) -> [BigInt] {
        let prime = ring.modulus
        let powers = ring.powersSecret(
            ciphertexts.map { $0.modSecret(ring.square) }, exponent: prime - 1,
            exponentBits: prime.bitWidth)
        let limbs = prime.bitWidth / 64
        return powers.map { power in
            let quotient = (power - 1).dividedSecret(by: prime, limbs: 2 * limbs).quotient
            return quotient.timesSecret(h, limbs: limbs).modSecret(prime, limbs: 2 * limbs)
        }
    }

    /// The number below n with the given remainders modulo p and q; widths are those of p and q throughout.
    private func combine(_ mp: BigInt, _ mq: BigInt) -> BigInt {
        let (p, q) = (numbers.p, numbers.q)
        let limbs = p.bitWidth / 64
        let sum = mq + q - mp.modSecret(q, limbs: limbs)
        let factor = sum.modSecret(q, limbs: limbs + 1)
            .timesSecret(numbers.pInverse, limbs: limbs).modSecret(q, limbs: 2 * limbs)
        return mp + p.timesSecret(factor, limbs: limbs)
    }

    /// Makes numbers below n^2 of their remainders modulo p^2 and q^2.
    func squaresCombiner() -> (_ xp: BigInt, _ xq: BigInt) -> BigInt {
        // 1/p^2 mod q^2 = y (2 - p^2 y) with y = (1/p)^2, which is right modulo q: one Newton step.
        let (pSquare, qSquare) = (modP.square, modQ.square)
        let y = numbers.pInverse.timesSecret(numbers.pInverse).modSecret(qSquare)
        let product = pSquare.timesSecret(y).modSecret(qSquare)
        let inverse = y.timesSecret(qSquare + 2 - product).modSecret(qSquare)
        return { xp, xq in
            let difference = (xq + qSquare - xp.modSecret(qSquare)).modSecret(qSquare)
            return xp + pSquare.timesSecret(difference.timesSecret(inverse).modSecret(qSquare))
        }
    }
}
