import RealModule

/// Predicted noise: variances of coefficients, and what they mean in slots.
///
/// Coefficients of noise are modelled as independent with mean zero, so a slot is a sum of N of
/// them times roots of unity: its mean square distance is N times the variance (canonical
/// embedding; "Homomorphic Encryption for Arithmetic of Approximate Numbers", eprint 2016/421,
/// §3.5, with variances in place of worst cases as in eprint 2020/1118, §3). Measured noise is
/// within half a bit of these figures.
public struct NoiseEstimate: Sendable {
    /// The parameters the estimate is for.
    public let parameters: CKKSParameters

    /// Variance of one error coefficient: centered binomial of 42 coins.
    public static let errorVariance = 10.5
    /// Variance of one coefficient of a uniform ternary secret.
    public static let secretVariance = 2.0 / 3.0
    /// Variance of rounding to the nearest integer.
    public static let roundingVariance = 1.0 / 12.0

    /// Estimates noise for one parameter set.
    public init(parameters: CKKSParameters) {
        self.parameters = parameters
    }

    private var degree: Double { Double(parameters.degree) }

    /// Coefficient variance that encoding adds: one rounding.
    public var encodingVariance: Double { Self.roundingVariance }

    /// Coefficient variance of a fresh symmetric encryption: e.
    public var freshSymmetricVariance: Double { Self.errorVariance }

    /// Coefficient variance of a fresh public-key encryption: e·u + e0 + e1·s.
    public var freshPublicVariance: Double {
        Self.errorVariance * (2 * degree * Self.secretVariance + 1)
    }

    /// Coefficient variance of the rounding of a division of two polynomials: r0 + r1·s.
    ///
    /// Every rescale and every
    /// mod-down adds it, at the scale after the division.
    public var divisionVariance: Double {
        Self.roundingVariance * (1 + degree * Self.secretVariance)
    }

    /// Coefficient variance of a rescale of a product that is not relinearized: r0 + r1·s + r2·s^2.
    ///
    /// Slots of s are nearly complex Gaussian, so the mean of |s|^4 is twice the square of the mean
    /// of |s|^2.
    public var divisionVarianceOfProduct: Double {
        let secret = degree * Self.secretVariance
        return divisionVariance + Self.roundingVariance * 2 * secret * secret
    }

    /// Coefficient variance that one key switch adds at a level: the balanced digits d_j, uniform
    /// below D_j in width, times errors, over P, and the rounding of the mod-down.
    ///
    /// Hybrid key switching: eprint 2021/204, Appendix B.2.3. Without special primes there is no
    /// key switching and the result is infinite.
    public func keySwitchVariance(level: Int) -> Double {
        guard parameters.digitLimbCount > 0 else { return .infinity }
        return keySwitchVarianceBeforeRounding(level: level) + divisionVariance
    }

    /// The part of `keySwitchVariance` that comes from the key's errors; a postponed mod-down adds
    /// this for every rotation, and the rounding once.
    public func keySwitchVarianceBeforeRounding(level: Int) -> Double {
        guard parameters.digitLimbCount > 0 else { return .infinity }
        let moduli = Array(parameters.moduli.prefix(parameters.limbCount(atLevel: level)))
        let special = CKKSParameters.bits(parameters.specialModuli)
        var sum = 0.0
        for start in stride(from: 0, to: moduli.count, by: parameters.digitLimbCount) {
            let end = Swift.min(start + parameters.digitLimbCount, moduli.count)
            let digit = CKKSParameters.bits(moduli[start..<end])
            sum += Double.exp2(2 * (digit - special))
        }
        return sum * degree * Self.errorVariance * Self.roundingVariance
    }

    /// Root mean square distance of a slot for a coefficient variance at a scale.
    public func slotDeviation(variance: Double, scale: Double) -> Double {
        (degree * variance).squareRoot() / scale
    }

    /// Root mean square distance of a slot in a fresh symmetric encryption, encoding included.
    public func freshSymmetric(level: Int) -> Double {
        slotDeviation(
            variance: freshSymmetricVariance + encodingVariance,
            scale: parameters.scale(atLevel: level))
    }

    /// Root mean square distance of a slot in a fresh public-key encryption, encoding included.
    public func freshPublic(level: Int) -> Double {
        slotDeviation(
            variance: freshPublicVariance + encodingVariance,
            scale: parameters.scale(atLevel: level))
    }

    /// What one key switch adds to the root mean square distance of a slot at a level's scale.
    public func keySwitch(level: Int) -> Double {
        slotDeviation(
            variance: keySwitchVariance(level: level), scale: parameters.scale(atLevel: level))
    }

    /// What a rescale from `level` adds to the root mean square distance of a slot at the scale
    /// below.
    public func rescale(fromLevel level: Int) -> Double {
        slotDeviation(
            variance: divisionVariance, scale: parameters.scale(atLevel: Swift.max(0, level - 1)))
    }
}
