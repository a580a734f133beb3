import CKKS
import Inference

/// The noise that a server adds to its responses, so that they tell nothing of the computation but its result.
struct ResponseFlood: Sendable {
    /// The noise.
    let noise: NoiseFlood
    /// Whether the mask of the coefficients without scores brings the noise with it.
    let isInMask: Bool
    private let context: CKKSContext

    /// Noise as wide as a card says.
    ///
    /// - Throws: `CKKSError` for widths beyond any modulus.
    init(_ hiding: NoiseHiding, layout: CiphertextLayout, context: CKKSContext) throws(CKKSError) {
        noise = try NoiseFlood(deviation: hiding.deviation)
        isInMask = if case .coefficients = layout { true } else { false }
        self.context = context
    }

    /// A response with noise on every coefficient.
    func flooded(_ ciphertext: Ciphertext, evaluator: Evaluator) throws(CKKSError) -> Ciphertext {
        try evaluator.addPlain(
            ciphertext,
            noise.noise(context: context, level: ciphertext.level, scale: ciphertext.scale))
    }
}
