public import CKKS

/// What a client must know about a model, and nothing about its weights: layouts, coarse ranges, parameters,
/// required keys and the end-to-end precision.
public struct ModelCard: Sendable, Hashable, Codable {
    /// Name given at compilation.
    public let name: String
    /// Random identity of this compilation, in hexadecimal; another version of the model has another.
    public let modelID: String
    /// What goes in.
    public let input: Input
    /// What comes out.
    public let output: Output
    /// Parameters of the scheme.
    public let scheme: Scheme

    /// The client's rows.
    public struct Input: Sendable, Hashable, Codable {
        /// Name of the model's input; several are joined by commas.
        public let name: String
        /// Shape of one row, outermost dimension first.
        public let shape: [Int]
        /// Accepted range of each element, coarsely rounded; one entry when all are alike.
        public let ranges: [Interval]

        /// Elements of one row.
        public var count: Int { shape.reduce(1, *) }

        /// Accepted range of one element.
        public func range(of element: Int) -> Interval {
            ranges.count == 1 ? ranges[0] : ranges[element]
        }
    }

    /// The client's results.
    public struct Output: Sendable, Hashable, Codable {
        /// Decrypted scores per row.
        public let count: Int
        /// Scores beyond this magnitude are refused: something left its range on the way.
        public let bound: Double
        /// Predicted bound of the error of a score, for rows encrypted with the secret key, with failure probability below 2^-40; it excludes the
        /// approximation of activations.
        public let errorBound: Double
        /// The same for rows that were encrypted with the public key.
        public let publicKeyErrorBound: Double
        /// What the client applies to the scores.
        public let tail: ClientTail
        /// What the client returns of the results; nil for everything.
        public let disclosure: Disclosure?
    }

    /// Parameters by scheme.
    public enum Scheme: Sendable, Hashable, Codable {
        /// The lattice scheme.
        case ckks(CKKSCard)
        /// Paillier.
        case paillier(PaillierCard)

        /// `ckks` or `paillier`.
        public var name: String {
            switch self {
            case .ckks: "ckks"
            case .paillier: "paillier"
            }
        }
    }
}

/// The lattice part of a card.
public struct CKKSCard: Sendable, Hashable, Codable {
    /// The parameters, spelled out.
    public let parameters: ParameterLiteral
    /// Where the client puts its rows and finds its scores.
    public let layout: CiphertextLayout
    /// Level of fresh ciphertexts.
    public let inputLevel: Int
    /// Applied to every row before encryption: `(x - center) / radius`; nil for none.
    public let normalization: InputNormalization?
    /// The evaluation keys to generate.
    public let keys: KeyRequirements
    /// Noise that the server adds to responses; nil where no room was compiled for it.
    public let flooding: NoiseHiding?
    /// Noise that the client adds to results it hands on; nil where no room was compiled for it.
    public let sharing: NoiseHiding?

    /// Rows that one group of ciphertexts holds.
    public var rowCapacity: Int { layout.rowCapacity }

    /// Parameters as they stand in a card; `checked()` makes them usable.
    public struct ParameterLiteral: Sendable, Hashable, Codable {
        /// Ring degree.
        public let degree: Int
        /// Primes of level 0.
        public let baseGroup: [UInt64]
        /// Primes of every level from 1 up.
        public let levelGroups: [[UInt64]]
        /// Special primes.
        public let specialModuli: [UInt64]
        /// Limbs per key-switching digit.
        public let digitLimbCount: Int
        /// Scale of the highest level.
        public let topScale: Double
        /// Scales of all levels, where they do not follow from the top one.
        public let scales: [Double]?
        /// Security in bits: 128, 192 or 256.
        public let security: Int

        /// The literal of checked parameters.
        init(_ parameters: CKKSParameters) {
            degree = parameters.degree
            baseGroup = parameters.baseGroup
            levelGroups = parameters.levelGroups
            specialModuli = parameters.specialModuli
            digitLimbCount = parameters.digitLimbCount
            topScale = parameters.scales[parameters.maxLevel]
            scales = parameters.givenScales
            security = (parameters.security ?? .bits128).rawValue
        }

        /// The parameters, with every bound checked again.
        ///
        /// - Throws: `CKKSError` for anything the scheme refuses.
        public func checked() throws(CKKSError) -> CKKSParameters {
            guard let level = SecurityLevel(rawValue: security) else {
                throw .invalidParameter(
                    name: "security", value: "\(security)", expected: "128, 192 or 256")
            }
            return try CKKSParameters(
                degree: degree, baseGroup: baseGroup, levelGroups: levelGroups,
                specialModuli: specialModuli, digitLimbCount: digitLimbCount, topScale: topScale,
                scales: scales, security: level)
        }
    }
}

/// The Paillier part of a card.
public struct PaillierCard: Sendable, Hashable, Codable {
    /// Modulus size in bits.
    public let modulusBits: Int
    /// Fraction bits of the encrypted inputs.
    public let inputFractionBits: Int
    /// Fraction bits of the encrypted scores.
    public let outputFractionBits: Int
    /// Bits of a score where several share a ciphertext, its sign included; nil where each has its own.
    public let scoreSlotBits: Int?
}
