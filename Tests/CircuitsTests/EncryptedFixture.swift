import CKKS
import ComplexModule
import RealModule
import Secrets
import TestSupport

/// Keys and ciphertexts for one circuit, with keys only for what its plan asks for, at the levels it names.
final class EncryptedFixture {
    let context: CKKSContext
    let encoder: SlotEncoder
    let evaluator: Evaluator
    private let encryptor: Encryptor
    private let decryptor: Decryptor
    private let secret: SecretBox

    /// Holds the key, which cannot be copied.
    private final class SecretBox {
        let key: SecretKey
        init(_ key: consuming SecretKey) { self.key = key }
    }

    init(
        _ parameters: CKKSParameters, rotations: [Int: Int] = [:], relinearizationLevel: Int? = nil
    ) throws {
        let source = SeededRandomSource(seed: 5)
        context = try CKKSContext(parameters)
        encoder = SlotEncoder(context: context)
        encryptor = Encryptor(context: context, source: source)
        decryptor = Decryptor(context: context)
        let generator = KeyGenerator(context: context, source: source)
        let key = try generator.secretKey()
        let keys = try generator.evaluationKeys(
            for: key, publicKeyLevel: 0, relinearizationLevel: relinearizationLevel,
            rotations: rotations)
        evaluator = try Evaluator(context: context, keys: keys)
        secret = SecretBox(key)
    }

    func encrypt(_ values: [Complex<Double>], level: Int) throws -> Ciphertext {
        try encryptor.encrypt(encoder.encode(values, level: level), secretKey: secret.key)
    }

    func decrypt(_ ciphertext: Ciphertext) throws -> [Complex<Double>] {
        try decryptor.decrypt(ciphertext, secretKey: secret.key)
    }
}
