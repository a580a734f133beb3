import CKKS
import RealModule

/// How wide noise has to be to hide a plan's noise, and what it does to the scores.
struct HidingPlan {
    /// Noise the server adds to responses.
    let flooding: HidingGoal?
    /// Noise the client adds to what it shares.
    let sharing: HidingGoal?

    /// Nothing is asked for.
    var isEmpty: Bool { flooding == nil && sharing == nil }

    /// What a layout makes of noise.
    struct Noise {
        /// Bound of the noise's Euclidean norm, in integer coefficients.
        let norm: Double
        /// Deviation of a score for noise of deviation 1 in every coefficient.
        let scoreUnit: Double

        /// Scores in slots.
        ///
        /// A slot's real part is a sum of N/2 coefficients' worth of noise, and the mean square of all
        /// slots is that of the coefficients times N/2. `bound` is that of a real part.
        static func slots(
            bound: Double, degree: Int, scale: Double, ciphertexts: Int = 1
        ) -> Noise {
            Noise(
                norm: max((2 * Double(ciphertexts)).squareRoot() * bound * scale, 1),
                scoreUnit: (Double(degree) / 2).squareRoot() / scale)
        }

        /// Scores in some of the coefficients; the others are uniform.
        static func coefficients(bound: Double, count: Int, scale: Double) -> Noise {
            Noise(
                norm: max(Double(count).squareRoot() * bound * scale, 1), scoreUnit: 1 / scale)
        }
    }

    /// Bound of a score's error with all noise added, above the computation's own.
    func bound(_ noise: Noise) -> Double {
        NoiseHiding.deviationsOfBound * deviation(noise, flooding, .flooding)
            + NoiseHiding.deviationsOfBound * deviation(noise, sharing, .sharing)
    }

    /// Bound of what flooding adds to a score's error.
    func floodingBound(_ noise: Noise) -> Double {
        NoiseHiding.deviationsOfBound * deviation(noise, flooding, .flooding)
    }

    /// Deviation that flooding gives a score.
    func floodingDeviation(_ noise: Noise) -> Double { deviation(noise, flooding, .flooding) }

    private func deviation(_ noise: Noise, _ goal: HidingGoal?, _ kind: NoiseHiding.Kind) -> Double
    {
        goal.map { NoiseHiding.factor(kind, $0) * noise.norm * noise.scoreUnit } ?? 0
    }

    /// What goes into the card; `bound` is the computation's own, `magnitude` the outputs'.
    func rooms(_ noise: Noise, bound: Double, magnitude: Double) -> Rooms {
        func room(_ kind: NoiseHiding.Kind, _ goal: HidingGoal?, _ error: Double) -> NoiseHiding? {
            goal.map {
                NoiseHiding(
                    kind: kind, goal: $0, noiseNorm: noise.norm,
                    scoreDeviation: deviation(noise, $0, kind),
                    precisionBits: Double.log2(magnitude / error))
            }
        }
        return Rooms(
            flooding: room(.flooding, flooding, bound + floodingBound(noise)),
            sharing: room(.sharing, sharing, bound + self.bound(noise)))
    }

    /// Noise of both kinds, as far as it was asked for.
    struct Rooms {
        let flooding: NoiseHiding?
        let sharing: NoiseHiding?

        /// Root mean square of a score's error with flooding.
        func typical(_ error: Double) -> Double {
            let added = flooding?.scoreDeviation ?? 0
            return (error * error + added * added).squareRoot()
        }
    }
}
