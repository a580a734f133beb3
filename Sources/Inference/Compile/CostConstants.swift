import CKKS
package import Circuits
import RealModule

/// What operations take on a machine: measured by `tacit bench --calibrate`, or assumed.
///
/// The unit of costs is a butterfly of a number-theoretic transform; key switching, products and divisions are counted in
/// transforms (`OperationCosts`), which all machines share well enough. Times are of one thread.
public struct CostConstants: Sendable, Hashable, Codable {
    /// Nanoseconds that a butterfly and what goes with it take in a rotation.
    public var butterflyNanoseconds: Double
    /// Nanoseconds for a coefficient of one limb of a matrix product on columns, for one entry of the matrix.
    public var columnNanoseconds: Double
    /// Nanoseconds for a coefficient of one limb of a fresh encryption of zero.
    public var encryptionNanoseconds: Double
    /// Nanoseconds for one base sample of flooding noise.
    public var sampleNanoseconds: Double
    /// Nanoseconds for a coefficient of one limb of a request's ciphertext: its digest, its bits, and the half that comes
    /// as a seed.
    public var readNanoseconds = 8.0
    /// Nanoseconds for a coefficient of one limb of one polynomial of a response: its bits and its digest.
    public var writeNanoseconds = 5.5
    /// Nanoseconds of a group of ciphertexts beside all that.
    public var groupNanoseconds = 40_000.0
    /// Nanoseconds of a Paillier ciphertext that is answered: its randomness; with a modulus of 3072 bits, as below.
    public var paillierAnswerNanoseconds = 300_000.0
    /// Nanoseconds of a Paillier ciphertext that is read: its checks and the table of its powers.
    public var paillierInputNanoseconds = 42_000.0
    /// Nanoseconds of one bit of a weight on a Paillier ciphertext.
    public var paillierBitNanoseconds = 280.0
    /// What the parts of key switching take, in transforms: rotations are split by them.
    package var weights = OperationWeights.assumed
    /// Where the figures come from.
    public var source: String

    /// Sets the constants of the lattice scheme's operations; the others are those of a Zen 4 until they are set.
    public init(
        butterflyNanoseconds: Double, columnNanoseconds: Double, encryptionNanoseconds: Double,
        sampleNanoseconds: Double, source: String
    ) {
        self.butterflyNanoseconds = butterflyNanoseconds
        self.columnNanoseconds = columnNanoseconds
        self.encryptionNanoseconds = encryptionNanoseconds
        self.sampleNanoseconds = sampleNanoseconds
        self.source = source
    }

    /// One thread of a Zen 4 with AVX-512 IFMA.
    public static let assumed = CostConstants(
        butterflyNanoseconds: 0.25, columnNanoseconds: 0.08, encryptionNanoseconds: 6,
        sampleNanoseconds: 12, source: "assumed, of a Zen 4 with AVX-512 IFMA")

    /// What rotations are split by, each for one limb: the parts of a key switch, in transforms.
    public var partsOfRotations: [(name: String, transforms: Double)] {
        [
            ("raising", weights.decomposition), ("key", weights.innerProduct),
            ("weights", weights.plainProduct), ("division", weights.division),
        ]
    }

    private var figures: [Double] {
        [
            butterflyNanoseconds, columnNanoseconds, encryptionNanoseconds, sampleNanoseconds,
            readNanoseconds, writeNanoseconds, groupNanoseconds, paillierAnswerNanoseconds,
            paillierInputNanoseconds, paillierBitNanoseconds,
        ]
    }

    /// Whether every figure is a positive number; files are checked with this.
    public var isWellFormed: Bool {
        figures.allSatisfy { $0.isFinite && $0 > 0 && $0 < 1e9 } && weights.isWellFormed
            && source.count <= 200
    }

    /// Milliseconds of some butterflies.
    func milliseconds(butterflies: Double) -> Double { butterflies * butterflyNanoseconds * 1e-6 }

    /// Milliseconds of reading a request's ciphertexts.
    func milliseconds(reading count: Int, groups: Int, parameters: CKKSParameters, level: Int)
        -> Double
    {
        let size = Double(parameters.degree * parameters.limbCount(atLevel: level))
        return 1e-6 * (Double(count) * size * readNanoseconds + Double(groups) * groupNanoseconds)
    }

    /// Milliseconds of re-randomizing, flooding and writing answers.
    func milliseconds(
        answers: Int, parameters: CKKSParameters, places: Int, flooding: NoiseHiding?
    ) -> Double {
        let size = Double(parameters.degree * parameters.limbCount(atLevel: 0))
        let samples = flooding.map { hiding in
            // Base samples of deviation 8 in steps of two bits.
            Double(places) * max(1, (Double.log2(hiding.deviation) - 3) / 2 + 1)
        }
        return Double(answers) * 1e-6
            * (size * (encryptionNanoseconds + 2 * writeNanoseconds)
                + (samples ?? 0) * sampleNanoseconds)
    }

    /// Milliseconds of some rows under Paillier.
    ///
    /// - Parameters:
    ///   - rows: of the request.
    ///   - inputs: ciphertexts of a row.
    ///   - answers: ciphertexts of its scores.
    ///   - exponentBits: bits of a weight, or of those that share an exponent.
    ///   - modulusBits: of the key.
    func paillierMilliseconds(
        rows: Int, inputs: Int, answers: Int, exponentBits: Double, modulusBits: Int
    ) -> Double {
        let size = Double(modulusBits) / 3072
        let products =
            Double(inputs)
            * (paillierInputNanoseconds + Double(answers) * exponentBits * paillierBitNanoseconds)
        // Products grow with the square of the modulus, random exponents with it besides.
        return Double(rows) * 1e-6 * size * size
            * (products + Double(answers) * size * paillierAnswerNanoseconds)
    }
}

extension CostConstants {
    private enum CodingKeys: String, CodingKey {
        case butterflyNanoseconds, columnNanoseconds, encryptionNanoseconds, sampleNanoseconds
        case readNanoseconds, writeNanoseconds, groupNanoseconds
        case paillierAnswerNanoseconds, paillierInputNanoseconds, paillierBitNanoseconds
        case weights, source
    }

    /// Reads what was measured; figures that an earlier release did not measure are assumed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            butterflyNanoseconds: try container.decode(Double.self, forKey: .butterflyNanoseconds),
            columnNanoseconds: try container.decode(Double.self, forKey: .columnNanoseconds),
            encryptionNanoseconds: try container.decode(
                Double.self, forKey: .encryptionNanoseconds),
            sampleNanoseconds: try container.decode(Double.self, forKey: .sampleNanoseconds),
            source: try container.decode(String.self, forKey: .source))
        func set(_ place: WritableKeyPath<CostConstants, Double>, _ key: CodingKeys) throws {
            if let value = try container.decodeIfPresent(Double.self, forKey: key) {
                self[keyPath: place] = value
            }
        }
        if let weights = try container.decodeIfPresent(OperationWeights.self, forKey: .weights) {
            self.weights = weights
        }
        try set(\.readNanoseconds, .readNanoseconds)
        try set(\.writeNanoseconds, .writeNanoseconds)
        try set(\.groupNanoseconds, .groupNanoseconds)
        try set(\.paillierAnswerNanoseconds, .paillierAnswerNanoseconds)
        try set(\.paillierInputNanoseconds, .paillierInputNanoseconds)
        try set(\.paillierBitNanoseconds, .paillierBitNanoseconds)
    }
}
