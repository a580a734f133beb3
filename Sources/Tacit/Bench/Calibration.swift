import BigNum
import CKKS
import Foundation
public import Inference
import Paillier
import Secrets

/// Measures what operations take on this machine, and keeps the figures for the compiler.
public enum Calibration {
    /// Ring that is measured: degree and limbs, of 40-bit levels over a base of 45 bits.
    private static let (degree, levels) = (8192, 3)
    /// Rotations whose parts are measured.
    static let rotations = 13
    private static let repetitions = 60

    /// Measures; takes a few seconds.
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
            for: secret, publicKeyLevel: level,
            rotations: Dictionary(uniqueKeysWithValues: (1...rotations).map { ($0, level) }))
        let evaluator = try Evaluator(context: context, keys: keys)
        let encryptor = Encryptor(context: context)
        let zero = try encryptor.encryptZero(
            level: level, scale: context.parameters.scale(atLevel: level),
            publicKey: keys.publicKey)
        progress("parts of rotations")
        let parts = try parts(context: context, evaluator: evaluator, zero: zero)
        progress("matrix product")
        let butterfly = try butterfly(
            context: context, parts: parts, generator: generator, secret: secret, zero: zero)
        progress("column product")
        let width = 32
        let matrix = try IntegerMatrix(
            rowCount: width, columnCount: width,
            entries: (0..<(width * width)).map { Int32($0 * 7919 % 255 - 127) })
        let columns = [Ciphertext](repeating: zero, count: width)
        let product = try fastest(repetitions: 30) {
            _ = try evaluator.multiply(matrix, columns)
        }
        progress("encryption of zero")
        let encryption = try fastest {
            _ = try encryptor.encryptZero(level: level, scale: 1, publicKey: keys.publicKey)
        }
        progress("flooding")
        let flood = try NoiseFlood(deviation: 0x1p60)
        let sampling = try fastest(repetitions: 20) {
            _ = try flood.noise(context: context, level: 0, scale: 1)
        }
        var costs = CostConstants(
            butterflyNanoseconds: butterfly,
            columnNanoseconds: product / (Double(width * width) * 2 * limbs * Double(degree)),
            encryptionNanoseconds: encryption / (limbs * Double(degree)),
            sampleNanoseconds: sampling / (30 * Double(degree)),
            source: "measured with tacit bench --calibrate")
        costs.weights = parts.weights(context.parameters, level: level)
        progress("reading and writing")
        try measureFiles(&costs, context: context, secret: secret, zero: zero)
        try measurePaillier(&costs, progress: progress)
        return costs
    }

    /// A butterfly of a transform, out of a matrix product: with what programs do between transforms.
    private static func butterfly(
        context: CKKSContext, parts: RotationParts, generator: KeyGenerator,
        secret: borrowing SecretKey, zero: Ciphertext
    ) throws -> Double {
        let matrix = try CalibrationMatrix(context: context, level: zero.level, parts: parts)
        let evaluator = try Evaluator(
            context: context,
            keys: generator.evaluationKeys(
                for: secret, publicKeyLevel: 0, rotations: matrix.rotations))
        let time = try fastest { try matrix.apply(to: zero, evaluator: evaluator) }
        let butterflies = Double(degree) / 2 * Double(degree.trailingZeroBitCount)
        return time / (matrix.transforms * butterflies)
    }

    /// What a request takes to be read, and a response to be written.
    private static func measureFiles(
        _ costs: inout CostConstants, context: CKKSContext, secret: borrowing SecretKey,
        zero: Ciphertext
    ) throws {
        let plaintext = try SlotEncoder(context: context).encode([0.5], level: zero.level)
        let fresh = try Encryptor(context: context).encrypt(plaintext, secretKey: secret)
        let header = try FrameHeader(
            kind: .request, scheme: .ckks, ring: context.parameters.ringDigest,
            keyID: fresh.keyID, card: context.parameters.ringDigest)
        func frame(_ ciphertext: Ciphertext) throws -> [UInt8] {
            try Frame.bytes(header) { writer throws(WireError) in
                try writer.ciphertext(ciphertext)
            }
        }
        let expected = CiphertextExpectation(
            level: fresh.level, scale: fresh.scale, mayBeSeeded: true)
        let bytes = try frame(fresh)
        let size = Double(degree) * Double(levels + 1)
        let reading = try fastest {
            _ = try Frame.read(bytes, as: .request) { header, reader throws(WireError) in
                try reader.ciphertext(expected, keyID: fresh.keyID, context: context)
            }
        }
        let bodyByteCount = try frame(zero).count - FrameHeader.overhead
        let writing = try fastest {
            _ = try Frame.stream(to: .memory) { frame in
                frame.begin(header, bodyByteCount: bodyByteCount)
                try frame.body { writer throws(WireError) in try writer.ciphertext(zero) }
            }
        }
        costs.readNanoseconds = reading / size
        costs.writeNanoseconds = writing / (2 * size)
    }

    /// What ciphertexts of the additive scheme take, with a modulus of 3072 bits.
    private static func measurePaillier(
        _ costs: inout CostConstants, progress: (String) -> Void
    ) throws {
        progress("paillier")
        let owner = try PaillierPrivateKey(generating: .bits3072)
        let key = owner.publicKey
        let evaluator = try PaillierEvaluator(key)
        evaluator.prepare()
        let (inputs, bits) = (30, 53)
        let codec = try FixedPointCodec(fractionBits: 20, maximumMagnitude: 8)
        let row = try owner.encrypt(
            rows: [(0..<inputs).map { Double($0) / 4 }], codec: codec)[0]
        let header = try FrameHeader(
            kind: .request, scheme: .paillier, ring: key.size.frameDigest, keyID: key.id,
            card: key.size.frameDigest)
        let bytes = try Frame.bytes(header) { writer throws(WireError) in
            try writer.paillierVectors([row], key: key)
        }
        let expected = PaillierExpectation(
            key: key, fractionBits: codec.fractionBits, bound: codec.bound, count: inputs)
        /// A row from its bytes to its scores.
        func time(scores: Int) throws -> Double {
            let top = 1 << (bits - 1)
            let weights = (0..<scores).map { (score: Int) -> [BigInt] in
                (0..<inputs).map { (input: Int) -> BigInt in
                    let low = (score * 7919 + input * 104_729) << 20
                    return BigInt(top | low)
                }
            }
            let map = try PaillierAffine(
                weights: weights, bias: [BigInt](repeating: 1, count: scores), columnCount: inputs)
            return try fastest(repetitions: 12) {
                let vectors = try Frame.read(bytes, as: .request) {
                    header, reader throws(WireError) in
                    try reader.paillierVectors(expected, limit: 1)
                }
                _ = try evaluator.apply(map, to: vectors[0])
            }
        }
        let answer = try fastest(repetitions: 20) {
            _ = try evaluator.rerandomize(row.ciphertexts[0])
        }
        let (one, many) = (try time(scores: 1), try time(scores: 5))
        let perBit = max(1, (many - one - 4 * answer) / Double(4 * inputs * bits))
        costs.paillierAnswerNanoseconds = answer
        costs.paillierBitNanoseconds = perBit
        costs.paillierInputNanoseconds = max(
            1, (one - answer - perBit * Double(inputs * bits)) / Double(inputs))
    }

    /// Nanoseconds of the processor in the fastest of many runs: what a quiet machine would take.
    static func fastest(
        repetitions: Int = repetitions, _ work: () throws -> Void
    ) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<repetitions {
            // In microseconds, by POSIX; nothing else runs in this process.
            let start = clock()
            try work()
            best = min(best, Double(clock() - start) * 1e3)
        }
        return max(best, 1)
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

    /// Writes figures that are measured meanwhile; where they cannot be written nothing is measured.
    ///
    /// - Parameters:
    ///   - path: a file, `-` for the standard output; nil for the default place.
    ///   - measure: gives the figures.
    /// - Returns: the figures and where they are.
    /// - Throws: `WireError` when the file cannot be written, and what `measure` throws.
    public static func write(
        path: String?, _ measure: () throws -> CostConstants
    ) throws -> (costs: CostConstants, path: String) {
        let place = path ?? defaultPath
        if path == nil {
            try FileManager.default.createDirectory(
                at: URL(filePath: place).deletingLastPathComponent(),
                withIntermediateDirectories: true)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        if WholeFile.isStandardOutput(place) {
            let costs = try measure()
            try WholeFile.write([UInt8](try encoder.encode(costs)), path: place)
            return (costs, place)
        }
        let costs = try FileOutput.stream(path: place) { file in
            let costs = try measure()
            try file.add([UInt8](try encoder.encode(costs)), of: place)
            try file.finishOnDisk(of: place)
            return costs
        }
        return (costs, place)
    }
}
