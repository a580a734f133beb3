import CKKS
import Foundation
public import Inference
import Secrets

/// Measures what operations take on this machine, and keeps the figures for the compiler.
public enum Calibration {
    /// Ring that is measured: degree and limbs, of 40-bit levels over a base of 45 bits.
    private static let (degree, levels) = (8192, 3)
    private static let repetitions = 60

    /// Measures; takes a second or two.
    ///
    /// - Parameter progress: told what is being measured.
    /// - Throws: what the operations throw.
    public static func measure(progress: (String) -> Void = { _ in }) throws -> CostConstants {
        let context = try CKKSContext(
            CKKSParameters.make(degree: degree, baseBits: 45, scaleBits: 40, levels: levels))
        let (level, limbs) = (levels, Double(levels + 1))
        let generator = KeyGenerator(context: context)
        let secret = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: level, rotations: [1: level])
        let evaluator = try Evaluator(context: context, keys: keys)
        let encryptor = Encryptor(context: context)
        let zero = try encryptor.encryptZero(
            level: level, scale: context.parameters.scale(atLevel: level),
            publicKey: keys.publicKey)
        progress("rotation")
        let rotation = try fastest { _ = try evaluator.rotate(zero, by: 1) }
        let units = CostConstants.transformsOfRotation(context.parameters, level: level)
        let butterflies = Double(degree) / 2 * Double(degree.trailingZeroBitCount)
        progress("column product")
        let width = 32
        let matrix = try IntegerMatrix(
            rowCount: width, columnCount: width,
            entries: (0..<(width * width)).map { Int32($0 * 7919 % 255 - 127) })
        let columns = [Ciphertext](repeating: zero, count: width)
        let product = try fastest { _ = try evaluator.multiply(matrix, columns) }
        progress("encryption of zero")
        let encryption = try fastest {
            _ = try encryptor.encryptZero(level: level, scale: 1, publicKey: keys.publicKey)
        }
        progress("flooding")
        let flood = try NoiseFlood(deviation: 0x1p60)
        let sampling = try fastest {
            _ = try flood.noise(context: context, level: 0, scale: 1)
        }
        return CostConstants(
            butterflyNanoseconds: rotation / (units * butterflies),
            columnNanoseconds: product / (Double(width * width) * 2 * limbs * Double(degree)),
            encryptionNanoseconds: encryption / (limbs * Double(degree)),
            sampleNanoseconds: sampling / (30 * Double(degree)),
            source: "measured with tacit bench --calibrate")
    }

    /// Nanoseconds of the fastest of many runs: what a quiet machine would take.
    private static func fastest(_ work: () throws -> Void) rethrows -> Double {
        var best = Duration.seconds(1000)
        for _ in 0..<repetitions {
            let clock = ContinuousClock()
            best = min(best, try clock.measure { try work() })
        }
        return best / .nanoseconds(1)
    }

    /// Where the figures are kept unless another place is named: `costs.json` in `TACIT_CACHE`, else in `tacit` of the
    /// user's cache folder.
    public static var defaultPath: String { CacheFolder.path("costs.json") }

    /// Largest file that is read.
    private static let maximumByteCount = 1 << 16

    /// Reads measured figures.
    ///
    /// - Parameter path: a file; nil for the default place, where there may be none.
    /// - Returns: nil where nothing was measured.
    /// - Throws: `WireError` for files that cannot be read, `TacitError` for ones that hold something else.
    public static func read(path: String?) throws -> CostConstants? {
        let place = path ?? defaultPath
        if path == nil && !FileManager.default.fileExists(atPath: place) { return nil }
        let bytes = try WholeFile.read(path: place, maximumByteCount: maximumByteCount)
        do {
            let costs = try JSONDecoder().decode(CostConstants.self, from: Data(bytes))
            guard costs.isWellFormed else {
                throw TacitError(.malformed, "costs that are no positive numbers")
            }
            return costs
        } catch {
            throw TacitError(
                .malformed,
                "\(place): \(readable(error)); measure again with: tacit bench --calibrate")
        }
    }

    /// Writes measured figures.
    ///
    /// - Parameters:
    ///   - costs: what was measured.
    ///   - path: a file; nil for the default place.
    /// - Returns: where they are.
    /// - Throws: when the file cannot be written.
    public static func write(_ costs: CostConstants, path: String?) throws -> String {
        let place = path ?? defaultPath
        if path == nil {
            try FileManager.default.createDirectory(
                at: URL(filePath: place).deletingLastPathComponent(),
                withIntermediateDirectories: true)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try WholeFile.write([UInt8](try encoder.encode(costs)), path: place)
        return place
    }
}
