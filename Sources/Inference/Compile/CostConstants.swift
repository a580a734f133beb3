package import CKKS
import Circuits
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
    /// Where the figures come from.
    public var source: String

    /// Sets every constant.
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
        butterflyNanoseconds: 0.2, columnNanoseconds: 0.08, encryptionNanoseconds: 6,
        sampleNanoseconds: 12, source: "assumed, of a Zen 4 with AVX-512 IFMA")

    /// Whether every figure is a positive number; files are checked with this.
    public var isWellFormed: Bool {
        [butterflyNanoseconds, columnNanoseconds, encryptionNanoseconds, sampleNanoseconds]
            .allSatisfy { $0.isFinite && $0 > 0 && $0 < 1e6 } && source.count <= 200
    }

    /// Transforms that a rotation counts as.
    package static func transformsOfRotation(_ parameters: CKKSParameters, level: Int) -> Double {
        OperationCosts(parameters: parameters, level: level, rescalesLast: true).fullRotation
    }

    /// Milliseconds of some butterflies.
    func milliseconds(butterflies: Double) -> Double { butterflies * butterflyNanoseconds * 1e-6 }

    /// Milliseconds of re-randomizing and flooding answers.
    func milliseconds(
        answers: Int, parameters: CKKSParameters, places: Int, flooding: NoiseHiding?
    ) -> Double {
        let size = Double(parameters.degree * parameters.limbCount(atLevel: 0))
        let samples = flooding.map { hiding in
            // Base samples of deviation 8 in steps of two bits.
            Double(places) * max(1, (Double.log2(hiding.deviation) - 3) / 2 + 1)
        }
        return Double(answers) * 1e-6
            * (size * encryptionNanoseconds + (samples ?? 0) * sampleNanoseconds)
    }
}
