import RealModule

/// What noise shall hide: how surely, and over how many responses or decryptions together.
public struct HidingGoal: Sendable, Hashable, Codable {
    /// Statistical bits S: what is seen is within 2^-S of something that tells nothing of the noise.
    public let bits: Int
    /// Number of rows answered, or of results shared, for which that holds together.
    public let uses: Int

    /// Largest accepted values.
    static let acceptedBits = 8...128
    static let acceptedUses = 1...(1 << 40)

    /// Asks for S bits over some uses.
    public init(bits: Int, uses: Int = 1) {
        self.bits = bits
        self.uses = uses
    }

    var isAcceptable: Bool {
        Self.acceptedBits.contains(bits) && Self.acceptedUses.contains(uses)
    }
}

/// Room for noise that a model was compiled with, and how wide that noise is.
public struct NoiseHiding: Sendable, Hashable, Codable {
    /// Who adds the noise, which decides how wide it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The server, to responses: hides the computation from the client.
        case flooding
        /// The client, to decryptions that it hands on: hides the key from whoever sees them.
        case sharing
    }

    /// Who adds it.
    public let kind: Kind
    /// What it is for.
    public let goal: HidingGoal
    /// Bound of the Euclidean norm of the noise to be hidden, over all coefficients of one row's answer, in units of integer
    /// coefficients; failure probability below 2^-40, whoever encrypted.
    public let noiseNorm: Double
    /// Standard deviation the noise gives to a score.
    public let scoreDeviation: Double
    /// Bits of the expected output magnitude that remain exact.
    public let precisionBits: Double

    /// Standard deviations above which Gaussian noise has probability below 2^-40.
    static let deviationsOfBound = 7.5
    /// A shared result keeps at least so many bits, or is not shared.
    public static let leastPrecisionBits = 3.0

    /// Standard deviation of every coefficient.
    ///
    /// Flooding: k^(1/2) 2^(S-1) t, by Pinsker's inequality. Sharing: (12 k)^(1/2) 2^(S/2) t, after Li, Micciancio, Schultz,
    /// Sorrell: "Securing Approximate Homomorphic Encryption Using Differential Privacy", eprint 2022/816, Theorem 2.
    public var deviation: Double { noiseNorm * Self.factor(kind, goal) }

    /// The deviation for a norm of 1.
    static func factor(_ kind: Kind, _ goal: HidingGoal) -> Double {
        let (bits, uses) = (Double(goal.bits), Double(goal.uses))
        switch kind {
        case .flooding: return uses.squareRoot() * Double.exp2(bits - 1)
        case .sharing: return (12 * uses).squareRoot() * Double.exp2(bits / 2)
        }
    }

    /// Bound of what the noise adds to a score's error, with failure probability below 2^-40.
    public var scoreBound: Double { Self.deviationsOfBound * scoreDeviation }

    /// What the noise promises, in a sentence.
    public var statement: String {
        let uses = goal.uses == 1 ? "one" : "\(goal.uses)"
        let plural = goal.uses == 1 ? "" : "s"
        switch kind {
        case .flooding:
            return
                "the answer\(plural) to \(uses) row\(plural) \(goal.uses == 1 ? "is" : "are") within "
                + "2^-\(goal.bits) (statistical "
                + "distance) of what the encoded model's scores alone give"
        case .sharing:
            return
                "\(uses) shared result\(plural) keep\(goal.uses == 1 ? "s" : "") \(goal.bits) bits of security against whoever sees "
                + "ciphertexts and scores"
        }
    }

    /// Whether the figures can be used; cards from strangers are checked with this.
    func isWellFormed(_ kind: Kind) -> Bool {
        self.kind == kind && goal.isAcceptable && noiseNorm.isFinite && noiseNorm > 0
            && deviation <= 0x1p110 && scoreDeviation.isFinite && scoreDeviation > 0
            && precisionBits.isFinite
    }
}
