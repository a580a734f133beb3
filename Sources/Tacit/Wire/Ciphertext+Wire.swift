package import CKKS
import Ring
package import Secrets

/// What a ciphertext that is read must be.
package struct CiphertextExpectation: Sendable, Equatable {
    /// Its level.
    package let level: Int
    /// Its scale, to the last bit.
    package let scale: Double
    /// Whether it may come as a seed and one polynomial; only fresh encryptions do.
    package let mayBeSeeded: Bool
    /// Where the coefficients of c0 stand that may come in place of all; nil where they may not.
    package let places: [Int]?

    package init(level: Int, scale: Double, mayBeSeeded: Bool, places: [Int]? = nil) {
        self.level = level
        self.scale = scale
        self.mayBeSeeded = mayBeSeeded
        self.places = places
    }
}

/// How a ciphertext is written.
private enum CiphertextForm: UInt8 {
    /// c0, c1.
    case full = 0
    /// The seed of c1, and c0.
    case seeded = 1
    /// Coefficients of c0 at places that the reader knows, limb after limb, and c1; since version 2.
    case coefficients = 2
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
        u8((ciphertext.isSeeded ? CiphertextForm.seeded : .full).rawValue)
        int(ciphertext.level)
        double(ciphertext.scale)
        if let seed = ciphertext.seed {
            bytes(seed.bytes)
            try polynomial(ciphertext.polynomials[0])
        } else {
            for half in ciphertext.polynomials { try polynomial(half) }
        }
    }

    /// An answer of some coefficients of c0 and all of c1.
    package mutating func ciphertext(_ answer: CoefficientAnswer) throws(WireError) {
        u8(CiphertextForm.coefficients.rawValue)
        int(answer.level)
        double(answer.scale)
        for (limb, values) in answer.coefficients.enumerated() {
            residues(values.span, modulus: answer.uniform.modulus(limb).value)
        }
        try polynomial(answer.uniform)
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
        let form = try ciphertextForm(expected, part())
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
        if form == .coefficients, let places = expected.places {
            return try coefficientAnswer(
                places, level: level, scale: scale, keyID: keyID, context: context, part())
        }
        let seed = form == .seeded ? try self.seed(part()) : nil
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

    /// The form of a ciphertext, which must be one of those expected.
    private mutating func ciphertextForm(
        _ expected: CiphertextExpectation, _ part: @autoclosure () -> String
    ) throws(WireError) -> CiphertextForm {
        let byte = try u8(part())
        guard let form = CiphertextForm(rawValue: byte) else {
            throw WireError(.value(part: part(), reason: "unknown form \(byte)"))
        }
        guard form != .seeded || expected.mayBeSeeded else {
            throw WireError(.value(part: part(), reason: "seeded, where it cannot be fresh"))
        }
        guard form != .coefficients || expected.places != nil else {
            throw WireError(
                .value(part: part(), reason: "only some coefficients, where all are needed"))
        }
        return form
    }

    /// What `ByteWriter.ciphertext(_: CoefficientAnswer)` wrote after the scale.
    private mutating func coefficientAnswer(
        _ places: [Int], level: Int, scale: Double, keyID: KeyID, context: CKKSContext,
        _ part: @autoclosure () -> String
    ) throws(WireError) -> Ciphertext {
        let basis = context.basis(atLevel: level)
        var coefficients: [[UInt64]] = []
        for (limb, index) in basis.indices.enumerated() {
            var values = [UInt64](repeating: 0, count: places.count)
            var span = values.mutableSpan
            try residues(
                into: &span, modulus: context.ring.moduli[index].value, limb: limb,
                part() + ", c0")
            coefficients.append(values)
        }
        let answer = CoefficientAnswer(
            coefficients: coefficients,
            uniform: try polynomial(ring: context.ring, basis: basis, part() + ", c1"),
            level: level, scale: scale, keyID: keyID)
        do throws(CKKSError) {
            return try answer.ciphertext(places: places, context: context)
        } catch {
            throw WireError(.value(part: part(), reason: error.description))
        }
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
