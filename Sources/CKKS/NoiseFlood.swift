import Ring
package import Secrets

/// Gaussian noise that drowns the noise of a computation, to be added to a ciphertext or to a decrypted polynomial.
///
/// Whoever sees the sum learns the message and next to nothing of what was computed to get there: shifting a discrete
/// Gaussian of deviation σ in every coefficient by a vector of Euclidean norm t changes it by a Kullback-Leibler
/// divergence of t²/2σ², so k such sums are within k^(1/2) t/2σ of ones that do not depend on the noise (Pinsker).
package struct NoiseFlood: Sendable {
    private let gaussian: IntegerGaussian

    /// Noise of at least a deviation, in units of integer coefficients.
    ///
    /// - Throws: `CKKSError.invalidParameter` for deviations that are not in 0...2^110.
    package init(deviation: Double) throws(CKKSError) {
        guard let gaussian = IntegerGaussian(deviation: deviation) else {
            throw .invalidParameter(
                name: "flooding deviation", value: "\(deviation)", expected: "above 0, to 2^110")
        }
        self.gaussian = gaussian
    }

    /// Deviation of every coefficient.
    package var deviation: Double { gaussian.deviation }

    /// Fresh noise as a plaintext.
    ///
    /// - Parameters:
    ///   - context: the ring.
    ///   - level: level of the plaintext.
    ///   - scale: the scale it is labelled with.
    ///   - places: the coefficients that get noise; all where nil.
    ///   - source: randomness.
    /// - Throws: `CKKSError.levelOutOfRange`, `.noSecretMemory`.
    package func noise(
        context: CKKSContext, level: Int, scale: Double, places: [Int]? = nil,
        source: any RandomSource = SystemRandomSource()
    ) throws(CKKSError) -> Plaintext {
        try context.parameters.checkLevel(level, "flood")
        let seed = try Self.seed(from: source)
        do {
            let polynomial = try gaussian.polynomial(
                seed: seed, places: places, context: context.ring,
                basis: context.basis(atLevel: level))
            return Plaintext(
                polynomial: polynomial.toEvaluation(), level: level, scale: scale)
        } catch {
            throw .ring(error)
        }
    }
}

extension NoiseFlood {
    /// Residues of fresh samples, by limb.
    func residues(
        count: Int, context: CKKSContext, basis: Basis, source: any RandomSource
    ) throws(CKKSError) -> [[UInt64]] {
        let seed = try Self.seed(from: source)
        return gaussian.residues(
            gaussian.samples(count: count, seed: seed, context: context.ring),
            moduli: basis.indices.map { context.ring.moduli[$0] })
    }

    private static func seed(from source: any RandomSource) throws(CKKSError) -> SecretSeed {
        do {
            return try SecretSeed(from: source)
        } catch {
            throw .noSecretMemory(bytes: Seed.byteCount)
        }
    }
}

extension Plaintext {
    /// The sum with noise of the same level.
    package func adding(_ noise: Plaintext) -> Plaintext {
        Plaintext(
            polynomial: polynomial + noise.polynomial, level: level, scale: scale,
            isExtended: isExtended)
    }
}
