/// What the compiler predicts about a compiled model; it describes the weights' ranges, so it stays with the server.
public struct Certificate: Sendable, Hashable, Codable {
    /// One step of the program.
    public struct Layer: Sendable, Hashable, Codable {
        /// The model's nodes behind the step.
        public let name: String
        /// What is computed, for example `affine 64 -> 32`.
        public let operation: String
        /// Level of the result.
        public let level: Int
        /// Scale of the result in bits.
        public let scaleBits: Double
        /// Largest magnitude expected of the values.
        public let magnitude: Double
        /// Key switches of the step for one ciphertext.
        public let keySwitches: Int
        /// Predicted root mean square of the error, as -log2 of it, for rows encrypted with the secret key.
        public let errorBits: Double
        /// The same for rows encrypted with the public key.
        public let publicKeyErrorBits: Double
    }

    /// A function replaced by a polynomial.
    public struct Approximation: Sendable, Hashable, Codable {
        /// The model's nodes.
        public let name: String
        /// The function.
        public let function: String
        /// Where the polynomial holds.
        public let interval: Interval
        /// Degree of the polynomial.
        public let degree: Int
        /// Largest distance from the function on the interval.
        public let maximumError: Double
    }

    /// The steps in order.
    public let layers: [Layer]
    /// The fitted activations.
    public let approximations: [Approximation]
    /// Largest effect of the approximations on an output, over the calibration rows; nil without rows.
    public let approximationEffect: Double?
    /// Asked precision in bits of `outputMagnitude`.
    public let askedPrecisionBits: Int
    /// Magnitude of the outputs that precision refers to.
    public let outputMagnitude: Double
    /// Predicted bound of an output's error for rows encrypted with the secret key, failure probability below 2^-40.
    public let errorBound: Double
    /// Predicted root mean square of an output's error, for rows encrypted with the secret key.
    public let typicalError: Double
    /// The same for rows encrypted with the public key.
    public let publicKeyTypicalError: Double
    /// Key switches of one evaluation.
    public let keySwitchCount: Int
    /// Rows in one ciphertext.
    public let rowsPerCiphertext: Int
    /// log2(QP) and the security bound it stays within, for CKKS.
    public let modulusBits: Double
    /// Largest log2(QP) at this degree and security.
    public let modulusBound: Int
    /// Security in bits.
    public let security: Int
    /// Where ranges come from: `calibrated on n rows`, `declared`, or `assumed`.
    public let rangeSource: String
    /// Why this scheme and layout.
    public let reasons: [String]
    /// Noise that the server adds to responses; nil for none.
    public let flooding: NoiseHiding?
    /// Noise that the client adds to results it hands on; nil where there is no room for it.
    public let sharing: NoiseHiding?
    /// Predicted time of a request of as many rows as were expected, from its bytes to those of the response, by one thread.
    public let predictedMilliseconds: Double
    /// Where the costs come from that times are predicted with.
    public let costSource: String
    /// What the model would be without room for noise; nil where none was asked for.
    public internal(set) var unhidden: Baseline?

    /// The figures of a model without room for noise, for comparison.
    public struct Baseline: Sendable, Hashable, Codable {
        /// Ring degree.
        public let degree: Int
        /// log2(QP).
        public let modulusBits: Double
        /// Bound of an output's error.
        public let errorBound: Double
        /// Predicted milliseconds of a request.
        public let predictedMilliseconds: Double
    }
}
