package import BigNum
package import Paillier
package import Secrets

/// What encrypted numbers that are read must be.
package struct PaillierExpectation: Sendable {
    /// The key they are made for.
    package let key: PaillierPublicKey
    /// Their exponent.
    package let fractionBits: Int
    /// Their declared bound; nil for any the key allows.
    package let bound: BigInt?
    /// Numbers in one vector.
    package let count: Int

    package init(key: PaillierPublicKey, fractionBits: Int, bound: BigInt?, count: Int) {
        self.key = key
        self.fractionBits = fractionBits
        self.bound = bound
        self.count = count
    }
}

extension PaillierKeySize {
    /// What stands for a ring digest in frames of this scheme: the width of the modulus.
    package var frameDigest: Digest32 {
        var hasher = Hasher32(domain: "tacit/paillier/ring/1")
        hasher.update(UInt64(bits))
        return hasher.finalize()
    }
}

extension ByteWriter {
    /// A number that is not negative: number of bytes, then the bytes, the highest first.
    package mutating func natural(_ value: BigInt) throws(WireError) {
        let bytes = try bigEndian(value)
        int(bytes.count)
        self.bytes(bytes)
    }

    /// A Paillier public key: width, n, and the randomization base or none.
    package mutating func paillierPublicKey(_ key: PaillierPublicKey) throws(WireError) {
        let byteCount = key.size.bits / 8
        u16(UInt16(key.size.bits))
        bytes(try bigEndian(key.n, count: byteCount))
        bool(key.randomizationBase != nil)
        if let base = key.randomizationBase { bytes(try bigEndian(base, count: byteCount)) }
    }

    /// Encrypted vectors: exponent, bound, number of vectors, numbers in each, then the ciphertexts, all of one width.
    ///
    /// Throws when the vectors differ in exponent, bound or length.
    package mutating func paillierVectors(
        _ vectors: [PaillierTensor], key: PaillierPublicKey
    ) throws(WireError) {
        guard let first = vectors.first,
            vectors.allSatisfy({
                $0.fractionBits == first.fractionBits && $0.bound == first.bound
                    && $0.count == first.count && $0.keyID == key.id
            })
        else {
            throw WireError(
                .value(
                    part: "encrypted vectors", reason: "not of one key, exponent, bound and length")
            )
        }
        try paillierVectorsHead(like: first, count: vectors.count)
        for vector in vectors { try paillierVector(vector, key: key) }
    }

    /// What stands before encrypted vectors: exponent, bound, number of vectors, numbers in each.
    mutating func paillierVectorsHead(like first: PaillierTensor, count: Int) throws(WireError) {
        int(first.fractionBits)
        try natural(first.bound)
        int(count)
        int(first.count)
    }

    /// The ciphertexts of one vector.
    mutating func paillierVector(
        _ vector: PaillierTensor, key: PaillierPublicKey
    ) throws(WireError) {
        for ciphertext in vector.ciphertexts { try self.ciphertext(ciphertext, key: key) }
        try flush()
    }

    /// A ciphertext, in the full width of its key.
    mutating func ciphertext(
        _ ciphertext: PaillierCiphertext, key: PaillierPublicKey
    ) throws(WireError) {
        bytes(try bigEndian(ciphertext.value, count: key.ciphertextByteCount))
    }

    private func bigEndian(_ value: BigInt, count: Int? = nil) throws(WireError) -> [UInt8] {
        do throws(BigNumError) { return try value.bytes(count: count) } catch {
            throw WireError(.value(part: "a number", reason: error.description))
        }
    }
}

extension ByteReader {
    /// A number of at most `limit` bytes that is not negative, in its shortest form.
    package mutating func natural(
        limit: Int, _ part: @autoclosure () -> String
    ) throws(WireError) -> BigInt {
        let bytes = try bytes(try count(limit: limit, part()), part())
        guard bytes.first != 0 || bytes.count == 1 else {
            throw WireError(.value(part: part(), reason: "not a number in its shortest form"))
        }
        return BigInt(bytes: bytes)
    }

    /// A Paillier public key, checked as every imported key is, and against the key id that the frame names.
    package mutating func paillierPublicKey(
        keyID: KeyID, accepting112BitSecurity: Bool = false
    ) throws(WireError) -> PaillierPublicKey {
        let part = "the public key"
        guard let size = PaillierKeySize(rawValue: Int(try u16(part))) else {
            throw WireError(.value(part: part, reason: "a width that is not offered"))
        }
        let n = BigInt(bytes: try bytes(size.bits / 8, part))
        let base = try bool(part) ? BigInt(bytes: try bytes(size.bits / 8, part)) : nil
        guard n.bitWidth == size.bits else {
            throw WireError(
                .value(part: part, reason: "\(n.bitWidth) bits where \(size.bits) are named"))
        }
        let key: PaillierPublicKey
        do throws(PaillierError) {
            key = try PaillierPublicKey(
                n: n, randomizationBase: base, accepting112BitSecurity: accepting112BitSecurity)
        } catch {
            throw WireError(.value(part: part, reason: error.description))
        }
        guard key.id == keyID else {
            throw WireError(
                .mismatch(
                    identity: .key, expected: keyID.shortDescription,
                    found: key.id.shortDescription))
        }
        return key
    }

    /// Encrypted vectors as expected; every ciphertext is in range, invertible and hidden.
    package mutating func paillierVectors(
        _ expected: PaillierExpectation, limit: Int
    ) throws(WireError) -> [PaillierTensor] {
        let head = try paillierVectorsHead(expected, limit: limit)
        var vectors: [PaillierTensor] = []
        for row in 0..<head.count { vectors.append(try paillierVector(expected, head, row: row)) }
        return vectors
    }

    /// What stands before encrypted vectors.
    mutating func paillierVectorsHead(
        _ expected: PaillierExpectation, limit: Int
    ) throws(WireError) -> (bound: BigInt, count: Int) {
        let key = expected.key
        let exponent = try int(in: 0...1024, "the exponent")
        guard exponent == expected.fractionBits else {
            throw WireError(
                .value(
                    part: "the exponent",
                    reason: "\(exponent) where \(expected.fractionBits) is needed"))
        }
        let bound = try natural(limit: key.size.bits / 8, "the bound")
        if let wanted = expected.bound, wanted != bound {
            throw WireError(.value(part: "the bound", reason: "not the one that is needed"))
        }
        let perVector = expected.count * key.ciphertextByteCount
        let vectorCount = try count(
            limit: limit, minimumByteCount: max(1, perVector), "the number of vectors")
        _ = try int(in: expected.count...expected.count, "the length of the vectors")
        guard vectorCount > 0, remaining >= vectorCount * perVector else {
            throw WireError(.truncated(part: Self.vectorsPart))
        }
        return (bound, vectorCount)
    }

    private static let vectorsPart = "the encrypted vectors"

    /// The next encrypted vector.
    mutating func paillierVector(
        _ expected: PaillierExpectation, _ head: (bound: BigInt, count: Int), row: Int
    ) throws(WireError) -> PaillierTensor {
        let key = expected.key
        var ciphertexts: [PaillierCiphertext] = []
        for index in 0..<expected.count {
            let value = BigInt(bytes: try bytes(key.ciphertextByteCount, Self.vectorsPart))
            ciphertexts.append(
                try refusing(row) { () throws(PaillierError) in
                    try PaillierCiphertext(value: value, keyID: key.id, for: key, index: index)
                })
        }
        return try refusing(row) { () throws(PaillierError) in
            try PaillierTensor(
                ciphertexts, fractionBits: expected.fractionBits, bound: head.bound, for: key)
        }
    }

    private func refusing<Value>(
        _ row: Int, _ body: () throws(PaillierError) -> Value
    ) throws(WireError) -> Value {
        do throws(PaillierError) { return try body() } catch {
            throw WireError(.value(part: "encrypted vector \(row + 1)", reason: error.description))
        }
    }
}
