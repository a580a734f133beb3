package import CKKS
import Ring
package import Secrets

extension ByteWriter {
    /// A public key: level, seed of a, b.
    ///
    /// The key id is the frame's.
    package mutating func publicKey(_ key: PublicKey) throws(WireError) {
        int(key.level)
        bytes(key.seed.bytes)
        try polynomial(key.body)
    }

    /// A switching key: level, seed of the uniform halves, the other halves digit by digit.
    package mutating func switchingKey(_ key: KeySwitchingKey) throws(WireError) {
        int(key.level)
        bytes(key.seed.bytes)
        for body in key.bodies { try polynomial(body) }
    }

    /// Evaluation keys: public key, relinearization key or none, Galois keys by rising element.
    package mutating func evaluationKeys(_ keys: EvaluationKeys) throws(WireError) {
        try publicKey(keys.publicKey)
        bool(keys.relinearization != nil)
        if let key = keys.relinearization { try switchingKey(key) }
        int(keys.galois.count)
        for (element, key) in keys.galois.sorted(by: { $0.key < $1.key }) {
            int(element.exponent)
            try switchingKey(key)
        }
    }
}

extension ByteReader {
    /// A public key under the key id that the frame names.
    ///
    /// `level`, where it is given, is the only level accepted.
    package mutating func publicKey(
        keyID: KeyID, level: Int? = nil, context: CKKSContext
    ) throws(WireError) -> PublicKey {
        let part = "the public key"
        let range = level.map { $0...$0 } ?? 0...context.parameters.maxLevel
        let level = try int(in: range, "the level of " + part)
        let seed = try seed(part)
        let body = try polynomial(
            ring: context.ring, basis: context.basis(atLevel: level), part)
        do throws(CKKSError) {
            return try PublicKey(
                keyID: keyID, level: level, seed: seed, body: body, context: context)
        } catch {
            throw WireError(.value(part: part, reason: error.description))
        }
    }

    /// A switching key for `purpose`, under the key id that the frame names.
    ///
    /// It stands at its full modulus QP for its level, with exactly the digits that level has.
    package mutating func switchingKey(
        _ purpose: KeySwitchingPurpose, keyID: KeyID, context: CKKSContext,
        _ part: @autoclosure () -> String
    ) throws(WireError) -> KeySwitchingKey {
        guard context.specialBasis != nil else {
            throw WireError(.value(part: part(), reason: "these parameters have no switching keys"))
        }
        let level = try int(in: 0...context.parameters.maxLevel, "the level of " + part())
        let seed = try seed(part())
        let basis = context.extendedBasis(atLevel: level)
        var bodies: [Polynomial<Evaluation>] = []
        for digit in 0..<context.parameters.digitCount(atLevel: level) {
            bodies.append(
                try polynomial(ring: context.ring, basis: basis, part() + ", digit \(digit)"))
        }
        do throws(CKKSError) {
            return try KeySwitchingKey(
                purpose: purpose, keyID: keyID, level: level, seed: seed, bodies: bodies,
                context: context)
        } catch {
            throw WireError(.value(part: part(), reason: error.description))
        }
    }

    /// Evaluation keys under the key id that the frame names.
    ///
    /// The caller checks the frame's ring digest against the context first (`FrameHeader.check`).
    package mutating func evaluationKeys(
        keyID: KeyID, context: CKKSContext
    ) throws(WireError) -> EvaluationKeys {
        let publicKey = try publicKey(keyID: keyID, context: context)
        let relinearization =
            try bool("the relinearization key")
            ? try switchingKey(
                .relinearization, keyID: keyID, context: context, "the relinearization key")
            : nil
        let degree = context.parameters.degree
        let count = try count(
            limit: degree, minimumByteCount: degree, "the number of Galois keys")
        var galois: [GaloisElement: KeySwitchingKey] = [:]
        var last = 1
        for _ in 0..<count {
            let exponent = try int(in: 0...(2 * degree - 1), "a Galois element")
            guard exponent > last else {
                throw WireError(.value(part: "the Galois elements", reason: "they do not rise"))
            }
            last = exponent
            let element = try galoisElement(exponent, degree: degree)
            galois[element] = try switchingKey(
                .galois(element), keyID: keyID, context: context,
                "the Galois key of element \(exponent)")
        }
        do throws(CKKSError) {
            return try EvaluationKeys(
                publicKey: publicKey, relinearization: relinearization, galois: galois)
        } catch {
            throw WireError(.value(part: "the evaluation keys", reason: error.description))
        }
    }

    private func galoisElement(_ exponent: Int, degree: Int) throws(WireError) -> GaloisElement {
        do throws(RingError) {
            return try GaloisElement(exponent: exponent, degree: degree)
        } catch {
            throw WireError(.value(part: "a Galois element", reason: error.description))
        }
    }
}
