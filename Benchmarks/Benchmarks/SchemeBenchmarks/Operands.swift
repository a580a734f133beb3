import CKKS
import Settings

/// A parameter set at the 128-bit bound, a level of it, and an instruction set.
struct Place: Sendable {
    let kernels: Kernels
    let degree: Int
    let levels: Int
    let level: Int

    /// At the highest level and at the lowest with a rescaling.
    static let all: [Place] = Kernels.all.flatMap { kernels in
        [(8192, 2), (16384, 7), (32768, 14)].flatMap { degree, levels in
            [levels, 1].map {
                Place(kernels: kernels, degree: degree, levels: levels, level: $0)
            }
        }
    }

    var name: String { "N=\(degree), level \(level) of \(levels), \(kernels.name)" }
}

/// Evaluation keys that an operation needs beside the public one; making others takes seconds.
enum Need: Sendable {
    case nothing, relinearization, rotations
}

/// Keys and operands at one place.
final class Operands {
    let context: CKKSContext
    let generator: KeyGenerator
    let secret: SecretKey
    let keys: EvaluationKeys
    let evaluator: Evaluator
    let encoder: SlotEncoder
    let values: [Double]
    let plaintext: Plaintext
    let x: Ciphertext

    init(_ place: Place, _ need: Need) throws {
        try place.kernels.select()
        let context = try CKKSContext(
            .make(degree: place.degree, baseBits: 50, scaleBits: 40, levels: place.levels))
        let generator = KeyGenerator(context: context)
        let secret = try generator.secretKey()
        let level = place.level
        let keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: level,
            relinearizationLevel: need == .relinearization ? level : nil,
            rotations: need == .rotations ? [1: level, 2: level] : [:])
        let values = Settings.values(context.parameters.slotCount)
        let plaintext = try SlotEncoder(context: context).encode(values, level: level)
        evaluator = try Evaluator(context: context, keys: keys)
        x = try Encryptor(context: context).encrypt(plaintext, secretKey: secret)
        encoder = SlotEncoder(context: context)
        (self.context, self.generator, self.keys) = (context, generator, keys)
        (self.values, self.plaintext) = (values, plaintext)
        self.secret = secret
    }
}
