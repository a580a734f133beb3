package import CKKS
package import Secrets

/// What a ciphertext that is read must be.
package struct CiphertextExpectation: Sendable, Equatable {
    /// Its level.
    package let level: Int
    /// Its scale, to the last bit.
    package let scale: Double
    /// Whether it may come as a seed and one polynomial; only fresh encryptions do.
    package let mayBeSeeded: Bool

    package init(level: Int, scale: Double, mayBeSeeded: Bool) {
        self.level = level
        self.scale = scale
        self.mayBeSeeded = mayBeSeeded
    }
}

extension ByteWriter {
    /// A ciphertext of two polynomials: form, level, scale, then seed and c0, or c0 and c1.
    ///
    /// The key id is the frame's.
    package mutating func ciphertext(_ ciphertext: Ciphertext) throws(WireError) {
        guard ciphertext.polynomialCount == 2 else {
            throw WireError(
                .value(part: "a ciphertext", reason: "not relinearized, so it cannot be written"))
        }
        bool(ciphertext.isSeeded)
        int(ciphertext.level)
        double(ciphertext.scale)
        if let seed = ciphertext.seed {
            bytes(seed.bytes)
            try polynomial(ciphertext.polynomials[0])
        } else {
            for half in ciphertext.polynomials { try polynomial(half) }
        }
    }

    /// Ciphertexts with their number before them.
    package mutating func ciphertexts(_ ciphertexts: [Ciphertext]) throws(WireError) {
        int(ciphertexts.count)
        for ciphertext in ciphertexts { try self.ciphertext(ciphertext) }
    }
}

extension ByteReader {
    /// A ciphertext as expected, under the key that the frame names; anything else about it is refused by name.
    package mutating func ciphertext(
        _ expected: CiphertextExpectation, keyID: KeyID, context: CKKSContext,
        _ part: @autoclosure () -> String = "a ciphertext"
    ) throws(WireError) -> Ciphertext {
        let seeded = try bool(part())
        guard !seeded || expected.mayBeSeeded else {
            throw WireError(.value(part: part(), reason: "seeded, where it cannot be fresh"))
        }
        let level = try int(in: 0...context.parameters.maxLevel, part())
        guard level == expected.level else {
            throw WireError(
                .value(part: part(), reason: "level \(level) where \(expected.level) is needed"))
        }
        let scale = try finiteDouble(part())
        guard scale == expected.scale else {
            throw WireError(.value(part: part(), reason: "not at the scale of level \(level)"))
        }
        let basis = context.basis(atLevel: level)
        let seed = seeded ? try self.seed(part()) : nil
        let first = try polynomial(ring: context.ring, basis: basis, part() + ", c0")
        let second =
            if let seed {
                Encryptor.uniform(seed: seed, level: level, context: context)
            } else {
                try polynomial(ring: context.ring, basis: basis, part() + ", c1")
            }
        return Ciphertext(
            polynomials: [first, second], level: level, scale: scale, keyID: keyID, seed: seed)
    }

    /// A number of ciphertexts, for which enough bytes are left.
    mutating func ciphertextCount(
        _ expected: CiphertextExpectation, limit: Int, context: CKKSContext
    ) throws(WireError) -> Int {
        let smallest = ResiduePacking.byteCount(
            ring: context.ring, basis: context.basis(atLevel: expected.level))
        return try count(limit: limit, minimumByteCount: smallest, "the number of ciphertexts")
    }

    /// Ciphertexts with their number before them, all as expected.
    package mutating func ciphertexts(
        _ expected: CiphertextExpectation, limit: Int, keyID: KeyID, context: CKKSContext
    ) throws(WireError) -> [Ciphertext] {
        let count = try ciphertextCount(expected, limit: limit, context: context)
        var ciphertexts: [Ciphertext] = []
        for index in 0..<count {
            ciphertexts.append(
                try ciphertext(
                    expected, keyID: keyID, context: context, "ciphertext \(index + 1)"))
        }
        return ciphertexts
    }
}
