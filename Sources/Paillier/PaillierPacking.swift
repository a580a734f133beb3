public import BigNum

/// Several fixed-point numbers in one plaintext, each in a slot with guard bits for sums.
///
/// A plaintext is `sum_i v_i 2^(slotBits i)` with signed v_i, so that sums of plaintexts are sums of all slots as long
/// as every sum stays below `2^(slotBits - 1)` in magnitude.
public struct PaillierPacking: Sendable, Hashable {
    /// Bits of a slot, sign included.
    public let slotBits: Int
    /// Slots of a plaintext.
    public let slotCount: Int
    /// Largest magnitude of one number.
    public let bound: BigInt
    /// Numbers that may be added up in a slot.
    public let terms: Int

    /// Numbers that may be added up at most.
    public static let termRange = 1...(1 << 40)

    /// The narrowest slots for sums of up to `terms` numbers of magnitude up to `bound`.
    ///
    /// - Parameter plaintextBits: bits of a plaintext that are free for slots.
    /// - Throws: `fixedPoint` for a negative bound or an unusable number of terms, `overflowPossible` when not even one
    ///   slot fits.
    public init(bound: BigInt, terms: Int = 1, plaintextBits: Int) throws(PaillierError) {
        guard !bound.isNegative, Self.termRange.contains(terms) else {
            throw .fixedPoint(reason: "a sum of \(terms) terms, or a negative bound")
        }
        // |sum| <= bound * terms < 2^(slotBits - 1); two bits at least, so that a slot can carry.
        slotBits = max(2, (bound * BigInt(terms)).bitWidth + 1)
        // |plaintext| < 2^(slotBits slotCount).
        slotCount = plaintextBits / slotBits
        guard slotCount > 0 else {
            throw .overflowPossible(row: 0, bits: slotBits, availableBits: plaintextBits)
        }
        self.bound = bound
        self.terms = terms
    }

    /// Plaintexts that so many numbers need.
    public func plaintextCount(of count: Int) -> Int { (count + slotCount - 1) / slotCount }

    /// Numbers to plaintexts.
    ///
    /// - Throws: `plaintextOutOfRange` for a number beyond the bound, naming its position.
    public func pack(_ values: [BigInt]) throws(PaillierError) -> [BigInt] {
        for (index, value) in values.enumerated() where value.magnitude > bound {
            throw .plaintextOutOfRange(index: index, limitBits: bound.bitWidth)
        }
        return stride(from: 0, to: values.count, by: slotCount).map { start in
            BigInt.pack(
                Array(values[start..<min(start + slotCount, values.count)]), slotBits: slotBits)
        }
    }

    /// Plaintexts, or sums of `addends` of them, to `count` numbers.
    ///
    /// - Throws: `plaintextOverflow` for a sum beyond what its addends can reach, `shape` for another number of
    ///   plaintexts than `count` numbers have.
    public func unpack(
        _ plaintexts: [BigInt], count: Int, addends: Int = 1
    ) throws(PaillierError) -> [BigInt] {
        guard plaintexts.count == plaintextCount(of: count) else {
            throw .shape(
                what: "packed plaintexts", expected: plaintextCount(of: count),
                found: plaintexts.count)
        }
        var result: [BigInt] = []
        let limit = bound * BigInt(addends)
        for (index, plaintext) in plaintexts.enumerated() {
            let inside = min(slotCount, count - index * slotCount)
            // What is left above the slots in use shows an overflow.
            guard plaintext.magnitude.bitWidth <= inside * slotBits else {
                throw .plaintextOverflow(index: index * slotCount)
            }
            result += plaintext.unpack(count: inside, slotBits: slotBits)
        }
        for (index, value) in result.enumerated() where value.magnitude > limit {
            throw .plaintextOverflow(index: index)
        }
        return result
    }
}

/// Encrypted packed numbers, or sums of such vectors.
public struct PaillierPackedVector: Sendable, Hashable {
    /// The ciphertexts, each of up to `packing.slotCount` numbers.
    public let ciphertexts: [PaillierCiphertext]
    /// How numbers lie in them.
    public let packing: PaillierPacking
    /// Numbers altogether.
    public let count: Int
    /// Vectors that were added up.
    public let addends: Int

    /// Puts ciphertexts together.
    ///
    /// - Throws: `wrongKey`, `shape` for another number of ciphertexts than `count` numbers need, `tooManyTerms`.
    public init(
        _ ciphertexts: [PaillierCiphertext], packing: PaillierPacking, count: Int,
        addends: Int = 1, for key: PaillierPublicKey
    ) throws(PaillierError) {
        for ciphertext in ciphertexts { try key.expect(ciphertext.keyID) }
        guard ciphertexts.count == packing.plaintextCount(of: count) else {
            throw .shape(
                what: "packed ciphertexts", expected: packing.plaintextCount(of: count),
                found: ciphertexts.count)
        }
        guard (1...packing.terms).contains(addends) else {
            throw .tooManyTerms(found: addends, limit: packing.terms)
        }
        self.ciphertexts = ciphertexts
        self.packing = packing
        self.count = count
        self.addends = addends
    }
}

extension PaillierEncryptor {
    /// Encrypts integers packed.
    ///
    /// - Throws: `plaintextOutOfRange` for a number beyond the packing's bound.
    public func encrypt(
        _ values: [BigInt], packing: PaillierPacking
    ) throws(PaillierError) -> PaillierPackedVector {
        try PaillierPackedVector(
            encrypt(packing.pack(values)), packing: packing, count: values.count, for: publicKey)
    }
}

extension PaillierPrivateKey {
    /// Encrypts integers packed, with the help of the primes.
    ///
    /// - Throws: `plaintextOutOfRange` for a number beyond the packing's bound.
    public borrowing func encrypt(
        _ values: [BigInt], packing: PaillierPacking
    ) throws(PaillierError) -> PaillierPackedVector {
        try PaillierPackedVector(
            encrypt(packing.pack(values)), packing: packing, count: values.count, for: publicKey)
    }

    /// The integers of a packed vector, or their sums.
    ///
    /// - Throws: `plaintextOverflow` when a sum is beyond what was declared.
    public borrowing func decrypt(
        _ vector: PaillierPackedVector
    ) throws(PaillierError) -> [BigInt] {
        try vector.packing.unpack(
            decrypt(vector.ciphertexts), count: vector.count, addends: vector.addends)
    }
}

extension PaillierEvaluator {
    /// The sum of packed vectors, slot by slot.
    ///
    /// Throws `shape` for vectors of different length or packing, and `tooManyTerms` before anything is computed when
    /// slots could overflow.
    public func sum(
        _ vectors: [PaillierPackedVector]
    ) throws(PaillierError) -> PaillierPackedVector {
        guard let first = vectors.first else {
            throw .shape(what: "vectors of a sum", expected: 1, found: 0)
        }
        for vector in vectors {
            guard vector.packing == first.packing else { throw .packingMismatch }
            guard vector.count == first.count else {
                throw .shape(what: "values of a sum", expected: first.count, found: vector.count)
            }
        }
        let addends = vectors.reduce(0) { $0 + $1.addends }
        guard addends <= first.packing.terms else {
            throw .tooManyTerms(found: addends, limit: first.packing.terms)
        }
        var sums = first.ciphertexts
        for vector in vectors.dropFirst() {
            for (index, ciphertext) in vector.ciphertexts.enumerated() {
                sums[index] = try add(sums[index], ciphertext)
            }
        }
        return try PaillierPackedVector(
            sums, packing: first.packing, count: first.count, addends: addends, for: publicKey)
    }
}

extension PaillierAffine {
    /// The same map with several outputs in one, each in a slot.
    ///
    /// Throws `overflowPossible` when an output can leave its slot for inputs of magnitude up to `inputBound`.
    public func packed(
        _ packing: PaillierPacking, inputBound: BigInt
    ) throws(PaillierError) -> PaillierAffine {
        try checkOverflow(inputBound: inputBound, limit: packing.bound)
        let groups = stride(from: 0, to: rowCount, by: packing.slotCount).map { start in
            start..<min(start + packing.slotCount, rowCount)
        }
        return try PaillierAffine(
            weights: groups.map { group in
                (0..<columnCount).map { column in
                    BigInt.pack(group.map { weights[$0][column] }, slotBits: packing.slotBits)
                }
            },
            bias: groups.map { BigInt.pack(Array(bias[$0]), slotBits: packing.slotBits) },
            columnCount: columnCount, fractionBits: fractionBits)
    }
}

extension PaillierPrivateKey {
    /// The real numbers of several tensors whose ciphertexts hold `count` packed numbers each.
    ///
    /// Throws as the decryption of one tensor, and `plaintextOverflow` for a number beyond its slot.
    public borrowing func decrypt(
        rows tensors: [PaillierTensor], packing: PaillierPacking, count: Int
    ) throws(PaillierError) -> [[Double]] {
        for tensor in tensors { try publicKey.expect(tensor.keyID) }
        var integers = try decrypt(tensors.flatMap(\.ciphertexts))[...]
        var result: [[Double]] = []
        for tensor in tensors {
            let plaintexts = Array(integers.prefix(tensor.count))
            integers = integers.dropFirst(tensor.count)
            try result.append(
                packing.unpack(plaintexts, count: count).map {
                    FixedPointCodec.decode($0, fractionBits: tensor.fractionBits)
                })
        }
        return result
    }
}
