package import Ring
package import Secrets

/// A re-randomized product on coefficients of which the owner of the key can read some places, and nothing else.
///
/// An answer of two whole polynomials shows every coefficient of the product c·w; it must hide those without a score. Here
/// they are not sent: of c0·w + b·u + e0, the body of the product re-randomized under the public key (b, a), only the
/// coefficients with scores, with the bias and the flooding noise; of c1·w + a·u + e1 everything, since it counts for every
/// score. Errors are independent from coefficient to coefficient, so what is sent is distributed as the same parts of a
/// whole re-randomized answer, to which a mask of uniform numbers at the other coefficients would add nothing but numbers
/// without meaning. c1·w + a·u + e1 together with the coefficients of b·u + e0 are samples of ring-LWE for the secret u: to
/// whoever lacks u they are uniform but for what their combination with s, the phase, says: scores and flooded noise.
package struct CoefficientAnswer: Sendable {
    /// Residues of c0 by limb, then place.
    package private(set) var coefficients: [[UInt64]]
    /// c1, in evaluation form.
    package let uniform: Polynomial<Evaluation>
    /// Its level.
    package let level: Int
    /// The factor the scores carry.
    package let scale: Double
    /// Whose secret key it is under.
    package let keyID: KeyID

    package init(
        coefficients: [[UInt64]], uniform: Polynomial<Evaluation>, level: Int, scale: Double,
        keyID: KeyID
    ) {
        self.coefficients = coefficients
        self.uniform = uniform
        self.level = level
        self.scale = scale
        self.keyID = keyID
    }

    /// Number of places.
    package var placeCount: Int { coefficients.first?.count ?? 0 }

    /// Adds residues by limb to the first places, as many as there are.
    mutating func add(_ residues: [[UInt64]]) {
        for limb in coefficients.indices {
            let modulus = uniform.modulus(limb)
            for (place, value) in zip(coefficients[limb].indices, residues[limb]) {
                coefficients[limb][place] = modulus.add(coefficients[limb][place], value)
            }
        }
    }

    /// The same with zeros for places that hold nothing.
    package func padded(toPlaceCount count: Int) -> CoefficientAnswer {
        var padded = self
        for limb in coefficients.indices {
            let missing = Swift.max(0, count - coefficients[limb].count)
            padded.coefficients[limb] += repeatElement(0, count: missing)
        }
        return padded
    }

    /// The ciphertext of these places; the other coefficients of its c0 are zero, and those of its phase without meaning.
    ///
    /// - Parameter places: where they stand.
    /// - Throws: `CKKSError.ring` for other numbers of places, and residues out of range.
    package func ciphertext(
        places: [Int], context: CKKSContext
    ) throws(CKKSError) -> Ciphertext {
        let body: Polynomial<Coefficient>
        do {
            body = try Polynomial<Coefficient>(
                residues: coefficients, at: places, context: context.ring,
                basis: context.basis(atLevel: level))
        } catch {
            throw .ring(error)
        }
        return Ciphertext(
            polynomials: [body.toEvaluation(), uniform], level: level, scale: scale, keyID: keyID)
    }
}

extension Plaintext {
    /// Residues of some coefficients, by limb.
    package func residues(at places: [Int]) -> [[UInt64]] {
        polynomial.toCoefficient().residues().map { limb in places.map { limb[$0] } }
    }
}

extension Evaluator {
    /// The product of a ciphertext with weights, re-randomized, at some places.
    ///
    /// - Parameters:
    ///   - input: two polynomials.
    ///   - weights: a plaintext of the same level.
    ///   - addend: what is added at the places: residues by limb, for at least as many.
    ///   - places: the coefficients to hand out.
    ///   - flood: noise for each of them.
    ///   - source: the noise's randomness.
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.wrongDegree`, `.keyMismatch`, `.ringMismatch`,
    ///   `.levelMismatch`, `.scaleTooLarge`, `.noSecretMemory`.
    package func answer(
        _ input: Ciphertext, times weights: Plaintext, adding addend: [[UInt64]], at places: [Int],
        flood: NoiseFlood?, source: any RandomSource
    ) throws(CKKSError) -> CoefficientAnswer {
        let operation = "answer on coefficients"
        try check(input, operation)
        try checkLinear(input, operation)
        try check(weights, at: input.level, operation)
        try checkRoom(input.scale * weights.scale, level: input.level, operation)
        guard let publicKey = keys?.publicKey else { throw .missingPublicKey(operation: operation) }
        var answer = try encryptor.rerandomizedProduct(
            input, weights, publicKey: publicKey, places: places)
        answer.add(addend)
        if let flood {
            answer.add(
                try flood.residues(
                    count: places.count, context: context, basis: answer.uniform.basis,
                    source: source))
        }
        return answer
    }
}

extension Encryptor {
    fileprivate func rerandomizedProduct(
        _ input: Ciphertext, _ weights: Plaintext, publicKey: PublicKey, places: [Int]
    ) throws(CKKSError) -> CoefficientAnswer {
        guard input.level <= publicKey.level else {
            throw .keyLevelTooLow(
                key: "public key", keyLevel: publicKey.level, level: input.level)
        }
        let scratch = try context.scratches.take(ring: context.ring, source: source)
        defer { context.scratches.giveBack(scratch) }
        scratch.drawTernary()
        scratch.drawError()
        scratch.drawSecondError(count: places.count)
        let (coefficients, uniform) = Polynomial<Evaluation>.rerandomizedProduct(
            of: (input.polynomials[0], input.polynomials[1]), weights: weights.polynomial,
            key: (publicKey.body, publicKey.uniform), secret: scratch.second,
            error: scratch.first, placeErrors: scratch.third, places: places,
            workspace: &scratch.workspace)
        return CoefficientAnswer(
            coefficients: coefficients, uniform: uniform, level: input.level,
            scale: input.scale * weights.scale, keyID: input.keyID)
    }
}
